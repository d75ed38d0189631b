/* What handles name: events, mutexes, semaphores, threads, files. One lock is over all of them, so
 * that a wait for several is one step: nobody sees half of it.
 *
 * An object lives as long as somebody refers to it: a handle, a wait, a thread of itself. All
 * functions here are called with the lock held, but for object_destroy().
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include <wdspxe-windows.h>

struct thread;
struct wait_block;
struct object;

struct object_type {
	/* Would a wait of this thread end now? NULL: it cannot be waited for. */
	bool (*ready)(const struct object *object, const struct thread *thread);
	/* When it will be ready without anybody's doing, by CLOCK_MONOTONIC; UINT64_MAX: never.
	 * NULL: always never. */
	uint64_t (*due_ns)(const struct object *object);
	/* A wait has ended. True: what was waited for had been abandoned. NULL: nothing changes. */
	bool (*take)(struct object *object, struct thread *thread);
	/* Sets, leaves, counts up for SignalObjectAndWait: the error. NULL: not possible. */
	DWORD (*signal)(struct object *object, struct thread *thread);
	/* Nobody refers to it any more; NULL: nothing to do with the lock held. */
	void (*last)(struct object *object);
	/* The same, without the lock. */
	void (*destroy)(struct object *object);
};

struct object {
	const struct object_type *type;
	unsigned refs;
	struct wait_block *first, *last; /* who waits for it, in turn (wait.c) */
	char *name;                      /* UTF-8; NULL: none (name.c) */
	struct object *next_named;
};

/* Held for a few steps at a time; nothing of a provider is called meanwhile, nor the loader. */
extern pthread_mutex_t object_lock;

void object_init(struct object *object, const struct object_type *type);
void object_ref(struct object *object);
/** The object if nobody refers to it any more: the caller then destroys it. Else NULL. */
struct object *object_unref(struct object *object);
/** NULL is fine. Without the lock, or with it if it is known that this only frees memory. */
void object_destroy(struct object *object);
