/* One change in a drop-in file, in place: the admin's comments, order and layout stay.
 *
 * A path leads from the file's root: { "settings", "boot", "0", "file" }. A component names a
 * child of a group (in any case of letters) or, in digits, a child of a list or array.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/registry_error.h"
#include "registry/setting.h"

/* What shall stand there. */
struct edit_value {
	enum setting_type type; /* GROUP and LIST: with nothing in it; ARRAY: of `strings` */
	union {
		int64_t integer; /* INT: the low 32 bits; above 0x7fffffff written in hexadecimal */
		double real;
		bool boolean;
		const char *string;
		const char *const *strings;
	};
	size_t count; /* of strings */
};

/**
 * The text with one value set: exchanged where it stands, else added at the end of its group (or
 * list, where the last component is the number of its children). Groups that are missing on the
 * way are added. A group stays as it is where a group shall be.
 *
 * Returns 0 and a new text with a NUL behind it, which the caller frees; `len` is without it.
 * REGISTRY_E_ABSENT: the way leads through a value, or past the end of a list;
 * REGISTRY_E_NAME: libconfig has no such name; REGISTRY_E_INVALID: the text was or would be wrong.
 */
int edit_set(struct span text, const char *file, const char *const *path, size_t depth,
	     const struct edit_value *value, char **out, size_t *len, struct registry_error *error);
/**
 * The text without one value or group; blank space of a line that becomes empty goes with it.
 * Returns as edit_set(); REGISTRY_E_ABSENT when it is not there.
 */
int edit_delete(struct span text, const char *file, const char *const *path, size_t depth,
		char **out, size_t *len, struct registry_error *error);

/** True when libconfig takes this for the name of a setting. */
bool edit_name_valid(const char *name);

/* A change of one file: what it gets is the text as it is on disk, under the lock. */
typedef int edit_fn(void *context, struct span text, char **out, size_t *len,
		    struct registry_error *error);

/**
 * Changes a drop-in file under the list's lock: reads it, lets `change` make the new text, checks
 * it as a drop-in, and puts it in the old one's place, with the same mode and owner, whole or not
 * at all. A text that comes out as it was is not written.
 *
 * Returns 0, what `change` returned, REGISTRY_E_INVALID when the result is no drop-in, or -errno
 * (-EACCES, -EPERM, -EROFS: not allowed; -ENOENT: the file has gone; -ENOSPC …).
 */
int edit_file(const char *path, edit_fn *change, void *context, struct registry_error *error);
