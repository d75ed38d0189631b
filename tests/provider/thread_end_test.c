/* A provider that ends the thread on which it is called, by pthread_exit() or pthread_cancel(): its
 * turn is an error, and the next request finds a thread. */
#include <pthread.h>

#include "provider/rig.h"
#include "suite.h"

enum { THREADS = 2, REQUESTS = 9 };

static void exit_thread(void)
{
	pthread_exit(NULL);
}

static void cancel_itself(void)
{
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_cancel(pthread_self());
	pthread_testcancel();
}

static void cancel_later(void) /* where the daemon's own code would wait */
{
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_cancel(pthread_self());
}

static void cancel_disabled(void) /* as the daemon has it */
{
	pthread_cancel(pthread_self());
	pthread_testcancel();
}

static const struct {
	const char *name;
	void (*how)(void);
	bool returns;     /* the callback does */
	unsigned threads; /* that are lost */
} rows[] = {
	{ "pthread_exit", exit_thread, false, REQUESTS },
	{ "pthread_cancel", cancel_itself, false, REQUESTS },
	{ "pthread_cancel, which would work after the callback", cancel_later, true, 0 },
	{ "pthread_cancel, while that is disabled", cancel_disabled, true, 0 },
};

static void (*how)(void);
static _Atomic unsigned n_destroyed;

static DWORD leave(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		   PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)self, (void)request, (void)packet, (void)len, (void)remote, (void)action;
	how();
	return ERROR_SUCCESS;
}

START_TEST(thread_is_replaced)
{
	struct puppet rogue = { .name = "rogue", .threads = THREADS, .receive = leave };
	struct puppet *const all[] = { &rogue };
	enum outcome expected = rows[_i].returns ? OUTCOME_REJECTED : OUTCOME_FAILED;

	how = rows[_i].how;
	rig_start(64, 64);
	rig_load(&rogue);
	rig_chain(all, 1, NULL);
	for (unsigned n = 1; n <= REQUESTS; n++) {
		rig_discover(n);
		RIG_UNTIL(rig.ended[expected] == n);
	}
	RIG_UNTIL(rig_said_times("another one is started") == rows[_i].threads);
	ck_assert_uint_eq(rogue.asked, REQUESTS);
	ck_assert_uint_eq(host_pending(rig.host), 0);
	rig_chain(NULL, 0, NULL);
	rig_unload(&rogue); /* joins them all */
	host_free(rig.host);
}
END_TEST

/* What a thread does at its end is the provider's code too: it is over before that is unloaded. */
static void slow_destructor(void *unused)
{
	(void)unused;
	for (int i = 0; i < 100; i++)
		rig_nap();
	n_destroyed++;
}

static void exit_with_destructor(void)
{
	static pthread_key_t key;

	pthread_key_create(&key, slow_destructor);
	pthread_setspecific(key, &key);
	pthread_exit(NULL);
}

START_TEST(stop_waits_for_the_ended_thread)
{
	struct puppet rogue = { .name = "rogue", .threads = 1, .receive = leave };
	struct puppet *const all[] = { &rogue };

	how = exit_with_destructor;
	rig_start(64, 64);
	rig_load(&rogue);
	rig_chain(all, 1, NULL);
	rig_discover(1);
	RIG_UNTIL(rig.ended[OUTCOME_FAILED] == 1);
	rig_chain(NULL, 0, NULL);
	rig_unload(&rogue);
	ck_assert_uint_eq(n_destroyed, 1);
	host_free(rig.host);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("thread_end");

	tcase_set_timeout(tcase, 60);
	TEST_ROWS(tcase, thread_is_replaced, rows);
	tcase_add_test(tcase, stop_waits_for_the_ended_thread);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("thread_end", tcase);
}
