/* Waitable timers: CreateWaitableTimer, SetWaitableTimer. Nothing runs for one: who waits for it
 * sleeps no longer than until it is due, and what it is then is reckoned from the time.
 */
#include <stdlib.h>

#include "windows/clock.h"
#include "windows/handle.h"
#include "windows/named.h"
#include "windows/wait.h"

enum { NS_PER_MS = 1000000 };

struct timer {
	struct object object;
	bool manual, signaled;
	bool set;
	uint64_t due_ns, period_ns; /* where it is set; 0: once */
};

static bool is_due(const struct timer *timer, uint64_t now_ns)
{
	return timer->set && timer->due_ns <= now_ns;
}

static bool timer_ready(const struct object *object, const struct thread *thread)
{
	const struct timer *timer = (const struct timer *)object;

	(void)thread;
	return timer->signaled || is_due(timer, clock_now_ns(CLOCK_MONOTONIC));
}

static uint64_t timer_due_ns(const struct object *object)
{
	const struct timer *timer = (const struct timer *)object;

	return timer->set ? timer->due_ns : UINT64_MAX;
}

/* A time that has come is one signal, however many periods it is ago. */
static void settle(struct timer *timer)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	if (!is_due(timer, now_ns))
		return;
	timer->signaled = true;
	timer->set = timer->period_ns > 0;
	if (timer->set)
		timer->due_ns +=
			((now_ns - timer->due_ns) / timer->period_ns + 1) * timer->period_ns;
}

static bool timer_take(struct object *object, struct thread *thread)
{
	struct timer *timer = (struct timer *)object;

	(void)thread;
	settle(timer);
	timer->signaled = timer->manual;
	return false;
}

static void timer_destroy(struct object *object)
{
	free(object);
}

static const struct object_type timer_type = {
	.ready = timer_ready, .due_ns = timer_due_ns, .take = timer_take, .destroy = timer_destroy
};

/* ---- creating and opening ---- */

static HANDLE timer_create_by(struct object_name name, DWORD flags)
{
	const DWORD known =
		CREATE_WAITABLE_TIMER_MANUAL_RESET | CREATE_WAITABLE_TIMER_HIGH_RESOLUTION;
	struct timer *timer = calloc(1, sizeof(*timer));

	if (timer) {
		object_init(&timer->object, &timer_type);
		timer->manual = flags & CREATE_WAITABLE_TIMER_MANUAL_RESET;
	}
	if (flags & ~known && name.error == ERROR_SUCCESS)
		name.error = ERROR_INVALID_PARAMETER;
	return named_create(timer ? &timer->object : NULL, name, false);
}

HANDLE CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
			    LPCWSTR lpTimerName)
{
	(void)lpTimerAttributes;
	return timer_create_by(object_name_w(lpTimerName),
			       bManualReset ? CREATE_WAITABLE_TIMER_MANUAL_RESET : 0);
}

HANDLE CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
			    LPCSTR lpTimerName)
{
	(void)lpTimerAttributes;
	return timer_create_by(object_name_a(lpTimerName),
			       bManualReset ? CREATE_WAITABLE_TIMER_MANUAL_RESET : 0);
}

HANDLE CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName,
			      DWORD dwFlags, DWORD dwDesiredAccess)
{
	(void)lpTimerAttributes, (void)dwDesiredAccess;
	return timer_create_by(object_name_w(lpTimerName), dwFlags);
}

HANDLE CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCSTR lpTimerName,
			      DWORD dwFlags, DWORD dwDesiredAccess)
{
	(void)lpTimerAttributes, (void)dwDesiredAccess;
	return timer_create_by(object_name_a(lpTimerName), dwFlags);
}

HANDLE OpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_w(lpTimerName), &timer_type);
}

HANDLE OpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_a(lpTimerName), &timer_type);
}

/* ---- setting ---- */

static DWORD set_check(const LARGE_INTEGER *due, LONG period, PTIMERAPCROUTINE routine)
{
	if (!due)
		return ERROR_NOACCESS;
	if (period < 0)
		return ERROR_INVALID_PARAMETER;
	return routine ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS;
}

static DWORD set(HANDLE handle, int64_t ticks, LONG period)
{
	struct timer *timer;

	pthread_mutex_lock(&object_lock);
	timer = (struct timer *)handle_find(handle, &timer_type);
	if (timer) {
		timer->signaled = false;
		timer->set = true;
		timer->due_ns = clock_due_ns(ticks);
		timer->period_ns = (uint64_t)period * NS_PER_MS;
		wait_due_changed(&timer->object);
	}
	pthread_mutex_unlock(&object_lock);
	return timer ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

BOOL SetWaitableTimerEx(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
			PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
			PREASON_CONTEXT WakeContext, ULONG TolerableDelay)
{
	DWORD error = set_check(lpDueTime, lPeriod, pfnCompletionRoutine);

	(void)lpArgToCompletionRoutine, (void)WakeContext, (void)TolerableDelay;
	if (error == ERROR_SUCCESS)
		error = set(hTimer, lpDueTime->QuadPart, lPeriod);
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}

/* Nobody wakes a computer that sleeps: the call succeeds, and says so. */
BOOL SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
		      PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
		      BOOL fResume)
{
	BOOL done = SetWaitableTimerEx(hTimer, lpDueTime, lPeriod, pfnCompletionRoutine,
				       lpArgToCompletionRoutine, NULL, 0);

	if (done)
		SetLastError(fResume ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS);
	return done;
}

/* One that is signaled stays so. */
BOOL CancelWaitableTimer(HANDLE hTimer)
{
	struct timer *timer;

	pthread_mutex_lock(&object_lock);
	timer = (struct timer *)handle_find(hTimer, &timer_type);
	if (timer) {
		settle(timer);
		timer->set = false;
	}
	pthread_mutex_unlock(&object_lock);
	if (!timer)
		SetLastError(ERROR_INVALID_HANDLE);
	return timer != NULL;
}
