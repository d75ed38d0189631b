/* server/drain: the order of a stop, and that nothing holds it up for ever. */
#include <check.h>

#include "server/drain.h"
#include "suite.h"

enum { BEGIN_MS = 5000, GRACE_MS = 300 };

static const struct drain_left nothing, requests = { .requests = true }, calls = { .calls = true },
					providers = { .providers = true };

/* What a row asks, one after the other: at that time, with that left. */
static const struct {
	const char *name;
	struct {
		uint64_t at_ms;
		const struct drain_left *left;
		enum drain_step step;
	} ask[8];
	uint64_t hurry_ms; /* asked for again at this time; 0: never */
} rows[] = {
	{ "nothing is under way",
	  { { BEGIN_MS, &nothing, DRAIN_ABORT },
	    { BEGIN_MS, &providers, DRAIN_SHUT_DOWN },
	    { BEGIN_MS, &providers, DRAIN_WAIT },
	    { BEGIN_MS + 1, &nothing, DRAIN_OVER } },
	  0 },
	{ "a request is decided within the grace",
	  { { BEGIN_MS, &requests, DRAIN_WAIT },
	    { BEGIN_MS + GRACE_MS - 1, &requests, DRAIN_WAIT },
	    { BEGIN_MS + GRACE_MS - 1, &nothing, DRAIN_ABORT } },
	  0 },
	{ "a request outlives the grace",
	  { { BEGIN_MS + GRACE_MS - 1, &requests, DRAIN_WAIT },
	    { BEGIN_MS + GRACE_MS, &requests, DRAIN_ABORT },
	    { BEGIN_MS + GRACE_MS, &requests, DRAIN_SHUT_DOWN },
	    { BEGIN_MS + GRACE_MS, &nothing, DRAIN_OVER } },
	  0 },
	{ "asked twice: no more grace",
	  { { BEGIN_MS + 2, &requests, DRAIN_ABORT } },
	  BEGIN_MS + 1 },
	{ "a reload has to end first",
	  { { BEGIN_MS, &nothing, DRAIN_ABORT },
	    { BEGIN_MS + 10, &calls, DRAIN_WAIT },
	    { BEGIN_MS + 20, &nothing, DRAIN_SHUT_DOWN } },
	  0 },
	{ "a control code that never returns",
	  { { BEGIN_MS, &nothing, DRAIN_ABORT },
	    { BEGIN_MS + DRAIN_FORCE_MS - 1, &calls, DRAIN_WAIT },
	    { BEGIN_MS + DRAIN_FORCE_MS, &calls, DRAIN_FORCE } },
	  0 },
	{ "a Shutdown that never returns has what the codes left of the time",
	  { { BEGIN_MS, &nothing, DRAIN_ABORT },
	    { BEGIN_MS + 9000, &nothing, DRAIN_SHUT_DOWN },
	    { BEGIN_MS + DRAIN_FORCE_MS - 1, &providers, DRAIN_WAIT },
	    { BEGIN_MS + DRAIN_FORCE_MS, &providers, DRAIN_FORCE } },
	  0 },
	{ "hurry after the grace takes nothing from the providers",
	  { { BEGIN_MS, &nothing, DRAIN_ABORT },
	    { BEGIN_MS + 1, &nothing, DRAIN_SHUT_DOWN },
	    { BEGIN_MS + DRAIN_FORCE_MS - 1, &providers, DRAIN_WAIT } },
	  BEGIN_MS + 1 },
};

START_TEST(steps_follow_each_other)
{
	struct drain drain = { 0 };

	drain_begin(&drain, GRACE_MS, BEGIN_MS);
	for (unsigned i = 0; i < 8 && rows[_i].ask[i].left; i++) {
		uint64_t at_ms = rows[_i].ask[i].at_ms;
		enum drain_step step;

		if (rows[_i].hurry_ms && at_ms >= rows[_i].hurry_ms)
			drain_hurry(&drain, rows[_i].hurry_ms);
		step = drain_next(&drain, rows[_i].ask[i].left, at_ms);
		ck_assert_msg(step == rows[_i].ask[i].step, "%s: step %u is %d", rows[_i].name, i,
			      step);
	}
}
END_TEST

START_TEST(without_a_stop_there_is_no_step)
{
	struct drain drain = { 0 };

	ck_assert_int_eq(drain_next(&drain, &nothing, UINT64_MAX), DRAIN_WAIT);
	drain_hurry(&drain, 1);
	ck_assert_int_eq(drain_next(&drain, &nothing, UINT64_MAX), DRAIN_WAIT);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("drain");

	tcase_add_loop_test(tcase, steps_follow_each_other, 0, sizeof(rows) / sizeof(*rows));
	tcase_add_test(tcase, without_a_stop_there_is_no_step);
	return suite_run("server/drain", tcase);
}
