/* Waitable timers, by Microsoft's pages. */
#include <stdatomic.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { SOON = 20, LONG_TIME = 60000, TICKS_PER_MS = 10000 };

/* The error of a call that fails; ERROR_SUCCESS where it does not. */
#define ERROR_OF(call) (SetLastError(4711), (call) ? ERROR_SUCCESS : GetLastError())

/* ---- creating and opening ---- */

static const struct {
	const char *name;
	DWORD flags;
	DWORD error;
} create_rows[] = {
	{ "neither", 0, 0 },
	{ "manual reset", CREATE_WAITABLE_TIMER_MANUAL_RESET, 0 },
	{ "high resolution", CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, 0 },
	{ "both", 3, 0 },
	{ "what is none", 4, ERROR_INVALID_PARAMETER },
};
API_CASES(CreateWaitableTimerExA, create_rows);
API_CASES(CreateWaitableTimerExW, create_rows);
API_CASES(CreateWaitableTimerA, create_rows);
API_CASES(CreateWaitableTimerW, create_rows);
API_CASES(OpenWaitableTimerA, create_rows);
API_CASES(OpenWaitableTimerW, create_rows);

static void check_created(HANDLE timer, DWORD error, DWORD existed)
{
	ck_assert_uint_eq(GetLastError(), error ? error : existed);
	ck_assert_int_eq(timer == NULL, error != 0);
}

START_TEST(created)
{
	DWORD flags = create_rows[_i].flags, error = create_rows[_i].error;
	DWORD opened = error ? ERROR_FILE_NOT_FOUND : ERROR_SUCCESS;

	SetLastError(4711);
	check_created(CreateWaitableTimerExW(NULL, L"w", flags, TIMER_ALL_ACCESS), error, 0);
	check_created(CreateWaitableTimerExA(NULL, "a", flags, TIMER_ALL_ACCESS), error, 0);
	check_created(CreateWaitableTimerExA(NULL, "w", flags, TIMER_ALL_ACCESS), error,
		      ERROR_ALREADY_EXISTS);
	ck_assert_uint_eq(ERROR_OF(OpenWaitableTimerW(TIMER_ALL_ACCESS, FALSE, L"w")), opened);
	ck_assert_uint_eq(ERROR_OF(OpenWaitableTimerA(TIMER_ALL_ACCESS, FALSE, "a")), opened);
}
END_TEST

START_TEST(names)
{
	HANDLE timer = CreateWaitableTimerW(NULL, TRUE, L"Local\\t");

	check_created(CreateWaitableTimerA(NULL, FALSE, "t"), 0, ERROR_ALREADY_EXISTS);
	ck_assert_uint_eq(ERROR_OF(CreateEventW(NULL, FALSE, FALSE, L"t")), ERROR_INVALID_HANDLE);
	ck_assert_ptr_nonnull(CreateEventW(NULL, FALSE, FALSE, L"e"));
	ck_assert_uint_eq(ERROR_OF(CreateWaitableTimerW(NULL, FALSE, L"e")), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(OpenWaitableTimerW(0, FALSE, L"e")), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(OpenWaitableTimerW(0, FALSE, L"T")), ERROR_FILE_NOT_FOUND);
	ck_assert_uint_eq(ERROR_OF(OpenWaitableTimerA(0, FALSE, NULL)), ERROR_INVALID_PARAMETER);
	ck_assert_int_eq(CloseHandle(timer), TRUE);
}
END_TEST

/* ---- what cannot be set ---- */

static void routine(LPVOID argument, DWORD low, DWORD high)
{
	(void)argument, (void)low, (void)high;
}

static const LARGE_INTEGER never = { .QuadPart = INT64_MIN };

static const struct {
	const char *name;
	const LARGE_INTEGER *due;
	LONG period;
	PTIMERAPCROUTINE routine;
	BOOL resume;
	DWORD error; /* the last one, also of a call that succeeds */
	BOOL done;
} refuse_rows[] = {
	{ "once", &never, 0, NULL, FALSE, 0, TRUE },
	{ "with a period", &never, 1000, NULL, FALSE, 0, TRUE },
	{ "to wake the computer", &never, 0, NULL, TRUE, ERROR_NOT_SUPPORTED, TRUE },
	{ "no time", NULL, 0, NULL, FALSE, ERROR_NOACCESS, FALSE },
	{ "a period below 0", &never, -1, NULL, FALSE, ERROR_INVALID_PARAMETER, FALSE },
	{ "a routine", &never, 0, routine, FALSE, ERROR_NOT_SUPPORTED, FALSE },
};
API_CASES(SetWaitableTimer, refuse_rows);
API_CASES(SetWaitableTimerEx, refuse_rows);

START_TEST(set)
{
	HANDLE timer = CreateWaitableTimerW(NULL, FALSE, NULL);
	const LARGE_INTEGER *due = refuse_rows[_i].due;
	LONG period = refuse_rows[_i].period;
	BOOL done = refuse_rows[_i].done;

	SetLastError(4711);
	ck_assert_int_eq(SetWaitableTimer(timer, due, period, refuse_rows[_i].routine, NULL,
					  refuse_rows[_i].resume),
			 done);
	ck_assert_uint_eq(GetLastError(), refuse_rows[_i].error);
	ck_assert_int_eq(
		SetWaitableTimerEx(timer, due, period, refuse_rows[_i].routine, NULL, NULL, 5),
		done);
	CloseHandle(timer);
	ck_assert_int_eq(SetWaitableTimer(timer, &never, 0, NULL, NULL, FALSE), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
}
END_TEST

START_TEST(handles_of_others)
{
	HANDLE none[] = { NULL, INVALID_HANDLE_VALUE, CreateEventW(NULL, TRUE, FALSE, NULL) };
	HANDLE timer = CreateWaitableTimerW(NULL, FALSE, NULL);

	for (size_t i = 0; i < ROWS(none); i++) {
		ck_assert_uint_eq(ERROR_OF(SetWaitableTimer(none[i], &never, 0, NULL, NULL, FALSE)),
				  ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(ERROR_OF(CancelWaitableTimer(none[i])), ERROR_INVALID_HANDLE);
	}
	ck_assert_uint_eq(ERROR_OF(SetEvent(timer)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(SignalObjectAndWait(timer, none[2], 0, FALSE), WAIT_FAILED);
}
END_TEST

/* ---- when it is signaled ---- */

static int64_t now_ticks(void)
{
	FILETIME now;

	GetSystemTimeAsFileTime(&now);
	return (int64_t)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
}

static const struct {
	const char *name;
	bool absolute;
	int ms;
	bool comes; /* within the test's time */
} due_rows[] = {
	{ "now", false, 0, true },
	{ "soon", false, SOON, true },
	{ "in an hour", false, 3600000, false },
	{ "at a time that was", true, -1000, true },
	{ "at a time soon", true, SOON, true },
	{ "at a time in an hour", true, 3600000, false },
};
API_CASES(CancelWaitableTimer, due_rows);

static LARGE_INTEGER due_of(int row)
{
	int64_t ticks = (int64_t)due_rows[row].ms * TICKS_PER_MS;

	return (LARGE_INTEGER){ .QuadPart = due_rows[row].absolute ? now_ticks() + ticks : -ticks };
}

START_TEST(due)
{
	for (int manual = 0; manual < 2; manual++) {
		HANDLE timer = CreateWaitableTimerA(NULL, manual, NULL);
		bool comes = due_rows[_i].comes;
		LARGE_INTEGER at = due_of(_i);
		ULONGLONG begun = GetTickCount64();

		ck_assert_uint_eq(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
		ck_assert_int_eq(SetWaitableTimer(timer, &at, 0, NULL, NULL, FALSE), TRUE);
		ck_assert_uint_eq(WaitForSingleObject(timer, comes ? LONG_TIME : SOON),
				  comes ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
		if (!due_rows[_i].absolute && comes)
			ck_assert_int_ge((int)(GetTickCount64() - begun) + 1, due_rows[_i].ms);
		ck_assert_uint_eq(WaitForSingleObject(timer, 0),
				  comes && manual ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
		at = never;
		SetWaitableTimer(timer, &at, 0, NULL, NULL, FALSE); /* not signaled any more */
		ck_assert_uint_eq(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
		CloseHandle(timer);
	}
}
END_TEST

START_TEST(cancelled)
{
	HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
	LARGE_INTEGER at = due_of(_i);

	SetWaitableTimer(timer, &at, 1, NULL, NULL, FALSE);
	if (due_rows[_i].comes)
		ck_assert_uint_eq(WaitForSingleObject(timer, LONG_TIME), WAIT_OBJECT_0);
	ck_assert_int_eq(CancelWaitableTimer(timer), TRUE);
	ck_assert_uint_eq(WaitForSingleObject(timer, SOON),
			  due_rows[_i].comes ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
	ck_assert_int_eq(CancelWaitableTimer(timer), TRUE);
}
END_TEST

/* Each period is a signal, and those that nobody waited for are one. */
START_TEST(periods)
{
	HANDLE timer = CreateWaitableTimerW(NULL, FALSE, NULL);
	LARGE_INTEGER at = { .QuadPart = -(int64_t)SOON * TICKS_PER_MS };
	ULONGLONG begun = GetTickCount64();

	SetWaitableTimer(timer, &at, SOON, NULL, NULL, FALSE);
	for (int i = 0; i < 5; i++)
		ck_assert_uint_eq(WaitForSingleObject(timer, LONG_TIME), WAIT_OBJECT_0);
	ck_assert_int_ge((int)(GetTickCount64() - begun) + 1, SOON);
	SetWaitableTimer(timer, &at, 3600000, NULL, NULL, FALSE);
	Sleep(2 * SOON);
	ck_assert_uint_eq(WaitForSingleObject(timer, 0), WAIT_OBJECT_0);
	ck_assert_uint_eq(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
}
END_TEST

/* ---- threads that wait ---- */

static HANDLE the_timer, the_event;
static _Atomic int n_ended;

static DWORD waits(LPVOID unused)
{
	(void)unused;
	WaitForSingleObject(the_timer, INFINITE);
	n_ended++;
	return 0;
}

static DWORD waits_for_both(LPVOID unused)
{
	HANDLE both[] = { the_timer, the_event };

	(void)unused;
	WaitForMultipleObjects(2, both, TRUE, INFINITE);
	n_ended++;
	return 0;
}

static void begin(HANDLE threads[], int n, LPTHREAD_START_ROUTINE routine_)
{
	for (int i = 0; i < n; i++)
		threads[i] = CreateThread(NULL, 0, routine_, NULL, 0, NULL);
	Sleep(SOON); /* they wait now, or later: the result is the same */
}

START_TEST(set_while_threads_wait)
{
	LARGE_INTEGER soon = { .QuadPart = -(int64_t)SOON * TICKS_PER_MS };
	HANDLE threads[3];

	the_timer = CreateWaitableTimerW(NULL, FALSE, NULL);
	SetWaitableTimer(the_timer, &never, 0, NULL, NULL, FALSE);
	begin(threads, 3, waits);
	for (int i = 1; i <= 3; i++) {
		SetWaitableTimer(the_timer, &soon, 0, NULL, NULL, FALSE);
		ck_assert_uint_ne(WaitForMultipleObjects(3, threads, i == 3, LONG_TIME),
				  WAIT_TIMEOUT);
		while (n_ended < i)
			Sleep(1);
		Sleep(2 * SOON);
		ck_assert_int_eq(n_ended, i); /* one signal ends one wait */
	}
}
END_TEST

/* The timer is due long before the event is set: the thread sleeps meanwhile. */
START_TEST(for_a_timer_and_an_event)
{
	LARGE_INTEGER soon = { .QuadPart = -1 };
	HANDLE thread;

	the_timer = CreateWaitableTimerW(NULL, FALSE, NULL);
	the_event = CreateEventW(NULL, FALSE, FALSE, NULL);
	begin(&thread, 1, waits_for_both);
	SetWaitableTimer(the_timer, &soon, 0, NULL, NULL, FALSE);
	Sleep(SOON);
	ck_assert_int_eq(n_ended, 0);
	SetEvent(the_event);
	ck_assert_uint_eq(WaitForSingleObject(thread, LONG_TIME), WAIT_OBJECT_0);
	ck_assert_uint_eq(WaitForSingleObject(the_timer, 0), WAIT_TIMEOUT);
	ck_assert_uint_eq(WaitForSingleObject(the_event, 0), WAIT_TIMEOUT);

	SetEvent(the_event); /* and the other way round */
	begin(&thread, 1, waits_for_both);
	SetWaitableTimer(the_timer, &soon, 0, NULL, NULL, FALSE);
	ck_assert_uint_eq(WaitForSingleObject(thread, LONG_TIME), WAIT_OBJECT_0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("waitable_timer");

	TEST_ROWS(tcase, created, create_rows);
	tcase_add_test(tcase, names);
	TEST_ROWS(tcase, set, refuse_rows);
	tcase_add_test(tcase, handles_of_others);
	TEST_ROWS(tcase, due, due_rows);
	TEST_ROWS(tcase, cancelled, due_rows);
	tcase_add_test(tcase, periods);
	tcase_add_test(tcase, set_while_threads_wait);
	tcase_add_test(tcase, for_a_timer_and_an_event);
	suite_apart(); /* a test leaves timers and their names */
	return suite_run("waitable_timer", tcase);
}
