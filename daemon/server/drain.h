/* The stop as a plan: what comes next, by what is still there and what time it is. Pure.
 *
 * First the requests under way have the grace. Then what blocks in providers (a reload, control
 * codes, and their Shutdown) has DRAIN_FORCE_MS, all together: code that does not return is not
 * waited for any longer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { DRAIN_FORCE_MS = 10000 };

struct drain {
	enum { DRAIN_NOT, DRAIN_GRACE, DRAIN_CALLS, DRAIN_SHUTDOWN } phase;
	uint64_t until_ms; /* of the grace; then of what follows it */
};

/* What is still there. */
struct drain_left {
	bool requests;  /* one is not decided, or a reply waits for its moment */
	bool calls;     /* a reload or a control code is with the providers */
	bool providers; /* one has not been shut down */
};

enum drain_step {
	DRAIN_WAIT,      /* for less to be left, or until_ms */
	DRAIN_ABORT,     /* end the requests that are left */
	DRAIN_SHUT_DOWN, /* have the providers shut down */
	DRAIN_FORCE,     /* end, whatever still runs */
	DRAIN_OVER,
};

void drain_begin(struct drain *drain, uint64_t grace_ms, uint64_t now_ms);
/** It was asked for again: no more grace. */
void drain_hurry(struct drain *drain, uint64_t now_ms);
/** The next step, which the caller takes before it asks again; once DRAIN_WAIT comes, later. */
enum drain_step drain_next(struct drain *drain, const struct drain_left *left, uint64_t now_ms);
