/* What programs write to a provider's settings: kept beside the administrator's file, never in it.
 *
 * STATE-DIR/registry/NAME.conf, NAME being the provider's in lower case:
 *
 *	# wdspxed-registry 1
 *	changes = (
 *	    { path = ""; name = "Timeout"; type = "REG_DWORD"; data = 10; over = "af63bd4c8601b7df";
 *}, { path = "x86"; name = "Old"; type = "REG_SZ"; deleted = true; over = "…"; }, { path = ""; name
 *= "x86"; type = "KEY"; } );
 *
 * `path` is the key below `settings`, its parts joined by `\`; type and data are as in the list
 * `registry` (reserved.h). `over` is a hash of the value or key of the administrator's file that
 * the change replaces; without it there was none. A change is in force while that is still so:
 * once he has changed his own, his wins.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/registry_error.h"
#include "registry/setting.h"

enum { OVERLAY_CHANGES_MAX = 4096 };

struct overlay {
	char *file;           /* its path, whether it is there or not */
	struct setting *list; /* owned: the changes; NULL: none */
};

/* One change. The pointers are the overlay's. */
struct overlay_change {
	const char *path, *name;
	int64_t type;               /* RESERVED_KEY: `name` is a subkey */
	const struct setting *data; /* NULL: deleted, or a key */
	bool deleted;
	const char *over; /* "": nothing */
	int line;
};

/**
 * Reads the overlay of a provider. No file: an overlay without changes. Release it with
 * overlay_done(). 0; REGISTRY_E_INVALID with the place: it is not one, or of another version;
 * -errno.
 */
int overlay_read(const char *state_dir, const char *provider, struct overlay *out,
		 struct registry_error *error);
/** The same from its text; `file` is its path. */
int overlay_parse(struct span text, const char *file, struct overlay *out,
		  struct registry_error *error);
void overlay_done(struct overlay *overlay);

size_t overlay_count(const struct overlay *overlay);
struct overlay_change overlay_at(const struct overlay *overlay, size_t index);
/** Takes a change out. */
void overlay_drop(struct overlay *overlay, size_t index);

/**
 * Notes a change, in the place of an older one of the same thing. `own`: the administrator's
 * settings, or NULL. change->over and ->line are not read. A key that is deleted takes the changes
 * below it along. 0, -ENOMEM, REGISTRY_E_FULL.
 */
int overlay_put(struct overlay *overlay, const struct setting *own,
		const struct overlay_change *change);

/**
 * Settings with the changes that are in force. *out is a new tree; NULL where nothing is changed.
 * Where `stale` is not NULL, it has a place for each change, and says which ones are not in force:
 * the administrator's value is another by now, or its key is gone. 0 or -ENOMEM.
 */
int overlay_merge(const struct overlay *overlay, const struct setting *own, struct setting **out,
		  bool *stale);
/** The line of the administrator's file that tells best about what is, or was, changed. */
int overlay_line(const struct overlay_change *change, const struct setting *own);

/* A change of an overlay; what it returns, unless 0, ends it. */
typedef int overlay_fn(void *context, struct overlay *overlay);

/**
 * Changes a provider's overlay on disk under its lock: reads it, lets `change` change it, and puts
 * it in the old one's place, whole or not at all; one without changes is removed. Makes the
 * directory where it is missing. What root makes there belongs to the directory's owner.
 *
 * Returns 0, what `change` returned, REGISTRY_E_INVALID (see overlay_read; it stays as it is), or
 * -errno.
 */
int overlay_edit(const char *state_dir, const char *provider, overlay_fn *change, void *context,
		 struct registry_error *error);
/** Removes a provider's overlay; 0 where there is none. */
int overlay_remove(const char *state_dir, const char *provider, struct registry_error *error);
