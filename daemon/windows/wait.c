/* A thread that waits stands in the queue of each object that it waits for. Whoever changes an
 * object looks, under the one lock, whose wait that ends, ends it, and wakes that thread: none is
 * woken to look for itself, and none is missed.
 */
#include "windows/wait.h"

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

/* ---- waiting ---- */

/* A thread that was cancelled in here would keep the lock. */
static void sleep_until(struct waiter *waiter, const struct timespec *deadline)
{
	int before, r = 0;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	while (!waiter->done && r == 0)
		r = deadline ? pthread_cond_timedwait(&waiter->ended, &object_lock, deadline)
			     : pthread_cond_wait(&waiter->ended, &object_lock);
	pthread_setcancelstate(before, NULL);
}

static void wait_in_queues(struct waiter *waiter, DWORD timeout_ms)
{
	struct timespec deadline;

	clock_deadline(timeout_ms, &deadline);
	clock_cond_init(&waiter->ended);
	for (DWORD i = 0; i < waiter->n; i++)
		enqueue(&waiter->blocks[i]);
	sleep_until(waiter, timeout_ms == INFINITE ? NULL : &deadline);
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
