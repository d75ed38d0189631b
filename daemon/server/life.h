/* The life-cycle thread: what blocks in a provider's own code (start, control, stop), and reading
 * the configuration, is done here, one job at a time, while the loop goes on serving.
 */
#pragma once

#include <stdbool.h>

#include "base/mailbox.h"

struct job {
	struct letter letter;          /* life's own */
	void (*run)(struct job *job);  /* on the life-cycle thread */
	void (*done)(struct job *job); /* then on the loop; may free the job */
};

struct life_hooks {
	void *context;
	void (*wake)(void *context); /* [life] a job has run: call life_turn() on the loop */
	void (*returned)(void);      /* [loop] before a job's `done`: a provider's code has run */
};

/** Starts the thread. 0 or -errno. */
int life_start(const struct life_hooks *hooks);
/** Puts a job behind the others. [loop] */
void life_post(struct job *job);
/** Calls `done` of every job that has run. [loop] */
void life_turn(void);
/** Jobs that have not been done yet. [loop] */
unsigned life_pending(void);
struct host_call;
/** The provider's code that the thread is in, for the watchdog; NULL before it runs. [any] */
const struct host_call *life_call(void);
/** Ends the thread; no job may be left. */
void life_stop(void);
