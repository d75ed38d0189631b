/* base/clock: an instant to come, and the three readings of one clock. */
#include <check.h>
#include <stdbool.h>

#include "base/clock.h"
#include "suite.h"

static uint64_t us_of(struct timespec time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static const uint32_t waits_ms[] = { 0, 1, 250, 999, 1000, 1001, 86400999 };

static bool is_right(uint32_t wait_ms)
{
	uint64_t before = clock_us();
	struct timespec until = clock_after(wait_ms);
	uint64_t after = clock_us(), wait_us = (uint64_t)wait_ms * 1000;

	return until.tv_nsec >= 0 && until.tv_nsec < 1000000000 &&
	       us_of(until) >= before + wait_us && us_of(until) <= after + wait_us;
}

/* Whatever the second's fraction is at that moment: some rounds cross its end. libcheck writes down
 * each assertion that it passes; that would be most of the time. */
START_TEST(an_instant_to_come)
{
	for (int i = 0; i < 100000; i++)
		if (!is_right(waits_ms[_i]))
			ck_abort_msg("round %d", i);
}
END_TEST

START_TEST(milliseconds_are_of_the_same_clock)
{
	uint64_t before = clock_us(), ms = clock_ms(), after = clock_us();

	ck_assert(ms >= before / 1000 && ms <= after / 1000);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("clock");

	tcase_add_loop_test(tcase, an_instant_to_come, 0, sizeof(waits_ms) / sizeof(*waits_ms));
	tcase_add_test(tcase, milliseconds_are_of_the_same_clock);
	return suite_run("base/clock", tcase);
}
