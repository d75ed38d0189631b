/* Where the copies stand from which modules are loaded: SHELF/N/NAME, a folder N for each.
 *
 * A copy, because a file that is overwritten or truncated while it is loaded turns its pages into
 * SIGBUS, and because dlopen() would hand out the old code for a new file at the same path. A real
 * file under the module's own name, because debuggers, profilers, core dumps and dladdr() look for
 * the code by its path. Beside it stand links to the neighbours of the original, so that $ORIGIN
 * and a file beside the module are found.
 *
 * A folder is locked as long as its copy may be in use; a lock ends with its process, so that what
 * a crash has left behind can be told and swept. One thread at a time.
 */
#pragma once

#include "base/span.h"

struct shelf;

/**
 * Takes a folder, which is made where it is not there, and sweeps what processes that are gone have
 * left in it. 0, or -errno with a sentence: it cannot be written, or others could change what is
 * loaded from it.
 */
int shelf_open(const char *folder, struct shelf **out, char *why, size_t size);
/** The same in a new private folder below $TMPDIR or /tmp, which goes with the shelf. */
int shelf_open_temporary(struct shelf **out, char *why, size_t size);
/** NULL is fine. Copies that are still in use stay, but for a temporary one's. */
void shelf_close(struct shelf *shelf);

/** The same, but nothing is taken away: a temporary folder stays, locked, until the process is
 * over, and is swept by the next. */
void shelf_leave(struct shelf *shelf);

/* A copy. */
struct shelf_copy {
	char *path; /* absolute; owned */
	int fd;     /* its folder, locked: as long as the copy is needed */
};

/**
 * Puts a copy of a file on the shelf. 0, or -errno with a sentence: no room, or a place that code
 * cannot be loaded from (mounted noexec). Where another folder has come into the shelf's place, or
 * none is left there, it is taken or made as by shelf_open().
 */
int shelf_put(struct shelf *shelf, const char *original, struct span octets, struct shelf_copy *out,
	      char *why, size_t size);
/** Forgets it: it stays, locked, until the process is over. */
void shelf_leave_copy(struct shelf_copy *copy);
/** Takes it off again. */
void shelf_drop(struct shelf_copy *copy);
