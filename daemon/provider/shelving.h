/* Where modules are loaded from. */
#pragma once

#include <stdbool.h>

struct host;
struct shelf;

/** The folder that modules are copied to and loaded from, made where it is not there; what is left
 * in it of processes that are gone is swept. Where it cannot be used, modules are loaded from
 * memory, and one line says why. Without this call: a temporary folder. Before the first provider.
 */
void host_set_modules_dir(struct host *host, const char *folder);

/** Where a sanitizer or valgrind watches this process, or `always`, modules stay loaded, and their
 * copies on the shelf, so that its report at the end has the names of what is in them; the next
 * process that makes a temporary shelf sweeps them. Before the first provider. */
void host_keep_modules(struct host *host, bool always);

/** That place; a temporary one where none was set. NULL: modules are loaded from memory. [one at a
 * time] */
struct shelf *host_shelf(struct host *host);
/** Says, once, that a module was loaded from memory, and why. */
void host_say_no_shelf(struct host *host, const char *why);
/** At the end of the host. */
void host_shelf_close(struct host *host);
