/* Trial requests: who is asked, where replies go, and that nothing is changed. */
#include <errno.h>

#include "provider/rig.h"
#include "suite.h"

/* What the asker was told. */
static struct {
	unsigned sent, ended;
	enum outcome outcome;
	bool read;
	char provider[16];
} told;

static BOOL seen_trial;
static _Atomic(HANDLE) parked;

static void on_sent(void *context, const struct outgoing *out)
{
	(void)context;
	ck_assert_uint_gt(out->len, 240);
	told.sent++;
}

static void on_told(void *context, const struct ending *end)
{
	const struct request *req = end->req;

	(void)context;
	told.ended++;
	told.outcome = end->outcome;
	told.read = req != NULL;
	snprintf(told.provider, sizeof(told.provider), "%s",
		 req && req->provider ? req->provider : "");
}

static const struct host_trial asker = { .sent = on_sent, .ended = on_told };
static const struct host_trial asker_of_all = { .ask_all = true,
						.sent = on_sent,
						.ended = on_told };

static int try(const struct host_trial *by, unsigned client)
{
	uint8_t octets[601];
	char mac[24];
	struct arrival in = { .octets = octets, .port = 67, .interface = "fake0", .on_link = true };

	snprintf(mac, sizeof(mac), "52:54:00:00:00:%02x", client);
	in.len = PxeFakeDiscover(octets, 600, mac, 7);
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), 68, 2 };
	in.own = ip_v4("\xc0\x00\x02\x01");
	return host_try(rig.host, &in, by, rig.now_ms);
}

static DWORD answer(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
		    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	ULONG used;
	BYTE *reply = rig_offer(self, request, packet, len, 512, &used);

	(void)remote;
	seen_trial = PxeRequestIsTrial(request);
	ck_assert(!seen_trial || PxeRequestWanted(request));
	*action = PXE_BA_NBP;
	if (!reply || PxeSendReply(request, reply, used, &rules) != ERROR_SUCCESS)
		return ERROR_GEN_FAILURE;
	return PxePacketFree(self->handle, request, reply);
}

static DWORD park(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	(void)self, (void)packet, (void)len, (void)remote, (void)action;
	parked = request;
	return ERROR_IO_PENDING;
}

static DWORD leak(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
		  PXE_BOOT_ACTION *action)
{
	(void)packet, (void)len, (void)remote, (void)action;
	PxePacketAllocate(self->handle, request, 300);
	return ERROR_SUCCESS;
}

static void knows_trials(struct puppet *puppet)
{
	BOOL yes = TRUE;

	ck_assert_uint_eq(PxeProviderSetAttribute(puppet->handle, PXE_PROV_ATTR_TRIAL, &yes, 4), 0);
}

static void start(struct puppet *const puppet[], unsigned n)
{
	rig_start(64, 64);
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

/* No counter of the host's or the provider's has moved. */
static void check_uncounted(const struct puppet *puppet)
{
	struct host_counters host;
	struct provider_counters provider;

	host_counters(rig.host, &host);
	provider_counters(puppet->provider, &provider);
	ck_assert_uint_eq(host.received + host.replies + host.pending + host.replies_refused +
				  host.quarantined + host.latency_us_sum,
			  0);
	ck_assert_uint_eq(provider.asked + provider.replies + provider.leaked + provider.pending,
			  0);
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		ck_assert_uint_eq(host.outcomes[i] + provider.outcome[i], 0);
		ck_assert_uint_eq(rig.ended[i] + rig.dropped[i], 0);
	}
	ck_assert_uint_eq(rig.n_sent, 0);
	ck_assert_uint_eq(host_pending(rig.host), 0);
}

static const struct {
	const char *name;
	int threads;
	bool knows;
	const struct host_trial *by;
	bool asked;
} rows[] = {
	{ "on the loop", 0, true, &asker, true },
	{ "on a thread", 1, true, &asker, true },
	{ "one that does not know", 0, false, &asker, false },
	{ "one that does not know, but all are asked", 0, false, &asker_of_all, true },
};

START_TEST(reply_goes_to_who_asks)
{
	struct puppet puppet = { .name = "p", .threads = rows[_i].threads, .receive = answer };
	struct puppet *const all[] = { &puppet };
	enum outcome expected = rows[_i].asked ? OUTCOME_NBP : OUTCOME_UNSEEN;

	start(all, 1);
	if (rows[_i].knows)
		knows_trials(&puppet);
	for (unsigned n = 1; n <= 3; n++) { /* the same packet: it is no duplicate */
		ck_assert_int_eq(try(rows[_i].by, 1), 0);
		RIG_UNTIL(told.ended == n);
		ck_assert_msg(told.outcome == expected, "%s: %s", rows[_i].name,
			      outcome_name(told.outcome));
	}
	ck_assert_uint_eq(told.sent, rows[_i].asked ? 3 : 0);
	ck_assert_uint_eq(puppet.asked, told.sent);
	ck_assert(told.read && seen_trial == rows[_i].asked);
	check_uncounted(&puppet);

	rig_discover(1); /* a client's is none, and none of the trials stands in its way */
	RIG_UNTIL(rig.ended[OUTCOME_NBP] == 1);
	ck_assert(!seen_trial && rig.n_sent == 1);
	end(all, 1);
}
END_TEST

static bool ignores_old(void *context, const char *provider)
{
	(void)context;
	return strcmp(provider, "old") == 0;
}

/* Who is not asked is taken to hand on, or to end it, as who asks says. */
START_TEST(who_is_not_asked_is_taken_as_said)
{
	const struct host_trial by = { .ignores = _i ? ignores_old : NULL,
				       .sent = on_sent,
				       .ended = on_told };
	struct puppet old = { .name = "old", .receive = answer };
	struct puppet good = { .name = "good", .receive = answer };
	struct puppet *const all[] = { &old, &good };

	start(all, 2);
	knows_trials(&good);
	ck_assert_int_eq(try(&by, 1), 0);
	ck_assert_uint_eq(told.ended, 1);
	ck_assert_int_eq(told.outcome, _i ? OUTCOME_IGNORED : OUTCOME_NBP);
	ck_assert_str_eq(told.provider, _i ? "old" : "good");
	ck_assert(old.asked == 0 && good.asked == told.sent && told.sent == (_i ? 0 : 1));
	check_uncounted(&old);
	end(all, 2);
}
END_TEST

START_TEST(pending_one_ends_after_3_seconds)
{
	struct puppet puppet = { .name = "p", .threads = _i, .receive = park };
	struct puppet *const all[] = { &puppet };

	start(all, 1);
	knows_trials(&puppet);
	ck_assert_int_eq(try(&asker, 1), 0);
	RIG_UNTIL(parked);
	rig_pass(HOST_TRIAL_MS - 1);
	ck_assert_uint_eq(told.ended, 0);
	ck_assert(PxeRequestIsTrial(parked)); /* outside of its callback too */
	rig_pass(1);
	ck_assert_uint_eq(told.ended, 1);
	ck_assert_int_eq(told.outcome, OUTCOME_TIMEOUT);
	ck_assert_str_eq(told.provider, "p");
	ck_assert(!PxeRequestIsTrial(parked));
	ck_assert_uint_eq(PxeAsyncRecvDone(parked, PXE_BA_NBP), ERROR_SUCCESS);
	rig_turn();
	check_uncounted(&puppet);
	end(all, 1);
}
END_TEST

START_TEST(what_is_forgotten_is_not_counted)
{
	struct puppet puppet = { .name = "p", .receive = leak };
	struct puppet *const all[] = { &puppet };

	start(all, 1);
	knows_trials(&puppet);
	ck_assert_int_eq(try(&asker, 1), 0);
	ck_assert_uint_eq(told.ended, 1);
	ck_assert_int_eq(told.outcome, OUTCOME_REJECTED);
	ck_assert(rig_said("did not free 1 packet") && rig_said(", trial)"));
	check_uncounted(&puppet);
	end(all, 1);
}
END_TEST

START_TEST(so_many_at_a_time)
{
	struct puppet puppet = { .name = "p", .receive = park };
	struct puppet *const all[] = { &puppet };

	start(all, 1);
	knows_trials(&puppet);
	for (unsigned n = 0; n < HOST_TRIALS_MAX; n++)
		ck_assert_int_eq(try(&asker, n), 0);
	ck_assert_int_eq(try(&asker, 99), -EBUSY);
	PxeAsyncRecvDone(parked, PXE_BA_REJECTED);
	rig_turn();
	ck_assert_uint_eq(told.ended, 1);
	ck_assert_int_eq(try(&asker, 99), 0);
	host_abort(rig.host);
	ck_assert_uint_eq(told.ended, HOST_TRIALS_MAX + 1);
	ck_assert_int_eq(told.outcome, OUTCOME_ABORTED);
	end(all, 1);
}
END_TEST

START_TEST(what_cannot_be_read_ends_too)
{
	struct puppet puppet = { .name = "p", .receive = park };
	struct puppet *const all[] = { &puppet };
	uint8_t octets[301] = { 1 };
	struct arrival in = { .octets = octets,
			      .len = 300,
			      .port = 67,
			      .interface = "fake0",
			      .from = { ip_v4("\0\0\0\0"), 68, 2 },
			      .own = ip_v4("\xc0\x00\x02\x01") };

	start(all, 1);
	ck_assert_int_eq(host_try(rig.host, &in, &asker, rig.now_ms), 0);
	ck_assert(told.ended == 1 && !told.read);
	ck_assert_int_eq(told.outcome, OUTCOME_MALFORMED);
	check_uncounted(&puppet);
	end(all, 1);
}
END_TEST

/* A test of a provider asks it so. */
START_TEST(fake_host_asks)
{
	PXE_FAKE *fake = PxeFakeNew();
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;

	ck_assert_uint_eq(PxeFakeLoad(fake, built_module("tests/providers/scripted.so"),
				      "action = \"nbp\";", NULL, 0),
			  0);
	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", 7);
	ck_assert_uint_eq(PxeFakeTry(fake, &request, &verdict), 0);
	ck_assert_str_eq(verdict.pszOutcome, "no-provider");
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), 0);
	ck_assert_str_eq(verdict.pszOutcome, "answered");
	PxeFakeFree(fake);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("trial");

	tcase_set_timeout(tcase, 60);
	TEST_ROWS(tcase, reply_goes_to_who_asks, rows);
	tcase_add_loop_test(tcase, who_is_not_asked_is_taken_as_said, 0, 2);
	tcase_add_loop_test(tcase, pending_one_ends_after_3_seconds, 0, 2);
	tcase_add_test(tcase, what_is_forgotten_is_not_counted);
	tcase_add_test(tcase, so_many_at_a_time);
	tcase_add_test(tcase, what_cannot_be_read_ends_too);
	tcase_add_test(tcase, fake_host_asks);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("trial", tcase);
}
