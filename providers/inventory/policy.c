#include "policy.h"

bool policy_in_window(const struct policy *policy, uint32_t used, uint32_t now_s)
{
	return now_s >= used && now_s - used < policy->window_s; /* a clock that went back: no */
}

static struct decision decision(enum verdict verdict, enum why why)
{
	return (struct decision){ verdict, why };
}

static struct decision once(const struct policy *policy, const struct facts *facts)
{
	if (!facts->has_boot)
		return decision(VERDICT_SILENCE, WHY_ONCE_HAS_NO_BOOT);
	if (facts->device->once == ONCE_ARMED)
		return decision(facts->names ? VERDICT_USE_UP : VERDICT_ANSWER, WHY_ONCE);
	if (policy_in_window(policy, facts->device->used, facts->now_s))
		return decision(VERDICT_ANSWER, WHY_ONCE_AGAIN);
	return decision(VERDICT_SILENCE, WHY_USED_UP);
}

static struct decision known(const struct policy *policy, const struct facts *facts)
{
	if (facts->device->state == DEVICE_REJECTED)
		return decision(VERDICT_SILENCE, WHY_REJECTED);
	if (facts->device->once != ONCE_ALWAYS)
		return once(policy, facts);
	if (facts->has_boot)
		return decision(VERDICT_ANSWER, WHY_DEVICE);
	return decision(VERDICT_PASS, WHY_DEVICE_HAS_NO_BOOT);
}

/* As WDS has them, in its order: the answer policy, the delay, approval, the boot program. */
static struct decision unknown(const struct policy *policy, const struct facts *facts)
{
	if (policy->answer == ANSWER_KNOWN && !policy->pending)
		return policy->passes ? decision(VERDICT_PASS, WHY_UNKNOWN_PASSED)
				      : decision(VERDICT_SILENCE, WHY_UNKNOWN);
	if (facts->first && facts->waited_s < policy->delay_s)
		return decision(VERDICT_SILENCE, WHY_UNKNOWN_EARLY);
	if (policy->pending)
		return decision(VERDICT_WAIT, WHY_UNKNOWN_PENDING);
	if (facts->has_boot)
		return decision(VERDICT_ANSWER, WHY_UNKNOWN_BOOTS);
	return decision(VERDICT_PASS, WHY_UNKNOWN_HAS_NO_BOOT);
}

struct decision policy_decide(const struct policy *policy, const struct facts *facts)
{
	struct decision made;

	if (policy->answer == ANSWER_NONE)
		return decision(VERDICT_SILENCE, WHY_NOBODY_IS_ANSWERED);
	made = facts->device ? known(policy, facts) : unknown(policy, facts);
	/* What we began is not ended by somebody else, with another file. */
	if (made.verdict == VERDICT_PASS && facts->offered && !facts->first)
		return decision(VERDICT_SILENCE, WHY_OFFERED_BEFORE);
	return made;
}
