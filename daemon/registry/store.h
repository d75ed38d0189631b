/* Files of the list's directory: read whole, written whole or not at all, under one lock.
 *
 * The lock is flock(2) on `.lock` in the directory, mode 0600: who may not write the list cannot
 * hold up who may. The temporary file is `.wdspxed-new`; a writer that finds it under the lock
 * removes it, for its owner is dead.
 */
#pragma once

#include <stddef.h>
#include <sys/stat.h>

#include "base/span.h"
#include "registry/registry_error.h"

/**
 * Reads a regular file of at most SETTING_TEXT_MAX octets; `path` is for the messages. The text
 * has a NUL behind it and is the caller's. 0, -errno, or REGISTRY_E_INVALID (no regular file, too
 * large).
 */
int store_read(int dir, const char *file, const char *path, char **out, size_t *len,
	       struct registry_error *error);

/** Opens the directory for the functions below. 0 and a descriptor, or -errno. */
int store_open(const char *dir, int *out, struct registry_error *error);
/** What root has just made in a directory, and has open, belongs to the directory's owner, who has
 * to be able to change it. */
void store_give_to_owner(int dir, int fd, mode_t mode);

/**
 * Waits for the lock; closing the descriptor gives it back. A writer clears away what dead writers
 * left. 0 and a descriptor, or -errno.
 */
int store_lock(int dir, const char *path, int *out, struct registry_error *error);
/** The same for a reader. *out is -1 where there is no lock, or it may not be taken. */
void store_lock_shared(int dir, int *out);

/**
 * Writes a file through a temporary one and fsyncs file and directory. With `like`, it takes the
 * place of the file of that name, with like's mode and owner; without, its mode is 0644, its owner
 * the directory's where root writes, and there must be no such file (-EEXIST).
 */
int store_write(int dir, const char *file, const char *path, struct span text,
		const struct stat *like, struct registry_error *error);
/** Removes a file and fsyncs the directory. 0 or -errno. */
int store_remove(int dir, const char *file, const char *path, struct registry_error *error);
