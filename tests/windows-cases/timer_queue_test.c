/* Timer queues and registered waits, by Microsoft's pages. */
#include <dlfcn.h>
#include <stdatomic.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { SOON = 20, LONG_TIME = 60000, HOUR = 3600000 };

/* The error of a call that fails; ERROR_SUCCESS where it does not. */
#define ERROR_OF(call) (SetLastError(4711), (call) ? ERROR_SUCCESS : GetLastError())

static _Atomic int n_begun, n_ended, n_fired; /* fired: TimerOrWaitFired was TRUE */
static HANDLE gate;                           /* callbacks that have it wait for it */

static void reset(void)
{
	n_begun = n_ended = n_fired = 0;
	gate = CreateEventW(NULL, TRUE, FALSE, NULL);
}

static void until(_Atomic int *counter, int n)
{
	ULONGLONG begun = GetTickCount64();

	while (*counter < n) {
		ck_assert_msg(GetTickCount64() - begun < LONG_TIME, "%d of %d", *counter, n);
		Sleep(1);
	}
}

static void on_call(PVOID context, BOOLEAN fired)
{
	n_fired += fired;
	n_begun++;
	if (context)
		WaitForSingleObject(context, LONG_TIME);
	n_ended++;
}

static void on_call_exits(PVOID context, BOOLEAN fired)
{
	on_call(context, fired);
	ExitThread(0);
}

static HANDLE none_of(int kind)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

	if (kind == 2)
		CloseHandle(event);
	return kind == 0 ? NULL : event;
}

/* ---- making timers ---- */

static const struct {
	const char *name;
	bool out;
	int queue; /* 0: the process's; 1: its own; 2: an event; 3: a closed one */
	WAITORTIMERCALLBACK callback;
	DWORD period;
	ULONG flags;
	DWORD error;
} make_rows[] = {
	{ "of the process", true, 0, on_call, 0, 0, 0 },
	{ "of a queue", true, 1, on_call, 0, 0, 0 },
	{ "with a period", true, 1, on_call, 5, WT_EXECUTEINTIMERTHREAD, 0 },
	{ "that is long", true, 1, on_call, 0, WT_EXECUTELONGFUNCTION, 0 },
	{ "that exits", true, 1, on_call_exits, 0, 0, 0 },
	{ "once", true, 0, on_call, 0, WT_EXECUTEONLYONCE, 0 },
	{ "once, with a period", true, 0, on_call, 5, WT_EXECUTEONLYONCE, ERROR_INVALID_PARAMETER },
	{ "without a callback", true, 0, NULL, 0, 0, ERROR_INVALID_PARAMETER },
	{ "without a place", false, 0, on_call, 0, 0, ERROR_INVALID_PARAMETER },
	{ "of what is no queue", true, 2, on_call, 0, 0, ERROR_INVALID_HANDLE },
	{ "of a closed queue", true, 3, on_call, 0, 0, ERROR_INVALID_HANDLE },
};
API_CASES(CreateTimerQueueTimer, make_rows);
API_CASES(CreateTimerQueue, make_rows);

static HANDLE queue_of(int kind)
{
	HANDLE queue = kind == 1 || kind == 3 ? CreateTimerQueue() : none_of(kind);

	if (kind == 3)
		ck_assert_int_eq(DeleteTimerQueue(queue), TRUE);
	return queue;
}

START_TEST(made)
{
	DWORD period = make_rows[_i].period, error = make_rows[_i].error;
	HANDLE queue = queue_of(make_rows[_i].queue), timer = NULL;

	ck_assert_uint_eq(ERROR_OF(CreateTimerQueueTimer(make_rows[_i].out ? &timer : NULL, queue,
							 make_rows[_i].callback, NULL, SOON, period,
							 make_rows[_i].flags)),
			  error);
	if (error) {
		ck_assert_ptr_null(timer);
		return;
	}
	until(&n_begun, period ? 3 : 1);
	ck_assert_int_eq(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE), TRUE);
	ck_assert_int_eq(n_fired, n_begun);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueueTimer(queue, timer, NULL)),
			  ERROR_INVALID_HANDLE);
}
END_TEST

/* ---- changing them ---- */

static const struct {
	const char *name;
	DWORD due, period;         /* at first; SOON: it has come before the change */
	DWORD new_due, new_period; /* afterwards */
	int calls;                 /* that come then, at least; 0: none comes */
} change_rows[] = {
	{ "sooner", HOUR, 0, 0, 0, 1 },
	{ "one that was never", INFINITE, 0, 0, 0, 1 },
	{ "with a period", HOUR, 0, 0, 1, 3 },
	{ "later", HOUR, 0, HOUR, 0, 0 },
	{ "never", HOUR, 0, INFINITE, 0, 0 },
	{ "one that has been, and goes on", SOON, HOUR, 0, 0, 1 },
	{ "one that has been, once", SOON, 0, 0, 1, 0 },
};
API_CASES(ChangeTimerQueueTimer, change_rows);

START_TEST(changed)
{
	HANDLE queue = CreateTimerQueue(), timer;
	int before = change_rows[_i].due == SOON;

	CreateTimerQueueTimer(&timer, queue, on_call, NULL, change_rows[_i].due,
			      change_rows[_i].period, 0);
	until(&n_ended, before);
	ck_assert_int_eq(ChangeTimerQueueTimer(queue, timer, change_rows[_i].new_due,
					       change_rows[_i].new_period),
			 TRUE);
	until(&n_ended, before + change_rows[_i].calls);
	if (change_rows[_i].calls == 0) {
		Sleep(SOON);
		ck_assert_int_eq(n_begun, before);
	}
	ck_assert_int_eq(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE), TRUE);
	ck_assert_uint_eq(ERROR_OF(ChangeTimerQueueTimer(queue, timer, 0, 0)),
			  ERROR_INVALID_HANDLE);
}
END_TEST

/* ---- deleting them, and queues, and registered waits ---- */

enum way { NOT_TOLD, TOLD, WAITS };

static const struct {
	const char *name;
	bool lasts; /* a callback, until the gate is open */
	enum way way;
	DWORD error;
} end_rows[] = {
	{ "nothing lasts", false, NOT_TOLD, 0 },
	{ "nothing lasts, told", false, TOLD, 0 },
	{ "nothing lasts, waits", false, WAITS, 0 },
	{ "a call lasts", true, NOT_TOLD, ERROR_IO_PENDING },
	{ "a call lasts, told", true, TOLD, ERROR_IO_PENDING },
	{ "a call lasts, waits", true, WAITS, 0 },
};
API_CASES(DeleteTimerQueueTimer, end_rows);
API_CASES(DeleteTimerQueueEx, end_rows);
API_CASES(DeleteTimerQueue, end_rows);
API_CASES(UnregisterWaitEx, end_rows);
API_CASES(UnregisterWait, end_rows);

static DWORD opens_the_gate(LPVOID unused)
{
	(void)unused;
	Sleep(SOON);
	SetEvent(gate);
	return 0;
}

enum what { TIMER, QUEUE, WAIT };

static BOOL end_by(enum what what, HANDLE handle, HANDLE queue, HANDLE event)
{
	switch (what) {
	case TIMER:
		return DeleteTimerQueueTimer(queue, handle, event);
	case QUEUE:
		return event ? DeleteTimerQueueEx(queue, event) : DeleteTimerQueue(queue);
	default:
		return event ? UnregisterWaitEx(handle, event) : UnregisterWait(handle);
	}
}

static void check_end(enum what what, HANDLE handle, HANDLE queue, int row)
{
	HANDLE told = CreateEventW(NULL, TRUE, FALSE, NULL), thread = NULL;
	enum way way = end_rows[row].way;
	bool lasts = end_rows[row].lasts;

	if (lasts && way == WAITS)
		thread = CreateThread(NULL, 0, opens_the_gate, NULL, 0, NULL);
	ck_assert_uint_eq(ERROR_OF(end_by(what, handle, queue,
					  way == NOT_TOLD ? NULL
					  : way == TOLD   ? told
							  : INVALID_HANDLE_VALUE)),
			  end_rows[row].error);
	if (way == WAITS)
		ck_assert_int_eq(n_ended, n_begun);
	if (lasts && way == TOLD)
		ck_assert_uint_eq(WaitForSingleObject(told, SOON), WAIT_TIMEOUT);
	SetEvent(gate);
	if (way == TOLD) {
		ck_assert_uint_eq(WaitForSingleObject(told, LONG_TIME), WAIT_OBJECT_0);
		ck_assert_int_eq(n_ended, n_begun);
	}
	ck_assert_uint_eq(ERROR_OF(end_by(what, handle, queue, NULL)), ERROR_INVALID_HANDLE);
	until(&n_ended, n_begun);
	if (thread)
		WaitForSingleObject(thread, INFINITE);
}

START_TEST(timer_is_deleted)
{
	HANDLE queue = CreateTimerQueue(), timer;
	bool lasts = end_rows[_i].lasts;

	CreateTimerQueueTimer(&timer, queue, on_call, gate, lasts ? 0 : HOUR, HOUR, 0);
	until(&n_begun, lasts);
	check_end(TIMER, timer, queue, _i);
	ck_assert_int_eq(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE), TRUE);
}
END_TEST

START_TEST(queue_is_deleted)
{
	HANDLE queue = CreateTimerQueue(), timers[3];
	bool lasts = end_rows[_i].lasts;

	for (int i = 0; i < 3; i++)
		CreateTimerQueueTimer(&timers[i], queue, on_call, gate, lasts && i ? 0 : HOUR, HOUR,
				      0);
	until(&n_begun, 2 * lasts);
	check_end(QUEUE, NULL, queue, _i);
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(ERROR_OF(DeleteTimerQueueTimer(queue, timers[i], NULL)),
				  ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(
		ERROR_OF(CreateTimerQueueTimer(&timers[0], queue, on_call, NULL, 0, 0, 0)),
		ERROR_INVALID_HANDLE);
}
END_TEST

START_TEST(wait_is_unregistered)
{
	HANDLE event = CreateEventW(NULL, FALSE, end_rows[_i].lasts, NULL), wait;

	ck_assert_int_eq(RegisterWaitForSingleObject(&wait, event, on_call, gate, INFINITE, 0),
			 TRUE);
	until(&n_begun, end_rows[_i].lasts);
	check_end(WAIT, wait, NULL, _i);
	SetEvent(event);
	Sleep(SOON);
	ck_assert_int_eq(n_begun, end_rows[_i].lasts); /* nobody waits for it any more */
}
END_TEST

START_TEST(handles_of_others)
{
	HANDLE queue = CreateTimerQueue(), other = CreateTimerQueue(), timer, wait;
	HANDLE event = none_of(1);

	CreateTimerQueueTimer(&timer, queue, on_call, NULL, HOUR, 0, 0);
	RegisterWaitForSingleObject(&wait, event, on_call, NULL, INFINITE, 0);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueueTimer(other, timer, NULL)),
			  ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueueTimer(NULL, timer, NULL)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(ChangeTimerQueueTimer(other, timer, 0, 0)),
			  ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueue(NULL)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueue(timer)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueueTimer(queue, event, NULL)),
			  ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(UnregisterWait(NULL)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(UnregisterWait(event)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(UnregisterWait(timer)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(ERROR_OF(SetEvent(wait)), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(WaitForSingleObject(timer, 0), WAIT_FAILED);
	ck_assert_int_eq(UnregisterWait(wait), TRUE);
	ck_assert_int_eq(DeleteTimerQueueTimer(queue, timer, NULL), TRUE);
}
END_TEST

/* Not what Microsoft says to do, and no harm. */
START_TEST(handles_are_closed_instead)
{
	HANDLE queue = CreateTimerQueue(), timers[2];

	for (int i = 0; i < 2; i++)
		CreateTimerQueueTimer(&timers[i], queue, on_call, NULL, HOUR, 0, 0);
	ck_assert_int_eq(CloseHandle(timers[0]), TRUE);
	ck_assert_int_eq(CloseHandle(queue), TRUE);
	ck_assert_uint_eq(ERROR_OF(DeleteTimerQueueTimer(NULL, timers[1], NULL)),
			  ERROR_INVALID_HANDLE);
	ck_assert_int_eq(CloseHandle(timers[1]), FALSE);
}
END_TEST

/* ---- in callbacks ---- */

static HANDLE the_queue, the_handle;
static _Atomic DWORD the_error;

static void on_call_deletes(PVOID unused, BOOLEAN fired)
{
	(void)unused, (void)fired;
	the_error = ERROR_OF(DeleteTimerQueueTimer(the_queue, the_handle, NULL));
	n_ended++;
}

static void on_call_unregisters(PVOID event, BOOLEAN fired)
{
	(void)fired;
	the_error = ERROR_OF(UnregisterWaitEx(the_handle, event));
	n_ended++;
}

START_TEST(a_timer_deletes_itself)
{
	the_queue = CreateTimerQueue();
	CreateTimerQueueTimer(&the_handle, the_queue, on_call_deletes, NULL, 0, 1, 0);
	until(&n_ended, 1);
	ck_assert_int_eq(DeleteTimerQueueEx(the_queue, INVALID_HANDLE_VALUE), TRUE);
	ck_assert_uint_eq(the_error, ERROR_IO_PENDING);
	ck_assert_int_eq(n_ended, 1);
}
END_TEST

static const HANDLE unregister_rows[] = { NULL, INVALID_HANDLE_VALUE };

START_TEST(a_wait_unregisters_itself)
{
	HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);

	RegisterWaitForSingleObject(&the_handle, event, on_call_unregisters, unregister_rows[_i],
				    INFINITE, 0);
	until(&n_ended, 1);
	Sleep(SOON);
	ck_assert_int_eq(n_ended, 1);
	ck_assert_uint_eq(the_error, ERROR_IO_PENDING);
}
END_TEST

/* ---- registered waits ---- */

static HANDLE of_thread(void)
{
	return CreateThread(NULL, 0, opens_the_gate, NULL, 0, NULL);
}

static HANDLE of_event(void)
{
	return CreateEventW(NULL, FALSE, TRUE, NULL);
}

static HANDLE of_manual(void)
{
	return CreateEventW(NULL, TRUE, TRUE, NULL);
}

static HANDLE of_semaphore(void)
{
	return CreateSemaphoreW(NULL, 3, 3, NULL);
}

static HANDLE of_timer(void)
{
	HANDLE timer = CreateWaitableTimerW(NULL, FALSE, NULL);
	LARGE_INTEGER soon = { .QuadPart = -SOON * 10000 };

	SetWaitableTimer(timer, &soon, 1, NULL, NULL, FALSE);
	return timer;
}

static HANDLE of_never(void)
{
	return none_of(1);
}

static HANDLE of_nothing(void)
{
	return NULL;
}

static HANDLE of_closed(void)
{
	return none_of(2);
}

static HANDLE of_file(void)
{
	return CreateFileA("/dev/null", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static const struct {
	const char *name;
	HANDLE (*object)(void);
	WAITORTIMERCALLBACK callback;
	ULONG timeout, flags;
	DWORD error;
	int calls;   /* that come; negative: at least */
	bool timers; /* they come because the time is over */
} register_rows[] = {
	{ "an event", of_event, on_call, INFINITE, 0, 0, 1, false },
	{ "an event that stays set", of_manual, on_call, INFINITE, 0, 0, -3, false },
	{ "the same, once", of_manual, on_call, INFINITE, WT_EXECUTEONLYONCE, 0, 1, false },
	{ "a semaphore", of_semaphore, on_call, INFINITE, WT_EXECUTEINWAITTHREAD, 0, 3, false },
	{ "a thread, once", of_thread, on_call, INFINITE, WT_EXECUTEONLYONCE, 0, 1, false },
	{ "a waitable timer", of_timer, on_call, INFINITE, 0, 0, -3, false },
	{ "an exit", of_manual, on_call_exits, INFINITE, 0, 0, -3, false },
	{ "a time that is over", of_never, on_call, 1, 0, 0, -3, true },
	{ "a time that is over, once", of_never, on_call, 1, WT_EXECUTEONLYONCE, 0, 1, true },
	{ "a time that is not over", of_never, on_call, HOUR, 0, 0, 0, false },
	{ "no callback", of_event, NULL, INFINITE, 0, ERROR_INVALID_PARAMETER, 0, false },
	{ "NULL", of_nothing, on_call, INFINITE, 0, ERROR_INVALID_HANDLE, 0, false },
	{ "a closed handle", of_closed, on_call, INFINITE, 0, ERROR_INVALID_HANDLE, 0, false },
	{ "a file", of_file, on_call, INFINITE, 0, ERROR_INVALID_HANDLE, 0, false },
};
API_CASES(RegisterWaitForSingleObject, register_rows);

START_TEST(registered)
{
	HANDLE object = register_rows[_i].object(), wait = NULL;
	int calls = register_rows[_i].calls, least = calls < 0 ? -calls : calls;

	ck_assert_uint_eq(ERROR_OF(RegisterWaitForSingleObject(
				  &wait, object, register_rows[_i].callback, NULL,
				  register_rows[_i].timeout, register_rows[_i].flags)),
			  register_rows[_i].error);
	if (register_rows[_i].error) {
		ck_assert_ptr_null(wait);
		return;
	}
	CloseHandle(object); /* the wait has its own */
	until(&n_begun, least);
	if (calls >= 0) {
		Sleep(SOON);
		ck_assert_int_eq(n_begun, calls);
	}
	ck_assert_int_eq(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE), TRUE);
	ck_assert_int_eq(n_fired, register_rows[_i].timers ? n_begun : 0);
}
END_TEST

START_TEST(no_place_for_the_handle)
{
	ck_assert_uint_eq(
		ERROR_OF(RegisterWaitForSingleObject(NULL, of_event(), on_call, NULL, INFINITE, 0)),
		ERROR_INVALID_PARAMETER);
}
END_TEST

/* ---- modules ---- */

static BOOL end_wait(HANDLE handle)
{
	return UnregisterWait(handle);
}

static BOOL end_timer(HANDLE handle)
{
	return DeleteTimerQueueTimer(NULL, handle, NULL);
}

static BOOL end_index(HANDLE handle)
{
	return FlsFree((DWORD)((ULONG_PTR)handle - 1));
}

static const struct {
	const char *function; /* of the module */
	BOOL (*end)(HANDLE handle);
} module_rows[] = {
	{ "register_waiting", end_wait },
	{ "timer_waiting", end_timer },
	{ "index_waiting", end_index },
};

/* A provider that is unloaded too early: its code stays while something of it may be called. */
START_TEST(a_module_stays)
{
	const char *path = TEST_BUILD "/tests/providers/windows_threads.so";
	void *module = dlopen(path, RTLD_NOW), *still;
	HANDLE (*start)(HANDLE), handle;

	ck_assert_msg(module, "%s", dlerror());
	*(void **)&start = dlsym(module, module_rows[_i].function);
	handle = start(gate);
	ck_assert_ptr_nonnull(handle);
	dlclose(module);
	still = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
	ck_assert_ptr_nonnull(still);
	dlclose(still);
	SetEvent(gate);
	ck_assert(module_rows[_i].end(handle) || GetLastError() == ERROR_IO_PENDING);
	for (ULONGLONG begun = GetTickCount64();
	     (still = dlopen(path, RTLD_LAZY | RTLD_NOLOAD)) != NULL; Sleep(1)) {
		dlclose(still);
		ck_assert_uint_lt(GetTickCount64() - begun, LONG_TIME);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("timer_queue");

	tcase_add_checked_fixture(tcase, reset, NULL);
	TEST_ROWS(tcase, made, make_rows);
	TEST_ROWS(tcase, changed, change_rows);
	TEST_ROWS(tcase, timer_is_deleted, end_rows);
	TEST_ROWS(tcase, queue_is_deleted, end_rows);
	TEST_ROWS(tcase, wait_is_unregistered, end_rows);
	tcase_add_test(tcase, handles_of_others);
	tcase_add_test(tcase, handles_are_closed_instead);
	tcase_add_test(tcase, a_timer_deletes_itself);
	TEST_ROWS(tcase, a_wait_unregisters_itself, unregister_rows);
	TEST_ROWS(tcase, registered, register_rows);
	tcase_add_test(tcase, no_place_for_the_handle);
	TEST_ROWS(tcase, a_module_stays, module_rows);
	return suite_run("timer_queue", tcase);
}
