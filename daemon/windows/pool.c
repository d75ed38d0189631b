/* A pool starts threads at once up to a few; beyond those, one whenever no call was begun for a
 * moment though some are waiting: callbacks that block, or wait for one another, stand still no
 * longer.
 */
#include "windows/pool.h"

#include <errno.h>
#include <stdlib.h>

#include "windows/clock.h"
#include "windows/module_hold.h"
#include "windows/thread_create.h"
#include "windows/thread_self.h"

enum { AT_ONCE = 16, THREADS_MAX = 500, IDLE_MS = 10000, MOMENT_NS = 20000000 };

struct _TP_POOL {
	pthread_cond_t more; /* to do, or nothing ever again */
	struct pool_item *first, *last;
	unsigned queued; /* calls of all items */
	unsigned items;  /* that are not gone */
	unsigned threads, min, max;
	unsigned idle;        /* threads that make no call: they wait, or begin */
	uint64_t begun, seen; /* calls; as many as there were a moment ago */
	struct alarm moment;
	bool closed;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct _TP_POOL process_pool;
static pthread_cond_t item_idle; /* some item is */

static void *worker_run(void *context);

/* ---- threads ---- */

static bool start_thread(PTP_POOL pool)
{
	pool->threads++;
	pool->idle++;
	if (thread_create(worker_run, pool, 0))
		return true;
	pool->threads--;
	pool->idle--;
	return false;
}

static void watch(PTP_POOL pool)
{
	pool->seen = pool->begun;
	alarm_set(&pool->moment, clock_now_ns(CLOCK_MONOTONIC) + MOMENT_NS);
}

static void on_moment(struct alarm *alarm)
{
	PTP_POOL pool = (PTP_POOL)((char *)alarm - offsetof(struct _TP_POOL, moment));

	if (pool->queued <= pool->idle || pool->threads >= pool->max)
		return;
	if (pool->begun == pool->seen)
		start_thread(pool);
	watch(pool);
}

/* There are calls to make. */
static void hurry(PTP_POOL pool, bool at_once)
{
	pthread_cond_signal(&pool->more);
	if (pool->queued <= pool->idle || pool->threads >= pool->max)
		return;
	if (at_once || pool->threads < AT_ONCE)
		start_thread(pool);
	else if (!pool->moment.set)
		watch(pool);
}

static void pool_init(PTP_POOL pool)
{
	clock_cond_init(&pool->more);
	pool->max = THREADS_MAX;
	pool->moment.ring = on_moment;
}

static void process_pool_init(void)
{
	pool_init(&process_pool);
	pthread_cond_init(&item_idle, NULL);
}

static void pool_free_if_over(PTP_POOL pool)
{
	if (!pool->closed || pool->items > 0)
		return;
	if (pool->threads > 0) {
		pthread_cond_broadcast(&pool->more);
		return;
	}
	alarm_unset(&pool->moment);
	pthread_cond_destroy(&pool->more);
	free(pool);
}

/* ---- items ---- */

static void group_leave(struct pool_item *item)
{
	struct pool_item **at;

	if (!item->group)
		return;
	for (at = &item->group->first; *at != item; at = &(*at)->group_next)
		;
	*at = item->group_next;
	item->group = NULL;
}

static void group_enter(struct pool_item *item, PTP_CLEANUP_GROUP group)
{
	item->group = group;
	item->group_next = group->first;
	group->first = item;
}

static bool enter(struct pool_item *item, PTP_CALLBACK_ENVIRON environment)
{
	PTP_POOL pool = item->pool;

	if (!alarm_ready() || (pool->threads == 0 && !start_thread(pool)))
		return false;
	pool->items++;
	if (!environment)
		return true;
	item->runs_long = environment->u.s.LongFunction;
	item->on_cancel = environment->CleanupGroupCancelCallback;
	if (environment->CleanupGroup)
		group_enter(item, environment->CleanupGroup);
	return true;
}

DWORD pool_item_new(void (*function)(void), PVOID context, PTP_CALLBACK_ENVIRON environment,
		    size_t size, struct pool_item **out)
{
	struct pool_item *item;
	bool entered;

	if (!function)
		return ERROR_INVALID_PARAMETER;
	pthread_once(&once, process_pool_init);
	item = calloc(1, size);
	if (!item)
		return ERROR_NOT_ENOUGH_MEMORY;
	item->pool = environment && environment->Pool ? environment->Pool : &process_pool;
	item->context = context;
	item->module = module_hold(function);
	pthread_mutex_lock(&pool_lock);
	entered = enter(item, environment);
	pthread_mutex_unlock(&pool_lock);
	if (!entered) {
		pool_item_free(item);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	*out = item;
	return ERROR_SUCCESS;
}

static void append(struct pool_item *item)
{
	PTP_POOL pool = item->pool;

	item->next = NULL;
	if (pool->last)
		pool->last->next = item;
	else
		pool->first = item;
	pool->last = item;
}

static void take_out(struct pool_item *item)
{
	PTP_POOL pool = item->pool;
	struct pool_item **at = &pool->first, *before = NULL;

	while (*at != item) {
		before = *at;
		at = &before->next;
	}
	*at = item->next;
	if (pool->last == item)
		pool->last = before;
}

void pool_item_queue(struct pool_item *item)
{
	if (item->queued++ == 0)
		append(item);
	item->pool->queued++;
	hurry(item->pool, item->runs_long);
}

unsigned pool_item_cancel(struct pool_item *item)
{
	unsigned dropped = item->queued;

	if (dropped == 0)
		return 0;
	take_out(item);
	item->pool->queued -= dropped;
	item->queued = 0;
	pthread_cond_broadcast(&item_idle);
	return dropped;
}

void pool_item_wait(struct pool_item *item)
{
	while (item->queued > 0 || item->waited_for > 0)
		pthread_cond_wait(&item_idle, &pool_lock);
}

static struct pool_item *gone(struct pool_item *item)
{
	if (!item->closed || item->queued > 0 || item->running > 0)
		return NULL;
	group_leave(item);
	item->pool->items--;
	pool_free_if_over(item->pool);
	return item;
}

struct pool_item *pool_item_close(struct pool_item *item)
{
	item->closed = true;
	alarm_unset(&item->alarm);
	return gone(item);
}

void pool_item_free(struct pool_item *item)
{
	if (!item)
		return;
	if (item->on_gone)
		item->on_gone(item);
	module_release(item->module);
	free(item);
}

void pool_item_pin(struct pool_item *item)
{
	item->running++;
}

struct pool_item *pool_item_unpin(struct pool_item *item)
{
	item->running--;
	return gone(item);
}

/* ---- a call ---- */

/* ExitThread in a callback ends that callback. */
static void call(struct pool_item *item, PTP_CALLBACK_INSTANCE instance)
{
	struct thread *thread = thread_self();
	jmp_buf out;

	if (thread)
		thread->out = &out;
	if (_setjmp(out) == 0)
		item->call(item, instance);
	if (thread)
		thread->out = NULL;
}

/* What the callback wanted done when it has returned, in Microsoft's order. */
static void afterwards(const struct _TP_CALLBACK_INSTANCE *instance)
{
	if (instance->section)
		LeaveCriticalSection(instance->section);
	if (instance->mutex)
		ReleaseMutex(instance->mutex);
	if (instance->semaphore)
		ReleaseSemaphore(instance->semaphore, (LONG)instance->semaphore_count, NULL);
	if (instance->event)
		SetEvent(instance->event);
}

/* Takes one call out of the queue: others of the same item come after those that wait. */
static struct pool_item *begin(PTP_POOL pool)
{
	struct pool_item *item = pool->first;

	take_out(item);
	if (--item->queued > 0)
		append(item);
	pool->queued--;
	pool->begun++;
	pool->idle--;
	item->running++;
	item->waited_for++;
	return item;
}

static void make_call(PTP_POOL pool)
{
	struct _TP_CALLBACK_INSTANCE instance = { .item = begin(pool) };
	struct pool_item *item = instance.item, *dead;

	pthread_mutex_unlock(&pool_lock);
	call(item, &instance);
	afterwards(&instance);
	pthread_mutex_lock(&pool_lock);
	pool->idle++;
	if (!instance.disassociated)
		item->waited_for--;
	pthread_cond_broadcast(&item_idle);
	dead = pool_item_unpin(item);
	pthread_mutex_unlock(&pool_lock);
	pool_item_free(dead);
	pthread_mutex_lock(&pool_lock);
}

/* One thread stays, or as many as there are to be. */
static bool is_needed(const struct _TP_POOL *pool)
{
	return pool->threads <= (pool->min > 0 ? pool->min : 1);
}

/* False: the time is over. */
static bool wait_for_more(PTP_POOL pool)
{
	struct timespec deadline;
	int r;

	clock_deadline(IDLE_MS, &deadline);
	r = is_needed(pool) ? pthread_cond_wait(&pool->more, &pool_lock)
			    : pthread_cond_timedwait(&pool->more, &pool_lock, &deadline);
	return r != ETIMEDOUT;
}

static bool has_call(PTP_POOL pool)
{
	while (!pool->first) {
		if (pool->closed && pool->items == 0)
			return false;
		if (!wait_for_more(pool) && !pool->first && !is_needed(pool))
			return false;
	}
	return true;
}

/* While it makes a call its item keeps the pool; when it has left, nobody counts it. */
static void *worker_run(void *context)
{
	PTP_POOL pool = context;

	pthread_mutex_lock(&pool_lock);
	while (has_call(pool))
		make_call(pool);
	pool->threads--;
	pool->idle--;
	pool_free_if_over(pool);
	pthread_mutex_unlock(&pool_lock);
	return NULL;
}

bool pool_thread_for_others(struct pool_item *item)
{
	PTP_POOL pool = item->pool;

	return pool->idle > pool->queued || (pool->threads < pool->max && start_thread(pool));
}

void pool_item_disassociate(PTP_CALLBACK_INSTANCE instance)
{
	if (instance->disassociated)
		return;
	instance->disassociated = true;
	instance->item->waited_for--;
	pthread_cond_broadcast(&item_idle);
}

/* ---- pools of one's own ---- */

PTP_POOL CreateThreadpool(PVOID reserved)
{
	PTP_POOL pool = calloc(1, sizeof(*pool));

	(void)reserved;
	if (!pool) {
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	pthread_once(&once, process_pool_init);
	pool_init(pool);
	return pool;
}

void CloseThreadpool(PTP_POOL ptpp)
{
	pthread_mutex_lock(&pool_lock);
	ptpp->closed = true;
	pool_free_if_over(ptpp);
	pthread_mutex_unlock(&pool_lock);
}

void SetThreadpoolThreadMaximum(PTP_POOL ptpp, DWORD cthrdMost)
{
	pthread_mutex_lock(&pool_lock);
	ptpp->max = cthrdMost > 0 ? cthrdMost : 1;
	if (ptpp->min > ptpp->max)
		ptpp->min = ptpp->max;
	pthread_mutex_unlock(&pool_lock);
}

BOOL SetThreadpoolThreadMinimum(PTP_POOL ptpp, DWORD cthrdMic)
{
	BOOL done = TRUE;

	pthread_mutex_lock(&pool_lock);
	ptpp->min = cthrdMic;
	if (ptpp->max < cthrdMic)
		ptpp->max = cthrdMic;
	while (done && ptpp->threads < cthrdMic)
		done = start_thread(ptpp);
	pthread_mutex_unlock(&pool_lock);
	if (!done)
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
	return done;
}
