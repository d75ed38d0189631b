/* The door: hosts come and go while others call; what is asked of a host, and what is said when
 * there is none. Server information, the last error, module files.
 */
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "libwdspxe/api_cases.h"
#include "libwdspxe/door.h"
#include "libwdspxe/recording_host.h"

#define ANY ((HANDLE)(uintptr_t)0x1234)

/* ---- attach, detach ----------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	bool given, attached_before;
	size_t missing; /* offset of a member that is NULL; 0: none */
	size_t size;
	DWORD r;
} attach_rows[] = {
	{ "a host", true, false, 0, sizeof(struct pxe_host), ERROR_SUCCESS },
	{ "a newer one", true, false, 0, sizeof(struct pxe_host) + 8, ERROR_SUCCESS },
	{ "one at a time", true, true, 0, sizeof(struct pxe_host), ERROR_INVALID_STATE },
	{ "none", false, false, 0, 0, ERROR_INVALID_PARAMETER },
	{ "too small", true, false, 0, sizeof(struct pxe_host) - 1, ERROR_INVALID_PARAMETER },
#define MISSING(member)                                                                            \
	{                                                                                          \
		"without " #member, true, false, offsetof(struct pxe_host, member),                \
			sizeof(struct pxe_host), ERROR_INVALID_PARAMETER                           \
	}
	MISSING(register_callback),
	MISSING(set_attribute),
	MISSING(send_reply),
	MISSING(async_recv_done),
	MISSING(packet_allocate),
	MISSING(packet_free),
	MISSING(trace_enabled),
	MISSING(trace),
	MISSING(server_duid),
	MISSING(module_file),
	MISSING(request_reason),
	MISSING(request_wanted),
	MISSING(request_fail),
	MISSING(request_interface),
	MISSING(provider_name),
	MISSING(request_is_trial),
	MISSING(command_write),
	MISSING(counter_register),
	MISSING(counter_add),
};
API_CASES(PxeHostAttach, attach_rows);

START_TEST(attach_by_row)
{
	struct pxe_host host = recording_host;
	void *none = NULL;
	DWORD r;

	host.size = attach_rows[_i].size;
	if (attach_rows[_i].missing)
		memcpy((char *)&host + attach_rows[_i].missing, &none, sizeof(none));
	if (attach_rows[_i].attached_before)
		ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	r = PxeHostAttach(attach_rows[_i].given ? &host : NULL);
	ck_assert_msg(r == attach_rows[_i].r, "%s: %u", attach_rows[_i].name, r);
	(void)PxeHostDetach();
	ck_assert_ptr_null(door_enter());
}
END_TEST

static const struct {
	const char *name;
	bool attached;
	DWORD r;
} detach_rows[] = {
	{ "a host", true, ERROR_SUCCESS },
	{ "none", false, ERROR_INVALID_STATE },
};
API_CASES(PxeHostDetach, detach_rows);

START_TEST(detach_by_row)
{
	if (detach_rows[_i].attached)
		ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	ck_assert_msg(PxeHostDetach() == detach_rows[_i].r, "%s", detach_rows[_i].name);
	ck_assert_uint_eq(PxeHostDetach(), ERROR_INVALID_STATE);
}
END_TEST

/* A host that dies when it is detached: whoever is inside then finds it out. */
static atomic_bool alive, stop;
static atomic_uint inside, served;

static int mortal_enabled(PXE_SEVERITY severity)
{
	(void)severity;
	atomic_fetch_add(&inside, 1);
	ck_assert(atomic_load(&alive));
	atomic_fetch_add(&served, 1);
	atomic_fetch_sub(&inside, 1);
	return 0;
}

static void *calls(void *arg)
{
	(void)arg;
	while (!atomic_load(&stop)) {
		for (int i = 0; i < 100; i++)
			(void)PxeTrace(NULL, PXE_TRACE_ERROR, L"x");
		usleep(20);
	}
	return NULL;
}

START_TEST(detach_waits_for_who_is_inside)
{
	struct pxe_host host = recording_host;
	pthread_t thread[20]; /* more than there are cells */

	host.trace_enabled = mortal_enabled;
	for (size_t i = 0; i < ROWS(thread); i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, calls, NULL), 0);
	for (int round = 0; round < 50; round++) {
		unsigned before = atomic_load(&served);

		atomic_store(&alive, true);
		ck_assert_uint_eq(PxeHostAttach(&host), ERROR_SUCCESS);
		for (int i = 0; i < 1000 && atomic_load(&served) == before; i++)
			usleep(100);
		ck_assert_uint_eq(PxeHostDetach(), ERROR_SUCCESS);
		ck_assert_uint_eq(atomic_load(&inside), 0);
		atomic_store(&alive, false);
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < ROWS(thread); i++)
		pthread_join(thread[i], NULL);
	ck_assert_uint_gt(atomic_load(&served), 0);
}
END_TEST

/* ---- what needs a host, without and with one
 * ----------------------------------------------------- */

static DWORD call_register(void)
{
	return PxeRegisterCallback(ANY, PXE_CALLBACK_SHUTDOWN, (PVOID)(uintptr_t)calls, NULL);
}

static DWORD call_attribute(void)
{
	ULONG filter = PXE_PROV_FILTER_ALL;

	return PxeProviderSetAttribute(ANY, PXE_PROV_ATTR_FILTER, &filter, sizeof(filter));
}

static DWORD call_send(void)
{
	return PxeSendReply(ANY, recorded.text, 1, NULL);
}

static DWORD call_done(void)
{
	return PxeAsyncRecvDone(ANY, PXE_BA_IGNORE);
}

static DWORD call_allocate(void)
{
	SetLastError(ERROR_SUCCESS);
	return PxePacketAllocate(ANY, ANY, 300) ? ERROR_SUCCESS : GetLastError();
}

static DWORD call_free(void)
{
	return PxePacketFree(ANY, ANY, recorded.text);
}

static DWORD call_reason(void)
{
	return PxeRequestReason(ANY, PXE_REASON_DECIDED, NULL, NULL, 0);
}

static DWORD call_fail(void)
{
	return PxeRequestFail(ANY, ERROR_GEN_FAILURE);
}

static DWORD call_interface(void)
{
	return PxeRequestInterface(ANY, recorded.text, sizeof(recorded.text));
}

static DWORD call_name(void)
{
	return PxeProviderName(ANY, recorded.text, sizeof(recorded.text));
}

static DWORD call_counter(void)
{
	ULONG counter;

	return PxeCounterRegister(ANY, "hits", "Hits.", PXE_COUNTER_TOTAL, &counter);
}

static DWORD call_add(void)
{
	return PxeCounterAdd(ANY, 0, 1);
}

static DWORD call_set(void)
{
	return PxeCounterSet(ANY, 0, 1);
}

static const struct {
	const char *member;
	DWORD (*call)(void);
} hosted_rows[] = {
	{ "register_callback", call_register },
	{ "set_attribute", call_attribute },
	{ "send_reply", call_send },
	{ "async_recv_done", call_done },
	{ "packet_allocate", call_allocate },
	{ "packet_free", call_free },
	{ "request_reason", call_reason },
	{ "request_fail", call_fail },
	{ "request_interface", call_interface },
	{ "provider_name", call_name },
	{ "counter_register", call_counter },
	{ "counter_add", call_add },
	{ "counter_set", call_set },
};

START_TEST(calls_go_to_the_host_and_nowhere_without_one)
{
	ck_assert_uint_eq(hosted_rows[_i].call(), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	recorded.answer = ERROR_SUCCESS;
	ck_assert_uint_eq(hosted_rows[_i].call(), ERROR_SUCCESS);
	ck_assert_str_eq(recorded.call, hosted_rows[_i].member);
	ck_assert_ptr_eq(recorded.handle, ANY);
	recorded.answer = ERROR_INVALID_STATE;
	ck_assert_uint_eq(hosted_rows[_i].call(), ERROR_INVALID_STATE);
	ck_assert_uint_eq(PxeHostDetach(), ERROR_SUCCESS);
}
END_TEST

/* ---- who is inside, while a provider is called ---- */

static atomic_int stage; /* 1: a provider is set, 2: it may be taken away */

static void *provider_is_called(void *unused)
{
	PxeHostSetProvider(ANY);
	PxeHostSetProvider(ANY); /* as where one callback leads to another */
	ck_assert_uint_eq(call_send(), ERROR_SUCCESS);
	atomic_store(&stage, 1);
	while (atomic_load(&stage) == 1)
		sched_yield();
	(void)call_send(); /* found the host, or found it on its way out: both leave the count right
			    */
	atomic_store(&stage, 3);
	PxeHostSetProvider(NULL);
	return unused;
}

static void *detaches(void *unused)
{
	ck_assert_uint_eq(PxeHostDetach(), ERROR_SUCCESS);
	ck_assert_int_eq(atomic_load(&stage), 3);
	return unused;
}

START_TEST(detach_waits_for_the_provider_that_is_called)
{
	const struct timespec moment = { 0, 50000000 };
	pthread_t caller, detacher;

	recorded.answer = ERROR_SUCCESS;
	ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	ck_assert_int_eq(pthread_create(&caller, NULL, provider_is_called, NULL), 0);
	while (atomic_load(&stage) != 1)
		sched_yield();
	ck_assert_int_eq(pthread_create(&detacher, NULL, detaches, NULL), 0);
	nanosleep(&moment, NULL);
	atomic_store(&stage, 2);
	pthread_join(caller, NULL);
	pthread_join(detacher, NULL);
	ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostDetach(), ERROR_SUCCESS); /* nobody was left inside */
}
END_TEST

/* ---- PxeGetServerInfo, PxeGetServerInfoEx -------------------------------------------------------
 */

static const struct {
	const char *name;
	bool host;
	PXE_SEVERITY mask;
	PXE_GSI_TYPE type;
	bool buffer;
	ULONG room;
	DWORD r;
	BOOL traced;
} info_rows[] = {
	{ "traced", true, PXE_TRACE_ERROR, PXE_GSI_TRACE_ENABLED, true, 4, 0, TRUE },
	{ "a larger buffer", true, PXE_TRACE_INFO, PXE_GSI_TRACE_ENABLED, true, 8, 0, TRUE },
	{ "not traced", true, 0, PXE_GSI_TRACE_ENABLED, true, 4, 0, FALSE },
	{ "without a host", false, 0, PXE_GSI_TRACE_ENABLED, true, 4, 0, FALSE },
	{ "the version", true, 0, PXE_GSI_API_VERSION, true, 4, 0, PXE_API_VERSION },
	{ "the version, without a host", false, 0, PXE_GSI_API_VERSION, true, 4, 0,
	  PXE_API_VERSION },
	{ "the version, too small", true, 0, PXE_GSI_API_VERSION, true, 3,
	  ERROR_INSUFFICIENT_BUFFER, 0 },
	{ "O-53: too small", true, 0, PXE_GSI_TRACE_ENABLED, true, 3, ERROR_INSUFFICIENT_BUFFER,
	  0 },
	{ "O-53: nothing", true, 0, PXE_GSI_TRACE_ENABLED, true, 0, ERROR_INSUFFICIENT_BUFFER, 0 },
	{ "O-53: the DUID", true, 0, PXE_GSI_SERVER_DUID, true, 8, ERROR_INVALID_PARAMETER, 0 },
	{ "O-53: unknown", true, 0, 3, true, 8, ERROR_INVALID_PARAMETER, 0 },
	{ "O-53: 0", true, 0, 0, true, 8, ERROR_INVALID_PARAMETER, 0 },
	{ "no buffer", true, 0, PXE_GSI_TRACE_ENABLED, false, 4, ERROR_INVALID_PARAMETER, 0 },
};
API_CASES(PxeGetServerInfo, info_rows);

START_TEST(info_by_row)
{
	struct {
		BOOL traced, guard;
	} out = { 42, 43 };
	DWORD r;

	if (info_rows[_i].host)
		ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	recorded.mask = info_rows[_i].mask;
	r = PxeGetServerInfo(info_rows[_i].type, info_rows[_i].buffer ? &out : NULL,
			     info_rows[_i].room);
	ck_assert_msg(r == info_rows[_i].r, "%s: %u", info_rows[_i].name, r);
	ck_assert_msg(out.traced == (r == 0 ? info_rows[_i].traced : 42), "%s", info_rows[_i].name);
	ck_assert_int_eq(out.guard, 43);
	(void)PxeHostDetach();
}
END_TEST

static const struct {
	const char *name;
	bool host;
	PXE_GSI_TYPE type;
	bool buffer, used;
	ULONG room;
	DWORD r;
	ULONG n;
} info_ex_rows[] = {
	{ "traced", true, PXE_GSI_TRACE_ENABLED, true, true, 4, 0, 4 },
	{ "traced, without a host", false, PXE_GSI_TRACE_ENABLED, true, true, 4, 0, 4 },
	{ "traced, too small", true, PXE_GSI_TRACE_ENABLED, true, true, 3,
	  ERROR_INSUFFICIENT_BUFFER, 4 },
	{ "the version", true, PXE_GSI_API_VERSION, true, true, 8, 0, 4 },
	{ "the version, too small", true, PXE_GSI_API_VERSION, true, true, 3,
	  ERROR_INSUFFICIENT_BUFFER, 4 },
	{ "the DUID", true, PXE_GSI_SERVER_DUID, true, true, 32, 0, 18 },
	{ "the DUID, just fits", true, PXE_GSI_SERVER_DUID, true, true, 18, 0, 18 },
	{ "O-54: too small", true, PXE_GSI_SERVER_DUID, true, true, 17, ERROR_INSUFFICIENT_BUFFER,
	  18 },
	{ "O-54: its size", true, PXE_GSI_SERVER_DUID, false, true, 0, ERROR_INSUFFICIENT_BUFFER,
	  18 },
	{ "O-54: no server", false, PXE_GSI_SERVER_DUID, true, true, 32, ERROR_NOT_SUPPORTED, 77 },
	{ "unknown", true, 3, true, true, 32, ERROR_INVALID_PARAMETER, 77 },
	{ "no buffer", true, PXE_GSI_SERVER_DUID, false, true, 32, ERROR_INVALID_PARAMETER, 77 },
	{ "no place for the size", true, PXE_GSI_SERVER_DUID, true, false, 32,
	  ERROR_INVALID_PARAMETER, 77 },
};
API_CASES(PxeGetServerInfoEx, info_ex_rows);

START_TEST(info_ex_by_row)
{
	uint8_t out[32];
	ULONG n = 77;
	DWORD r;

	memset(out, 0xee, sizeof(out));
	if (info_ex_rows[_i].host)
		ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	r = PxeGetServerInfoEx(info_ex_rows[_i].type, info_ex_rows[_i].buffer ? out : NULL,
			       info_ex_rows[_i].room, info_ex_rows[_i].used ? &n : NULL);
	ck_assert_msg(r == info_ex_rows[_i].r && n == info_ex_rows[_i].n, "%s: %u, %u",
		      info_ex_rows[_i].name, r, n);
	if (r == 0 && info_ex_rows[_i].type == PXE_GSI_SERVER_DUID)
		ck_assert_mem_eq(out, recorded_duid, sizeof(recorded_duid));
	ck_assert_uint_eq(out[r == 0 ? n : 0], 0xee);
	(void)PxeHostDetach();
}
END_TEST

/* ---- the last error
 * ------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	DWORD code;
} error_rows[] = {
	{ "none", ERROR_SUCCESS },
	{ "one", ERROR_INVALID_PARAMETER },
	{ "any number", UINT32_MAX },
};
API_CASES(GetLastError, error_rows);
API_CASES(SetLastError, error_rows);

static void *other_thread(void *arg)
{
	*(DWORD *)arg = GetLastError();
	SetLastError(7777);
	return NULL;
}

START_TEST(last_error_is_the_threads_own)
{
	pthread_t thread;
	DWORD theirs = 1;

	SetLastError(error_rows[_i].code);
	ck_assert_int_eq(pthread_create(&thread, NULL, other_thread, &theirs), 0);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(theirs, ERROR_SUCCESS);
	ck_assert_msg(GetLastError() == error_rows[_i].code, "%s", error_rows[_i].name);
}
END_TEST

/* ---- GetModuleFileName
 * ---------------------------------------------------------------------------- */

static const struct {
	const char *name;
	HMODULE module;
	bool host, buffer;
	DWORD room, n, error;
	const char *text;
	const wchar_t *wide;
} module_rows[] = {
	{ "a module", RECORDED_MODULE, true, true, 99, 35, 77, RECORDED_PATH,
	  L"/usr/lib/wdspxed/providers/h\u00e9llo.so" },
	{ "a stranger's", (HMODULE)ANY, true, true, 99, 0, ERROR_MOD_NOT_FOUND, "", L"" },
	{ "without a host", RECORDED_MODULE, false, true, 99, 0, ERROR_MOD_NOT_FOUND, "", L"" },
	{ "no buffer", RECORDED_MODULE, true, false, 99, 0, ERROR_INVALID_PARAMETER, "", L"" },
	{ "too small", RECORDED_MODULE, true, true, 5, 5, ERROR_INSUFFICIENT_BUFFER, "/usr",
	  L"/usr" },
	{ "whole characters", RECORDED_MODULE, true, true, 30, 30, ERROR_INSUFFICIENT_BUFFER,
	  "/usr/lib/wdspxed/providers/h", L"/usr/lib/wdspxed/providers/h\u00e9" },
	{ "room for nothing", RECORDED_MODULE, true, true, 0, 0, ERROR_INSUFFICIENT_BUFFER, "",
	  L"" },
};
API_CASES(GetModuleFileNameW, module_rows);
API_CASES(GetModuleFileNameA, module_rows);

START_TEST(module_file_by_row)
{
	wchar_t wide[99] = L"";
	char text[99] = "";
	DWORD wanted = module_rows[_i].n;
	HMODULE module = module_rows[_i].module;

	if (module_rows[_i].host)
		ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
	SetLastError(77);
	ck_assert_uint_eq(GetModuleFileNameW(module, module_rows[_i].buffer ? wide : NULL,
					     module_rows[_i].room),
			  wanted);
	ck_assert_uint_eq(GetLastError(), module_rows[_i].error);
	ck_assert_msg(wcscmp(wide, module_rows[_i].wide) == 0, "%s", module_rows[_i].name);

	if (wanted == 35)
		wanted++; /* its e with an accent is two octets */
	SetLastError(77);
	ck_assert_uint_eq(GetModuleFileNameA(module, module_rows[_i].buffer ? text : NULL,
					     module_rows[_i].room),
			  wanted);
	ck_assert_uint_eq(GetLastError(), module_rows[_i].error);
	ck_assert_str_eq(text, module_rows[_i].text);
	(void)PxeHostDetach();
}
END_TEST

START_TEST(module_file_of_the_program)
{
	char text[4096], wanted[4096] = "";

	ck_assert_int_gt(readlink("/proc/self/exe", wanted, sizeof(wanted) - 1), 0);
	ck_assert_uint_eq(GetModuleFileNameA(NULL, text, sizeof(text)), strlen(wanted));
	ck_assert_str_eq(text, wanted);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("door");

	tcase_set_timeout(tcase, 60);
	TEST_ROWS(tcase, attach_by_row, attach_rows);
	TEST_ROWS(tcase, detach_by_row, detach_rows);
	tcase_add_test(tcase, detach_waits_for_who_is_inside);
	tcase_add_test(tcase, detach_waits_for_the_provider_that_is_called);
	TEST_ROWS(tcase, calls_go_to_the_host_and_nowhere_without_one, hosted_rows);
	TEST_ROWS(tcase, info_by_row, info_rows);
	TEST_ROWS(tcase, info_ex_by_row, info_ex_rows);
	TEST_ROWS(tcase, last_error_is_the_threads_own, error_rows);
	TEST_ROWS(tcase, module_file_by_row, module_rows);
	tcase_add_test(tcase, module_file_of_the_program);
	return suite_run("door", tcase);
}
