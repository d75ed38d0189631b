/* Threads that make callbacks, and what they are to call. All functions are called with pool_lock
 * held, but where it says otherwise.
 *
 * An item is called as often as it was queued. It goes when it is closed, and no call of it is
 * left; it holds its callback's module until then.
 */
#pragma once

#include <windows/threadpoolapiset.h>

#include "windows/alarm.h"

struct pool_item;

struct _TP_CLEANUP_GROUP {
	struct pool_item *first;
};

/* A call that is being made, on that thread's stack: what its callback wants done afterwards. */
struct _TP_CALLBACK_INSTANCE {
	struct pool_item *item;
	HANDLE event, mutex, semaphore;
	DWORD semaphore_count;
	PCRITICAL_SECTION section;
	bool disassociated;
};

struct pool_item {
	PTP_POOL pool;
	PTP_CLEANUP_GROUP group; /* NULL: none */
	struct pool_item *group_next;
	PTP_CLEANUP_GROUP_CANCEL_CALLBACK on_cancel;
	void (*call)(struct pool_item *item, PTP_CALLBACK_INSTANCE instance);
	PVOID context;
	void *module;
	struct pool_item *next; /* in the pool's queue */
	unsigned queued;        /* calls that are to be made */
	unsigned waited_for;    /* calls that are being made, and may be waited for */
	unsigned running;       /* those, and the others */
	bool runs_long, closed;
	struct alarm alarm;                      /* of timers */
	uint64_t period_ns;                      /* likewise; 0: once */
	void (*on_gone)(struct pool_item *item); /* without the lock; NULL: nothing to do */
};

/**
 * Makes an item of a kind; `function` is its callback, whose module is held. ERROR_SUCCESS,
 * ERROR_INVALID_PARAMETER (there is no callback), ERROR_NOT_ENOUGH_MEMORY. Without the lock.
 */
DWORD pool_item_new(void (*function)(void), PVOID context, PTP_CALLBACK_ENVIRON environment,
		    size_t size, struct pool_item **out);
/** One call more. */
void pool_item_queue(struct pool_item *item);
/** Drops the calls that have not begun; how many there were. */
unsigned pool_item_cancel(struct pool_item *item);
/** Until no call of it is left that may be waited for. */
void pool_item_wait(struct pool_item *item);
/** It goes, soon or now; what to pass to pool_item_free() without the lock, or NULL. */
struct pool_item *pool_item_close(struct pool_item *item);
/** It does not go meanwhile, though it may be closed; of the second the result is as above. */
void pool_item_pin(struct pool_item *item);
struct pool_item *pool_item_unpin(struct pool_item *item);
/** The alarm of an item: queues a call, unless one is waiting, and sets it for the next period. */
void pool_item_due(struct alarm *alarm);
/** NULL is fine. Without the lock. */
void pool_item_free(struct pool_item *item);
/** The call is not waited for any more. */
void pool_item_disassociate(PTP_CALLBACK_INSTANCE instance);
/** Is there a thread for other items while a call of this one lasts? */
bool pool_thread_for_others(struct pool_item *item);
