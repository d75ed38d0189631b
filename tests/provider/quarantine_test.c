/* A request that times out ends at once; its memory stays until its provider has given it back. */
#include <semaphore.h>

#include "provider/rig.h"
#include "request/limit.h"
#include "suite.h"

enum { LATE_MS = 31000, HANDED_MAX = 128 };

/* What the puppets were handed, by their callback. */
static struct {
	HANDLE request;
	BYTE *packet, copy[600];
	PXE_ADDRESS *remote, remote_copy;
	ULONG len;
	BYTE *reply;
} handed[HANDED_MAX];
static _Atomic unsigned n_taken, n_handed; /* places that are taken, and filled */

static sem_t gate; /* blocking puppets wait for it */

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

static unsigned hand(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		     PXE_ADDRESS *remote)
{
	unsigned i = atomic_fetch_add(&n_taken, 1);

	ck_assert_uint_lt(i, HANDED_MAX);
	handed[i].request = request;
	handed[i].packet = packet;
	memcpy(handed[i].copy, packet, len);
	handed[i].len = len;
	handed[i].remote = remote;
	handed[i].remote_copy = *remote;
	handed[i].reply = PxePacketAllocate(self->handle, request, 300);
	if (handed[i].reply)
		memset(handed[i].reply, (int)i + 1, 300);
	return i;
}

static DWORD park(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	(void)action;
	hand(self, request, packet, len, remote);
	n_handed++;
	return ERROR_IO_PENDING;
}

static DWORD answer(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	ULONG used;
	BYTE *reply = rig_offer(self, request, packet, len, 512, &used);

	(void)remote;
	*action = PXE_BA_NBP;
	if (!reply || PxeSendReply(request, reply, used, &rules) != ERROR_SUCCESS)
		return ERROR_GEN_FAILURE;
	return PxePacketFree(self->handle, request, reply);
}

/* Is everything as it was handed to the puppet? */
static void check_untouched(unsigned i)
{
	ck_assert_int_eq(memcmp(handed[i].packet, handed[i].copy, handed[i].len), 0);
	ck_assert_int_eq(memcmp(handed[i].remote, &handed[i].remote_copy, sizeof(PXE_ADDRESS)), 0);
	for (int at = 0; at < 300; at++)
		ck_assert_int_eq(handed[i].reply[at], (BYTE)(i + 1));
}

static void end(struct puppet *const puppet[], unsigned n)
{
	host_abort(rig.host);
	rig_chain(NULL, 0, NULL);
	for (unsigned i = 0; i < n; i++)
		rig_unload(puppet[i]);
	ck_assert_uint_eq(quarantined(), 0);
	ck_assert_uint_eq(host_pending(rig.host), 0);
	host_free(rig.host);
}

/* A16: what the network repeats is shown once; what the client repeats, also while it pends. */
START_TEST(a_repeated_datagram_is_shown_once)
{
	struct puppet puppet = { .name = "parks", .receive = park };
	struct puppet *const all[] = { &puppet };

	rig_load(&puppet);
	rig_chain(all, 1, NULL);
	for (int i = 0; i < 3; i++)
		rig_discover(1);
	ck_assert_uint_eq(puppet.asked, 1);
	ck_assert_uint_eq(rig.dropped[OUTCOME_DUPLICATE], 2);
	rig_pass(DUPLICATE_MS);
	rig_discover(1);
	ck_assert_uint_eq(puppet.asked, 2);
	for (unsigned i = 0; i < n_handed; i++)
		ck_assert_uint_eq(PxeAsyncRecvDone(handed[i].request, PXE_BA_IGNORE), 0);
	rig_turn();
	end(all, 1);
}
END_TEST

/* A3: what a late provider holds is nobody else's, and it gives it back as if it had been in time.
 */
START_TEST(late_provider_meets_no_other_client)
{
	struct puppet late = { .name = "late", .threads = _i ? 2 : 0, .receive = park };
	struct puppet *const all[] = { &late };

	rig_load(&late);
	rig_chain(all, 1, NULL);
	rig_discover(0);
	RIG_UNTIL(n_handed == 1);
	RIG_UNTIL(host_pending(rig.host) == 1);
	rig_pass(LATE_MS);
	ck_assert_uint_eq(rig.ended[OUTCOME_TIMEOUT], 1);
	ck_assert_uint_eq(host_pending(rig.host), 0);
	ck_assert_uint_eq(quarantined(), 1);

	late.receive = answer;
	for (unsigned client = 1; client <= 200; client++) {
		rig_discover(client);
		RIG_UNTIL(rig.ended[OUTCOME_NBP] == client);
		check_untouched(0);
		memset(handed[0].reply, 1, 300); /* a late write: nobody is sent it */
	}
	for (unsigned i = 0; i < 64; i++)
		ck_assert_int_ne(memcmp(rig.sent[i], handed[0].reply, 16), 0);

	ck_assert_uint_eq(PxeSendReply(handed[0].request, handed[0].reply, 300, NULL),
			  ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(PxePacketAllocate(late.handle, handed[0].request, 300));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxePacketFree(late.handle, handed[0].request, handed[0].reply), 0);
	ck_assert_uint_eq(PxePacketFree(late.handle, handed[0].request, handed[0].reply), 87);
	ck_assert_uint_eq(PxeAsyncRecvDone(handed[0].request, PXE_BA_NBP), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(handed[0].request, PXE_BA_NBP), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxePacketFree(late.handle, handed[0].request, handed[0].reply), 6);
	rig_turn();
	ck_assert_uint_eq(quarantined(), 0);
	ck_assert_uint_eq(rig.ended[OUTCOME_NBP], 200);
	ck_assert(rig_said("did not decide within its pending-timeout"));
	ck_assert(!rig_said("did not free")); /* it behaves, and is not blamed */
	end(all, 1);
}
END_TEST

/* ---- a callback that is still inside when its time is over ---- */

enum how {
	RETURNS,
	RETURNS_ERROR,
	PARKS,
	PARKS_DONE_LATER,
	DONE_THEN_PARKS,
	DONE_EARLY_THEN_PARKS
};

static enum how how;

static DWORD block(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		   PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	unsigned i = hand(self, request, packet, len, remote);

	if (how == DONE_EARLY_THEN_PARKS)
		ck_assert_uint_eq(PxeAsyncRecvDone(request, PXE_BA_IGNORE), ERROR_SUCCESS);
	n_handed++;
	while (sem_wait(&gate) != 0)
		;
	check_untouched(i);
	if (how == DONE_THEN_PARKS)
		ck_assert_uint_eq(PxeAsyncRecvDone(request, PXE_BA_IGNORE), ERROR_SUCCESS);
	*action = PXE_BA_IGNORE;
	return how == RETURNS         ? ERROR_SUCCESS
	       : how == RETURNS_ERROR ? ERROR_GEN_FAILURE
				      : ERROR_IO_PENDING;
}

static const struct {
	const char *name;
	enum how how;
	bool stays; /* after its return */
} inside[] = {
	{ "it returns a decision", RETURNS, false },
	{ "it returns an error", RETURNS_ERROR, false },
	{ "it parks, and nobody ever completes it", PARKS, true },
	{ "it parks, and completes it later", PARKS_DONE_LATER, true },
	{ "it completes it, and parks", DONE_THEN_PARKS, false },
	{ "it had completed it in time, and parks late", DONE_EARLY_THEN_PARKS, false },
};

START_TEST(callback_that_is_inside_keeps_its_request)
{
	struct puppet late = { .name = "late", .threads = 1, .receive = block };
	struct puppet *const all[] = { &late };
	bool released = false;

	how = inside[_i].how;
	rig_load(&late);
	rig_chain(all, 1, &released);
	rig_discover(0);
	RIG_UNTIL(n_handed == 1);
	rig_pass(LATE_MS);
	ck_assert_uint_eq(rig.ended[OUTCOME_TIMEOUT], 1);
	ck_assert_uint_eq(quarantined(), 1);
	ck_assert_uint_eq(host_pending(rig.host), 0);

	rig_chain(NULL, 0, NULL);
	rig_turn();
	ck_assert(!released); /* its code runs */
	sem_post(&gate);
	RIG_UNTIL(released);
	RIG_UNTIL(quarantined() == inside[_i].stays);
	if (how == PARKS_DONE_LATER) {
		check_untouched(0);
		ck_assert_uint_eq(PxePacketFree(late.handle, handed[0].request, handed[0].reply),
				  0);
		ck_assert_uint_eq(PxeAsyncRecvDone(handed[0].request, PXE_BA_IGNORE), 0);
		rig_turn();
		ck_assert_uint_eq(quarantined(), 0);
	}
	rig_unload(&late);
	ck_assert_uint_eq(quarantined(), 0);
	ck_assert(!rig_said("did not free"));
	host_free(rig.host);
}
END_TEST

/* ---- what is held without end is bounded ---- */

static void park_many(unsigned from, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		rig_discover(from + i);
		RIG_UNTIL(n_handed == from + i + 1);
		rig_pass(LATE_MS);
	}
}

START_TEST(quarantine_is_half_of_the_share)
{
	struct puppet late = { .name = "late", .threads = 1, .receive = park };
	struct puppet good = { .name = "good", .receive = answer };
	struct puppet *const all[] = { &late, &good };

	rig_load(&late);
	rig_load(&good);
	rig_chain(all, 2, NULL);
	park_many(0, 16); /* of 64 slots a share of 32 */
	ck_assert_uint_eq(quarantined(), 16);
	for (unsigned client = 0; client < 100; client++)
		rig_discover(1000 + client);
	ck_assert_uint_eq(n_handed, 16);
	ck_assert_uint_eq(rig.ended[OUTCOME_NBP], 100); /* the next one is asked */
	ck_assert_uint_eq(rig_said_times("has not given back 16 requests that timed out"), 1);
	for (unsigned i = 0; i < 16; i++)
		ck_assert_uint_eq(PxeAsyncRecvDone(handed[i].request, PXE_BA_IGNORE), 0);
	rig_turn();
	rig_discover(2000);
	RIG_UNTIL(n_handed == 17);
	end(all, 2);
}
END_TEST

/* Its Shutdown may still give everything back; what it does not is taken. As in the daemon, it
 * runs on another thread, and the loop turns meanwhile. */
static unsigned given_back;

static void give_back(struct puppet *self)
{
	for (unsigned i = 0; i < given_back; i++) {
		check_untouched(i);
		ck_assert_uint_eq(PxePacketFree(self->handle, handed[i].request, handed[i].reply),
				  0);
		ck_assert_uint_eq(PxeAsyncRecvDone(handed[i].request, PXE_BA_NBP), 0);
	}
}

static atomic_bool unloaded;

static void *unload(void *puppet)
{
	rig_unload(puppet);
	atomic_store(&unloaded, true);
	return NULL;
}

START_TEST(shutdown_is_the_end_of_what_is_left)
{
	struct puppet late = {
		.name = "late", .threads = 2, .receive = park, .shut_down = give_back
	};
	struct puppet *const all[] = { &late };
	bool released = false;
	pthread_t thread;

	given_back = (unsigned)_i;
	rig_load(&late);
	rig_chain(all, 1, &released);
	park_many(0, 5);
	rig_discover(5);
	RIG_UNTIL(n_handed == 6);
	host_abort(rig.host); /* the sixth is still pending: A7 */
	ck_assert_uint_eq(rig.ended[OUTCOME_ABORTED], 1);
	rig_chain(NULL, 0, NULL);
	RIG_UNTIL(released); /* quarantine holds up no reload */
	ck_assert_uint_eq(quarantined(), 6);
	ck_assert_int_eq(pthread_create(&thread, NULL, unload, &late), 0);
	RIG_UNTIL(atomic_load(&unloaded));
	pthread_join(thread, NULL);
	ck_assert_uint_eq(quarantined(), 0);
	ck_assert(!rig_said("did not free"));
	host_free(rig.host);
}
END_TEST

/* ---- threads that do not return ---- */

/* S7: only what is inside keeps a slot; what was queued goes at its deadline, and a new instance
 * serves at once. */
START_TEST(stuck_threads_do_not_fill_the_table)
{
	struct puppet bad = { .name = "bad", .threads = 2, .receive = block };
	struct puppet good = { .name = "good", .receive = answer };
	struct puppet *const old[] = { &bad }, *const new[] = { &good };
	bool released = false;

	how = RETURNS;
	rig_load(&bad);
	rig_load(&good);
	rig_chain(old, 1, &released);
	for (unsigned round = 0; round < 10; round++) {
		for (unsigned client = 0; client < 60; client++)
			rig_discover(round * 100 + client);
		if (round == 0)
			RIG_UNTIL(n_handed == 2);
		rig_pass(LATE_MS);
		ck_assert_uint_eq(host_pending(rig.host), 0);
		ck_assert_uint_eq(quarantined(), 2);
	}
	ck_assert_uint_eq(rig.dropped[OUTCOME_TABLE_FULL], 0);
	ck_assert(rig_said("bad: a provider was not asked within its pending-timeout"));
	rig_chain(new, 1, NULL);
	for (unsigned client = 0; client < 300; client++)
		rig_discover(5000 + client);
	ck_assert_uint_eq(rig.ended[OUTCOME_NBP], 300);
	ck_assert(!released);
	ck_assert_str_eq(host_busy(rig.host), "bad");
	sem_post(&gate);
	sem_post(&gate);
	RIG_UNTIL(released);
	ck_assert_uint_eq(n_handed, 2); /* what had been queued is not asked any more */
	rig_unload(&bad);
	end(new, 1);
}
END_TEST

static uint64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* S7: threads that do not return are named while they do not: once, when none is left, whenever
 * the time has doubled, and when they are back. */
START_TEST(stuck_threads_are_named)
{
	struct puppet bad = { .name = "bad", .threads = 2, .receive = block };
	struct puppet *const all[] = { &bad };
	uint64_t now_ms = monotonic_ms();

	how = RETURNS;
	rig_load(&bad);
	rig_chain(all, 1, NULL);
	rig_discover(1);
	RIG_UNTIL(n_handed == 1);
	host_watch(rig.host, now_ms + 20000);
	ck_assert(!rig_said("not returned")); /* it has 30 s */
	host_watch(rig.host, now_ms + 40000);
	ck_assert_uint_eq(rig_said_times("bad: 1 of 2 threads has not returned"), 1);
	ck_assert(rig_said("client 52:54:00:00:00:01"));
	host_watch(rig.host, now_ms + 41000);
	ck_assert_uint_eq(rig_said_times("not returned"), 1);
	rig_discover(2);
	RIG_UNTIL(n_handed == 2);
	host_watch(rig.host, now_ms + 60000);
	ck_assert_uint_eq(rig_said_times("bad: 2 of 2 threads have not returned"), 1);
	ck_assert(rig_said("it gets no requests until one returns"));
	for (uint64_t s = 61; s < 100; s++)
		host_watch(rig.host, now_ms + s * 1000);
	ck_assert_uint_eq(rig_said_times("not returned"), 2);
	host_watch(rig.host, now_ms + 130000);
	ck_assert_uint_eq(rig_said_times("not returned"), 3);
	ck_assert(!rig_said("have returned"));
	sem_post(&gate);
	sem_post(&gate);
	RIG_UNTIL(host_pending(rig.host) == 0);
	for (int left = 20000; !rig_said("bad: its threads have returned") && left > 0; left--) {
		host_watch(rig.host, now_ms + 131000);
		rig_nap();
	}
	host_watch(rig.host, now_ms + 132000);
	ck_assert_uint_eq(rig_said_times("have returned"), 1);
	end(all, 1);
}
END_TEST

/* ---- quotas ---- */

/* S17: at its share a provider is passed over: one behind it is asked, unless it is critical, for
 * it may be there to keep that one from answering. */
START_TEST(provider_at_its_share_is_passed_over)
{
	struct puppet slow = { .name = "slow", .threads = 1, .critical = _i, .receive = park };
	struct puppet good = { .name = "good", .receive = answer };
	struct puppet *const all[] = { &slow, &good };

	rig_load(&slow);
	rig_load(&good);
	rig_chain(all, 2, NULL);
	for (unsigned client = 0; client < 32; client++)
		rig_discover(client);
	RIG_UNTIL(n_handed == 32);
	for (unsigned client = 0; client < 100; client++)
		rig_discover(1000 + client);
	rig_turn();
	ck_assert_uint_eq(n_handed, 32);
	ck_assert_uint_eq(rig.ended[OUTCOME_NBP], _i ? 0 : 100);
	ck_assert_uint_eq(rig.ended[OUTCOME_BUSY], _i ? 100 : 0);
	for (unsigned i = 0; i < 32; i++)
		PxeAsyncRecvDone(handed[i].request, PXE_BA_REJECTED);
	rig_turn();
	ck_assert_uint_eq(rig.ended[OUTCOME_NBP], _i ? 32 : 132);
	end(all, 2);
}
END_TEST

static DWORD reject(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)self, (void)request, (void)packet, (void)len, (void)remote;
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

/* Nobody else wanted it: then the one that was not asked is the reason. */
START_TEST(passed_over_and_rejected_is_busy)
{
	struct puppet slow = { .name = "slow", .threads = 1, .receive = park };
	struct puppet other = { .name = "other", .receive = reject };
	struct puppet *const all[] = { &slow, &other };

	rig_load(&slow);
	rig_load(&other);
	rig_chain(all, 2, NULL);
	for (unsigned client = 0; client < 33; client++)
		rig_discover(client);
	ck_assert_uint_eq(rig.ended[OUTCOME_BUSY], 1);
	ck_assert_uint_eq(rig.ended[OUTCOME_REJECTED], 0);
	RIG_UNTIL(n_handed == 32);
	end(all, 2);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("quarantine");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, a_repeated_datagram_is_shown_once);
	tcase_add_loop_test(tcase, late_provider_meets_no_other_client, 0, 2);
	TEST_ROWS(tcase, callback_that_is_inside_keeps_its_request, inside);
	tcase_add_test(tcase, quarantine_is_half_of_the_share);
	tcase_add_loop_test(tcase, shutdown_is_the_end_of_what_is_left, 0, 7);
	tcase_add_test(tcase, stuck_threads_do_not_fill_the_table);
	tcase_add_test(tcase, stuck_threads_are_named);
	tcase_add_loop_test(tcase, provider_at_its_share_is_passed_over, 0, 2);
	tcase_add_test(tcase, passed_over_and_rejected_is_busy);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("quarantine", tcase);
}
