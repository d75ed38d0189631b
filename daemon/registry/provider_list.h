/* The ordered list of providers: a directory with a drop-in file for each.
 *
 * Only `*.conf` without a leading dot counts, and the order of the file names' octets is the
 * order of the chain. Writers hold the one lock of the directory, write a temporary file, fsync
 * it, rename it and fsync the directory: whatever instant a writer dies at, the list is the old
 * one or the new one. Readers need no lock and no permission to write; a reader that may take
 * the lock takes it shared. Works in any process, with or without a daemon. Nothing here is cached.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/dropin.h"

enum { PROVIDER_LIST_MAX = 256 }; /* files; more are refused, not ignored */

#define PROVIDER_LIST_BOTTOM UINT32_MAX

struct provider_list {
	struct dropin **entry; /* in the chain's order; disabled ones included */
	size_t n;
	int unread; /* -errno of the first file that a lenient reader could not read; 0: none */
};

/**
 * Reads the whole directory, and lays over the settings what programs have written below
 * `state_dir` (NULL: without that). One wrong file makes the list wrong. If error->tell is set, it
 * gets all mistakes of all files, *out has what could be read, and error->told is 0 only if the
 * list is right.
 *
 * Returns 0 and fills *out (release with provider_list_done); REGISTRY_E_INVALID with file and
 * line: a file is wrong, or a name is there twice (the sentence names the first file, the place is
 * the second); REGISTRY_E_FULL; or -errno. An empty directory is an empty list; one that is not
 * there is -ENOENT.
 */
int provider_list_read(const char *dir, const char *state_dir, struct provider_list *out,
		       struct registry_error *error);
/** Frees all entries; an entry that was taken out (TAKE) stays the taker's. */
void provider_list_done(struct provider_list *list);

/** The position of a name in any case of letters, or -1. */
ptrdiff_t provider_list_find(const struct provider_list *list, const char *name);

/* A provider to be added. */
struct registration {
	const char *name, *module;
	uint32_t index; /* where it will stand; an index beyond the end appends */
	bool critical;
	const struct setting *settings; /* a group; NULL: an empty one */
};

/**
 * Adds a provider. Writes one new file, never renames a neighbour, creates the directory (not its
 * parents) if it is missing. An overlay that an earlier provider of that name has left is removed
 * (`state_dir` NULL: it is not looked for).
 *
 * Returns 0 and, where `path` is not NULL, the new file's path (the caller frees it);
 * REGISTRY_E_EXISTS, _NAME, _PATH, _FULL, _INVALID (the list is broken, so nothing is known about
 * names and order; or the settings cannot be written); or -errno. Unless it returns 0 the list is
 * as it was.
 */
int provider_list_register(const char *dir, const char *state_dir, const struct registration *it,
			   char **path, struct registry_error *error);
/**
 * Removes the provider's overlay and file, its settings with it. Broken files of others do not stop
 * it. Returns 0, REGISTRY_E_ABSENT, or -errno: that of a file which could not be read too, for it
 * may be the one.
 */
int provider_list_unregister(const char *dir, const char *state_dir, const char *name,
			     struct registry_error *error);
/** The file of a provider by name. 0 and a path that the caller frees, or as above. */
int provider_list_path(const char *dir, const char *name, char **path,
		       struct registry_error *error);
