/* Answers that go out late: handed over by many threads to one, and none of them waits. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>

#include "suite.h"

#include "boot/delay.h"

enum { THREADS = 4, EACH = 2000, HOUR_MS = 3600000 };

static struct delay delay;
static atomic_uint taken;

static void *hand_over(void *unused)
{
	(void)unused;
	for (int i = 0; i < EACH; i++) /* of no request: the API refuses, and that is all */
		atomic_fetch_add(&taken, delay_add(&delay, NULL, NULL, 0, i % 2 ? 0 : HOUR_MS));
	return NULL;
}

/* S22: places are taken and emptied without a lock. What is due goes at once, what is not due
 * fills the table up to its end, and the stop completes that. */
START_TEST(jobs_are_handed_over_without_a_lock)
{
	pthread_t thread[THREADS];

	delay_init(&delay, NULL);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, hand_over, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	ck_assert_uint_ge(taken, DELAY_JOBS);
	while (delay_add(&delay, NULL, NULL, 0, HOUR_MS))
		;
	delay_stop(&delay);
	for (int i = 0; i < DELAY_JOBS; i++)
		ck_assert_int_eq(delay.places[i].state, DELAY_FREE);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("delay");

	tcase_add_test(tcase, jobs_are_handed_over_without_a_lock);
	return suite_run("kit/delay", tcase);
}
