/* A thread has ended, for those who wait for it, when none of its module's code is left to run:
 * after the destructors of C++ and those of pthread_key_create(3). So it ends in the last round of
 * these.
 */
#include "windows/thread_self.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <windows/processthreadsapi.h>

#include "windows/futex.h"
#include "windows/module_hold.h"
#include "windows/wait.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;
static _Thread_local struct thread *self;

/* ---- the object ---- */

static bool thread_ready(const struct object *object, const struct thread *thread)
{
	(void)thread;
	return ((const struct thread *)object)->ended;
}

static void thread_destroy(struct object *object)
{
	free(object);
}

const struct object_type thread_type = { .ready = thread_ready, .destroy = thread_destroy };

struct thread *thread_new(void)
{
	struct thread *thread = calloc(1, sizeof(*thread));

	if (thread)
		object_init(&thread->object, &thread_type);
	return thread;
}

struct object *thread_object(struct thread *thread)
{
	return thread ? &thread->object : NULL;
}

/* ---- its end ---- */

static void thread_end(struct thread *thread)
{
	struct object *dead;

	module_release(thread->module);
	pthread_mutex_lock(&object_lock);
	while (thread->owned)
		thread->owned->abandon(thread->owned);
	thread->ended = true;
	wait_wake(&thread->object);
	dead = object_unref(&thread->object);
	pthread_mutex_unlock(&object_lock);
	object_destroy(dead);
}

static void on_thread_end(void *value)
{
	struct thread *thread = value;

	if (thread->rounds_left > 0) {
		thread->rounds_left--;
		pthread_setspecific(key, thread);
		return;
	}
	self = NULL;
	thread_end(thread);
}

static void key_make(void)
{
	has_key = pthread_key_create(&key, on_thread_end) == 0;
}

/* The last round; of a ThreadSanitizer, which is gone in that one, the round before. */
static unsigned rounds(void)
{
	return PTHREAD_DESTRUCTOR_ITERATIONS - (sanitizer_acquire ? 2 : 1);
}

/* ---- who calls ---- */

bool thread_begin(struct thread *thread)
{
	pthread_once(&once, key_make);
	if (!has_key || pthread_setspecific(key, thread) != 0)
		return false;
	thread->id = (DWORD)gettid();
	thread->rounds_left = rounds();
	self = thread;
	return true;
}

/* A thread of others may come here in one of its last rounds: it ends in the first that follows. */
struct thread *thread_self(void)
{
	struct thread *thread;

	if (self)
		return self;
	thread = thread_new();
	if (!thread)
		return NULL;
	if (!thread_begin(thread)) {
		free(thread);
		return NULL;
	}
	thread->rounds_left = 0;
	return thread;
}

/* ---- the functions ---- */

HANDLE GetCurrentProcess(void)
{
	return (HANDLE)(LONG_PTR)-1;
}

HANDLE GetCurrentThread(void)
{
	return (HANDLE)(LONG_PTR)-2;
}

DWORD GetCurrentThreadId(void)
{
	return (DWORD)gettid();
}

DWORD GetCurrentProcessId(void)
{
	return (DWORD)getpid();
}
