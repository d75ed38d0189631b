/* server/life: jobs run one after the other on their thread, and are done on the caller's. */
#include <check.h>
#include <pthread.h>
#include <semaphore.h>

#include "base/cleanup.h"
#include "base/span.h"
#include "server/life.h"
#include "suite.h"

enum { JOBS = 50 };

static struct one {
	struct job job;
	unsigned ran, done; /* place in the order; 0: not yet */
} one[JOBS];
static unsigned n_ran, n_done, n_returned;
static pthread_t loop, life;
static sem_t woken;

static void wake(void *context)
{
	ck_assert_ptr_eq(context, one);
	sem_post(&woken);
}

static void returned(void)
{
	ck_assert(pthread_equal(pthread_self(), loop));
	ck_assert_uint_eq(n_returned++, n_done);
}

static void run(struct job *job)
{
	life = pthread_self();
	CONTAINER_OF(job, struct one, job)->ran = ++n_ran;
}

static void done(struct job *job)
{
	ck_assert(pthread_equal(pthread_self(), loop));
	CONTAINER_OF(job, struct one, job)->done = ++n_done;
}

START_TEST(jobs_run_in_their_order_elsewhere)
{
	struct life_hooks hooks = { .context = one, .wake = wake, .returned = returned };

	loop = pthread_self();
	sem_init(&woken, 0, 0);
	ck_assert_int_eq(life_start(&hooks), 0);
	for (unsigned i = 0; i < JOBS; i++) {
		one[i].job = (struct job){ .run = run, .done = done };
		life_post(&one[i].job);
	}
	ck_assert_uint_eq(life_pending(), JOBS);
	ck_assert_uint_eq(n_done, 0); /* nothing is done behind our back */
	while (life_pending() > 0) {
		sem_wait(&woken);
		life_turn();
	}
	life_stop();
	ck_assert(!pthread_equal(life, loop));
	ck_assert_uint_eq(n_returned, JOBS);
	for (unsigned i = 0; i < JOBS; i++)
		ck_assert(one[i].ran == i + 1 && one[i].done == i + 1);
	ck_assert_ptr_null(life_call());
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("life");

	tcase_add_test(tcase, jobs_run_in_their_order_elsewhere);
	return suite_run("server/life", tcase);
}
