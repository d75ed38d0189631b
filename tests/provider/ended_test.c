/* PXE_CALLBACK_REQUEST_ENDED: a provider is told of a request that has ended without it, once,
 * where RecvRequest is called, and before its Shutdown; what it holds stays its own.
 */
#include <semaphore.h>

#include "provider/rig.h"
#include "suite.h"

enum { LATE_MS = 31000, HELD_MAX = 64 };

/* What a puppet was handed, and what it was told. */
static struct {
	HANDLE request;
	BYTE *packet, copy[600];
	ULONG len;
} held[HELD_MAX];
static _Atomic unsigned n_holding, n_held, n_noting, n_told, n_down;
static struct {
	HANDLE request;
	ULONG reason;
	pthread_t thread;
	DWORD done; /* what PxeAsyncRecvDone returned, where it was called */
	unsigned down;
} told[HELD_MAX];
static _Atomic unsigned n_inside; /* callbacks of the puppet that run */
static atomic_bool was_beside;
static sem_t gate;

static void set_up(void)
{
	rig_start(64, 64);
	sem_init(&gate, 0, 0);
}

static uint32_t quarantined(void)
{
	struct host_counters counters;

	host_counters(rig.host, &counters);
	return counters.quarantined;
}

static void hold(HANDLE request, BYTE *packet, ULONG len)
{
	unsigned i = n_holding++;

	ck_assert_uint_lt(i, HELD_MAX);
	held[i].request = request;
	held[i].packet = packet;
	held[i].len = len;
	memcpy(held[i].copy, packet, len);
	n_held++;
}

static DWORD park(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	(void)self, (void)remote, (void)action;
	if (atomic_fetch_add(&n_inside, 1) > 0)
		was_beside = true;
	hold(request, packet, len);
	n_inside--;
	return ERROR_IO_PENDING;
}

static void note(HANDLE request, ULONG reason, DWORD done)
{
	unsigned i = n_noting++; /* several threads note at once */

	ck_assert_uint_lt(i, HELD_MAX);
	told[i].request = request;
	told[i].reason = reason;
	told[i].thread = pthread_self();
	told[i].done = done;
	told[i].down = n_down;
	n_told++;
}

static void only_note(struct puppet *self, HANDLE request, ULONG reason)
{
	(void)self;
	note(request, reason, 0);
}

static void give_back(struct puppet *self, HANDLE request, ULONG reason)
{
	(void)self;
	note(request, reason, PxeAsyncRecvDone(request, PXE_BA_NBP));
}

static void count_down(struct puppet *self)
{
	(void)self;
	n_down++;
}

static void end(struct puppet *puppet)
{
	host_abort(rig.host);
	rig_chain(NULL, 0, NULL);
	rig_unload(puppet);
	ck_assert_uint_eq(quarantined(), 0);
	ck_assert_uint_eq(host_pending(rig.host), 0);
	host_free(rig.host);
}

/* On the loop, and on threads: told once, with the handle; nothing changes hands by it. */
START_TEST(it_is_told_and_still_holds_all)
{
	struct puppet late = { .name = "late", .threads = _i, .receive = park, .ended = only_note };
	struct puppet *const all[] = { &late };
	BYTE *reply;

	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(1);
	RIG_UNTIL(n_held == 1);
	reply = PxePacketAllocate(late.handle, held[0].request, 300);
	ck_assert_ptr_nonnull(reply);
	RIG_UNTIL(host_pending(rig.host) == 1);
	rig_pass(LATE_MS - 2000);
	ck_assert_uint_eq(n_told, 0);
	rig_pass(2000);
	RIG_UNTIL(n_told == 1);
	ck_assert_ptr_eq(told[0].request, held[0].request);
	ck_assert_uint_eq(told[0].reason, PXE_ENDED_TIMEOUT);
	ck_assert_uint_eq(pthread_equal(told[0].thread, pthread_self()) != 0, _i == 0);
	rig_pass(LATE_MS);
	ck_assert_uint_eq(n_told, 1);
	ck_assert_uint_eq(quarantined(), 1);
	for (unsigned client = 2; client < 40; client++)
		rig_discover(client);
	ck_assert_int_eq(memcmp(held[0].packet, held[0].copy, held[0].len), 0);
	ck_assert_uint_eq(PxeSendReply(held[0].request, reply, 300, NULL), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxePacketFree(late.handle, held[0].request, reply), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(held[0].request, PXE_BA_NBP), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(held[0].request, PXE_BA_NBP), ERROR_INVALID_HANDLE);
	rig_turn();
	ck_assert_uint_eq(quarantined(), 0);
	end(&late);
}
END_TEST

/* The shortest provider that is right: it completes where it is told. */
START_TEST(it_may_complete_where_it_is_told)
{
	struct puppet late = { .name = "late", .threads = _i, .receive = park, .ended = give_back };
	struct puppet *const all[] = { &late };

	rig_load(&late);
	rig_chain(all, 1, NULL);
	for (unsigned client = 0; client < 20; client++) {
		rig_discover(client);
		RIG_UNTIL(n_held == client + 1);
	}
	RIG_UNTIL(host_pending(rig.host) == 20);
	rig_pass(LATE_MS);
	RIG_UNTIL(n_told == 20);
	RIG_UNTIL(quarantined() == 0);
	for (unsigned i = 0; i < 20; i++)
		ck_assert_uint_eq(told[i].done, ERROR_SUCCESS);
	ck_assert_uint_eq(rig.ended[OUTCOME_TIMEOUT], 20);
	ck_assert(!rig_said("did not free"));
	end(&late);
}
END_TEST

/* ---- a thread that is inside ---- */

static enum { RETURNS, PARKS, COMPLETES_AND_PARKS } how;

static DWORD block(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		   PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)self, (void)remote;
	atomic_fetch_add(&n_inside, 1);
	if (how == COMPLETES_AND_PARKS)
		ck_assert_uint_eq(PxeAsyncRecvDone(request, PXE_BA_IGNORE), ERROR_SUCCESS);
	hold(request, packet, len);
	while (sem_wait(&gate) != 0)
		;
	n_inside--;
	*action = PXE_BA_IGNORE;
	return how == RETURNS ? ERROR_SUCCESS : ERROR_IO_PENDING;
}

static void note_if_beside(struct puppet *self, HANDLE request, ULONG reason)
{
	(void)self;
	was_beside |= n_inside > 0;
	note(request, reason, 0);
}

static const struct {
	const char *name;
	int how, threads;
	unsigned told_inside, told; /* while the callback runs, and in the end */
	bool stays;
} blocked[] = {
	{ "it parks; another thread is free and tells at once", PARKS, 2, 1, 1, true },
	{ "it returns; another thread is free and tells at once", RETURNS, 2, 1, 1, false },
	{ "threads = 1: never beside RecvRequest", PARKS, 1, 0, 1, true },
	{ "threads = 1: it has returned a decision, and holds nothing", RETURNS, 1, 0, 0, false },
	{ "it has completed it already", COMPLETES_AND_PARKS, 2, 0, 0, false },
};

START_TEST(callback_that_is_inside)
{
	struct puppet late = { .name = "late",
			       .threads = blocked[_i].threads,
			       .receive = block,
			       .ended = note_if_beside };
	struct puppet *const all[] = { &late };

	how = blocked[_i].how;
	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(1);
	RIG_UNTIL(n_held == 1);
	rig_pass(LATE_MS);
	RIG_UNTIL(n_told >= blocked[_i].told_inside);
	for (int i = 0; i < 20; i++)
		rig_turn(), rig_nap();
	ck_assert_uint_eq(n_told, blocked[_i].told_inside);
	was_beside &= blocked[_i].threads == 1;
	sem_post(&gate);
	RIG_UNTIL(n_told == blocked[_i].told);
	RIG_UNTIL(n_inside == 0);
	RIG_UNTIL(quarantined() == blocked[_i].stays);
	ck_assert(!was_beside);
	if (blocked[_i].told > 0)
		ck_assert_ptr_eq(told[0].request, held[0].request);
	end(&late);
	ck_assert_uint_eq(n_told, blocked[_i].told);
}
END_TEST

/* All its threads are inside: it is told by the first that returns, before that one takes the next
 * request; and not of what was given back before. */
START_TEST(a_notice_waits_for_a_thread)
{
	struct puppet late = { .name = "late", .threads = 2, .receive = park, .ended = only_note };
	struct puppet *const all[] = { &late };

	how = RETURNS;
	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(0);
	RIG_UNTIL(n_held == 1);
	rig_discover(1);
	RIG_UNTIL(n_held == 2);
	RIG_UNTIL(host_pending(rig.host) == 2);
	late.receive = block;
	rig_pass(20000);
	rig_discover(2);
	RIG_UNTIL(n_held == 3);
	rig_discover(3);
	RIG_UNTIL(n_held == 4);
	rig_pass(LATE_MS - 20000); /* the first two are over */
	rig_discover(4);
	ck_assert_uint_eq(PxeAsyncRecvDone(held[1].request, PXE_BA_IGNORE), ERROR_SUCCESS);
	rig_turn();
	ck_assert_uint_eq(n_told, 0);
	sem_post(&gate);
	RIG_UNTIL(n_held == 5);
	ck_assert_uint_eq(n_told, 1); /* before the fifth was asked */
	ck_assert_ptr_eq(told[0].request, held[0].request);
	RIG_UNTIL(quarantined() == 1); /* the second's pin is back */
	sem_post(&gate);
	sem_post(&gate);
	RIG_UNTIL(rig.ended[OUTCOME_IGNORED] == 3);
	end(&late);
}
END_TEST

static void linger(struct puppet *self, HANDLE request, ULONG reason)
{
	(void)self;
	note(request, reason, 0);
	while (sem_wait(&gate) != 0)
		;
}

/* One that does not return from there is named for that. */
START_TEST(a_stuck_notice_is_named)
{
	struct puppet late = { .name = "late", .threads = 2, .receive = park, .ended = linger };
	struct puppet *const all[] = { &late };
	struct timespec now;

	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(1);
	RIG_UNTIL(n_held == 1);
	RIG_UNTIL(host_pending(rig.host) == 1);
	rig_pass(LATE_MS);
	RIG_UNTIL(n_told == 1);
	clock_gettime(CLOCK_MONOTONIC, &now);
	host_watch(rig.host, (uint64_t)now.tv_sec * 1000 + 40000);
	ck_assert(rig_said("late: 1 of 2 threads has not returned from PxeProviderRequestEnded"));
	sem_post(&gate);
	ck_assert_uint_eq(PxeAsyncRecvDone(held[0].request, PXE_BA_IGNORE), ERROR_SUCCESS);
	RIG_UNTIL(quarantined() == 0);
	end(&late);
}
END_TEST

/* What was never shown to it, it is not told of. */
START_TEST(what_only_waited_is_not_told)
{
	struct puppet late = { .name = "late", .threads = 1, .receive = block, .ended = only_note };
	struct puppet *const all[] = { &late };

	how = RETURNS;
	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(0);
	RIG_UNTIL(n_held == 1);
	for (unsigned client = 1; client < 20; client++)
		rig_discover(client);
	rig_pass(LATE_MS);
	ck_assert_uint_eq(rig.ended[OUTCOME_TIMEOUT], 20);
	sem_post(&gate);
	RIG_UNTIL(quarantined() == 0);
	ck_assert_uint_eq(n_told, 0);
	ck_assert_uint_eq(n_held, 1);
	end(&late);
}
END_TEST

/* ---- the stop ---- */

static atomic_bool unloaded;

static void *unload(void *puppet)
{
	rig_unload(puppet);
	atomic_store(&unloaded, true);
	return NULL;
}

/* Every notice of a stop comes before Shutdown, whichever thread it waits for. */
START_TEST(a_stop_tells_before_shutdown)
{
	struct puppet late = { .name = "late",
			       .threads = _i,
			       .receive = park,
			       .ended = only_note,
			       .shut_down = count_down };
	struct puppet *const all[] = { &late };
	pthread_t thread;

	rig_load(&late);
	rig_chain(all, 1, NULL);
	for (unsigned client = 0; client < 20; client++) {
		rig_discover(client);
		RIG_UNTIL(n_held == client + 1);
	}
	RIG_UNTIL(host_pending(rig.host) == 20);
	host_abort(rig.host);
	rig_chain(NULL, 0, NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, unload, &late), 0);
	RIG_UNTIL(atomic_load(&unloaded));
	pthread_join(thread, NULL);
	ck_assert_uint_eq(n_told, 20);
	for (unsigned i = 0; i < 20; i++) {
		ck_assert_uint_eq(told[i].reason, PXE_ENDED_STOPPED);
		ck_assert_uint_eq(told[i].down, 0);
	}
	ck_assert_uint_eq(n_down, 1);
	ck_assert_uint_eq(quarantined(), 0);
	host_free(rig.host);
}
END_TEST

/* A reload ends nothing: what is parked with the old instance is still its own to decide. */
START_TEST(a_reload_ends_nothing)
{
	struct puppet old = { .name = "old", .threads = _i, .receive = park, .ended = only_note };
	struct puppet fresh = { .name = "fresh", .threads = _i, .receive = park };
	struct puppet *const before[] = { &old }, *const after[] = { &fresh };
	bool released = false;

	rig_load(&old);
	rig_load(&fresh);
	rig_chain(before, 1, &released);
	rig_discover(0);
	RIG_UNTIL(n_held == 1);
	RIG_UNTIL(host_pending(rig.host) == 1);
	rig_chain(after, 1, NULL);
	rig_turn();
	ck_assert(!released);
	ck_assert_uint_eq(n_told, 0);
	ck_assert_uint_eq(PxeAsyncRecvDone(held[0].request, PXE_BA_IGNORE), ERROR_SUCCESS);
	rig_turn();
	ck_assert(released);
	ck_assert_uint_eq(rig.ended[OUTCOME_IGNORED], 1);
	rig_unload(&old);
	ck_assert_uint_eq(n_told, 0);
	end(&fresh);
}
END_TEST

/* ---- a thread that is ended in the callback ---- */

static void leave(struct puppet *self, HANDLE request, ULONG reason)
{
	(void)self;
	note(request, reason, 0);
	pthread_exit(NULL);
}

START_TEST(a_thread_that_ends_there_is_replaced)
{
	struct puppet late = { .name = "late", .threads = 1, .receive = park, .ended = leave };
	struct puppet *const all[] = { &late };

	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(0);
	RIG_UNTIL(n_held == 1);
	RIG_UNTIL(host_pending(rig.host) == 1);
	rig_pass(LATE_MS);
	RIG_UNTIL(n_told == 1);
	rig_discover(1);
	RIG_UNTIL(n_held == 2);
	ck_assert(rig_said("another one is started"));
	ck_assert_uint_eq(PxeAsyncRecvDone(held[0].request, PXE_BA_IGNORE), ERROR_SUCCESS);
	RIG_UNTIL(quarantined() == 0);
	ck_assert_uint_eq(PxeAsyncRecvDone(held[1].request, PXE_BA_IGNORE), ERROR_SUCCESS);
	RIG_UNTIL(rig.ended[OUTCOME_IGNORED] == 1);
	end(&late);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("ended");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, it_is_told_and_still_holds_all, 0, 3);
	tcase_add_loop_test(tcase, it_may_complete_where_it_is_told, 0, 2);
	TEST_ROWS(tcase, callback_that_is_inside, blocked);
	tcase_add_test(tcase, a_notice_waits_for_a_thread);
	tcase_add_test(tcase, a_stuck_notice_is_named);
	tcase_add_test(tcase, what_only_waited_is_not_told);
	tcase_add_loop_test(tcase, a_stop_tells_before_shutdown, 0, 3);
	tcase_add_loop_test(tcase, a_reload_ends_nothing, 0, 2);
	tcase_add_test(tcase, a_thread_that_ends_there_is_replaced);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("ended", tcase);
}
