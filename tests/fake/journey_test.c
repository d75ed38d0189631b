/* <wdspxe-fake.h>: several requests at once, and time that the test moves. */
#include "fake/bench.h"

enum { MANY = 65 };

/* A provider that never decides by itself: the test does, with these. */
static struct {
	HANDLE provider, request[MANY];
	unsigned n, ended;
	ULONG reason;
	BOOL trial;
} asked;

static DWORD PXEAPI later(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)packet, (void)len, (void)local, (void)remote, (void)context, (void)action;
	asked.trial = PxeRequestIsTrial(request);
	asked.request[asked.n++ % MANY] = request;
	return ERROR_IO_PENDING;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	(void)context;
	return ERROR_SUCCESS;
}

static void PXEAPI ended(HANDLE request, ULONG reason, PVOID context)
{
	(void)request, (void)context;
	asked.ended++;
	asked.reason = reason;
}

static DWORD initialize(HANDLE provider, HKEY key)
{
	BOOL yes = TRUE;

	(void)key;
	asked.provider = provider;
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &yes, sizeof(yes));
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_TRIAL, &yes, sizeof(yes));
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)later, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_REQUEST_ENDED, (PVOID)ended, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}

static const struct hooks hooks = { initialize };

static PXE_FAKE *fake_of(const char *more)
{
	PXE_FAKE *fake = bench_new();

	asked.n = asked.ended = 0;
	bench_load(fake, HOOKED, bench_hooked(&hooks, more));
	return fake;
}

static PXE_FAKE_JOURNEY *begin(PXE_FAKE *fake, unsigned machine)
{
	const PXE_FAKE_REQUEST request = bench_discover(machine);
	PXE_FAKE_JOURNEY *journey = NULL;

	ck_assert_uint_eq(PxeFakeBegin(fake, &request, &journey), ERROR_SUCCESS);
	ck_assert_ptr_nonnull(journey);
	return journey;
}

static const char *outcome(const PXE_FAKE_JOURNEY *journey)
{
	PXE_FAKE_VERDICT verdict;
	DWORD code = PxeFakeVerdict(journey, &verdict);

	ck_assert_uint_eq(code,
			  strcmp(verdict.pszOutcome, "pending") ? ERROR_SUCCESS : ERROR_IO_PENDING);
	return verdict.pszOutcome;
}

/* An OFFER of its own for each, so that it shows whose it is. */
static void answer(unsigned i, BYTE mark)
{
	const PXE_FAKE_REQUEST request = bench_discover(i + 1);
	PXE_ADDRESS by_rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	BYTE *packet = PxePacketAllocate(asked.provider, asked.request[i], request.uPacketLen);

	ck_assert_ptr_nonnull(packet);
	memcpy(packet, request.pPacket, request.uPacketLen);
	packet[0] = 2;
	packet[242] = 2;
	packet[44] = mark;
	ck_assert_uint_eq(PxeSendReply(asked.request[i], packet, request.uPacketLen, &by_rules),
			  ERROR_SUCCESS);
	PxePacketFree(asked.provider, asked.request[i], packet);
}

START_TEST(several_are_under_way)
{
	PXE_FAKE *fake = fake_of("");
	PXE_FAKE_JOURNEY *it[3];

	for (unsigned i = 0; i < 3; i++)
		it[i] = begin(fake, i + 1);
	ck_assert_uint_eq(asked.n, 3);
	ck_assert_uint_eq(PxeFakeTurn(fake), 3);
	ck_assert_str_eq(outcome(it[0]), "pending");
	answer(2, 'c');
	ck_assert_uint_eq(PxeAsyncRecvDone(asked.request[2], PXE_BA_NBP), ERROR_SUCCESS);
	answer(0, 'a');
	ck_assert_uint_eq(PxeAsyncRecvDone(asked.request[0], PXE_BA_CUSTOM), ERROR_SUCCESS);
	ck_assert_str_eq(outcome(it[2]), "pending"); /* the host has not turned */
	ck_assert_uint_eq(PxeFakeTurn(fake), 1);
	ck_assert_str_eq(outcome(it[0]), "custom");
	ck_assert_str_eq(outcome(it[1]), "pending");
	ck_assert_str_eq(outcome(it[2]), "answered");
	ck_assert_uint_eq(PxeFakeReplyTo(it[0], 0)->pPacket[44], 'a');
	ck_assert_uint_eq(PxeFakeReplyTo(it[2], 0)->pPacket[44], 'c');
	ck_assert_ptr_null(PxeFakeReplyTo(it[2], 1));
	ck_assert_ptr_null(PxeFakeReplyTo(it[1], 0));
	PxeAsyncRecvDone(asked.request[1], PXE_BA_IGNORE);
	ck_assert_uint_eq(PxeFakeWait(fake, NULL, 1000), ERROR_SUCCESS);
	ck_assert_str_eq(outcome(it[1]), "ignored");
	for (unsigned i = 0; i < 3; i++)
		PxeFakeEnd(it[i]);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(deadline_passes_when_the_test_says)
{
	PXE_FAKE *fake = fake_of(" }; pending-timeout = 5.0;");
	PXE_FAKE_PROVIDER provider;
	PXE_FAKE_JOURNEY *it;

	PxeFakeAdvance(fake, 0);
	it = begin(fake, 1);
	PxeFakeAdvance(fake, 4999);
	ck_assert_str_eq(outcome(it), "pending");
	PxeFakeAdvance(fake, 1);
	ck_assert_str_eq(outcome(it), "timeout");
	ck_assert_uint_eq(PxeFakeProvider(fake, 0, &provider), ERROR_SUCCESS);
	ck_assert_uint_eq(provider.uLate, 1);
	ck_assert_uint_eq(provider.uTimeout, 5000);
	ck_assert_uint_eq(asked.ended, 1);
	ck_assert_uint_eq(asked.reason, PXE_ENDED_TIMEOUT);
	ck_assert_uint_eq(PxeAsyncRecvDone(asked.request[0], PXE_BA_NBP), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(asked.request[0], PXE_BA_NBP), ERROR_INVALID_HANDLE);
	PxeFakeTurn(fake);
	PxeFakeProvider(fake, 0, &provider);
	ck_assert_uint_eq(provider.uLate, 0);
	ck_assert_str_eq(outcome(it), "timeout");
	PxeFakeEnd(it);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(clock_stands_while_one_waits)
{
	PXE_FAKE *fake = fake_of(" }; pending-timeout = 0.02;");
	PXE_FAKE_JOURNEY *it;

	PxeFakeAdvance(fake, 0);
	it = begin(fake, 1);
	ck_assert_uint_eq(PxeFakeWait(fake, it, 100), WAIT_TIMEOUT);
	ck_assert_str_eq(outcome(it), "pending");
	ck_assert_str_eq(bench_outcome(fake, 2), "timeout"); /* the simple form does not hang */
	PxeFakeAdvance(fake, 20);
	ck_assert_str_eq(outcome(it), "timeout");
	PxeFakeEnd(it);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(clock_runs_until_it_is_moved)
{
	PXE_FAKE *fake = fake_of(" }; pending-timeout = 0.02;");
	PXE_FAKE_JOURNEY *it = begin(fake, 1);

	ck_assert_uint_eq(PxeFakeWait(fake, it, PXE_FAKE_FOREVER), ERROR_SUCCESS);
	ck_assert_str_eq(outcome(it), "timeout");
	PxeFakeEnd(it);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(one_more_than_the_table_holds)
{
	PXE_FAKE *fake = fake_of("");
	PXE_FAKE_JOURNEY *it[MANY];

	for (unsigned i = 0; i < MANY; i++)
		it[i] = begin(fake, i + 1);
	ck_assert_str_eq(outcome(it[MANY - 1]), "table-full");
	ck_assert_str_ne(outcome(it[0]), "table-full");
	PxeFakeFree(fake); /* frees them all, under way or not */
}
END_TEST

START_TEST(given_back_under_way)
{
	PXE_FAKE *fake = fake_of("");

	PxeFakeEnd(begin(fake, 1));
	ck_assert_uint_eq(PxeFakeTurn(fake), 1);
	PxeAsyncRecvDone(asked.request[0], PXE_BA_REJECTED);
	ck_assert_uint_eq(PxeFakeTurn(fake), 0);
	PxeFakeEnd(NULL);
	PxeFakeFree(fake);
}
END_TEST

/* In the daemon the second would be a duplicate for a quarter of a second. */
START_TEST(the_same_packet_twice_is_two)
{
	PXE_FAKE *fake = fake_of("");
	PXE_FAKE_JOURNEY *one = begin(fake, 1), *two = begin(fake, 1);

	ck_assert_uint_eq(asked.n, 2);
	PxeFakeEnd(one);
	PxeFakeEnd(two);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(trial_is_begun_by_the_request)
{
	PXE_FAKE *fake = fake_of("");
	PXE_FAKE_REQUEST request = bench_discover(1);
	PXE_FAKE_JOURNEY *it, *more;

	request.bTrial = TRUE;
	for (unsigned i = 0; i < 8; i++) {
		ck_assert_uint_eq(PxeFakeBegin(fake, &request, &it), ERROR_SUCCESS);
		ck_assert(asked.trial);
	}
	ck_assert_uint_eq(PxeFakeBegin(fake, &request, &more), ERROR_BUSY);
	answer(7, 'x');
	PxeAsyncRecvDone(asked.request[7], PXE_BA_NBP);
	PxeFakeTurn(fake);
	ck_assert_str_eq(outcome(it), "answered");
	ck_assert_uint_eq(PxeFakeReplyTo(it, 0)->pPacket[44], 'x');
	PxeFakeFree(fake);
}
END_TEST

START_TEST(threads_are_waited_for)
{
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_JOURNEY *it[4];

	bench_load(fake, SCRIPTED, "action = \"pending\"; when = \"other-thread\";");
	for (unsigned i = 0; i < 4; i++)
		it[i] = begin(fake, i + 1);
	ck_assert_uint_eq(PxeFakeWait(fake, NULL, 30000), ERROR_SUCCESS);
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_str_eq(outcome(it[i]), "answered");
		ck_assert_ptr_nonnull(PxeFakeReplyTo(it[i], 0));
		PxeFakeEnd(it[i]);
	}
	PxeFakeFree(fake);
}
END_TEST

START_TEST(error_of_the_provider_is_told)
{
	const PXE_FAKE_REQUEST request = bench_discover(1);
	PXE_FAKE *fake = bench_new();
	PXE_FAKE_VERDICT verdict;

	bench_load(fake, SCRIPTED, "action = \"error\"; error = 1168;");
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), ERROR_SUCCESS);
	ck_assert_str_eq(verdict.pszOutcome, "provider-failed");
	ck_assert_uint_eq(verdict.dwError, ERROR_NOT_FOUND);
	ck_assert_ptr_nonnull(PxeFakeTrace(fake, 0));
	PxeFakeForgetTraces(fake);
	ck_assert_ptr_null(PxeFakeTrace(fake, 0));
	PxeFakeFree(fake);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	PXE_FAKE_REQUEST request = bench_discover(1);
	PXE_FAKE *fake = fake_of("");
	PXE_FAKE_JOURNEY *it;
	PXE_FAKE_VERDICT verdict;

	ck_assert_uint_eq(PxeFakeBegin(fake, &request, NULL), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeFakeBegin(NULL, &request, &it), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeFakeVerdict(NULL, &verdict), ERROR_INVALID_PARAMETER);
	request.pszFrom = "2001:db8::2"; /* pszLocal is IPv4 */
	ck_assert_uint_eq(PxeFakeBegin(fake, &request, &it), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(asked.n, 0);
	PxeFakeFree(fake);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("journey");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, several_are_under_way);
	tcase_add_test(tcase, deadline_passes_when_the_test_says);
	tcase_add_test(tcase, clock_stands_while_one_waits);
	tcase_add_test(tcase, clock_runs_until_it_is_moved);
	tcase_add_test(tcase, one_more_than_the_table_holds);
	tcase_add_test(tcase, given_back_under_way);
	tcase_add_test(tcase, the_same_packet_twice_is_two);
	tcase_add_test(tcase, trial_is_begun_by_the_request);
	tcase_add_test(tcase, threads_are_waited_for);
	tcase_add_test(tcase, error_of_the_provider_is_told);
	tcase_add_test(tcase, wrong_arguments_are_refused);
	return suite_run("fake/journey", tcase);
}
