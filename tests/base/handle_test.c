/* base/handle: the guard of a slot, from each of its states by each of its steps. */
#include "base/handle.h"
#include "suite.h"

enum { VERDICT = 3, OWNERS = 5 };

/* Leads a new guard to a state, with the opener still inside or gone. */
static uint64_t lead(struct guard *guard, enum handle_state state, bool opener_inside)
{
	enum handle_state was;
	uint64_t generation;
	bool last, overruled;

	guard_seed(guard, 4711);
	if (state == HANDLE_FREE)
		return guard_view(guard).generation;
	generation = guard_queue(guard);
	if (state == HANDLE_QUEUED)
		return generation;
	ck_assert(guard_claim(guard, generation));
	if (state == HANDLE_LATCHED)
		ck_assert(guard_decide(guard, generation, VERDICT, &last));
	if (!opener_inside)
		ck_assert(!guard_park(guard));
	if (state == HANDLE_EXPIRED)
		ck_assert(guard_expire(guard, OWNERS, &was, &last));
	if (state == HANDLE_CLOSED)
		ck_assert(guard_close(guard, OWNERS, &overruled, &last));
	return generation;
}

enum step { CLAIM, USE, GIVE_BACK, PARK, DECIDE, CLOSE, EXPIRE };

/* What a step returns, and what the guard is afterwards. `last`: the slot is the caller's then. */
static const struct {
	const char *name;
	enum handle_state from;
	bool inside; /* the opener is */
	enum step step;
	bool r, last;
	enum handle_state to;
	unsigned verdict, pins;
} steps[] = {
	{ "a free one is not claimed", HANDLE_FREE, false, CLAIM, false, false, HANDLE_FREE, 0, 0 },
	{ "nor used", HANDLE_FREE, false, USE, false, false, HANDLE_FREE, 0, 0 },
	{ "a queued one is claimed", HANDLE_QUEUED, false, CLAIM, true, false, HANDLE_OPEN, 0, 1 },
	{ "nobody uses a queued one", HANDLE_QUEUED, false, USE, false, false, HANDLE_QUEUED, 0,
	  0 },
	{ "nor decides it", HANDLE_QUEUED, false, DECIDE, false, false, HANDLE_QUEUED, 0, 0 },
	{ "it closes at once", HANDLE_QUEUED, false, CLOSE, true, true, HANDLE_CLOSED, OWNERS, 0 },
	{ "it ends at once", HANDLE_QUEUED, false, EXPIRE, true, true, HANDLE_CLOSED, OWNERS, 0 },
	{ "an open one is used", HANDLE_OPEN, true, USE, true, false, HANDLE_OPEN, 0, 2 },
	{ "it is not claimed again", HANDLE_OPEN, true, CLAIM, false, false, HANDLE_OPEN, 0, 1 },
	{ "it is parked", HANDLE_OPEN, true, PARK, false, false, HANDLE_PARKED, 0, 0 },
	{ "it is decided", HANDLE_OPEN, true, DECIDE, true, false, HANDLE_LATCHED, VERDICT, 1 },
	{ "it expires", HANDLE_OPEN, true, EXPIRE, true, false, HANDLE_EXPIRED, OWNERS, 1 },
	{ "a latched one lets nobody in", HANDLE_LATCHED, true, GIVE_BACK, false, false,
	  HANDLE_LATCHED, VERDICT, 1 },
	{ "its verdict counts", HANDLE_LATCHED, true, PARK, true, true, HANDLE_CLOSED, VERDICT, 0 },
	{ "it cannot expire in quarantine", HANDLE_LATCHED, true, EXPIRE, true, false,
	  HANDLE_CLOSED, OWNERS, 1 },
	{ "a parked one is used", HANDLE_PARKED, false, USE, true, false, HANDLE_PARKED, 0, 1 },
	{ "it is decided", HANDLE_PARKED, false, DECIDE, true, true, HANDLE_CLOSED, VERDICT, 0 },
	{ "it expires", HANDLE_PARKED, false, EXPIRE, true, false, HANDLE_EXPIRED, OWNERS, 0 },
	{ "an expired one is not used", HANDLE_EXPIRED, false, USE, false, false, HANDLE_EXPIRED,
	  OWNERS, 0 },
	{ "but given back", HANDLE_EXPIRED, false, GIVE_BACK, true, false, HANDLE_EXPIRED, OWNERS,
	  1 },
	{ "its user ends it, the owner's verdict stands", HANDLE_EXPIRED, false, DECIDE, true, true,
	  HANDLE_CLOSED, OWNERS, 0 },
	{ "so he does while its opener is inside", HANDLE_EXPIRED, true, DECIDE, true, false,
	  HANDLE_CLOSED, OWNERS, 1 },
	{ "an opener that parks it leaves his pin", HANDLE_EXPIRED, true, PARK, true, false,
	  HANDLE_EXPIRED, OWNERS, 1 },
	{ "its owner ends it", HANDLE_EXPIRED, false, CLOSE, false, true, HANDLE_CLOSED, OWNERS,
	  0 },
	{ "it expires once", HANDLE_EXPIRED, false, EXPIRE, false, false, HANDLE_EXPIRED, OWNERS,
	  0 },
	{ "a closed one lets nobody in", HANDLE_CLOSED, true, GIVE_BACK, false, false,
	  HANDLE_CLOSED, OWNERS, 1 },
	{ "nor is it decided", HANDLE_CLOSED, true, DECIDE, false, false, HANDLE_CLOSED, OWNERS,
	  1 },
	{ "its last pin", HANDLE_CLOSED, true, PARK, true, true, HANDLE_CLOSED, OWNERS, 0 },
};

/* guard_lets_in() is asked by who has a pin, and so this generation. */
static bool is_its_own(const struct guard *guard, uint64_t generation)
{
	return guard_view(guard).generation == generation;
}

static bool take(struct guard *guard, uint64_t generation, enum step step, bool *last)
{
	enum handle_state was;
	bool overruled, r;

	*last = false;
	switch (step) {
	case CLAIM:
		r = guard_is_queued(guard, generation);
		ck_assert_int_eq(guard_claim(guard, generation), r);
		return r;
	case USE:
		r = is_its_own(guard, generation) && guard_lets_in(guard, GUARD_USE);
		ck_assert_int_eq(guard_pin(guard, generation, GUARD_USE), r);
		return r;
	case GIVE_BACK:
		r = is_its_own(guard, generation) && guard_lets_in(guard, GUARD_GIVE_BACK);
		ck_assert_int_eq(guard_pin(guard, generation, GUARD_GIVE_BACK), r);
		return r;
	case PARK:
		r = guard_park(guard);
		*last = r && guard_view(guard).state == HANDLE_CLOSED;
		return r;
	case DECIDE:
		return guard_decide(guard, generation, VERDICT, last);
	case CLOSE:
		return guard_close(guard, OWNERS, &overruled, last);
	case EXPIRE:
		return guard_expire(guard, OWNERS, &was, last);
	}
	return false;
}

START_TEST(step_leads_from_state_to_state)
{
	struct guard guard;
	uint64_t generation = lead(&guard, steps[_i].from, steps[_i].inside);
	struct guard_view v;
	bool last, r = take(&guard, generation, steps[_i].step, &last);

	v = guard_view(&guard);
	ck_assert_msg(r == steps[_i].r && last == steps[_i].last, "%s: %d, %d", steps[_i].name, r,
		      last);
	ck_assert_msg(v.state == steps[_i].to && v.verdict == steps[_i].verdict &&
			      v.pins == steps[_i].pins && v.generation == generation,
		      "%s: state %d, verdict %u, %u pins", steps[_i].name, v.state, v.verdict,
		      v.pins);
}
END_TEST

START_TEST(another_generation_does_nothing)
{
	static const enum step any[] = { CLAIM, USE, GIVE_BACK, DECIDE };
	struct guard guard;

	for (int state = HANDLE_QUEUED; state <= HANDLE_CLOSED; state++)
		for (size_t i = 0; i < sizeof(any) / sizeof(any[0]); i++) {
			bool inside = state != HANDLE_PARKED && state != HANDLE_QUEUED, last;
			uint64_t generation = lead(&guard, (enum handle_state)state, inside);

			ck_assert(!take(&guard, generation + 1, any[i], &last));
			ck_assert_int_eq(guard_view(&guard).state, state);
		}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("handle");

	TEST_ROWS(tcase, step_leads_from_state_to_state, steps);
	tcase_add_test(tcase, another_generation_does_nothing);
	return suite_run("handle", tcase);
}
