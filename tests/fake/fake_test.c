/* The host of <wdspxe-fake.h>, where it could differ from the daemon: how it names settings, what
 * it leaves loaded, what it says of a crash, and how long it waits.
 */
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "providers/hooked.h"
#include "scratch.h"
#include "suite.h"

#define HOOKED   built_module("tests/providers/hooked.so")
#define SCRIPTED built_module("tests/providers/scripted.so")

extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

/* Its report counts, so its handlers stay. */
static bool sanitized(void)
{
	return __asan_init || __tsan_init;
}

static DWORD receive(PXE_FAKE *fake, PXE_FAKE_VERDICT *verdict)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", 7);
	return PxeFakeReceive(fake, &request, verdict);
}

static PXE_FAKE *fake_of(const char *settings)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[512];

	ck_assert_ptr_nonnull(fake);
	ck_assert_msg(PxeFakeLoad(fake, SCRIPTED, settings, why, sizeof(why)) == 0, "%s", why);
	return fake;
}

/* A16: one module under two names has its variables twice, so each of them keeps its own script. */
START_TEST(a_module_under_two_names_is_two)
{
	PXE_FAKE *fake = fake_of("action = \"reject\";");
	PXE_FAKE_VERDICT verdict;
	char why[512];

	ck_assert_uint_eq(PxeFakeLoad(fake, SCRIPTED, "action = \"ignore\";", why, sizeof(why)), 0);
	ck_assert_uint_eq(receive(fake, &verdict), ERROR_SUCCESS);
	ck_assert_str_eq(verdict.pszOutcome, "ignored");
	PxeFakeFree(fake);
}
END_TEST

/* The text is PxeFakeNew(3)'s own; tests/lan/printed.py compares them. */
START_TEST(other_keys_follow_as_the_manual_writes_them)
{
	PXE_FAKE *fake = fake_of("greeting = \"hello\"; }; threads = 1; pending-timeout = 0.5;");
	PXE_FAKE_VERDICT verdict;

	ck_assert_uint_eq(receive(fake, &verdict), ERROR_SUCCESS);
	PxeFakeFree(fake);
}
END_TEST

/* ---- places ---- */

static struct {
	char file[64], narrow[64], module[512];
	DWORD line, narrow_line, key_line;
} place;

static DWORD PXEAPI nothing(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	*action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	(void)context;
	return ERROR_SUCCESS;
}

static int note_module(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size, (void)context;
	if (!strstr(info->dlpi_name, "/hooked.so"))
		return 0;
	snprintf(place.module, sizeof(place.module), "%s", info->dlpi_name);
	return 1;
}

static DWORD initialize(HANDLE provider, HKEY key)
{
	HKEY below;

	dl_iterate_phdr(note_module, NULL);
	PxeKeyLocationA(key, NULL, place.file, sizeof(place.file), &place.key_line);
	PxeKeyLocationA(key, "colour", place.file, sizeof(place.file), &place.line);
	if (RegOpenKeyExA(key, "boot\\1", 0, KEY_READ, &below) == ERROR_SUCCESS)
		PxeKeyLocationA(below, "file", place.narrow, sizeof(place.narrow),
				&place.narrow_line);
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)nothing, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}

static DWORD load_hooked(PXE_FAKE *fake, const char *more, char why[512])
{
	static const struct hooks hooks = { initialize };
	char settings[512];

	snprintf(settings, sizeof(settings), "hooks = \"%llx\";\n%s",
		 (unsigned long long)(uintptr_t)&hooks, more);
	return PxeFakeLoad(fake, HOOKED, settings, why, 512);
}

/* D5 (a): a place is told as the test's own text has it, by whoever tells it. */
START_TEST(settings_are_named_alike)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[512];

	ck_assert_uint_eq(load_hooked(fake, "colour = ;", why), ERROR_INVALID_DATA);
	ck_assert_msg(strncmp(why, "settings:2: ", 12) == 0, "%s", why);
	ck_assert_msg(load_hooked(fake,
				  "colour = \"blue\";\nboot = ( { a = 1; },\n"
				  "{\nfile = \"x\"; } ); # the end",
				  why) == 0,
		      "%s", why);
	ck_assert_str_eq(place.file, "settings");
	ck_assert_uint_eq(place.key_line, 1);
	ck_assert_uint_eq(place.line, 2);
	ck_assert_str_eq(place.narrow, "settings");
	ck_assert_uint_eq(place.narrow_line, 5);
	PxeFakeFree(fake);
}
END_TEST

/* ---- what stays ---- */

/* D5 (b): a tool that reports leaks at the end finds the module, and its file, by its name. The
 * first row stands for a tool, as valgrind shows itself. */
START_TEST(module_stays_where_a_tool_watches)
{
	bool watched = _i == 0 || __asan_init;
	const char *preload = getenv("LD_PRELOAD");
	PXE_FAKE *fake;
	char why[512];
	void *image;

	if (_i == 1 && preload && strstr(preload, "vgpreload_"))
		return;
	scratch_make();
	setenv("TMPDIR", scratch_path(""), 1);
	if (_i == 0)
		setenv("LD_PRELOAD", "vgpreload_none.so", 1);
	fake = PxeFakeNew();
	ck_assert_msg(load_hooked(fake, "", why) == 0, "%s", why);
	ck_assert_ptr_nonnull(strstr(place.module, scratch_path("")));
	PxeFakeFree(fake);
	image = dlopen(place.module, RTLD_NOW | RTLD_NOLOAD);
	ck_assert_int_eq(image != NULL, watched);
	ck_assert_int_eq(access(place.module, R_OK) == 0, watched);
	scratch_remove();
}
END_TEST

/* ---- a crash ---- */

static void own_handler(int number)
{
	(void)number;
	_exit(42);
}

static void crash(int out, bool handled)
{
	PXE_FAKE_VERDICT verdict;

	dup2(out, STDERR_FILENO);
	if (handled)
		signal(SIGSEGV, own_handler);
	receive(fake_of("action = \"nbp\"; crash = 1;"), &verdict);
	_exit(0);
}

/* D5 (c): it is told as the daemon tells it; a handler that the test has goes first. */
START_TEST(crash_has_the_daemons_message)
{
	char said[2048] = "";
	bool handled = _i == 1;
	int ends[2], status;
	size_t used = 0;
	ssize_t n;
	pid_t child;

	if (sanitized()) /* it ends the process before the signal comes */
		return;
	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	if (child == 0)
		crash(ends[1], handled);
	close(ends[1]);
	while (used < sizeof(said) - 1 &&
	       (n = read(ends[0], said + used, sizeof(said) - 1 - used)) > 0)
		used += (size_t)n;
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (handled) {
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
		ck_assert(!strstr(said, "crashed by"));
		return;
	}
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	ck_assert_msg(strstr(said, "crashed by SIGSEGV: in provider scripted.so, "
				   "PxeProviderRecvRequest, client 52:54:00:00:00:01"),
		      "%s", said);
	ck_assert_msg(strstr(said, "; at scripted.so+0x"), "%s", said);
}
END_TEST

/* ---- patience ---- */

/* D5 (d): a callback that is still inside when its time is over is given up, as by the daemon. */
START_TEST(timeout_does_not_wait_for_the_callback)
{
	PXE_FAKE_VERDICT verdict;
	char settings[600];
	const char *file;
	PXE_FAKE *fake;

	scratch_make();
	file = scratch_write("hold", "");
	snprintf(settings, sizeof(settings),
		 "action = \"nbp\"; hold = \"%s\"; }; pending-timeout = 0.1;", file);
	fake = fake_of(settings);
	ck_assert_uint_eq(receive(fake, &verdict), ERROR_SUCCESS);
	ck_assert_str_eq(verdict.pszOutcome, "timeout");
	ck_assert_msg(access(scratch_path("hold"), F_OK) == 0, "nobody let it go");
	unlink(scratch_path("hold"));
	PxeFakeFree(fake);
	scratch_remove();
}
END_TEST

/* ---- commands ---- */

static PXE_FAKE_ANSWER given(PXE_FAKE *fake, LPCSTR word, LPCSTR text)
{
	LPCSTR words[] = { word, text, NULL };
	PXE_COMMAND command = { .nWords = 2, .ppszWords = words };
	PXE_FAKE_ANSWER answer;

	ck_assert_uint_eq(PxeFakeCommand(fake, &command, &answer), ERROR_SUCCESS);
	return answer;
}

START_TEST(command_is_answered_as_by_the_daemon)
{
	static const char input[] = { 'a', 'b' };
	LPCSTR words[] = { "echo", NULL };
	PXE_COMMAND command = { .nWords = 1,
				.ppszWords = words,
				.pszInput = "x.csv",
				.pInput = (const BYTE *)input,
				.cbInput = 2 };
	PXE_FAKE *fake = fake_of("action = \"ignore\";");
	PXE_FAKE_ANSWER answer;

	ck_assert_uint_eq(PxeFakeCommand(fake, &command, &answer), ERROR_CALL_NOT_IMPLEMENTED);
	ck_assert_uint_eq(
		PxeFakeLoad(fake, built_module("tests/providers/commanded.so"), NULL, NULL, 0),
		ERROR_SUCCESS);
	ck_assert_uint_eq(PxeFakeCommand(fake, NULL, &answer), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeFakeCommand(fake, &command, &answer), ERROR_SUCCESS);
	ck_assert_str_eq(answer.pszAnswer, "{\"words\":[],\"input\":\"x.csv\",\"octets\":\"ab\"}");
	ck_assert_uint_eq(answer.uAnswer, strlen(answer.pszAnswer));
	ck_assert_uint_eq(answer.dwStatus, 0);
	ck_assert_str_eq(answer.pszFault, "");
	answer = given(fake, "fail", "5");
	ck_assert(answer.dwStatus == 5 && answer.uAnswer == 0 && !*answer.pszFault);
	answer = given(fake, "write", "[1,]");
	ck_assert_str_eq(answer.pszFault, "no value begins so");
	answer = given(fake, "flood", "");
	ck_assert_str_eq(answer.pszFault, "the answer is longer than PXE_COMMAND_ANSWER_MAX");
	PxeFakeFree(fake);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("fake");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_module_under_two_names_is_two);
	tcase_add_test(tcase, other_keys_follow_as_the_manual_writes_them);
	tcase_add_test(tcase, settings_are_named_alike);
	tcase_add_loop_test(tcase, module_stays_where_a_tool_watches, 0, 2);
	tcase_add_loop_test(tcase, crash_has_the_daemons_message, 0, 2);
	tcase_add_test(tcase, command_is_answered_as_by_the_daemon);
	tcase_add_test(tcase, timeout_does_not_wait_for_the_callback);
	suite_apart(); /* a provider that crashed is not loaded again */
	return suite_run("fake", tcase);
}
