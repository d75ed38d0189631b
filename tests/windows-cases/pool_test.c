/* The thread pool, by Microsoft's pages. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { LONG_TIME = 60000, SOON = 20 };

static _Atomic int n_calls, n_inside, most_inside;
static HANDLE gate; /* manual: callbacks wait for it, where a test says so */

static void reset(void)
{
	n_calls = n_inside = most_inside = 0;
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

static void inside(void)
{
	int now = ++n_inside, most = most_inside;

	while (most < now && !atomic_compare_exchange_weak(&most_inside, &most, now))
		;
}

static void outside(void)
{
	n_inside--;
	n_calls++;
}

/* ---- callbacks of each kind ---- */

static void on_work(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
	(void)instance, (void)work;
	inside();
	if (context)
		WaitForSingleObject(context, LONG_TIME);
	outside();
}

static void on_simple(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
	on_work(instance, context, NULL);
}

static DWORD on_item(LPVOID context)
{
	on_work(NULL, context, NULL);
	return 0;
}

static DWORD on_item_exits(LPVOID context)
{
	on_work(NULL, context, NULL);
	ExitThread(1);
}

static void on_timer(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer)
{
	(void)timer;
	on_work(instance, context, NULL);
}

/* ---- called once, or as often as it was submitted ---- */

static BOOL queue(PVOID context)
{
	return QueueUserWorkItem(on_item, context, WT_EXECUTEDEFAULT);
}

static BOOL queue_long(PVOID context)
{
	return QueueUserWorkItem(on_item, context, WT_EXECUTELONGFUNCTION);
}

static BOOL queue_exits(PVOID context)
{
	return QueueUserWorkItem(on_item_exits, context, WT_EXECUTEDEFAULT);
}

static BOOL try_submit(PVOID context)
{
	return TrySubmitThreadpoolCallback(on_simple, context, NULL);
}

static BOOL try_submit_in_environment(PVOID context)
{
	TP_CALLBACK_ENVIRON environment;
	BOOL done;

	InitializeThreadpoolEnvironment(&environment);
	SetThreadpoolCallbackRunsLong(&environment);
	SetThreadpoolCallbackPriority(&environment, TP_CALLBACK_PRIORITY_HIGH);
	done = TrySubmitThreadpoolCallback(on_simple, context, &environment);
	DestroyThreadpoolEnvironment(&environment);
	return done;
}

static BOOL work_once(PVOID context)
{
	PTP_WORK work = CreateThreadpoolWork(on_work, context, NULL);

	SubmitThreadpoolWork(work);
	CloseThreadpoolWork(work); /* it goes after its call */
	return TRUE;
}

static const struct {
	const char *name;
	BOOL (*submit)(PVOID context);
	int n;
	bool together; /* they all wait for the gate, which opens when all are inside */
} submit_rows[] = {
	{ "QueueUserWorkItem", queue, 200, false },
	{ "QueueUserWorkItem, long", queue_long, 30, true },
	{ "QueueUserWorkItem, and the callback ends its thread", queue_exits, 200, false },
	{ "TrySubmitThreadpoolCallback", try_submit, 200, false },
	{ "TrySubmitThreadpoolCallback, long", try_submit_in_environment, 30, true },
	{ "CreateThreadpoolWork", work_once, 200, false },
	{ "few that wait for one another", queue, 10, true },
	{ "many that wait for one another", try_submit, 40, true },
};
API_CASES(QueueUserWorkItem, submit_rows);
API_CASES(TrySubmitThreadpoolCallback, submit_rows);
API_CASES(CreateThreadpoolWork, submit_rows);
API_CASES(CloseThreadpoolWork, submit_rows);

START_TEST(each_call_is_made)
{
	reset();
	for (int i = 0; i < submit_rows[_i].n; i++)
		ck_assert_int_eq(submit_rows[_i].submit(submit_rows[_i].together ? gate : NULL),
				 TRUE);
	if (submit_rows[_i].together)
		until(&n_inside, submit_rows[_i].n);
	SetEvent(gate);
	until(&n_calls, submit_rows[_i].n);
	ck_assert_int_eq(n_calls, submit_rows[_i].n);
}
END_TEST

static BOOL queue_nothing(void)
{
	return QueueUserWorkItem(NULL, NULL, 0);
}

static BOOL try_nothing(void)
{
	return TrySubmitThreadpoolCallback(NULL, NULL, NULL);
}

static BOOL work_nothing(void)
{
	return CreateThreadpoolWork(NULL, NULL, NULL) != NULL;
}

static BOOL timer_nothing(void)
{
	return CreateThreadpoolTimer(NULL, NULL, NULL) != NULL;
}

static BOOL (*const nothing_rows[])(void) = { queue_nothing, try_nothing, work_nothing,
					      timer_nothing };
API_CASES(CreateThreadpoolTimer, nothing_rows);

START_TEST(no_callback)
{
	SetLastError(0);
	ck_assert_int_eq(nothing_rows[_i](), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
}
END_TEST

/* ---- waiting for work, with and without what has not begun ---- */

static const struct {
	const char *name;
	int submitted;
	bool begun, cancels; /* one call is inside when it is waited for */
	int calls;
} wait_rows[] = {
	{ "nothing", 0, false, false, 0 },
	{ "all calls", 6, true, false, 6 },
	{ "all calls, but they had not begun", 6, false, false, 6 },
	{ "those that have begun", 6, true, true, 1 },
	{ "none has begun", 6, false, true, 0 },
};
API_CASES(WaitForThreadpoolWorkCallbacks, wait_rows);
API_CASES(SubmitThreadpoolWork, wait_rows);
API_CASES(CreateThreadpool, wait_rows);
API_CASES(CloseThreadpool, wait_rows);
API_CASES(SetThreadpoolThreadMaximum, wait_rows);

static void *opens_soon(void *opened)
{
	Sleep(SOON);
	SetEvent(opened);
	return NULL;
}

/* A pool of one thread, which is inside the work, or in something else. */
START_TEST(waiting_for_work)
{
	PTP_POOL pool = CreateThreadpool(NULL);
	TP_CALLBACK_ENVIRON environment;
	PTP_WORK other, work;
	pthread_t opener;

	reset();
	InitializeThreadpoolEnvironment(&environment);
	SetThreadpoolCallbackPool(&environment, pool);
	SetThreadpoolThreadMaximum(pool, 1);
	work = CreateThreadpoolWork(on_work, gate, &environment);
	other = CreateThreadpoolWork(on_work, gate, &environment);
	if (!wait_rows[_i].begun) {
		SubmitThreadpoolWork(other);
		until(&n_inside, 1);
	}
	for (int i = 0; i < wait_rows[_i].submitted; i++)
		SubmitThreadpoolWork(work);
	until(&n_inside, 1);
	pthread_create(&opener, NULL, opens_soon, gate);
	WaitForThreadpoolWorkCallbacks(work, wait_rows[_i].cancels);
	pthread_join(opener, NULL);
	WaitForThreadpoolWorkCallbacks(other, FALSE);
	ck_assert_int_eq(n_calls, wait_rows[_i].calls + !wait_rows[_i].begun);
	ck_assert_int_le(most_inside, 1);
	CloseThreadpoolWork(work);
	CloseThreadpoolWork(other);
	CloseThreadpool(pool);
}
END_TEST

static const struct {
	const char *name;
	DWORD min, max;
	int together; /* calls that are inside at the same moment */
} thread_rows[] = {
	{ "one", 0, 1, 1 },
	{ "one at least", 1, 0, 0 },
	{ "three", 3, 3, 3 },
	{ "a minimum above the maximum", 4, 2, 2 },
};
API_CASES(SetThreadpoolThreadMinimum, thread_rows);

START_TEST(threads_of_a_pool)
{
	PTP_POOL pool = CreateThreadpool(NULL);
	TP_CALLBACK_ENVIRON environment;
	PTP_WORK work;

	reset();
	InitializeThreadpoolEnvironment(&environment);
	SetThreadpoolCallbackPool(&environment, pool);
	ck_assert_int_eq(SetThreadpoolThreadMinimum(pool, thread_rows[_i].min), TRUE);
	if (thread_rows[_i].max)
		SetThreadpoolThreadMaximum(pool, thread_rows[_i].max);
	work = CreateThreadpoolWork(on_work, thread_rows[_i].together ? gate : NULL, &environment);
	for (int i = 0; i < 10; i++)
		SubmitThreadpoolWork(work);
	until(&most_inside, thread_rows[_i].together);
	SetEvent(gate);
	CloseThreadpool(pool); /* it stays for what is in it */
	WaitForThreadpoolWorkCallbacks(work, FALSE);
	ck_assert_int_eq(n_calls, 10);
	CloseThreadpoolWork(work);
}
END_TEST

/* ---- when a callback has returned, and while it runs ---- */

enum afterwards { EVENT, SEMAPHORE, MUTEX, SECTION };

static HANDLE object;
static CRITICAL_SECTION section;

static void on_work_with_a_wish(PTP_CALLBACK_INSTANCE instance, PVOID wish, PTP_WORK work)
{
	switch ((enum afterwards)(uintptr_t)wish) {
	case EVENT:
		SetEventWhenCallbackReturns(instance, object);
		break;
	case SEMAPHORE:
		ReleaseSemaphoreWhenCallbackReturns(instance, object, 3);
		break;
	case MUTEX:
		WaitForSingleObject(object, INFINITE);
		ReleaseMutexWhenCallbackReturns(instance, object);
		break;
	case SECTION:
		EnterCriticalSection(&section);
		LeaveCriticalSectionWhenCallbackReturns(instance, &section);
		break;
	}
	inside();
	WaitForSingleObject(gate, LONG_TIME);
	on_work(instance, NULL, work);
}

static HANDLE make_object(enum afterwards wish)
{
	switch (wish) {
	case SEMAPHORE:
		return CreateSemaphoreW(NULL, 0, 3, NULL);
	case MUTEX:
		return CreateMutexW(NULL, FALSE, NULL);
	case EVENT:
	case SECTION:
		break;
	}
	return CreateEventW(NULL, FALSE, FALSE, NULL);
}

static const struct {
	const char *name;
	enum afterwards wish;
	int waits; /* that end afterwards */
} wish_rows[] = {
	{ "SetEventWhenCallbackReturns", EVENT, 1 },
	{ "ReleaseSemaphoreWhenCallbackReturns", SEMAPHORE, 3 },
	{ "ReleaseMutexWhenCallbackReturns", MUTEX, 3 },
	{ "LeaveCriticalSectionWhenCallbackReturns", SECTION, 0 },
};
API_CASES(SetEventWhenCallbackReturns, wish_rows);
API_CASES(ReleaseSemaphoreWhenCallbackReturns, wish_rows);
API_CASES(ReleaseMutexWhenCallbackReturns, wish_rows);
API_CASES(LeaveCriticalSectionWhenCallbackReturns, wish_rows);

START_TEST(when_a_callback_returns)
{
	enum afterwards wish = wish_rows[_i].wish;
	PTP_WORK work = CreateThreadpoolWork(on_work_with_a_wish, (PVOID)(uintptr_t)wish, NULL);
	int waits = 0;

	reset();
	InitializeCriticalSection(&section);
	object = make_object(wish);
	SubmitThreadpoolWork(work);
	until(&n_inside, 1);
	ck_assert_uint_eq(WaitForSingleObject(object, 0), WAIT_TIMEOUT);
	ck_assert_int_eq(TryEnterCriticalSection(&section), wish != SECTION);
	SetEvent(gate);
	WaitForThreadpoolWorkCallbacks(work, FALSE);
	while (waits < 3 && WaitForSingleObject(object, 0) == WAIT_OBJECT_0)
		waits++;
	ck_assert_int_eq(waits, wish_rows[_i].waits);
	ck_assert_int_eq(TryEnterCriticalSection(&section), TRUE);
	CloseThreadpoolWork(work);
}
END_TEST

static void on_work_disassociated(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
	DisassociateCurrentThreadFromCallback(instance);
	DisassociateCurrentThreadFromCallback(instance);
	on_work(instance, context, work);
}

static const struct {
	const char *name;
	PTP_WORK_CALLBACK callback;
	int calls; /* when the wait has ended */
} alone_rows[] = {
	{ "it is waited for", on_work, 1 },
	{ "it is not", on_work_disassociated, 0 },
};
API_CASES(DisassociateCurrentThreadFromCallback, alone_rows);

START_TEST(a_callback_that_is_not_waited_for)
{
	PTP_WORK work;
	pthread_t opener;

	reset();
	work = CreateThreadpoolWork(alone_rows[_i].callback, gate, NULL);
	SubmitThreadpoolWork(work);
	until(&n_inside, 1);
	if (alone_rows[_i].calls)
		pthread_create(&opener, NULL, opens_soon, gate);
	WaitForThreadpoolWorkCallbacks(work, FALSE);
	ck_assert_int_eq(n_calls, alone_rows[_i].calls);
	CloseThreadpoolWork(work);
	SetEvent(gate);
	until(&n_calls, 1);
	if (alone_rows[_i].calls)
		pthread_join(opener, NULL);
}
END_TEST

static _Atomic int may_run_long;

static void on_work_runs_long(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work)
{
	may_run_long = CallbackMayRunLong(instance);
	on_work(instance, context, work);
}

static const struct {
	const char *name;
	DWORD max;
	int may;
} long_rows[] = { { "of one thread", 1, FALSE }, { "of two", 2, TRUE } };
API_CASES(CallbackMayRunLong, long_rows);

START_TEST(may_a_callback_run_long)
{
	PTP_POOL pool = CreateThreadpool(NULL);
	TP_CALLBACK_ENVIRON environment;
	PTP_WORK work;

	reset();
	InitializeThreadpoolEnvironment(&environment);
	SetThreadpoolCallbackPool(&environment, pool);
	SetThreadpoolThreadMaximum(pool, long_rows[_i].max);
	work = CreateThreadpoolWork(on_work_runs_long, NULL, &environment);
	SubmitThreadpoolWork(work);
	WaitForThreadpoolWorkCallbacks(work, FALSE);
	ck_assert_int_eq(may_run_long, long_rows[_i].may);
	CloseThreadpoolWork(work);
	CloseThreadpool(pool);
}
END_TEST

/* ---- timers ---- */

static FILETIME filetime(int64_t ticks)
{
	return (FILETIME){ (DWORD)ticks, (DWORD)((uint64_t)ticks >> 32) };
}

static int64_t now_ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return 116444736000000000 + (int64_t)now.tv_sec * 10000000 + now.tv_nsec / 100;
}

enum when { FROM_NOW, TIME_OF_DAY };

static const struct {
	const char *name;
	enum when when;
	int64_t ticks;
	DWORD period, at_least_ms;
	int calls;    /* that are waited for */
	BOOL set_now; /* it is set at once, */
	BOOL set;     /* and after those calls */
} timer_rows[] = {
	{ "at once", FROM_NOW, 0, 0, 0, 1, -1, FALSE },
	{ "in a while", FROM_NOW, -300000, 0, 30, 1, TRUE, FALSE },
	{ "at a time of day", TIME_OF_DAY, 300000, 0, 29, 1, TRUE, FALSE },
	{ "at a time that has been", TIME_OF_DAY, -1, 0, 0, 1, -1, FALSE },
	{ "again and again", FROM_NOW, -100000, 10, 30, 3, TRUE, TRUE },
	{ "never", FROM_NOW, INT64_MIN, 0, 0, 0, TRUE, TRUE },
	{ "nearly never", TIME_OF_DAY, INT64_MAX / 2, 1, 0, 0, TRUE, TRUE },
};
API_CASES(SetThreadpoolTimer, timer_rows);
API_CASES(SetThreadpoolTimerEx, timer_rows);
API_CASES(IsThreadpoolTimerSet, timer_rows);
API_CASES(WaitForThreadpoolTimerCallbacks, timer_rows);
API_CASES(CloseThreadpoolTimer, timer_rows);

START_TEST(timer_calls)
{
	PTP_TIMER timer = CreateThreadpoolTimer(on_timer, NULL, NULL);
	ULONGLONG begun = GetTickCount64();
	FILETIME due;

	reset();
	due = filetime(timer_rows[_i].ticks +
		       (timer_rows[_i].when == TIME_OF_DAY ? now_ticks() : 0));
	ck_assert_int_eq(IsThreadpoolTimerSet(timer), FALSE);
	ck_assert_int_eq(SetThreadpoolTimerEx(timer, &due, timer_rows[_i].period, 0), FALSE);
	if (timer_rows[_i].set_now == TRUE)
		ck_assert_int_eq(IsThreadpoolTimerSet(timer), TRUE);
	until(&n_calls, timer_rows[_i].calls);
	ck_assert_uint_ge(GetTickCount64() - begun + 1, timer_rows[_i].at_least_ms);
	ck_assert_int_eq(IsThreadpoolTimerSet(timer), timer_rows[_i].set);
	SetThreadpoolTimer(timer, NULL, 0, 0);
	ck_assert_int_eq(IsThreadpoolTimerSet(timer), FALSE);
	WaitForThreadpoolTimerCallbacks(timer, TRUE);
	n_calls = 0;
	Sleep(SOON);
	ck_assert_int_eq(n_calls, 0);
	CloseThreadpoolTimer(timer);
}
END_TEST

/* Calls that are late do not pile up behind the one that makes them late. */
START_TEST(a_slow_timer)
{
	FILETIME at_once = filetime(0);
	PTP_TIMER timer;

	reset();
	timer = CreateThreadpoolTimer(on_timer, gate, NULL);
	SetThreadpoolTimer(timer, &at_once, 1, 0);
	until(&n_inside, 1);
	Sleep(SOON);
	ck_assert_int_eq(SetThreadpoolTimerEx(timer, NULL, 0, 0), TRUE);
	SetEvent(gate);
	WaitForThreadpoolTimerCallbacks(timer, FALSE);
	CloseThreadpoolTimer(timer);
}
END_TEST

static FILETIME soon(int i)
{
	return filetime(-10000 * (int64_t)(i % 7));
}

START_TEST(many_timers)
{
	PTP_TIMER timers[100];

	reset();
	for (int i = 0; i < 100; i++) {
		FILETIME due = soon(i);

		timers[i] = CreateThreadpoolTimer(on_timer, NULL, NULL);
		SetThreadpoolTimer(timers[i], &due, 0, 0);
	}
	until(&n_calls, 100);
	for (int i = 0; i < 100; i++)
		CloseThreadpoolTimer(timers[i]);
}
END_TEST

/* ---- groups ---- */

static int n_cancelled;

static void on_cancel(PVOID context, PVOID cleanup)
{
	ck_assert_ptr_eq(context, gate);
	ck_assert_ptr_eq(cleanup, &n_cancelled);
	n_cancelled++;
}

static const struct {
	const char *name;
	BOOL cancels;
	int calls, cancelled;
} group_rows[] = {
	{ "its calls are waited for", FALSE, 4, 0 },
	{ "those that have not begun are dropped", TRUE, 1, 2 },
};
API_CASES(CreateThreadpoolCleanupGroup, group_rows);
API_CASES(CloseThreadpoolCleanupGroupMembers, group_rows);
API_CASES(CloseThreadpoolCleanupGroup, group_rows);

/* A pool of one thread: work inside, work that waits twice, a callback that waits, a timer. */
START_TEST(group_is_closed)
{
	PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
	PTP_POOL pool = CreateThreadpool(NULL);
	TP_CALLBACK_ENVIRON environment;
	FILETIME never = filetime(INT64_MIN);
	PTP_WORK first, second;
	pthread_t opener;

	reset();
	n_cancelled = 0;
	InitializeThreadpoolEnvironment(&environment);
	SetThreadpoolCallbackPool(&environment, pool);
	SetThreadpoolCallbackCleanupGroup(&environment, group, on_cancel);
	SetThreadpoolThreadMaximum(pool, 1);
	first = CreateThreadpoolWork(on_work, gate, &environment);
	second = CreateThreadpoolWork(on_work, gate, &environment);
	SetThreadpoolTimer(CreateThreadpoolTimer(on_timer, gate, &environment), &never, 1, 0);
	SubmitThreadpoolWork(first);
	until(&n_inside, 1);
	SubmitThreadpoolWork(second);
	SubmitThreadpoolWork(second);
	ck_assert_int_eq(TrySubmitThreadpoolCallback(on_simple, gate, &environment), TRUE);
	pthread_create(&opener, NULL, opens_soon, gate);
	CloseThreadpoolCleanupGroupMembers(group, group_rows[_i].cancels, &n_cancelled);
	pthread_join(opener, NULL);
	ck_assert_int_eq(n_calls, group_rows[_i].calls);
	ck_assert_int_eq(n_cancelled, group_rows[_i].cancelled);
	CloseThreadpoolCleanupGroupMembers(group, TRUE, NULL);
	CloseThreadpoolCleanupGroup(group);
	CloseThreadpool(pool);
}
END_TEST

/* ---- modules ---- */

/* A provider that is unloaded while a callback of it runs: its code stays until that has returned.
 */
START_TEST(a_module_stays_while_a_callback_runs_in_it)
{
	const char *path = TEST_BUILD "/tests/providers/windows_threads.so";
	void *module = dlopen(path, RTLD_NOW), *still;
	BOOL (*start)(HANDLE);

	reset();
	ck_assert_msg(module, "%s", dlerror());
	*(void **)&start = dlsym(module, "queue_waiting");
	ck_assert_int_eq(start(gate), TRUE);
	dlclose(module);
	still = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
	ck_assert_ptr_nonnull(still);
	dlclose(still);
	SetEvent(gate);
	for (ULONGLONG begun = GetTickCount64();
	     (still = dlopen(path, RTLD_LAZY | RTLD_NOLOAD)) != NULL; Sleep(1)) {
		dlclose(still);
		ck_assert_uint_lt(GetTickCount64() - begun, LONG_TIME);
	}
}
END_TEST

/* ---- a crowd ---- */

enum { CROWD = 6, ROUNDS = 1500 };

static void *crowd_submits(void *context)
{
	PTP_WORK work = context;
	FILETIME at_once = filetime(0);
	PTP_TIMER timer = CreateThreadpoolTimer(on_timer, NULL, NULL);

	for (int i = 0; i < ROUNDS; i++) {
		SubmitThreadpoolWork(work);
		if (i % 3 == 0)
			queue(NULL);
		if (i % 10 == 0)
			SetThreadpoolTimer(timer, &at_once, 0, 0);
		if (i % 100 == 0)
			WaitForThreadpoolWorkCallbacks(work, FALSE);
	}
	SetThreadpoolTimer(timer, NULL, 0, 0);
	WaitForThreadpoolTimerCallbacks(timer, TRUE);
	CloseThreadpoolTimer(timer);
	return NULL;
}

START_TEST(a_crowd_submits)
{
	PTP_WORK work = CreateThreadpoolWork(on_work, NULL, NULL);
	pthread_t threads[CROWD];

	reset();
	for (int i = 0; i < CROWD; i++)
		pthread_create(&threads[i], NULL, crowd_submits, work);
	for (int i = 0; i < CROWD; i++)
		pthread_join(threads[i], NULL);
	WaitForThreadpoolWorkCallbacks(work, FALSE);
	CloseThreadpoolWork(work);
	until(&n_calls, CROWD * (ROUNDS + ROUNDS / 3));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pool");

	tcase_set_timeout(tcase, 120);
	TEST_ROWS(tcase, each_call_is_made, submit_rows);
	TEST_ROWS(tcase, no_callback, nothing_rows);
	TEST_ROWS(tcase, waiting_for_work, wait_rows);
	TEST_ROWS(tcase, threads_of_a_pool, thread_rows);
	TEST_ROWS(tcase, when_a_callback_returns, wish_rows);
	TEST_ROWS(tcase, a_callback_that_is_not_waited_for, alone_rows);
	TEST_ROWS(tcase, may_a_callback_run_long, long_rows);
	TEST_ROWS(tcase, timer_calls, timer_rows);
	tcase_add_test(tcase, a_slow_timer);
	tcase_add_test(tcase, many_timers);
	TEST_ROWS(tcase, group_is_closed, group_rows);
	tcase_add_test(tcase, a_module_stays_while_a_callback_runs_in_it);
	tcase_add_test(tcase, a_crowd_submits);
	return suite_run("pool", tcase);
}
