/* The state file, as those that read and write it see it: internal to them. */
#pragma once

#include <sys/types.h>

#include "source.h"

#define STATE_MARK "# wdspxed-devices "
#define STATE_HEAD STATE_MARK "1\n"

enum { STATE_HEAD_LEN = sizeof STATE_HEAD - 1 };

struct state {
	struct source source;
	char *path, *folder, *fresh, *lock_path;
	int fd, lock; /* -1: none */
	dev_t device;
	ino_t inode;
	off_t end;        /* of what is known, which is whole; 0: nothing is */
	uint32_t line;    /* of it, the last */
	uint64_t write;   /* the number of the last one */
	uint64_t records; /* in it, those that no longer count too */
};

/** -errno, and what cannot be done. */
int state_fail(const struct state *state, int error, const char *what, char why[WHY_SIZE]);
/** What was read of it is read anew. */
void state_forget(struct state *state);
/** As a source keeps changes. */
int state_store(struct source *source, const struct change *changes, size_t n,
		const struct all *all, uint32_t *version, char why[WHY_SIZE]);
