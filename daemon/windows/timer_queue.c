/* Timer queues: CreateTimerQueueTimer and its like. A timer is an item of the process's pool, and a
 * handle that leads to it for as long as it is not deleted.
 *
 * pool_lock is over what is in a queue; it is never taken with object_lock held.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include <windows/synchapi.h>
#include <windows/threadpoollegacyapiset.h>

#include "windows/clock.h"
#include "windows/handle.h"
#include "windows/pool.h"

enum { NS_PER_MS = 1000000 };

/* An event that is set when the last of several timers is gone. */
struct completion {
	_Atomic unsigned left;
	HANDLE event;
};

/* What is called. */
struct call {
	struct pool_item item;
	WAITORTIMERCALLBACK callback;
	bool expired; /* once was all */
	struct completion *completion;
};

struct timer {
	struct object object;
	HANDLE handle;
	struct call *call; /* NULL: it was deleted */
	struct queue *queue;
	struct timer *next;
};

struct queue {
	struct object object;
	struct timer *first;
	bool deleted;
};

static struct queue default_queue;

/* ---- calls ---- */

static void completion_put(struct completion *completion)
{
	if (!completion || atomic_fetch_sub(&completion->left, 1) > 1)
		return;
	if (completion->event)
		SetEvent(completion->event);
	free(completion);
}

static void call_make(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	(void)instance;
	((struct call *)item)->callback(item->context, TRUE);
}

static void call_gone(struct pool_item *item)
{
	completion_put(((struct call *)item)->completion);
}

static void call_due(struct alarm *alarm)
{
	struct call *call = (struct call *)((char *)alarm - offsetof(struct call, item.alarm));

	call->expired = call->item.period_ns == 0;
	pool_item_due(alarm);
}

/* With the lock. */
static void call_set(struct call *call, DWORD due_ms, DWORD period_ms)
{
	alarm_unset(&call->item.alarm);
	call->item.period_ns = (uint64_t)period_ms * NS_PER_MS;
	if (due_ms != INFINITE)
		alarm_set(&call->item.alarm, clock_deadline_ns(due_ms));
}

static DWORD call_new(WAITORTIMERCALLBACK callback, PVOID context, ULONG flags, struct call **out)
{
	struct pool_item *item;
	DWORD error =
		pool_item_new((void (*)(void))callback, context, NULL, sizeof(struct call), &item);

	if (error != ERROR_SUCCESS)
		return error;
	item->call = call_make;
	item->on_gone = call_gone;
	item->alarm.ring = call_due;
	item->runs_long = flags & WT_EXECUTELONGFUNCTION;
	*out = (struct call *)item;
	(*out)->callback = callback;
	return ERROR_SUCCESS;
}

/* With the lock, which it gives up. True: calls of it are still to come, or being made. */
static bool call_end(struct call *call, struct completion *completion, bool waits)
{
	struct pool_item *item = &call->item, *dead;
	bool pending;

	if (completion)
		completion->left++;
	call->completion = completion;
	pool_item_pin(item);
	pool_item_close(item);
	if (waits)
		pool_item_wait(item);
	pending = item->queued > 0 || item->waited_for > 0;
	dead = pool_item_unpin(item);
	pthread_mutex_unlock(&pool_lock);
	pool_item_free(dead);
	return pending;
}

/* ---- timers ---- */

/* With the lock. */
static void queue_leave(struct timer *timer)
{
	struct timer **at;

	if (!timer->queue)
		return;
	for (at = &timer->queue->first; *at != timer; at = &(*at)->next)
		;
	*at = timer->next;
	timer->queue = NULL;
}

static bool queue_enter(struct queue *queue, struct timer *timer)
{
	if (queue->deleted)
		return false;
	timer->queue = queue;
	timer->next = queue->first;
	queue->first = timer;
	return true;
}

/* Without the lock. True: calls of it are left. */
static bool timer_end(struct timer *timer, struct completion *completion, bool waits)
{
	struct call *call;

	pthread_mutex_lock(&pool_lock);
	call = timer->call;
	timer->call = NULL;
	queue_leave(timer);
	if (call)
		return call_end(call, completion, waits);
	pthread_mutex_unlock(&pool_lock);
	return false;
}

static void timer_destroy(struct object *object)
{
	timer_end((struct timer *)object, NULL, false);
	free(object);
}

static const struct object_type timer_type = { .destroy = timer_destroy };

/* The handle of some timer; false: there is none, and there will be none. */
static bool queue_next(struct queue *queue, HANDLE *handle)
{
	struct timer *timer;

	pthread_mutex_lock(&pool_lock);
	queue->deleted = true;
	timer = queue->first;
	if (timer)
		*handle = timer->handle;
	pthread_mutex_unlock(&pool_lock);
	return timer != NULL;
}

/* True: calls of its timers are left. */
static bool queue_end(struct queue *queue, struct completion *completion, bool waits)
{
	bool pending = false;
	struct timer *timer;
	HANDLE handle;

	while (queue_next(queue, &handle)) {
		timer = (struct timer *)handle_get(handle, &timer_type);
		if (!timer)
			continue; /* another thread is about to take it out */
		pending |= timer_end(timer, completion, waits);
		CloseHandle(handle);
		handle_put(&timer->object);
	}
	return pending;
}

static void queue_destroy(struct object *object)
{
	struct queue *queue = (struct queue *)object;

	queue_end(queue, NULL, false);
	free(queue);
}

static const struct object_type queue_type = { .destroy = queue_destroy };

/* A reference, or NULL; queue_put() takes both. */
static struct queue *queue_get(HANDLE handle)
{
	return handle ? (struct queue *)handle_get(handle, &queue_type) : &default_queue;
}

static void queue_put(struct queue *queue)
{
	if (queue != &default_queue)
		handle_put(&queue->object);
}

/* ---- the functions: queues ---- */

static BOOL fail(DWORD error)
{
	SetLastError(error);
	return FALSE;
}

/* The object's first reference becomes that of its handle. NULL: no memory. */
static HANDLE handle_for(struct object *object)
{
	HANDLE handle;

	pthread_mutex_lock(&object_lock);
	handle = handle_new(object);
	pthread_mutex_unlock(&object_lock);
	return handle;
}

HANDLE CreateTimerQueue(void)
{
	struct queue *queue = calloc(1, sizeof(*queue));
	HANDLE handle = NULL;

	if (queue) {
		object_init(&queue->object, &queue_type);
		handle = handle_for(&queue->object);
		handle_put(&queue->object);
	}
	if (!handle)
		fail(ERROR_NOT_ENOUGH_MEMORY);
	return handle;
}

/* What waits for calls: `event` is Microsoft's CompletionEvent. False: no memory. */
static bool completion_new(HANDLE event, struct completion **out)
{
	*out = NULL;
	if (!event || event == INVALID_HANDLE_VALUE)
		return true;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return false;
	(*out)->left = 1;
	(*out)->event = event;
	return true;
}

static BOOL answer(bool pending)
{
	return pending ? fail(ERROR_IO_PENDING) : TRUE;
}

BOOL DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent)
{
	struct queue *queue = (struct queue *)handle_get(TimerQueue, &queue_type);
	struct completion *completion;
	bool pending;

	if (!queue)
		return FALSE;
	if (!completion_new(CompletionEvent, &completion)) {
		queue_put(queue);
		return fail(ERROR_NOT_ENOUGH_MEMORY);
	}
	CloseHandle(TimerQueue);
	pending = queue_end(queue, completion, CompletionEvent == INVALID_HANDLE_VALUE);
	completion_put(completion);
	queue_put(queue);
	return answer(pending);
}

BOOL DeleteTimerQueue(HANDLE TimerQueue)
{
	return DeleteTimerQueueEx(TimerQueue, NULL);
}

/* ---- the functions: timers ---- */

static DWORD timer_check(const HANDLE *out, DWORD period, ULONG flags)
{
	if (!out || (flags & WT_EXECUTEONLYONCE && period != 0))
		return ERROR_INVALID_PARAMETER;
	return ERROR_SUCCESS;
}

/* Into its queue, and off it goes; the handle is the caller's to see before any call is made. */
static DWORD timer_start(struct timer *timer, struct queue *queue, PHANDLE out, DWORD due_ms,
			 DWORD period_ms)
{
	DWORD error = ERROR_INVALID_HANDLE;

	timer->handle = handle_for(&timer->object);
	if (!timer->handle)
		return ERROR_NOT_ENOUGH_MEMORY;
	pthread_mutex_lock(&pool_lock);
	if (queue_enter(queue, timer)) {
		*out = timer->handle;
		call_set(timer->call, due_ms, period_ms);
		error = ERROR_SUCCESS;
	}
	pthread_mutex_unlock(&pool_lock);
	if (error != ERROR_SUCCESS)
		CloseHandle(timer->handle);
	return error;
}

static DWORD timer_make(struct queue *queue, struct call *call, PHANDLE out, DWORD due_ms,
			DWORD period_ms)
{
	struct timer *timer = calloc(1, sizeof(*timer));
	DWORD error;

	if (!timer) {
		pthread_mutex_lock(&pool_lock);
		call_end(call, NULL, false);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	object_init(&timer->object, &timer_type);
	timer->call = call;
	error = timer_start(timer, queue, out, due_ms, period_ms);
	handle_put(&timer->object);
	return error;
}

BOOL CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue, WAITORTIMERCALLBACK Callback,
			   PVOID Parameter, DWORD DueTime, DWORD Period, ULONG Flags)
{
	DWORD error = timer_check(phNewTimer, Period, Flags);
	struct queue *queue;
	struct call *call;

	if (error != ERROR_SUCCESS)
		return fail(error);
	queue = queue_get(TimerQueue);
	if (!queue)
		return FALSE;
	error = call_new(Callback, Parameter, Flags, &call);
	if (error == ERROR_SUCCESS)
		error = timer_make(queue, call, phNewTimer, DueTime, Period);
	queue_put(queue);
	return error == ERROR_SUCCESS ? TRUE : fail(error);
}

/* A reference to a timer of that queue; NULL and the last error. */
static struct timer *timer_get(HANDLE queue_handle, HANDLE handle)
{
	struct queue *queue = queue_get(queue_handle);
	struct timer *timer = queue ? (struct timer *)handle_get(handle, &timer_type) : NULL;
	bool is_its;

	if (queue && timer) {
		pthread_mutex_lock(&pool_lock);
		is_its = timer->queue == queue;
		pthread_mutex_unlock(&pool_lock);
		if (!is_its) {
			handle_put(&timer->object);
			timer = NULL;
			fail(ERROR_INVALID_HANDLE);
		}
	}
	if (queue)
		queue_put(queue);
	return timer;
}

BOOL ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period)
{
	struct timer *timer = timer_get(TimerQueue, Timer);

	if (!timer)
		return FALSE;
	pthread_mutex_lock(&pool_lock);
	if (timer->call && !timer->call->expired)
		call_set(timer->call, DueTime, Period);
	pthread_mutex_unlock(&pool_lock);
	handle_put(&timer->object);
	return TRUE;
}

BOOL DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent)
{
	struct timer *timer = timer_get(TimerQueue, Timer);
	struct completion *completion;
	bool pending;

	if (!timer)
		return FALSE;
	if (!completion_new(CompletionEvent, &completion)) {
		handle_put(&timer->object);
		return fail(ERROR_NOT_ENOUGH_MEMORY);
	}
	pending = timer_end(timer, completion, CompletionEvent == INVALID_HANDLE_VALUE);
	CloseHandle(Timer);
	handle_put(&timer->object);
	completion_put(completion);
	return answer(pending);
}
