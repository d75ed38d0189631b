/* A thread that waits stands in the queue of each object that it waits for. Whoever changes an
 * object looks, under the one lock, whose wait that ends, ends it, and wakes that thread: none is
 * woken to look for itself, and none is missed. What a time changes, nobody does: then a thread
 * sleeps until that time, and looks.
 */
#include "windows/wait.h"

#include <errno.h>

#include "windows/clock.h"

/* ---- queues ---- */

static void enqueue(struct wait_block *block)
{
	struct object *object = block->object;

	block->next = NULL;
	block->prev = object->last;
	if (object->last)
		object->last->next = block;
	else
		object->first = block;
	object->last = block;
}

static void dequeue(struct wait_block *block)
{
	struct object *object = block->object;

	if (block->prev)
		block->prev->next = block->next;
	else
		object->first = block->next;
	if (block->next)
		block->next->prev = block->prev;
	else
		object->last = block->prev;
}

static void leave_queues(struct waiter *waiter)
{
	for (DWORD i = 0; i < waiter->n; i++)
		dequeue(&waiter->blocks[i]);
}

/* ---- the end of a wait ---- */

static bool ready(const struct waiter *waiter, DWORD i)
{
	const struct object *object = waiter->blocks[i].object;

	return object->type->ready(object, waiter->thread);
}

static bool take(struct waiter *waiter, DWORD i)
{
	struct object *object = waiter->blocks[i].object;

	return object->type->take && object->type->take(object, waiter->thread);
}

static bool end_any(struct waiter *waiter)
{
	for (DWORD i = 0; i < waiter->n; i++)
		if (ready(waiter, i)) {
			waiter->result = i + (take(waiter, i) ? WAIT_ABANDONED_0 : WAIT_OBJECT_0);
			return true;
		}
	return false;
}

static bool end_all(struct waiter *waiter)
{
	bool abandoned = false;

	for (DWORD i = 0; i < waiter->n; i++)
		if (!ready(waiter, i))
			return false;
	for (DWORD i = 0; i < waiter->n; i++)
		abandoned |= take(waiter, i);
	waiter->result = abandoned ? WAIT_ABANDONED_0 : WAIT_OBJECT_0;
	return true;
}

/* Ends the wait if it can end: what it takes is taken. */
static bool end(struct waiter *waiter)
{
	waiter->done = waiter->all ? end_all(waiter) : end_any(waiter);
	return waiter->done;
}

void wait_wake(struct object *object)
{
	struct wait_block *block = object->first, *next;

	for (; block && object->type->ready(object, block->waiter->thread); block = next) {
		struct waiter *waiter = block->waiter;

		next = block->next; /* of another waiter: this one's blocks may all go now */
		while (next && next->waiter == waiter)
			next = next->next;
		if (!end(waiter))
			continue;
		leave_queues(waiter);
		pthread_cond_signal(&waiter->ended);
	}
}

void wait_due_changed(struct object *object)
{
	for (struct wait_block *block = object->first; block; block = block->next)
		pthread_cond_signal(&block->waiter->ended);
}

/* ---- waiting ---- */

/* When an object may be ready by itself that was not at `seen_ns`; or the deadline, if sooner. */
static uint64_t next_look_ns(const struct waiter *waiter, uint64_t seen_ns, uint64_t deadline_ns)
{
	uint64_t first = deadline_ns;

	for (DWORD i = 0; i < waiter->n; i++) {
		const struct object *object = waiter->blocks[i].object;
		uint64_t due = object->type->due_ns ? object->type->due_ns(object) : UINT64_MAX;

		if (due >= seen_ns && due < first)
			first = due;
	}
	return first;
}

/* Sleeps once. True: until that time. */
static bool sleep_once(struct waiter *waiter, uint64_t until_ns)
{
	struct timespec until;

	if (until_ns == UINT64_MAX) {
		pthread_cond_wait(&waiter->ended, &object_lock);
		return false;
	}
	clock_timespec(until_ns, &until);
	return pthread_cond_timedwait(&waiter->ended, &object_lock, &until) == ETIMEDOUT;
}

/* A thread that was cancelled in here would keep the lock. */
static void sleep_until(struct waiter *waiter, uint64_t deadline_ns)
{
	uint64_t seen_ns = 0;
	bool over = false;
	int before;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	while (!waiter->done && !over) {
		uint64_t look_ns = next_look_ns(waiter, seen_ns, deadline_ns);

		over = sleep_once(waiter, look_ns) && look_ns == deadline_ns;
		seen_ns = clock_now_ns(CLOCK_MONOTONIC);
		if (!waiter->done && end(waiter))
			leave_queues(waiter);
	}
	pthread_setcancelstate(before, NULL);
}

static void wait_in_queues(struct waiter *waiter, DWORD timeout_ms)
{
	uint64_t deadline_ns = timeout_ms == INFINITE ? UINT64_MAX : clock_deadline_ns(timeout_ms);

	clock_cond_init(&waiter->ended);
	for (DWORD i = 0; i < waiter->n; i++)
		enqueue(&waiter->blocks[i]);
	sleep_until(waiter, deadline_ns);
	if (!waiter->done) {
		leave_queues(waiter);
		waiter->result = WAIT_TIMEOUT;
	}
	pthread_cond_destroy(&waiter->ended);
}

void wait_for(struct waiter *waiter, DWORD timeout_ms)
{
	if (end(waiter))
		return;
	if (timeout_ms > 0)
		wait_in_queues(waiter, timeout_ms);
	else
		waiter->result = WAIT_TIMEOUT;
}
