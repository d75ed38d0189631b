/* A provider's settings, as the keys that are open in them see them. All under reg_lock
 * (reg_key.h).
 *
 * A host's store is a snapshot: what the daemon checked is what the provider reads, until the host
 * refreshes it; and with it, what the provider writes. An installer's store looks at the files
 * again whenever they have changed, and finds a file that was renamed by the provider's name.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include <wdspxe-windows.h>

#include "registry/dropin.h"

struct reg_store {
	unsigned refs;
	unsigned keys; /* that are open, a host's own apart */
	bool host;     /* a snapshot */
	char *dir;     /* of the list; NULL for a host's */
	char *path;    /* the file */
	char *shown;   /* what it is called; NULL: its path */
	char *name;    /* of the provider; NULL for a host's */
	char *made;    /* what this process has just written there; NULL: it is not its own */
	struct dropin *dropin; /* as it was read; NULL: to be read */
	struct dropin *before; /* what the last refresh replaced; NULL: nothing, or it is settled */
	struct overlay kept;   /* what is written, where it must not last … */
	bool keeps;            /* … once something has been */
	struct stat st, st_overlay; /* of the files that were read; of none: zeros */
	bool settled;               /* they were old enough when read for st to tell any change */
	uint64_t version; /* moves on whenever the tree of settings is another, or has changed */
};

/** Opens a file for a host. The caller holds one reference. */
DWORD reg_store_open_file(const char *path, struct reg_store **out);
/** Opens a provider by name. ERROR_FILE_NOT_FOUND, ERROR_INVALID_DATA … `made`: this process has
 * just written its file, and may write it again. */
DWORD reg_store_open_provider(const char *name, bool made, struct reg_store **out);
struct reg_store *reg_store_ref(struct reg_store *store);
void reg_store_unref(struct reg_store *store);
void reg_store_unrefp(struct reg_store **store);

/** The settings as they are now; an empty group where the file has none. The tree lives until the
 * next call for this store. ERROR_KEY_DELETED: the file has gone. */
DWORD reg_store_settings(struct reg_store *store, const struct setting **out);
/** Reads the files again; on failure the store stays as it was. */
DWORD reg_store_refresh(struct reg_store *store);
/** After a refresh: keeps what it read, or goes back to what it replaced. What is kept takes little
 * room until it is read again. */
void reg_store_settle(struct reg_store *store, bool keep);

/* What a change works on. */
struct reg_draft {
	struct setting *root;      /* of the file that is written; NULL: it is the overlay */
	struct setting *settings;  /* as they are; they are changed too */
	struct overlay *overlay;   /* NULL: the file itself is written */
	const struct setting *own; /* the administrator's settings, or NULL */
};

/** Changes the draft; returns 0 or an outcome of registry/: then nothing is written. */
typedef int reg_store_fn(void *context, struct reg_draft *draft);

/** Makes a change, and shows it. It goes to the overlay; to the file itself where this process has
 * made it and nobody has touched it since. ERROR_ACCESS_DENIED: it may not be written. */
DWORD reg_store_edit(struct reg_store *store, reg_store_fn *change, void *context);
