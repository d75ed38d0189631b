#include "ear/pace.h"

enum { STEP_US = 1000000 / PACE_PER_SECOND };

bool pace_has(const struct pace *pace, uint64_t now_us)
{
	return pace->full_us <= now_us + (uint64_t)(PACE_BURST - 1) * STEP_US;
}

bool pace_take(struct pace *pace, uint64_t now_us)
{
	if (!pace_has(pace, now_us))
		return false;
	pace->full_us = (pace->full_us > now_us ? pace->full_us : now_us) + STEP_US;
	return true;
}
