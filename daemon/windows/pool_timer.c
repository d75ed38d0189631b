/* Timers of the pool: CreateThreadpoolTimer and its like. */
#include <stddef.h>
#include <time.h>

#include "windows/clock.h"
#include "windows/pool.h"

enum { NS_PER_MS = 1000000 };

struct _TP_TIMER {
	struct pool_item item;
	PTP_TIMER_CALLBACK callback;
};

static void call_timer(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	PTP_TIMER timer = (PTP_TIMER)item;

	timer->callback(instance, item->context, timer);
}

void pool_item_due(struct alarm *alarm)
{
	struct pool_item *item =
		(struct pool_item *)((char *)alarm - offsetof(struct pool_item, alarm));
	uint64_t now = clock_now_ns(CLOCK_MONOTONIC), next = alarm->due_ns + item->period_ns;

	if (item->queued == 0)
		pool_item_queue(item);
	if (item->period_ns > 0)
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
	item->alarm.ring = pool_item_due;
	return (PTP_TIMER)item;
}

static int64_t ticks_of(const FILETIME *time)
{
	return (int64_t)((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime);
}

BOOL SetThreadpoolTimerEx(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD msWindowLength)
{
	bool was_set;

	(void)msWindowLength;
	pthread_mutex_lock(&pool_lock);
	was_set = pti->item.alarm.set;
	alarm_unset(&pti->item.alarm);
	pti->item.period_ns = (uint64_t)msPeriod * NS_PER_MS;
	if (pftDueTime)
		alarm_set(&pti->item.alarm, clock_due_ns(ticks_of(pftDueTime)));
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
