/* Pending machines, as the thread has them: who asks is listed, the list is kept on disk. */
#pragma once

#include "pending.h"

enum { PENDING_MOST = 10000, PENDING_PATH_SIZE = 4096 };

/* A machine that asks. */
struct asker {
	struct id ids[ID_KINDS];
	unsigned n_ids;
	uint32_t arch;
	char what[PENDING_WHAT_SIZE];
	char place[PENDING_PLACE_SIZE];
};

/** Reads the list at `path`, or begins one where there is none; of at most `most` machines. 0, or
 * -errno and `why`. */
int pending_open(const char *path, uint32_t most, struct pending **out, char why[WHY_SIZE]);
void pending_close(struct pending *pending);

/** It asks, at that time. Its number; 0: there is no room for it, or (`why`) no number can be kept:
 * it is not listed. One thread. May write; after a write that failed, not within the same second.
 */
uint32_t pending_ask(struct pending *pending, const struct asker *asker, time_t now,
		     char why[WHY_SIZE]);
/** Writes what has changed, but not more often than every ten seconds, unless it is the end. 0, or
 * -errno and `why`. */
int pending_keep(struct pending *pending, time_t now, bool end, char why[WHY_SIZE]);
/** What is to be done in how many seconds; 0: nothing. */
unsigned pending_due(struct pending *pending, time_t now);
/** One by number. */
bool pending_get(struct pending *pending, uint32_t number, struct pending_view *out);
/** How many writes have succeeded, and how many failed. */
unsigned pending_writes(struct pending *pending);
unsigned pending_failures(struct pending *pending);
/** How many were dropped for want of room. */
uint64_t pending_dropped(struct pending *pending);
