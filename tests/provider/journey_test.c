/* The journey of a request: which providers it visited, where, and what came of it. */
#include "provider/rig.h"
#include "suite.h"

static struct {
	uint32_t n;
	struct visit visit[REQUEST_VISITS_MAX];
	struct request_reason reason; /* kind 0: none */
	uint64_t us;
} seen;

static BOOL each_wanted;
static bool read_each;
static bool some_read_each(void *context, const struct request *req);

static struct {
	uint32_t n, left_out;
	char text[1000];
} each;

static void look_at_remarks(const struct request *req)
{
	size_t used = 0;
	struct remark remark;

	each.n = remarks_count(&req->remarks, &each.left_out);
	each.text[0] = '\0';
	for (uint32_t i = 0; i < each.n; i++)
		if (remarks_read(&req->remarks, i, &remark))
			used += (size_t)snprintf(each.text + used, sizeof(each.text) - used,
						 "%s %u %s %s:%u\n", remark.provider, remark.kind,
						 remark.text, remark.file, remark.line);
}

static void look(const struct request *req)
{
	look_at_remarks(req);
	seen.n = req->n_visits;
	seen.us = req->ended_us - req->arrived_us;
	for (uint32_t i = 0; i < REQUEST_VISITS_MAX; i++)
		memcpy(&seen.visit[i], &req->visit[i], sizeof(seen.visit[i]));
	seen.reason = req->reason ? *req->reason : (struct request_reason){ 0 };
}

static void look_of_trial(void *context, const struct ending *end)
{
	(void)context;
	look(end->req);
}

static DWORD reject(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)packet, (void)len, (void)remote;
	PxeRequestReason(request, PXE_REASON_NEAREST, self->name, NULL, 0);
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD give_error(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	(void)packet, (void)len, (void)remote, (void)action;
	PxeRequestReason(request, PXE_REASON_FAILED, self->name, NULL, 0);
	return ERROR_GEN_FAILURE;
}

static DWORD answer(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	ULONG used;
	BYTE *reply = rig_offer(self, request, packet, len, 512, &used);

	(void)remote;
	PxeRequestReason(request, PXE_REASON_DECIDED, self->name, NULL, 0);
	PxeSendReply(request, reply, used, &rules);
	*action = PXE_BA_NBP;
	return PxePacketFree(self->handle, request, reply);
}

static DWORD park(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	(void)packet, (void)len, (void)remote, (void)action;
	PxeRequestReason(request, PXE_REASON_FAILED, self->name, NULL, 0);
	return ERROR_IO_PENDING;
}

/* As one with two entries does. */
static DWORD give_each(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		       PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	each_wanted = PxeRequestWanted(request);
	PxeRequestReason(request, PXE_REASON_PASSED, "mac does not match", "boot.conf", 3);
	PxeRequestReason(request, PXE_REASON_NEAREST, "no entry", "boot.conf", 5);
	PxeRequestReason(request, PXE_REASON_PASSED, "arch does not match", "boot.conf", 5);
	return reject(self, request, packet, len, remote, action);
}

static bool everybody_reads(void *context, const struct request *req)
{
	(void)context, (void)req;
	return true;
}

static void start(struct puppet *const puppet[], unsigned n)
{
	struct host_hooks hooks = { .wake = rig_on_wake,
				    .send = rig_on_send,
				    .unreachable = rig_on_unreachable,
				    .ended = rig_on_ended,
				    .trace = rig_on_trace,
				    .trace_enabled = rig_on_trace_enabled,
				    .wanted = everybody_reads,
				    .wanted_each = some_read_each };
	struct host_limits limits = HOST_LIMITS_DEFAULT;

	limits.table = limits.packets = 64;
	rig.now_ms = 1000000;
	rig.look = look;
	ck_assert_int_eq(host_new(&limits, &hooks, &rig.host), 0);
	for (unsigned i = 0; i < n; i++)
		rig_load(puppet[i]);
	rig_chain(puppet, n, NULL);
}

static void end(struct puppet *const puppet[], unsigned n)
{
	rig_chain(NULL, 0, NULL);
	for (unsigned i = 0; i < n; i++)
		rig_unload(puppet[i]);
	host_free(rig.host);
}

static void check(unsigned i, const char *provider, const char *seat, enum verdict verdict,
		  enum outcome outcome, uint32_t replies)
{
	const struct visit *visit = &seen.visit[i];

	ck_assert_str_eq(visit->provider, provider);
	ck_assert(!seat == !visit->seat && (!seat || strcmp(seat, visit->seat) == 0));
	ck_assert_int_eq(visit->verdict, verdict);
	ck_assert_int_eq(visit->outcome, outcome);
	ck_assert_uint_eq(visit->replies, replies);
}

START_TEST(each_visit_is_kept)
{
	struct puppet near = { .name = "near", .receive = reject };
	struct puppet broken = { .name = "broken", .threads = 1, .receive = give_error };
	struct puppet good = { .name = "good", .receive = answer };
	struct puppet *const all[] = { &near, &broken, &good };
	uint64_t us = 0;

	start(all, 3);
	rig_discover(1);
	RIG_UNTIL(rig.ended[OUTCOME_NBP] == 1);
	ck_assert_uint_eq(seen.n, 3);
	check(0, "near", "loop", VERDICT_REJECTED, OUTCOME_REJECTED, 0);
	check(1, "broken", "threads", VERDICT_ERROR, OUTCOME_FAILED, 0);
	check(2, "good", "loop", VERDICT_NBP, OUTCOME_NBP, 1);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_str_eq(seen.visit[i].reason.text, all[i]->name);
		us += seen.visit[i].us;
	}
	ck_assert_uint_eq(us, seen.us);
	ck_assert_str_eq(seen.reason.text, "good");
	end(all, 3);
}
END_TEST

/* Who failed says why it ended so, though somebody behind came near. */
START_TEST(failure_explains)
{
	struct puppet broken = { .name = "broken", .receive = give_error };
	struct puppet near = { .name = "near", .receive = reject };
	struct puppet *const all[] = { &broken, &near };

	start(all, 2);
	rig_discover(1);
	ck_assert_uint_eq(rig.ended[OUTCOME_FAILED], 1);
	ck_assert_str_eq(seen.reason.text, "broken");
	end(all, 2);
}
END_TEST

START_TEST(timeout_is_the_last_visit)
{
	struct puppet near = { .name = "near", .receive = reject };
	struct puppet late = { .name = "late", .receive = park };
	struct puppet *const all[] = { &near, &late };

	start(all, 2);
	rig_discover(1);
	rig_pass(31000);
	ck_assert_uint_eq(rig.ended[OUTCOME_TIMEOUT], 1);
	ck_assert_uint_eq(seen.n, 2);
	check(1, "late", "loop", VERDICT_TIMEOUT, OUTCOME_TIMEOUT, 0);
	ck_assert_str_eq(seen.reason.text, "late");
	host_abort(rig.host);
	end(all, 2);
}
END_TEST

static bool some_read_each(void *context, const struct request *req)
{
	(void)context, (void)req;
	return read_each;
}

/* Who watches reads each reason; the log has the last word alone, and nobody pays for the rest. */
START_TEST(each_reason_is_kept_for_who_reads_them)
{
	struct puppet one = { .name = "one", .receive = give_each };
	struct puppet two = { .name = "two", .threads = 1, .receive = give_each };
	struct puppet *const all[] = { &one, &two };

	start(all, 2);
	rig_discover(1);
	RIG_UNTIL(rig.ended[OUTCOME_REJECTED] == 1);
	ck_assert_int_eq(each_wanted, TRUE);
	ck_assert_uint_eq(each.n, 0);
	ck_assert_str_eq(seen.reason.text, "two");
	read_each = true;
	rig_discover(2);
	RIG_UNTIL(rig.ended[OUTCOME_REJECTED] == 2);
	ck_assert_int_eq(each_wanted, PXE_WANTED_EACH);
	ck_assert_str_eq(each.text, "one 4 mac does not match boot.conf:3\n"
				    "one 2 no entry boot.conf:5\n"
				    "one 4 arch does not match boot.conf:5\n"
				    "one 2 one :0\n"
				    "two 4 mac does not match boot.conf:3\n"
				    "two 2 no entry boot.conf:5\n"
				    "two 4 arch does not match boot.conf:5\n"
				    "two 2 two :0\n");
	ck_assert_str_eq(seen.reason.text, "two");
	end(all, 2);
}
END_TEST

/* A trial shows whom it did not ask. */
START_TEST(unaware_provider_is_named)
{
	const struct host_trial asker = { .ended = look_of_trial };
	struct puppet old = { .name = "old", .receive = answer };
	struct puppet *const all[] = { &old };
	uint8_t octets[601];
	struct arrival in = { .octets = octets, .port = 67, .interface = "fake0", .on_link = true };

	start(all, 1);
	in.len = PxeFakeDiscover(octets, 600, "52:54:00:00:00:01", 7);
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), 68, 2 };
	in.own = ip_v4("\xc0\x00\x02\x01");
	ck_assert_int_eq(host_try(rig.host, &in, &asker, rig.now_ms), 0);
	ck_assert_uint_eq(seen.n, 1);
	check(0, "old", NULL, VERDICT_UNAWARE, OUTCOME_REJECTED, 0);
	ck_assert_uint_eq(old.asked, 0);
	end(all, 1);
}
END_TEST

START_TEST(so_many_are_kept)
{
	enum { N = REQUEST_VISITS_MAX + 3 };
	static char name[N][8];
	struct puppet puppet[N];
	struct puppet *all[N];

	for (unsigned i = 0; i < N; i++) {
		snprintf(name[i], sizeof(name[i]), "p%u", i);
		puppet[i] =
			(struct puppet){ .name = name[i], .receive = i + 1 < N ? reject : answer };
		all[i] = &puppet[i];
	}
	start(all, N);
	rig_discover(1);
	ck_assert_uint_eq(rig.ended[OUTCOME_NBP], 1);
	ck_assert_uint_eq(seen.n, N);
	ck_assert_str_eq(seen.visit[0].provider, "p0");
	check(REQUEST_VISITS_MAX - 1, "p10", "loop", VERDICT_NBP, OUTCOME_NBP, 1);
	ck_assert_str_eq(seen.reason.text, "p10");
	end(all, N);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("journey");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, each_visit_is_kept);
	tcase_add_test(tcase, failure_explains);
	tcase_add_test(tcase, timeout_is_the_last_visit);
	tcase_add_test(tcase, each_reason_is_kept_for_who_reads_them);
	tcase_add_test(tcase, unaware_provider_is_named);
	tcase_add_test(tcase, so_many_are_kept);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("journey", tcase);
}
