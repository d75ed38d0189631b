/* The pending machines on disk: a file that is written whole, by temporary name and rename. */
#pragma once

#include "pending.h"

#include <sys/types.h>

/* Which file it was: another one is in its place once somebody wrote. */
struct pending_stamp {
	dev_t device;
	ino_t inode;
};

/** Nobody else writes until it is given back: its descriptor, or -errno. */
int pending_file_lock(const char *path);
/** Is another file there than that? */
bool pending_file_is_other(const char *path, const struct pending_stamp *stamp);
void pending_file_note(const char *path, struct pending_stamp *out);

/** Reads the list: at most `most` machines into `at`, in the order of their numbers, and *next,
 * below which all numbers were given. No file: nothing is changed. 0; or -errno, and `why`. */
int pending_file_read(const char *path, struct pending_view *at, uint32_t most, uint32_t *n,
		      uint32_t *next, char why[WHY_SIZE]);
/** Writes it. 0: it is on disk; or -errno, and `why`: what was there is there. */
int pending_file_write(const char *path, const struct pending_view *at, uint32_t n, uint32_t next,
		       char why[WHY_SIZE]);
