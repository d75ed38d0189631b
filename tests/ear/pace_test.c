/* ear/pace: 500 a second, with the clock in our hand. */
#include <check.h>

#include "ear/pace.h"
#include "suite.h"

static unsigned taken(struct pace *pace, uint64_t now_us)
{
	unsigned n = 0;

	while (pace_take(pace, now_us))
		n++;
	return n;
}

START_TEST(a_burst_and_then_the_rate)
{
	struct pace pace = { 0 };
	uint64_t now_us = 1000000000;
	unsigned n;

	ck_assert_uint_eq(taken(&pace, now_us), PACE_BURST);
	ck_assert(!pace_has(&pace, now_us));
	n = 0;
	for (int i = 0; i < 1000; i++)
		n += taken(&pace, now_us += 1000);
	ck_assert_uint_eq(n, PACE_PER_SECOND);
}
END_TEST

START_TEST(a_silence_gives_one_burst)
{
	struct pace pace = { 0 };

	taken(&pace, 1000000);
	ck_assert_uint_eq(taken(&pace, 3600000000), PACE_BURST);
}
END_TEST

START_TEST(after_a_rest_there_is_room)
{
	struct pace pace = { 0 };

	taken(&pace, 1000000);
	ck_assert_uint_eq(taken(&pace, 1000000 + PACE_REST_MS * 1000),
			  PACE_REST_MS * PACE_PER_SECOND / 1000);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pace");

	tcase_add_test(tcase, a_burst_and_then_the_rate);
	tcase_add_test(tcase, a_silence_gives_one_burst);
	tcase_add_test(tcase, after_a_rest_there_is_room);
	return suite_run("ear/pace", tcase);
}
