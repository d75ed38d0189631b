#include "current.h"

#include <time.h>

/* No reader is left that was counted before the turn. */
static void turn(struct current *current)
{
	unsigned old = atomic_fetch_add(&current->turn, 1) & 1;

	while (atomic_load(&current->readers[old]) > 0)
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

void current_replace(struct current *current, struct machines *fresh)
{
	struct machines *old = atomic_exchange(&current->at, fresh);

	/* Twice: a reader may have read the turn, and be counted only after it went on. */
	turn(current);
	turn(current);
	machines_free(old);
}
