/* Threads and what they have of their own, and the clocks, by Microsoft's pages. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <windows/process.h>
#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { LONG_TIME = 60000 };

static void joined(HANDLE thread, DWORD expected)
{
	DWORD code = 0;

	ck_assert_uint_eq(WaitForSingleObject(thread, LONG_TIME), WAIT_OBJECT_0);
	ck_assert_int_eq(GetExitCodeThread(thread, &code), TRUE);
	ck_assert_uint_eq(code, expected);
	ck_assert_int_eq(CloseHandle(thread), TRUE);
}

/* ---- starting ---- */

static DWORD returns(LPVOID parameter)
{
	return (DWORD)(uintptr_t)parameter;
}

static DWORD exits(LPVOID parameter)
{
	ExitThread((DWORD)(uintptr_t)parameter + 1);
}

static DWORD exits_posix(LPVOID parameter)
{
	(void)parameter;
	pthread_exit(NULL);
}

static const struct {
	const char *name;
	LPTHREAD_START_ROUTINE routine;
	uintptr_t parameter;
	SIZE_T stack;
	DWORD flags;
	DWORD error, code;
} create_rows[] = {
	{ "returns", returns, 0xffffffff, 0, 0, 0, 0xffffffff },
	{ "returns what is no end, too", returns, STILL_ACTIVE, 0, 0, 0, STILL_ACTIVE },
	{ "a small stack", returns, 5, 4096, 0, 0, 5 },
	{ "a large stack", returns, 5, (64 << 20) + 1, 0, 0, 5 },
	{ "a reserved stack", returns, 5, 65536, STACK_SIZE_PARAM_IS_A_RESERVATION, 0, 5 },
	{ "ends itself", exits, 7, 0, 0, 0, 8 },
	{ "ends itself by pthread_exit", exits_posix, 7, 0, 0, 0, 0 },
	{ "suspended", returns, 9, 0, CREATE_SUSPENDED, 0, 9 },
	{ "no routine", NULL, 0, 0, 0, ERROR_INVALID_PARAMETER, 0 },
	{ "unknown flags", returns, 0, 0, 2, ERROR_INVALID_PARAMETER, 0 },
	{ "a stack beyond all memory", returns, 0, SIZE_MAX / 2, 0, ERROR_NOT_ENOUGH_MEMORY, 0 },
};
API_CASES(CreateThread, create_rows);
API_CASES(ExitThread, create_rows);
API_CASES(GetExitCodeThread, create_rows);
API_CASES(ResumeThread, create_rows);

START_TEST(create_thread)
{
	DWORD id = 0, code = 0, resumed;
	HANDLE thread = CreateThread(NULL, create_rows[_i].stack, create_rows[_i].routine,
				     (LPVOID)create_rows[_i].parameter, create_rows[_i].flags, &id);

	ck_assert_int_eq(thread != NULL, create_rows[_i].error == 0);
	if (!thread) {
		ck_assert_uint_eq(GetLastError(), create_rows[_i].error);
		return;
	}
	ck_assert_uint_ne(id, 0);
	ck_assert_uint_ne(id, GetCurrentThreadId());
	ck_assert_uint_eq(GetThreadId(thread), id);
	resumed = create_rows[_i].flags & CREATE_SUSPENDED;
	if (resumed) {
		ck_assert_uint_eq(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
		ck_assert_int_eq(GetExitCodeThread(thread, &code), TRUE);
		ck_assert_uint_eq(code, STILL_ACTIVE);
	}
	ck_assert_uint_eq(ResumeThread(thread), resumed ? 1 : 0);
	ck_assert_uint_eq(ResumeThread(thread), 0);
	ck_assert_int_eq(GetExitCodeThread(thread, NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_NOACCESS);
	joined(thread, create_rows[_i].code);
}
END_TEST

static unsigned returns_ex(void *parameter)
{
	return (unsigned)(uintptr_t)parameter;
}

static unsigned exits_ex(void *parameter)
{
	_endthreadex((unsigned)(uintptr_t)parameter + 1);
}

static const struct {
	const char *name;
	_beginthreadex_proc_type routine;
	unsigned flags;
	int error;
	DWORD code;
} ex_rows[] = {
	{ "returns", returns_ex, 0, 0, 3 },
	{ "ends itself", exits_ex, 0, 0, 4 },
	{ "suspended", returns_ex, CREATE_SUSPENDED, 0, 3 },
	{ "no routine", NULL, 0, EINVAL, 0 },
	{ "unknown flags", returns_ex, 1, EINVAL, 0 },
};
API_CASES(_beginthreadex, ex_rows);
API_CASES(_endthreadex, ex_rows);

START_TEST(begin_thread_ex)
{
	unsigned id = 0;
	uintptr_t thread;

	errno = 0;
	thread = _beginthreadex(NULL, 0, ex_rows[_i].routine, (void *)3, ex_rows[_i].flags, &id);
	ck_assert_int_eq(errno, ex_rows[_i].error);
	ck_assert_int_eq(thread != 0, ex_rows[_i].error == 0);
	if (!thread)
		return;
	ck_assert_uint_eq(GetThreadId((HANDLE)thread), id);
	ResumeThread((HANDLE)thread);
	joined((HANDLE)thread, ex_rows[_i].code);
}
END_TEST

static void sets(void *event)
{
	SetEvent(event);
}

static void sets_and_ends(void *event)
{
	SetEvent(event);
	_endthread();
}

static const struct {
	const char *name;
	_beginthread_proc_type routine;
	int error;
} plain_rows[] = {
	{ "returns", sets, 0 },
	{ "ends itself", sets_and_ends, 0 },
	{ "no routine", NULL, EINVAL },
};
API_CASES(_beginthread, plain_rows);
API_CASES(_endthread, plain_rows);

/* Its handle is closed when it ends, and not before. */
START_TEST(begin_thread)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	uintptr_t thread;

	errno = 0;
	thread = _beginthread(plain_rows[_i].routine, 0, event);
	ck_assert_int_eq(errno, plain_rows[_i].error);
	ck_assert_int_eq(thread == (uintptr_t)-1, plain_rows[_i].error != 0);
	if (plain_rows[_i].error)
		return;
	ck_assert_uint_eq(WaitForSingleObject(event, LONG_TIME), WAIT_OBJECT_0);
	while (GetThreadId((HANDLE)thread) != 0)
		Sleep(1);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
}
END_TEST

/* ---- what it is to itself and to others ---- */

struct seen {
	DWORD id, wait, code, process;
	HANDLE copy;
	bool signals_blocked, faults_blocked;
};

static DWORD looks_at_itself(LPVOID context)
{
	struct seen *seen = context;
	HANDLE self = GetCurrentProcess();
	sigset_t blocked;

	seen->id = GetCurrentThreadId();
	seen->process = GetCurrentProcessId();
	seen->wait = WaitForSingleObject(GetCurrentThread(), 0);
	GetExitCodeThread(GetCurrentThread(), &seen->code);
	DuplicateHandle(self, GetCurrentThread(), self, &seen->copy, 0, FALSE, 0);
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	seen->signals_blocked = sigismember(&blocked, SIGTERM);
	seen->faults_blocked = sigismember(&blocked, SIGSEGV);
	return 12;
}

static const struct {
	const char *name;
	DWORD seen, expected;
} self_rows[] = {
	{ "its own number", offsetof(struct seen, id), 0 },
	{ "it has not ended", offsetof(struct seen, wait), WAIT_TIMEOUT },
	{ "nor has it an exit code", offsetof(struct seen, code), STILL_ACTIVE },
};
API_CASES(GetCurrentThreadId, self_rows);
API_CASES(GetCurrentProcessId, self_rows);

START_TEST(itself)
{
	struct seen seen = { 0 };
	DWORD id, found;
	HANDLE thread = CreateThread(NULL, 0, looks_at_itself, &seen, 0, &id);

	joined(thread, 12);
	memcpy(&found, (char *)&seen + self_rows[_i].seen, sizeof(found));
	ck_assert_uint_eq(found, self_rows[_i].expected ? self_rows[_i].expected : id);
	ck_assert_uint_eq(seen.process, getpid());
	ck_assert_int_eq(seen.signals_blocked, true);
	ck_assert_int_eq(seen.faults_blocked, false);
	joined(seen.copy, 12); /* a handle of it that it made itself */
}
END_TEST

static void *posix_thread(void *context)
{
	looks_at_itself(context);
	return NULL;
}

START_TEST(a_thread_of_others_can_be_waited_for)
{
	struct seen seen = { 0 };
	pthread_t thread;

	pthread_create(&thread, NULL, posix_thread, &seen);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	joined(seen.copy, 0);
}
END_TEST

static void *exits_in_posix_thread(void *context)
{
	(void)context;
	ExitThread(3);
}

START_TEST(exit_thread_on_a_thread_of_others)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exits_in_posix_thread, NULL);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

/* ---- it has ended when nothing of its module is left to run ---- */

/* A ThreadSanitizer is gone in the last one. */
#ifdef __SANITIZE_THREAD__
enum { ROUNDS = 3 };
#else
enum { ROUNDS = 4 };
#endif

static _Atomic unsigned n_destructors;
static pthread_key_t slow_key;

/* Again and again, as far as POSIX lets it. */
static void slow_destructor(void *rounds)
{
	Sleep(10);
	n_destructors++;
	if ((uintptr_t)rounds > 1)
		pthread_setspecific(slow_key, (void *)((uintptr_t)rounds - 1));
}

static DWORD has_destructors(LPVOID rounds)
{
	pthread_setspecific(slow_key, rounds);
	return 0;
}

START_TEST(it_has_ended_after_its_destructors)
{
	pthread_key_create(&slow_key, slow_destructor);
	for (uintptr_t rounds = 1; rounds <= ROUNDS; rounds++) {
		n_destructors = 0;
		joined(CreateThread(NULL, 0, has_destructors, (LPVOID)rounds, 0, NULL), 0);
		ck_assert_uint_eq(n_destructors, rounds);
	}
}
END_TEST

static DWORD closes_its_handle(LPVOID handle)
{
	return CloseHandle(*(HANDLE *)handle);
}

START_TEST(it_goes_on_without_a_handle)
{
	HANDLE handle = NULL, self = GetCurrentProcess(), thread, copy;

	thread = CreateThread(NULL, 0, closes_its_handle, &handle, CREATE_SUSPENDED, NULL);
	DuplicateHandle(self, thread, self, &copy, 0, FALSE, 0);
	handle = thread;
	ResumeThread(copy);
	joined(copy, TRUE);
	for (int i = 0; i < 100; i++)
		CloseHandle(CreateThread(NULL, 0, returns, NULL, 0, NULL));
}
END_TEST

/* ---- modules ---- */

static bool is_loaded(const char *path)
{
	void *module = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);

	if (module)
		dlclose(module);
	return module != NULL;
}

/* The host unloads a provider that has left a thread behind: the code stays until the thread ends.
 */
START_TEST(a_module_stays_while_a_thread_runs_in_it)
{
	const char *path = TEST_BUILD "/tests/providers/windows_threads.so";
	void *module = dlopen(path, RTLD_NOW);
	HANDLE (*start)(HANDLE), thread, event = CreateEventW(NULL, TRUE, FALSE, NULL);

	ck_assert_msg(module, "%s", dlerror());
	*(void **)&start = dlsym(module, "start_waiting");
	thread = start(event);
	ck_assert_ptr_nonnull(thread);
	dlclose(module);
	ck_assert_int_eq(is_loaded(path), true);
	SetEvent(event);
	joined(thread, 77);
	ck_assert_int_eq(is_loaded(path), false);
}
END_TEST

/* ---- thread-local storage ---- */

struct tls {
	DWORD index;
	LPVOID set, before, after;
	DWORD before_error, after_error, set_error;
};

static DWORD uses_tls(LPVOID context)
{
	struct tls *tls = context;

	SetLastError(4711);
	tls->before = TlsGetValue(tls->index);
	tls->before_error = GetLastError();
	SetLastError(4711);
	tls->set_error = TlsSetValue(tls->index, tls->set) ? 0 : GetLastError();
	tls->after = TlsGetValue(tls->index);
	tls->after_error = GetLastError();
	return 0;
}

static const struct {
	const char *name;
	bool allocated, freed;
	DWORD index; /* where it is not allocated */
	DWORD error;
} tls_rows[] = {
	{ "an index", true, false, 0, 0 },
	{ "one that is freed", true, true, 0, ERROR_INVALID_PARAMETER },
	{ "one of nobody", false, false, 1000, ERROR_INVALID_PARAMETER },
	{ "one beyond all", false, false, 1088, ERROR_INVALID_PARAMETER },
	{ "TLS_OUT_OF_INDEXES", false, false, TLS_OUT_OF_INDEXES, ERROR_INVALID_PARAMETER },
};
API_CASES(TlsAlloc, tls_rows);
API_CASES(TlsGetValue, tls_rows);
API_CASES(TlsSetValue, tls_rows);
API_CASES(TlsFree, tls_rows);

START_TEST(tls)
{
	struct tls here = { .set = "here" }, there = { .set = "there" };
	DWORD index = tls_rows[_i].allocated ? TlsAlloc() : tls_rows[_i].index, error;

	here.index = there.index = index;
	if (tls_rows[_i].freed)
		ck_assert_int_eq(TlsFree(index), TRUE);
	uses_tls(&here);
	joined(CreateThread(NULL, 0, uses_tls, &there, 0, NULL), 0);
	ck_assert_ptr_null(here.before);
	ck_assert_ptr_null(there.before);
	error = tls_rows[_i].error;
	ck_assert_uint_eq(here.before_error, error);
	ck_assert_uint_eq(there.after_error, error);
	ck_assert_uint_eq(here.set_error, error);
	ck_assert_ptr_eq(there.after, error ? NULL : there.set);
	ck_assert_ptr_eq(TlsGetValue(index), error ? NULL : here.set);
	SetLastError(4711);
	ck_assert_int_eq(TlsFree(index), error == 0);
	ck_assert_uint_eq(GetLastError(), error ? error : 4711);
}
END_TEST

/* An index that is used again has no value of before; and they come to an end. */
START_TEST(tls_indexes)
{
	DWORD index = TlsAlloc(), n = 0;

	ck_assert_int_eq(TlsSetValue(index, &index), TRUE);
	TlsFree(index);
	ck_assert_uint_eq(TlsAlloc(), index);
	ck_assert_ptr_null(TlsGetValue(index));
	ck_assert_uint_eq(GetLastError(), ERROR_SUCCESS);
	while (TlsAlloc() != TLS_OUT_OF_INDEXES)
		n++;
	ck_assert_uint_eq(GetLastError(), ERROR_NO_MORE_ITEMS);
	ck_assert_uint_ge(n, TLS_MINIMUM_AVAILABLE);
}
END_TEST

/* ---- clocks ---- */

static uint64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void sleep_plain(DWORD ms)
{
	Sleep(ms);
}

static void sleep_ex(DWORD ms)
{
	ck_assert_uint_eq(SleepEx(ms, TRUE), 0);
}

static void sleep_in_wait(DWORD ms)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

	ck_assert_uint_eq(WaitForSingleObject(event, ms), WAIT_TIMEOUT);
	CloseHandle(event);
}

static void let_others(DWORD ms)
{
	(void)ms;
	ck_assert_int_eq(SwitchToThread(), FALSE);
}

static const struct {
	const char *name;
	void (*sleep)(DWORD ms);
	DWORD ms;
} sleep_rows[] = {
	{ "Sleep(0)", sleep_plain, 0 },      { "Sleep", sleep_plain, 30 },
	{ "SleepEx", sleep_ex, 30 },         { "a wait", sleep_in_wait, 30 },
	{ "SwitchToThread", let_others, 0 },
};
API_CASES(Sleep, sleep_rows);
API_CASES(SleepEx, sleep_rows);
API_CASES(SwitchToThread, sleep_rows);
API_CASES(GetTickCount, sleep_rows);
API_CASES(GetTickCount64, sleep_rows);
API_CASES(QueryPerformanceCounter, sleep_rows);
API_CASES(QueryPerformanceFrequency, sleep_rows);

/* Each clock counts at least the time that was slept. */
START_TEST(clocks)
{
	ULONGLONG ticks64 = GetTickCount64();
	DWORD ticks = GetTickCount();
	LARGE_INTEGER frequency, before, after;
	LONGLONG counts;

	ck_assert_uint_le(ticks64, clock_ms(CLOCK_BOOTTIME));
	ck_assert_int_eq(QueryPerformanceFrequency(&frequency), TRUE);
	ck_assert_int_eq(QueryPerformanceCounter(&before), TRUE);
	sleep_rows[_i].sleep(sleep_rows[_i].ms);
	ck_assert_int_eq(QueryPerformanceCounter(&after), TRUE);
	counts = after.QuadPart - before.QuadPart;
	ck_assert_int_eq(frequency.QuadPart, 10000000);
	ck_assert_int_ge(counts * 1000 / frequency.QuadPart, sleep_rows[_i].ms);
	ck_assert_uint_ge(GetTickCount64() - ticks64 + 1, sleep_rows[_i].ms);
	ck_assert_uint_ge(GetTickCount() - ticks + 1, sleep_rows[_i].ms);
	ck_assert_int_eq(QueryPerformanceCounter(NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_NOACCESS);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("thread");

	tcase_set_timeout(tcase, 120);
	TEST_ROWS(tcase, create_thread, create_rows);
	TEST_ROWS(tcase, begin_thread_ex, ex_rows);
	TEST_ROWS(tcase, begin_thread, plain_rows);
	TEST_ROWS(tcase, itself, self_rows);
	tcase_add_test(tcase, a_thread_of_others_can_be_waited_for);
	tcase_add_test(tcase, exit_thread_on_a_thread_of_others);
	tcase_add_test(tcase, it_has_ended_after_its_destructors);
	tcase_add_test(tcase, it_goes_on_without_a_handle);
	tcase_add_test(tcase, a_module_stays_while_a_thread_runs_in_it);
	TEST_ROWS(tcase, tls, tls_rows);
	tcase_add_test(tcase, tls_indexes);
	TEST_ROWS(tcase, clocks, sleep_rows);
	suite_apart(); /* destructors are counted from nothing */
	return suite_run("thread", tcase);
}
