/* The walk through a chain of real modules, with a net that only remembers: verdicts, both orders
 * of completion, deadlines, late and forged handles, quotas, and the one outcome of each request.
 */
#include <check.h>

#include "built.h"
#include "scratch.h"
#include "suite.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "providers/hooked.h"

#define SCRIPTED built_module("tests/providers/scripted.so")
#define HOOKED   built_module("tests/providers/hooked.so")
#define MAC      "52:54:00:00:00:01"

static char log_path[TEMPORARY_MAX];

static PXE_FAKE *fake_with(const char *settings[], unsigned n)
{
	PXE_FAKE *fake = PxeFakeNew();
	char text[1024], why[512];

	ck_assert_ptr_nonnull(fake);
	for (unsigned i = 0; i < n && settings[i]; i++) {
		snprintf(text, sizeof(text), "log = \"%s\"; %s", log_path, settings[i]);
		ck_assert_msg(PxeFakeLoad(fake, SCRIPTED, text, why, sizeof(why)) == 0, "%s", why);
	}
	return fake;
}

static void receive(PXE_FAKE *fake, PXE_FAKE_VERDICT *verdict)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), MAC, 7);
	ck_assert_uint_ge(request.uPacketLen, 300);
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, verdict), 0);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The lines that the scripted providers wrote. */
static void log_read(char *out, size_t size)
{
	FILE *log = fopen(log_path, "r");
	size_t n = log ? fread(out, 1, size - 1, log) : 0;

	out[n] = '\0';
	if (log)
		fclose(log);
}

static bool log_has(const char *text)
{
	char lines[4096];

	log_read(lines, sizeof(lines));
	return strstr(lines, text) != NULL;
}

static void log_new(void)
{
	int fd;

	fd = mkstemp(temporary_template(log_path, "walk"));
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void log_remove(void)
{
	unlink(log_path);
}

static const struct {
	const char *name, *settings[3], *outcome;
	ULONG replies;
} rows[] = {
	{ "no provider", { NULL }, "no-provider", 0 },
	{ "NBP answers", { "action = \"nbp\";" }, "answered", 1 },
	{ "CUSTOM answers", { "action = \"custom\";" }, "custom", 1 },
	{ "IGNORE ends it", { "action = \"ignore\";", "action = \"nbp\";" }, "ignored", 0 },
	{ "REJECTED goes on", { "action = \"reject\";", "action = \"nbp\";" }, "answered", 1 },
	{ "an error goes on", { "action = \"error\";", "action = \"custom\";" }, "custom", 1 },
	{ "all reject", { "action = \"reject\";", "action = \"reject\";" }, "rejected", 0 },
	/* A4: an error is no decision of the one who made it, but it is the end if nobody decides.
	 */
	{ "an error, and then nobody",
	  { "action = \"error\";", "action = \"reject\";" },
	  "provider-failed",
	  0 },
	{ "nobody, and then an error",
	  { "action = \"reject\";", "action = \"error\";" },
	  "provider-failed",
	  0 },
	{ "pending, then an error",
	  { "action = \"pending\"; complete = \"fail\"; error = 1326;" },
	  "provider-failed",
	  0 },
	{ "pending, an error before the return",
	  { "action = \"pending\"; complete = \"fail\"; error = 1326; when = \"before\";" },
	  "provider-failed",
	  0 },
	{ "pending, then an error, and the next one answers",
	  { "action = \"pending\"; complete = \"fail\";", "action = \"nbp\";" },
	  "answered",
	  1 },
	{ "an error, and then silence",
	  { "action = \"error\";", "action = \"ignore\";" },
	  "ignored",
	  0 },
	/* W5: decided, and not sent: whatever the provider then says. */
	{ "longer than the client takes", { "action = \"nbp\"; pad = 1400;" }, "too-long", 0 },
	{ "longer than the client takes, and passed on",
	  { "action = \"nbp\"; pad = 1400; then = \"reject\";" },
	  "too-long",
	  0 },
	{ "longer than the client takes, as an error",
	  { "action = \"nbp\"; pad = 1400; then = \"error\"; error = 122;" },
	  "too-long",
	  0 },
	{ "longer than the client takes, and the next one answers",
	  { "action = \"nbp\"; pad = 1400; then = \"error\"; error = 122;", "action = \"nbp\";" },
	  "answered",
	  1 },
	{ "an action that does not exist is REJECTED",
	  { "action = \"invalid\";", "action = \"nbp\";" },
	  "answered",
	  1 },
	{ "NBP without a reply", { "action = \"nbp\"; reply = 0;" }, "unsent", 0 },
	{ "several replies", { "action = \"nbp\"; reply = 3;" }, "answered", 3 },
	{ "more replies than packets live: each is freed",
	  { "action = \"nbp\"; reply = 40;" },
	  "answered",
	  40 },
	{ "pending, completed later", { "action = \"pending\";" }, "answered", 1 },
	{ "pending, completed before the return",
	  { "action = \"pending\"; when = \"before\";" },
	  "answered",
	  1 },
	{ "pending, then REJECTED goes on",
	  { "action = \"pending\"; complete = \"reject\";", "action = \"nbp\";" },
	  "answered",
	  1 },
	{ "pending before, then REJECTED goes on",
	  { "action = \"pending\"; complete = \"reject\"; when = \"before\";",
	    "action = \"nbp\";" },
	  "answered",
	  1 },
	{ "pending, then IGNORE",
	  { "action = \"pending\"; complete = \"ignore\";", "action = \"nbp\";" },
	  "ignored",
	  0 },
	{ "never completed", { "action = \"pending\"; complete = \"never\";" }, "timeout", 0 },
	{ "on the loop", { "action = \"nbp\"; nonblocking = 1;" }, "answered", 1 },
	{ "on the loop, pending", { "action = \"pending\"; nonblocking = 1;" }, "answered", 1 },
	{ "on the loop, completed before the return",
	  { "action = \"pending\"; nonblocking = 1; when = \"before\";" },
	  "answered",
	  1 },
	{ "on the loop, never completed",
	  { "action = \"pending\"; nonblocking = 1; complete = \"never\";" },
	  "timeout",
	  0 },
	{ "a callback that outlives the deadline",
	  { "action = \"nbp\"; delay-ms = 2600;" },
	  "timeout",
	  0 },
	{ "a filter that fits", { "action = \"nbp\"; filter = 2;" }, "answered", 1 },
};

START_TEST(verdict_leads_to_outcome)
{
	PXE_FAKE *fake = fake_with((const char **)rows[_i].settings, 3);
	PXE_FAKE_VERDICT verdict;

	receive(fake, &verdict);
	ck_assert_msg(strcmp(verdict.pszOutcome, rows[_i].outcome) == 0, "%s: %s", rows[_i].name,
		      verdict.pszOutcome);
	ck_assert_msg(verdict.uReplies == rows[_i].replies, "%s: %u replies", rows[_i].name,
		      verdict.uReplies);
	PxeFakeFree(fake);
}
END_TEST

/* What must be said about it, once; and nothing else. */
static const struct {
	const char *name, *settings[2], *trace;
} remarks[] = {
	/* A4: the code, by its name where it has one, in the end's line or, where somebody else
	 * decides, in one of its own. */
	{ "an error",
	  { "action = \"error\"; error = 122;" },
	  "warning: provider-failed: RecvRequest returned error 122 (ERROR_INSUFFICIENT_BUFFER)" },
	{ "an error without a name",
	  { "action = \"error\"; error = 77777;" },
	  "warning: provider-failed: RecvRequest returned error 77777" },
	{ "an error, and the next one answers",
	  { "action = \"error\"; error = 1326;", "action = \"nbp\";" },
	  "warning: RecvRequest returned error 1326 (ERROR_LOGON_FAILURE) (client " MAC ", xid "
	  "00000001)" },
	{ "an error that comes later",
	  { "action = \"pending\"; complete = \"fail\"; error = 1326;" },
	  "warning: provider-failed: called PxeRequestFail with error 1326 (ERROR_LOGON_FAILURE)" },
	/* A12, W5. */
	{ "too long",
	  { "action = \"nbp\"; pad = 1400;" },
	  "warning: too-long: the reply has 1661 bytes, but the client accepts only 1444 (option "
	  "57): send a shorter reply" },
	/* A11: verdicts that contradict what was sent. */
	{ "reply, then reject",
	  { "action = \"nbp\"; then = \"reject\";" },
	  "warning: sent a reply, and then returned PXE_BA_REJECTED: the next provider is asked "
	  "and may answer, too (client " MAC ", xid 00000001)" },
	{ "reply, then ignore",
	  { "action = \"nbp\"; then = \"ignore\";" },
	  "warning: sent a reply, and then returned PXE_BA_IGNORE, which means that no reply is "
	  "sent (client " MAC ", xid 00000001)" },
	{ "a reply is sent and said", { "action = \"nbp\";" }, NULL },
	{ "silence", { "action = \"ignore\";" }, NULL },
	{ "one that passes on", { "action = \"reject\";", "action = \"nbp\";" }, NULL },
};

START_TEST(what_went_wrong_is_told_once)
{
	PXE_FAKE *fake = fake_with((const char **)remarks[_i].settings, 2);
	PXE_FAKE_VERDICT verdict;
	const char *line;

	receive(fake, &verdict);
	line = PxeFakeTrace(fake, 0);
	if (remarks[_i].trace)
		ck_assert_msg(line && strcmp(line, remarks[_i].trace) == 0, "%s: %s",
			      remarks[_i].name, line ? line : "(nothing)");
	line = PxeFakeTrace(fake, remarks[_i].trace ? 1 : 0);
	ck_assert_msg(!line, "%s: %s", remarks[_i].name, line);
	PxeFakeFree(fake);
}
END_TEST

/* W10, C11: whose reason it is that the end shows: of who decided, and where nobody did, of who
 * came near. */
static const struct {
	const char *name, *settings[2], *text;
	ULONG kind;
} reasons[] = {
	{ "of who answers",
	  { "action = \"nbp\"; reason = \"1rule seven\";" },
	  "rule seven",
	  PXE_REASON_DECIDED },
	{ "of who is silent",
	  { "action = \"ignore\"; reason = \"1rule seven\";" },
	  "rule seven",
	  PXE_REASON_DECIDED },
	{ "of who decides later",
	  { "action = \"pending\"; complete = \"ignore\"; reason = \"1later\";" },
	  "later",
	  PXE_REASON_DECIDED },
	{ "of who never decided",
	  { "action = \"pending\"; complete = \"never\"; reason = \"3no\";" },
	  "no",
	  PXE_REASON_FAILED },
	{ "of who came near, where nobody decides",
	  { "action = \"reject\"; reason = \"2rule two\";", "action = \"reject\";" },
	  "rule two",
	  PXE_REASON_NEAREST },
	{ "of the last who came near",
	  { "action = \"reject\"; reason = \"2a\";", "action = \"reject\"; reason = \"2b\";" },
	  "b",
	  PXE_REASON_NEAREST },
	{ "not of another one",
	  { "action = \"reject\"; reason = \"2a\";", "action = \"ignore\";" },
	  "",
	  0 },
	{ "of who failed",
	  { "action = \"error\"; reason = \"3no data base\";" },
	  "no data base",
	  PXE_REASON_FAILED },
	{ "of who failed, not of who came near after it", /* it was the last one's, or none */
	  { "action = \"error\"; reason = \"3no data base\";",
	    "action = \"reject\"; reason = \"2a\";" },
	  "no data base",
	  PXE_REASON_FAILED },
	{ "of who answers after one that failed",
	  { "action = \"error\"; reason = \"3no data base\";",
	    "action = \"nbp\"; reason = \"1rule one\";" },
	  "rule one",
	  PXE_REASON_DECIDED },
	{ "control characters are not copied",
	  { "action = \"nbp\"; reason = \"1a\\x1b[31m\";" },
	  "a?[31m",
	  PXE_REASON_DECIDED },
	{ "none", { "action = \"nbp\";" }, "", 0 },
};

START_TEST(reason_of_the_end)
{
	PXE_FAKE *fake = fake_with((const char **)reasons[_i].settings, 2);
	PXE_FAKE_VERDICT verdict;

	receive(fake, &verdict);
	ck_assert_msg(verdict.uReason == reasons[_i].kind, "%s: %u", reasons[_i].name,
		      verdict.uReason);
	ck_assert_msg(strcmp(verdict.pszReason, reasons[_i].text) == 0, "%s: %s", reasons[_i].name,
		      verdict.pszReason);
	ck_assert_str_eq(verdict.pszFile, reasons[_i].kind ? "/etc/rules/10-rules" : "");
	ck_assert_uint_eq(verdict.uLine, reasons[_i].kind ? 7 : 0);
	PxeFakeFree(fake);
}
END_TEST

/* A text of any length is cut, at a whole character. */
START_TEST(a_long_reason_is_cut_whole)
{
	char settings[700] = "action = \"nbp\"; reason = \"1";
	const char *one[] = { settings };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	for (int i = 0; i < 120; i++)
		strcat(settings, "\u00e9");
	strcat(settings, "\";");
	fake = fake_with(one, 1);
	receive(fake, &verdict);
	ck_assert_uint_eq(strlen(verdict.pszReason), 198);
	ck_assert_str_eq(verdict.pszReason + 196, "\u00e9");
	PxeFakeFree(fake);
}
END_TEST

START_TEST(late_calls_find_a_dead_handle)
{
	const char *settings[] = { "action = \"pending\"; when = \"before\";" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;

	receive(fake, &verdict);
	PxeFakeFree(fake);
	ck_assert(log_has("done 0"));
	ck_assert(log_has("late 6"));
}
END_TEST

START_TEST(answer_after_the_deadline_is_refused)
{
	const char *settings[] = { "action = \"nbp\"; delay-ms = 2300;" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;

	receive(fake, &verdict);
	PxeFakeFree(fake);
	ck_assert_str_eq(verdict.pszOutcome, "timeout");
	ck_assert(log_has("allocate 6"));
}
END_TEST

START_TEST(forged_handles_touch_nothing)
{
	const char *settings[] = { "action = \"nbp\";" };
	PXE_FAKE *fake = fake_with(settings, 1);
	static BYTE packet[300];
	uint64_t forged[] = { 0,
			      1,
			      0xa500000000000001,
			      0xa5ffffffffffffff,
			      0xa600000000000001,
			      0x7fffffffffff,
			      (uintptr_t)packet };

	for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
		HANDLE handle = (HANDLE)(uintptr_t)forged[i];
		ULONG filter = 0;

		ck_assert_uint_eq(PxeSendReply(handle, packet, 300, NULL), ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(PxeAsyncRecvDone(handle, PXE_BA_NBP), ERROR_INVALID_HANDLE);
		ck_assert_ptr_null(PxePacketAllocate(handle, handle, 100));
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(PxePacketFree(handle, handle, packet), ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(PxeRegisterCallback(handle, 0, packet, NULL),
				  ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(PxeProviderSetAttribute(handle, 0, &filter, 4),
				  ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(PxeTrace(handle, PXE_TRACE_ERROR, L"forged"), ERROR_SUCCESS);
	}
	PxeFakeFree(fake);
}
END_TEST

START_TEST(packet_left_behind_is_freed_and_traced)
{
	const char *settings[] = { "action = \"nbp\"; leak = 1; reply = 16;" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;
	bool traced = false;

	for (int i = 0; i < 20; i++) { /* more than the store holds, were they not freed */
		receive(fake, &verdict);
		ck_assert_str_eq(verdict.pszOutcome, "answered");
		ck_assert_uint_eq(verdict.uReplies, 16);
	}
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		traced = traced || strstr(PxeFakeTrace(fake, i),
					  "did not free 16 packets with PxePacketFree (client ");
	ck_assert(traced);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(nak_is_never_sent)
{
	const char *settings[] = { "action = \"nbp\"; type = 6;" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;

	receive(fake, &verdict);
	ck_assert_str_eq(verdict.pszOutcome, "unsent");
	ck_assert_uint_eq(verdict.uReplies, 0);
	ck_assert(log_has("send 5"));
	PxeFakeFree(fake);
}
END_TEST

/* A provider whose ADVERTISE lacks what RFC 8415 wants: it goes out, and the trace tells. */
static HANDLE six_provider;

static DWORD PXEAPI answer_six(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			       PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	PVOID reply = PxePacketAllocate(six_provider, request, 200);
	ULONG used;

	(void)local;
	(void)remote;
	(void)context;
	PxeDhcpv6Initialize(packet, len, reply, 200, &used);
	PxeSendReply(request, reply, used, &rules);
	PxePacketFree(six_provider, request, reply);
	*action = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI end_six(PVOID context)
{
	(void)context;
	return ERROR_SUCCESS;
}

static DWORD begin_six(HANDLE provider, HKEY key)
{
	BOOL yes = TRUE;

	(void)key;
	six_provider = provider;
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_IPV6_CAPABLE, &yes, sizeof(yes));
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)answer_six, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)end_six, NULL);
}

START_TEST(reply_that_its_client_drops_is_told)
{
	static const BYTE solicit[] = { 1, 0, 0, 7, 0, 1, 0, 10, 0, 3, 0, 1,
					2, 0, 0, 0, 0, 1, 0, 6,  0, 2, 0, 59 };
	struct hooks hooks = { begin_six };
	PXE_FAKE_REQUEST request = { .pPacket = solicit,
				     .uPacketLen = sizeof(solicit),
				     .pszLocal = "fd77::2" };
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char settings[64], why[512];
	bool told = false;

	snprintf(settings, sizeof(settings), "hooks = \"%llx\";",
		 (unsigned long long)(uintptr_t)&hooks);
	ck_assert_msg(PxeFakeLoad(fake, HOOKED, settings, why, sizeof(why)) == 0, "%s", why);
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), ERROR_SUCCESS);
	ck_assert_str_eq(verdict.pszOutcome, "answered");
	ck_assert_uint_eq(verdict.uReplies, 1);
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		told = told || strstr(PxeFakeTrace(fake, i), "may not accept");
	ck_assert(told);
	PxeFakeFree(fake);
}
END_TEST

static DWORD PXEAPI answer_short(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				 PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	PVOID reply = PxePacketAllocate(six_provider, request, 243);
	BYTE offer = 2;
	ULONG used;

	(void)local, (void)remote, (void)context;
	PxeDhcpInitialize(packet, len, reply, 243, &used);
	PxeDhcpAppendOption(reply, 243, &used, 53, 1, &offer);
	PxeSendReply(request, reply, used, NULL);
	PxePacketFree(six_provider, request, reply);
	*action = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

static DWORD begin_short(HANDLE provider, HKEY key)
{
	(void)key;
	six_provider = provider;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)answer_short, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)end_six, NULL);
}

/* A12: 243 octets without END, 54 and 60 count as answered, and no firmware takes them. */
START_TEST(reply_that_no_firmware_takes_is_told)
{
	struct hooks hooks = { begin_short };
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char settings[64], why[512];
	bool told = false;

	snprintf(settings, sizeof(settings), "hooks = \"%llx\";",
		 (unsigned long long)(uintptr_t)&hooks);
	ck_assert_msg(PxeFakeLoad(fake, HOOKED, settings, why, sizeof(why)) == 0, "%s", why);
	receive(fake, &verdict);
	ck_assert_str_eq(verdict.pszOutcome, "answered");
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		told = told || strstr(PxeFakeTrace(fake, i), "may not take: it has no server id");
	ck_assert(told);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(seventeenth_packet_is_refused)
{
	const char *settings[] = { "action = \"nbp\"; leak = 1; reply = 17;" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;

	receive(fake, &verdict);
	ck_assert_uint_eq(verdict.uReplies, 16);
	ck_assert(log_has("allocate 8"));
	PxeFakeFree(fake);
}
END_TEST

static const struct {
	const char *settings;
	DWORD code;
	const char *why;
} refused[] = {
	{ "initialize = 13;", ERROR_DLL_INIT_FAILED,
	  "error 13 (ERROR_INVALID_DATA): told to fail with 13" },
	{ "callbacks = 0;", ERROR_DLL_INIT_FAILED, "RECV_REQUEST and PXE_CALLBACK_SHUTDOWN" },
};

START_TEST(provider_that_does_not_start_says_why)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[512];

	ck_assert_uint_eq(PxeFakeLoad(fake, SCRIPTED, refused[_i].settings, why, sizeof(why)),
			  refused[_i].code);
	ck_assert_msg(strstr(why, refused[_i].why), "%s", why);
	PxeFakeFree(fake);
}
END_TEST

static const struct {
	const char *settings;
	DWORD code;
	const char *why;
} keyed[] = {
	{ "action = \"pending\"; complete = \"never\"; }; pending-timeout = 0.1;", 0, "" },
	{ "file = \"}{\\\"}\"; }; threads = 0;", 0, "" },
	{ "", 0, "" },
	{ "colours: { sky = 1; };", 0, "" },
	{ "}; answer-lease-requests = true;", 0, "" },
	{ "a = 1;\nb = ;", ERROR_INVALID_DATA, "settings:2: " },
	{ "};\n\ncolour = 1;", ERROR_INVALID_DATA, "settings:3: " },
	{ "}; threads = -1;", ERROR_INVALID_DATA, "settings:1: " },
};

START_TEST(keys_of_the_file_may_follow_the_settings)
{
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char why[512];
	DWORD r = PxeFakeLoad(fake, SCRIPTED, keyed[_i].settings, why, sizeof(why));

	ck_assert_msg(r == keyed[_i].code, "%s: %u, %s", keyed[_i].settings, r, why);
	ck_assert_msg(strstr(why, keyed[_i].why), "%s: %s", keyed[_i].settings, why);
	if (_i == 0) {
		double begin = seconds();

		receive(fake, &verdict);
		ck_assert_str_eq(verdict.pszOutcome, "timeout");
		ck_assert_msg(seconds() - begin < 1.9, "its own timeout, not the host's 2 s");
	}
	PxeFakeFree(fake);
}
END_TEST

START_TEST(module_that_is_none_is_refused)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[512];

	scratch_make();
	ck_assert_uint_eq(PxeFakeLoad(fake, "/nonexistent.so", NULL, why, sizeof(why)),
			  ERROR_MOD_NOT_FOUND);
	ck_assert_uint_eq(
		PxeFakeLoad(fake, scratch_write("text", "no module\n"), NULL, why, sizeof(why)),
		ERROR_BAD_FORMAT);
	ck_assert_uint_eq(PxeFakeLoad(fake, built_module("libwdspxe.so.1"), NULL, why, sizeof(why)),
			  ERROR_PROC_NOT_FOUND);
	scratch_remove();
	PxeFakeFree(fake);
}
END_TEST

START_TEST(life_is_in_order)
{
	const char *settings[] = { "action = \"reject\"; control = 0;" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;
	char lines[4096];

	receive(fake, &verdict);
	PxeFakeControl(fake, 200);
	PxeFakeFree(fake);
	log_read(lines, sizeof(lines));
	ck_assert_msg(strstr(lines, "initialize\nrequest 347 flags 5\ncontrol 200\nshutdown\n"),
		      "%s", lines);
}
END_TEST

START_TEST(reply_is_finished_and_goes_to_everybody)
{
	const char *settings[] = { "action = \"nbp\";" };
	PXE_FAKE *fake = fake_with(settings, 1);
	PXE_FAKE_VERDICT verdict;
	const PXE_FAKE_REPLY *reply;

	receive(fake, &verdict);
	reply = PxeFakeReply(fake, 0);
	ck_assert_ptr_nonnull(reply);
	ck_assert_str_eq(reply->pszTo, "255.255.255.255");
	ck_assert_uint_eq(reply->uToPort, 68);
	ck_assert_uint_eq(reply->uFromPort, 67);
	ck_assert_uint_eq(reply->uPacketLen, 300);
	ck_assert_uint_eq(reply->pPacket[10] & 0x80, 0x80);
	ck_assert_uint_eq(PxeDhcpIsValid((PVOID)(uintptr_t)reply->pPacket, 300, FALSE, NULL), 0);
	PxeFakeFree(fake);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("walk");
	TCase *tcase = tcase_create("walk");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, log_new, log_remove);
	TEST_ROWS(tcase, verdict_leads_to_outcome, rows);
	TEST_ROWS(tcase, what_went_wrong_is_told_once, remarks);
	TEST_ROWS(tcase, reason_of_the_end, reasons);
	tcase_add_test(tcase, a_long_reason_is_cut_whole);
	tcase_add_test(tcase, late_calls_find_a_dead_handle);
	tcase_add_test(tcase, answer_after_the_deadline_is_refused);
	tcase_add_test(tcase, forged_handles_touch_nothing);
	tcase_add_test(tcase, packet_left_behind_is_freed_and_traced);
	tcase_add_test(tcase, nak_is_never_sent);
	tcase_add_test(tcase, reply_that_its_client_drops_is_told);
	tcase_add_test(tcase, reply_that_no_firmware_takes_is_told);
	tcase_add_test(tcase, seventeenth_packet_is_refused);
	tcase_add_loop_test(tcase, provider_that_does_not_start_says_why, 0,
			    sizeof(refused) / sizeof(refused[0]));
	tcase_add_loop_test(tcase, keys_of_the_file_may_follow_the_settings, 0,
			    sizeof(keyed) / sizeof(keyed[0]));
	tcase_add_test(tcase, module_that_is_none_is_refused);
	tcase_add_test(tcase, life_is_in_order);
	tcase_add_test(tcase, reply_is_finished_and_goes_to_everybody);
	suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}
