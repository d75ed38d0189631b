/* Threads that wait for objects. All functions are called with object_lock held. */
#pragma once

#include <windows/synchapi.h>

#include "windows/object.h"

struct waiter;

struct wait_block {
	struct waiter *waiter;
	struct object *object;
	struct wait_block *prev, *next; /* in the object's queue */
};

/* On the stack of the thread that waits, which fills in all but `ended` and `result`. */
struct waiter {
	struct thread *thread;
	pthread_cond_t ended;
	bool all, done;
	DWORD n, result;
	struct wait_block blocks[MAXIMUM_WAIT_OBJECTS];
};

/** Waits for what the blocks name, which somebody refers to meanwhile; result: of the wait
 * functions. The lock is given up while the thread sleeps. */
void wait_for(struct waiter *waiter, DWORD timeout_ms);
/** The object has changed: whoever can go on goes on, in turn. */
void wait_wake(struct object *object);
/** It is due at another time: whoever waits for it looks when that is. */
void wait_due_changed(struct object *object);
