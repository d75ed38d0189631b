/* Timers of the pool: CreateThreadpoolTimer and its like. */
#include <stddef.h>
#include <time.h>

#include "windows/clock.h"
#include "windows/pool.h"

enum { NS_PER_MS = 1000000, NS_PER_TICK = 100 };

static const int64_t ticks_1601_to_1970 = 116444736000000000;
static const int64_t ticks_max = 31536000000000000; /* a hundred years: further is never */

struct _TP_TIMER {
	struct pool_item item;
	PTP_TIMER_CALLBACK callback;
	uint64_t period_ns; /* 0: once */
};

static void call_timer(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	PTP_TIMER timer = (PTP_TIMER)item;

	timer->callback(instance, item->context, timer);
}

static void on_due(struct alarm *alarm)
{
	struct pool_item *item =
		(struct pool_item *)((char *)alarm - offsetof(struct pool_item, alarm));
	PTP_TIMER timer = (PTP_TIMER)item;
	uint64_t now = clock_now_ns(CLOCK_MONOTONIC), next = alarm->due_ns + timer->period_ns;

	if (item->queued == 0)
		pool_item_queue(item);
	if (timer->period_ns > 0)
		alarm_set(alarm, next > now ? next : now);
}

PTP_TIMER CreateThreadpoolTimer(PTP_TIMER_CALLBACK pfnti, PVOID pv, PTP_CALLBACK_ENVIRON pcbe)
{
	struct pool_item *item;
	DWORD error =
		pool_item_new((void (*)(void))pfnti, pv, pcbe, sizeof(struct _TP_TIMER), &item);

	if (error != ERROR_SUCCESS) {
		SetLastError(error);
		return NULL;
	}
	((PTP_TIMER)item)->callback = pfnti;
	item->call = call_timer;
	item->alarm.ring = on_due;
	return (PTP_TIMER)item;
}

/* Nanoseconds from now. */
static uint64_t due_in(const FILETIME *due)
{
	int64_t ticks = (int64_t)((uint64_t)due->dwHighDateTime << 32 | due->dwLowDateTime);
	int64_t now = (int64_t)(clock_now_ns(CLOCK_REALTIME) / NS_PER_TICK) + ticks_1601_to_1970;

	if (ticks < 0)
		ticks = ticks < -ticks_max ? ticks_max : -ticks;
	else
		ticks = ticks > now ? ticks - now : 0;
	return (uint64_t)(ticks < ticks_max ? ticks : ticks_max) * NS_PER_TICK;
}

BOOL SetThreadpoolTimerEx(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD msWindowLength)
{
	bool was_set;

	(void)msWindowLength;
	pthread_mutex_lock(&pool_lock);
	was_set = pti->item.alarm.set;
	alarm_unset(&pti->item.alarm);
	pti->period_ns = (uint64_t)msPeriod * NS_PER_MS;
	if (pftDueTime)
		alarm_set(&pti->item.alarm, clock_now_ns(CLOCK_MONOTONIC) + due_in(pftDueTime));
	pthread_mutex_unlock(&pool_lock);
	return was_set;
}

void SetThreadpoolTimer(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD msWindowLength)
{
	SetThreadpoolTimerEx(pti, pftDueTime, msPeriod, msWindowLength);
}

BOOL IsThreadpoolTimerSet(PTP_TIMER pti)
{
	bool is_set;

	pthread_mutex_lock(&pool_lock);
	is_set = pti->item.alarm.set;
	pthread_mutex_unlock(&pool_lock);
	return is_set;
}

void WaitForThreadpoolTimerCallbacks(PTP_TIMER pti, BOOL fCancelPendingCallbacks)
{
	pthread_mutex_lock(&pool_lock);
	if (fCancelPendingCallbacks)
		pool_item_cancel(&pti->item);
	pool_item_wait(&pti->item);
	pthread_mutex_unlock(&pool_lock);
}

void CloseThreadpoolTimer(PTP_TIMER pti)
{
	struct pool_item *dead;

	pthread_mutex_lock(&pool_lock);
	dead = pool_item_close(&pti->item);
	pthread_mutex_unlock(&pool_lock);
	pool_item_free(dead);
}
