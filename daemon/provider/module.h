/* A provider's module: opened, checked, and loaded from a copy.
 *
 * The copy stands on a shelf, or where that cannot be had lies sealed in memory (memfd), where
 * debuggers do not find it. Either is why a new file at the same path is really the new code
 * (dlopen() would hand out the old one), and why truncating or overwriting a loaded file does not
 * hurt (its pages would turn into SIGBUS).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "provider/elf.h"
#include "provider/entry.h"
#include "provider/shelf.h"

enum { MODULE_E_UNTRUSTED = 1, MODULE_E_UNLOADABLE };

/* What tells one state of a file from the next without reading it. */
struct module_id {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified;
};

struct module {
	void *image;            /* of dlopen() */
	struct shelf_copy copy; /* stays as long as the image is loaded */
	bool in_memory;         /* `copy` is a memfd, and its path its name in /proc */
	char not_shelved[256];  /* why it is not on the shelf that was given; "" */
	struct module_id id;
	struct entries entries;
	bool newer; /* it was built for a later version of the API, `api` */
	struct api_version api;
};

/** What the file is now. 0, or -errno. */
int module_identify(const char *path, struct module_id *out);
/** Loads the file, from a copy on the shelf; NULL: from memory. Where `tried` is not NULL,
 * only if it is still that file. 0, or MODULE_E_* with a sentence
 * that names the file in `why`. */
int module_load(const char *path, const struct module_id *tried, struct shelf *shelf,
		struct module *out, char *why, size_t size);
void module_unload(struct module *module);
/** Has memory run out in the loader, so that it is unfit for the rest of the process? exit() must
 * not be called then. [any] */
bool module_loader_is_spoilt(void);
/** Leaves it loaded, and its copy where it is, for the rest of the process. */
void module_keep(struct module *module);
/** The address of one of its entries, or NULL: it has none that can be called. */
void *module_find(const struct module *module, const struct entry *entry);
enum module_change {
	MODULE_SAME,
	MODULE_OTHER,     /* the file is another one: inode, size, time, or any octet of it */
	MODULE_COPY_GONE, /* the file is as it was; where its copy stood is none, or somebody else's
			   */
};

/** What has become of what was loaded; a file that cannot be read is another. The octets themselves
 * are compared: no digest decides. */
enum module_change module_change(const struct module *module, const char *path);
