/* One of Initialize, ServiceControl, Shutdown and a command at a time: the other waits here.
 *
 * Two threads meet: a command's, one at a time for each provider, and the one that starts, controls
 * and stops providers. A command that is late, and has not returned, is waited for no longer:
 * ServiceControl is refused, and Shutdown is not called any more. The loop never waits here.
 */
#pragma once

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* When a command is late, CLOCK_MONOTONIC. It outlives the provider. */
typedef _Atomic uint64_t late_time;

struct calm {
	_Atomic(late_time *) inside; /* a command; or ServiceControl, by a time of its own; NULL */
	atomic_bool life_waits;      /* it goes before a command */
	atomic_bool closed;          /* no command enters any more */
	sem_t command_news;          /* for a command that waits: something has changed */
	sem_t left;                  /* by each command, as its last word */
	uint32_t joined;             /* that are not known to have left */
};

void calm_init(struct calm *calm);
/** Nobody is inside, and nobody has joined. */
void calm_done(struct calm *calm);

/* `life_news` is where the one thread waits that does the last three: one for all providers, and it
 * outlives them. */

/** A command is to come: calm_close() waits for it. [loop] */
void calm_join(struct calm *calm);
/** Its turn, and it is late at *late. 0, and calm_exit() is due; -ETIME: it did not come until
 * then; -ESHUTDOWN: closed. Blocks. */
int calm_enter(struct calm *calm, late_time *late, sem_t *life_news);
void calm_exit(struct calm *calm, sem_t *life_news);
/** The last of a command: the provider may be gone as soon as this returns. */
void calm_leave(struct calm *calm);
/** It is late at that time already, if not before. [any] */
void calm_hurry(late_time *late, uint64_t ms, sem_t *life_news);

/** For ServiceControl. True: calm_release() is due; false: a command is late. Blocks. */
bool calm_hold(struct calm *calm, sem_t *life_news);
void calm_release(struct calm *calm);
/** For Shutdown: no command enters any more, and none is left. False: one is late, and inside.
 * Nobody joins meanwhile. Blocks. */
bool calm_close(struct calm *calm, sem_t *life_news);
