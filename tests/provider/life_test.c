/* The life of providers, and of requests that go from one to the next: who is called, who is not,
 * on which stack, and what a handle is worth afterwards.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "providers/hooked.h"
#include "suite.h"
#include "temporary.h"

#define HOOKED built_module("tests/providers/hooked.so")

static void discover(PXE_FAKE *fake, PXE_FAKE_VERDICT *verdict)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", 7);
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, verdict), 0);
}

static DWORD load(PXE_FAKE *fake, const struct hooks *hooks, char why[512])
{
	char settings[96];

	snprintf(settings, sizeof(settings), "hooks = \"%llx\"; colour = \"blue\";",
		 (unsigned long long)(uintptr_t)hooks);
	return PxeFakeLoad(fake, HOOKED, settings, why, 512);
}

static bool traced(PXE_FAKE *fake, const char *text)
{
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		if (strstr(PxeFakeTrace(fake, i), text))
			return true;
	return false;
}

/* ---- what Initialize leaves behind: O-13, O-14 ---- */

static struct {
	bool receive, shutdown;
	DWORD r;
} promise; /* what Initialize registers, and its result */
static unsigned shut_down;

static DWORD PXEAPI receive_nothing(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI count_shutdown(PVOID context)
{
	*(unsigned *)context += 1;
	return ERROR_SUCCESS;
}

static DWORD initialize_as_promised(HANDLE provider, HKEY key)
{
	(void)key;
	if (promise.receive)
		PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive_nothing,
				    NULL);
	if (promise.shutdown)
		PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)count_shutdown,
				    &shut_down);
	return promise.r;
}

static const struct {
	const char *name;
	bool receive, shutdown;
	DWORD initialize, r;
	unsigned shut_down; /* how often, by the end */
	const char *why;
} initialize_rows[] = {
	{ "all is there", true, true, 0, ERROR_SUCCESS, 1, "" },
	{ "it fails: no Shutdown", true, true, 5, ERROR_DLL_INIT_FAILED, 0, "error 5" },
	{ "IO_PENDING is a failure too", true, true, 997, ERROR_DLL_INIT_FAILED, 0, "error 997" },
	{ "O-14 no RECV_REQUEST: Shutdown all the same", false, true, 0, ERROR_DLL_INIT_FAILED, 1,
	  "without registering PXE_CALLBACK_RECV_REQUEST" },
	{ "O-14 no SHUTDOWN", true, false, 0, ERROR_DLL_INIT_FAILED, 0,
	  "without registering PXE_CALLBACK_SHUTDOWN" },
	{ "O-14 neither", false, false, 0, ERROR_DLL_INIT_FAILED, 0, "and PXE_CALLBACK_SHUTDOWN" },
};

START_TEST(initialize_by_row)
{
	static const struct hooks hooks = { initialize_as_promised };
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char why[512];
	DWORD r;

	promise.receive = initialize_rows[_i].receive;
	promise.shutdown = initialize_rows[_i].shutdown;
	promise.r = initialize_rows[_i].initialize;
	r = load(fake, &hooks, why);
	ck_assert_msg(r == initialize_rows[_i].r, "%s: %u", initialize_rows[_i].name, r);
	ck_assert_msg(strstr(why, initialize_rows[_i].why), "%s: %s", initialize_rows[_i].name,
		      why);
	discover(fake, &verdict);
	ck_assert_str_eq(verdict.pszOutcome, r == 0 ? "ignored" : "no-provider");
	PxeFakeFree(fake);
	ck_assert_uint_eq(shut_down, initialize_rows[_i].shut_down);
}
END_TEST

/* ---- hProviderKey: O-07 ---- */

static HKEY own_key;

static LSTATUS read_colour(void)
{
	WCHAR colour[16];
	DWORD type, size = sizeof(colour);
	LSTATUS r = RegQueryValueExW(own_key, L"colour", NULL, &type, (LPBYTE)colour, &size);

	if (r == ERROR_SUCCESS)
		ck_assert(type == REG_SZ && size == 5 * sizeof(WCHAR) && !wcscmp(colour, L"blue"));
	return r;
}

static DWORD PXEAPI receive_with_key(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				     PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	ck_assert_int_eq(read_colour(), ERROR_SUCCESS);
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down_with_key(PVOID context)
{
	(void)context;
	ck_assert_int_eq(read_colour(), ERROR_SUCCESS);
	ck_assert_int_eq(RegCloseKey(own_key), ERROR_SUCCESS);
	ck_assert_int_eq(read_colour(), ERROR_SUCCESS);
	shut_down++;
	return ERROR_SUCCESS;
}

static DWORD initialize_with_key(HANDLE provider, HKEY key)
{
	own_key = key;
	ck_assert_int_eq(RegCloseKey(key), ERROR_SUCCESS); /* the server's: nothing happens */
	ck_assert_int_eq(read_colour(), ERROR_SUCCESS);
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive_with_key, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down_with_key,
				   NULL);
}

START_TEST(key_lives_until_shutdown_has_returned)
{
	static const struct hooks hooks = { initialize_with_key };
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char why[512];

	ck_assert_uint_eq(load(fake, &hooks, why), 0);
	discover(fake, &verdict);
	ck_assert_str_eq(verdict.pszOutcome, "ignored");
	PxeFakeFree(fake);
	ck_assert_uint_eq(shut_down, 1);
	ck_assert_int_eq(read_colour(), ERROR_INVALID_HANDLE);
}
END_TEST

/* ---- from one provider to the next: O-24 ---- */

static struct {
	HANDLE provider, handle;
	PVOID packet;
	PXE_ADDRESS *remote;
	pthread_t thread;
	_Atomic bool inside, asked;
	bool nonblocking;
} first, second;

static DWORD PXEAPI no_shutdown(PVOID context)
{
	(void)context;
	return ERROR_SUCCESS;
}

/* The first one's thread: hands the request on, and then goes on as if it still had it. */
static void *hand_on(void *packet)
{
	first.inside = true;
	ck_assert_uint_eq(PxeAsyncRecvDone(first.handle, PXE_BA_REJECTED), ERROR_SUCCESS);
	first.inside = false;
	while (!second.asked)
		;
	ck_assert_uint_eq(PxeSendReply(first.handle, packet, 300, NULL), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxeAsyncRecvDone(first.handle, PXE_BA_NBP), ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(PxePacketAllocate(first.provider, first.handle, 300));
	/* Not even by the handle of the visit that is open now: that is the other's. */
	ck_assert_ptr_null(PxePacketAllocate(first.provider, second.handle, 300));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxePacketFree(first.provider, second.handle, packet),
			  ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxeAsyncRecvDone(second.handle, PXE_BA_IGNORE), ERROR_SUCCESS);
	return NULL;
}

static DWORD PXEAPI receive_first(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)len, (void)local, (void)action, (void)context;
	first.handle = request;
	first.packet = packet;
	first.remote = remote;
	ck_assert_int_eq(pthread_create(&first.thread, NULL, hand_on,
					PxePacketAllocate(first.provider, request, 300)),
			 0);
	return ERROR_IO_PENDING;
}

static DWORD PXEAPI receive_second(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				   PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)len, (void)local, (void)remote, (void)action, (void)context;
	ck_assert(!pthread_equal(pthread_self(), first.thread)); /* not on that stack */
	ck_assert(request != first.handle);
	ck_assert(packet == first.packet); /* one packet, unmoved */
	second.handle = request;
	second.asked = true;
	return ERROR_IO_PENDING;
}

static DWORD initialize_first(HANDLE provider, HKEY key)
{
	(void)key;
	first.provider = provider;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive_first, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)no_shutdown, NULL);
}

static DWORD initialize_second(HANDLE provider, HKEY key)
{
	BOOL nonblocking = second.nonblocking;

	(void)key;
	second.provider = provider;
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &nonblocking,
				sizeof(nonblocking));
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive_second, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)no_shutdown, NULL);
}

START_TEST(request_that_was_handed_on_is_the_next_ones)
{
	static const struct hooks hooks[] = { { initialize_first }, { initialize_second } };
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char why[512];

	second.nonblocking = _i;
	ck_assert_uint_eq(load(fake, &hooks[0], why), 0);
	ck_assert_uint_eq(load(fake, &hooks[1], why), 0);
	discover(fake, &verdict);
	ck_assert_int_eq(pthread_join(first.thread, NULL), 0);
	ck_assert_str_eq(verdict.pszOutcome, "ignored");
	ck_assert_uint_eq(verdict.uReplies, 0);
	ck_assert(traced(fake, "did not free 1 packet"));
	PxeFakeFree(fake);
}
END_TEST

/* ---- two verdicts: O-23b ---- */

static DWORD PXEAPI receive_twice(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)packet, (void)len, (void)local, (void)remote, (void)context;
	ck_assert_uint_eq(PxeAsyncRecvDone(request, PXE_BA_NBP), ERROR_SUCCESS);
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD initialize_twice(HANDLE provider, HKEY key)
{
	(void)key;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive_twice, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)no_shutdown, NULL);
}

START_TEST(what_the_callback_returns_wins_over_a_completion)
{
	static const struct hooks hooks = { initialize_twice };
	PXE_FAKE *fake = PxeFakeNew();
	PXE_FAKE_VERDICT verdict;
	char why[512];

	ck_assert_uint_eq(load(fake, &hooks, why), 0);
	discover(fake, &verdict);
	ck_assert_str_eq(verdict.pszOutcome, "ignored");
	ck_assert(traced(fake, "error: PxeAsyncRecvDone was called"));
	PxeFakeFree(fake);
}
END_TEST

/* ---- DllMain ---- */

#define DLLMAIN built_module("tests/providers/dllmain.so")

static const struct {
	const char *name, *switched_on;
	const char *calls; /* %s: the module's path, as a source from Windows has it */
	DWORD r;
	const char *why;
} dllmain_rows[] = {
	{ "its life", NULL, "attach %s\ninitialize\nshutdown\ndetach %s\n", 0, "" },
	{ "it refuses", "DLLMAIN_REFUSE", "attach %s\ndetach %s\n", ERROR_BAD_FORMAT,
	  "its DllMain returned FALSE: not on this machine" },
	{ "Initialize fails", "DLLMAIN_FAIL", "attach %s\ninitialize\ndetach %s\n",
	  ERROR_DLL_INIT_FAILED, "error 31" },
};

START_TEST(dllmain_by_row)
{
	char log[TEMPORARY_MAX], calls[1024] = "", why[512], wanted[1024], path[512];
	PXE_FAKE *fake = PxeFakeNew();
	int fd = mkstemp(temporary_template(log, "life"));
	DWORD r;

	setenv("DLLMAIN_LOG", log, 1);
	if (dllmain_rows[_i].switched_on)
		setenv(dllmain_rows[_i].switched_on, "1", 1);
	r = PxeFakeLoad(fake, DLLMAIN, NULL, why, sizeof(why));
	PxeFakeFree(fake);
	ck_assert_int_ge(read(fd, calls, sizeof(calls) - 1), 0);
	close(fd);
	unlink(log);
	ck_assert_msg(r == dllmain_rows[_i].r, "%s: %u", dllmain_rows[_i].name, r);
	ck_assert_msg(strstr(why, dllmain_rows[_i].why), "%s: %s", dllmain_rows[_i].name, why);
	snprintf(path, sizeof(path), "%s", DLLMAIN);
	for (char *at = path; *at; at++)
		if (*at == '/')
			*at = '\\';
	snprintf(wanted, sizeof(wanted), dllmain_rows[_i].calls, path, path);
	ck_assert_str_eq(calls, wanted);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("life");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, initialize_by_row, initialize_rows);
	tcase_add_test(tcase, key_lives_until_shutdown_has_returned);
	tcase_add_loop_test(tcase, request_that_was_handed_on_is_the_next_ones, 0, 2);
	tcase_add_test(tcase, what_the_callback_returns_wins_over_a_completion);
	TEST_ROWS(tcase, dllmain_by_row, dllmain_rows);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("life", tcase);
}
