/* no allocation · no lock · no log */
#include "server/drain.h"

void drain_begin(struct drain *drain, uint64_t grace_ms, uint64_t now_ms)
{
	*drain = (struct drain){ DRAIN_GRACE, now_ms + grace_ms };
}

void drain_hurry(struct drain *drain, uint64_t now_ms)
{
	if (drain->phase == DRAIN_GRACE)
		drain->until_ms = now_ms;
}

static enum drain_step wait_or_force(const struct drain *drain, uint64_t now_ms)
{
	return now_ms < drain->until_ms ? DRAIN_WAIT : DRAIN_FORCE;
}

enum drain_step drain_next(struct drain *drain, const struct drain_left *left, uint64_t now_ms)
{
	switch (drain->phase) {
	case DRAIN_NOT:
		return DRAIN_WAIT;
	case DRAIN_GRACE:
		if (left->requests && now_ms < drain->until_ms)
			return DRAIN_WAIT;
		*drain = (struct drain){ DRAIN_CALLS, now_ms + DRAIN_FORCE_MS };
		return DRAIN_ABORT;
	case DRAIN_CALLS:
		if (left->calls)
			return wait_or_force(drain, now_ms);
		drain->phase = DRAIN_SHUTDOWN;
		return DRAIN_SHUT_DOWN;
	case DRAIN_SHUTDOWN:
		return left->providers ? wait_or_force(drain, now_ms) : DRAIN_OVER;
	}
	return DRAIN_WAIT;
}
