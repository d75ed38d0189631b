/* A provider's file, as the keys that are open in it see it. All under reg_lock (reg_key.h).
 *
 * A host's store is a snapshot: what the daemon checked is what the provider reads, until the host
 * refreshes it or the provider writes. An installer's store looks at the file again whenever it
 * has changed, and finds a file that was renamed by the provider's name.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include <wdspxe-windows.h>

#include "registry/dropin.h"
#include "registry/edit.h"

struct reg_store {
	unsigned refs;
	unsigned keys;         /* that are open, a host's own apart */
	bool host;             /* a snapshot */
	char *dir;             /* of the list; NULL for a host's */
	char *path;            /* the file */
	char *shown;           /* what it is called; NULL: its path */
	char *name;            /* of the provider; NULL for a host's */
	struct dropin *dropin; /* as it was read; NULL: to be read */
	struct dropin *before; /* what the last refresh replaced; NULL: nothing, or it is settled */
	struct stat st;        /* of the file that was read */
	bool settled;          /* it was old enough when read for st to tell any change */
};

/** Opens a file for a host. The caller holds one reference. */
DWORD reg_store_open_file(const char *path, struct reg_store **out);
/** Opens a provider by name. ERROR_FILE_NOT_FOUND, ERROR_INVALID_DATA … */
DWORD reg_store_open_provider(const char *name, struct reg_store **out);
struct reg_store *reg_store_ref(struct reg_store *store);
void reg_store_unref(struct reg_store *store);
void reg_store_unrefp(struct reg_store **store);

/** The settings as they are now; an empty group where the file has none. The tree lives until the
 * next call for this store. ERROR_KEY_DELETED: the file has gone. */
DWORD reg_store_settings(struct reg_store *store, const struct setting **out);
/** Reads the file again; on failure the store stays as it was. */
DWORD reg_store_refresh(struct reg_store *store);
/** After a refresh: keeps what it read, or goes back to what it replaced. */
void reg_store_settle(struct reg_store *store, bool keep);
/** Changes the file (edit_file), and what the store shows with it. */
DWORD reg_store_edit(struct reg_store *store, edit_fn *change, void *context);

/** The settings group of a file's root, or an empty group. */
const struct setting *reg_settings_of(const struct setting *root);
