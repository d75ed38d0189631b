/* base/apart: work on a thread of its own, whose pieces of heap stand apart. */
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "base/apart.h"
#include "suite.h"

struct seen {
	pthread_t thread;
	bool usr1_blocked;
	int times;
};

static void look(void *context)
{
	struct seen *seen = context;
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	seen->usr1_blocked = sigismember(&mask, SIGUSR1) == 1;
	seen->thread = pthread_self();
	seen->times++;
}

START_TEST(it_runs_on_another_thread_without_signals)
{
	struct seen seen = { .times = 0 };
	sigset_t mask;

	apart_call(look, &seen);
	ck_assert_int_eq(seen.times, 1);
	ck_assert(!pthread_equal(seen.thread, pthread_self()));
	ck_assert(seen.usr1_blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ck_assert_int_eq(sigismember(&mask, SIGUSR1), 0); /* as it was */
}
END_TEST

START_TEST(without_a_thread_it_runs_here)
{
	struct rlimit none = { 0, 0 };
	struct seen seen = { .times = 0 };
	sigset_t mask;

	ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0); /* no stack for it */
	apart_call(look, &seen);
	ck_assert_int_eq(seen.times, 1);
	ck_assert(pthread_equal(seen.thread, pthread_self()));
	ck_assert(!seen.usr1_blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ck_assert_int_eq(sigismember(&mask, SIGUSR1), 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("apart");

	tcase_add_test(tcase, it_runs_on_another_thread_without_signals);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	tcase_add_test(tcase, without_a_thread_it_runs_here);
#else
	(void)without_a_thread_it_runs_here;
#endif
	return suite_run("base/apart", tcase);
}
