/* The file of a list of machines, read in one piece. Others than root may write to it: it is read
 * so that nobody can make us read another file, or without end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum { MACHINE_FILE_MAX = 64 << 20, FILE_WHY_SIZE = 400 };

/* Which file it was, and when. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed, modified;
};

/**
 * Reads a file: its octets with a NUL behind them, the caller's to free; *len is without that.
 * NULL: `why` says why it is not read.
 *
 * The path is absolute and has no link in it. The file is a regular one, of root or of who runs us,
 * and so is each folder on the way, and nobody else can write to them; but for a group, that may
 * write to the file and its own folder where both are root's.
 */
char *machine_file_read(const char *path, size_t *len, struct stamp *stamp,
			char why[FILE_WHY_SIZE]);
/** Is it still the same file, as it was? */
bool machine_file_is(const char *path, const struct stamp *stamp);
/** Was the file itself written since? Half of it may have been read. Another file in its place
 * tears nothing. */
bool machine_file_is_torn(const char *path, const struct stamp *stamp);
