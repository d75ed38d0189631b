/* RegisterWaitForSingleObject: each registered wait has a thread of its own, which waits and makes
 * the callbacks, one after the other: none keeps another waiting, and an object that stays signaled
 * queues nothing up.
 */
#include <stdlib.h>

#include <windows/synchapi.h>
#include <windows/threadpoollegacyapiset.h>

#include "windows/handle.h"
#include "windows/module_hold.h"
#include "windows/thread_self.h"

struct registered {
	struct object object;
	HANDLE target, stop, thread; /* its own: the caller may close his */
	DWORD thread_id;
	WAITORTIMERCALLBACK callback;
	PVOID context;
	DWORD timeout_ms;
	bool once;
	void *module;
	/* With object_lock: */
	bool stopped, calling, over;
	HANDLE completion; /* the caller's event; NULL: none */
};

static void close_if(HANDLE handle)
{
	if (handle)
		CloseHandle(handle);
}

static void registered_destroy(struct object *object)
{
	struct registered *wait = (struct registered *)object;

	close_if(wait->target);
	close_if(wait->stop);
	close_if(wait->thread);
	module_release(wait->module);
	free(wait);
}

static const struct object_type registered_type = { .destroy = registered_destroy };

/* ---- on its thread ---- */

/* ExitThread in a callback ends that callback. */
static void call(struct registered *wait, struct thread *thread, BOOLEAN timed_out)
{
	jmp_buf out, *before = thread->out;

	thread->out = &out;
	if (_setjmp(out) == 0)
		wait->callback(wait->context, timed_out);
	thread->out = before;
}

/* False: nothing is called any more. */
static bool call_begin(struct registered *wait)
{
	pthread_mutex_lock(&object_lock);
	wait->calling = !wait->stopped;
	pthread_mutex_unlock(&object_lock);
	return wait->calling;
}

static void call_end(struct registered *wait)
{
	pthread_mutex_lock(&object_lock);
	wait->calling = false;
	pthread_mutex_unlock(&object_lock);
}

static void serve(struct registered *wait, struct thread *thread)
{
	const HANDLE both[] = { wait->stop, wait->target };
	DWORD r;

	do {
		r = WaitForMultipleObjects(2, both, FALSE, wait->timeout_ms);
		if (r == WAIT_OBJECT_0 || r == WAIT_FAILED || !call_begin(wait))
			return;
		call(wait, thread, r == WAIT_TIMEOUT);
		call_end(wait);
	} while (!wait->once);
}

/* The callback's module stays until this thread has ended, destructors and all. */
static DWORD run(LPVOID context)
{
	struct registered *wait = context;
	struct thread *thread = thread_self();
	void *ours = thread->module;
	HANDLE completion;

	thread->module = wait->module;
	wait->module = ours;
	serve(wait, thread);
	pthread_mutex_lock(&object_lock);
	wait->over = true;
	completion = wait->completion;
	pthread_mutex_unlock(&object_lock);
	if (completion)
		SetEvent(completion);
	handle_put(&wait->object);
	return 0;
}

/* ---- registering ---- */

static BOOL fail(DWORD error)
{
	SetLastError(error);
	return FALSE;
}

/* A handle of our own for what can be waited for; NULL and the last error. */
static HANDLE target_of(HANDLE handle)
{
	struct object *object = handle_get(handle, NULL);
	HANDLE own = NULL;

	if (!object)
		return NULL;
	if (!object->type->ready) {
		fail(ERROR_INVALID_HANDLE);
	} else {
		pthread_mutex_lock(&object_lock);
		own = handle_new(object);
		pthread_mutex_unlock(&object_lock);
		if (!own)
			fail(ERROR_NOT_ENOUGH_MEMORY);
	}
	handle_put(object);
	return own;
}

/* A thread, which is not running yet, with a reference of its own. */
static bool thread_make(struct registered *wait)
{
	wait->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
	if (!wait->stop)
		return false;
	pthread_mutex_lock(&object_lock);
	object_ref(&wait->object);
	pthread_mutex_unlock(&object_lock);
	wait->thread = CreateThread(NULL, 0, run, wait, CREATE_SUSPENDED, &wait->thread_id);
	if (!wait->thread)
		handle_put(&wait->object);
	return wait->thread != NULL;
}

/* With its own reference; the handle is the caller's to see before any call is made. */
static bool start(struct registered *wait, PHANDLE out)
{
	HANDLE handle;

	pthread_mutex_lock(&object_lock);
	handle = handle_new(&wait->object);
	wait->stopped = handle == NULL; /* then the thread does nothing but end */
	pthread_mutex_unlock(&object_lock);
	if (handle)
		*out = handle;
	else
		SetEvent(wait->stop);
	ResumeThread(wait->thread);
	return handle != NULL;
}

BOOL RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject,
				 WAITORTIMERCALLBACK Callback, PVOID Context, ULONG dwMilliseconds,
				 ULONG dwFlags)
{
	struct registered *wait;
	HANDLE target;
	bool started;

	if (!phNewWaitObject || !Callback)
		return fail(ERROR_INVALID_PARAMETER);
	target = target_of(hObject);
	if (!target)
		return FALSE;
	wait = calloc(1, sizeof(*wait));
	if (!wait) {
		CloseHandle(target);
		return fail(ERROR_NOT_ENOUGH_MEMORY);
	}
	object_init(&wait->object, &registered_type);
	wait->target = target;
	wait->callback = Callback;
	wait->context = Context;
	wait->timeout_ms = dwMilliseconds;
	wait->once = dwFlags & WT_EXECUTEONLYONCE;
	wait->module = module_hold((void (*)(void))Callback);
	started = thread_make(wait) && start(wait, phNewWaitObject);
	handle_put(&wait->object);
	return started ? TRUE : fail(ERROR_NOT_ENOUGH_MEMORY);
}

/* ---- and the end of it ---- */

/* The handle is closed: a reference, and what was going on. NULL: it was none. */
static struct registered *take(HANDLE handle, HANDLE event, bool *calling, bool *over)
{
	struct registered *wait;
	bool closed;

	pthread_mutex_lock(&object_lock);
	wait = (struct registered *)handle_find(handle, &registered_type);
	if (wait) {
		object_ref(&wait->object);
		handle_close(handle, &closed);
		wait->stopped = true;
		wait->completion = event;
		*calling = wait->calling;
		*over = wait->over;
	}
	pthread_mutex_unlock(&object_lock);
	return wait;
}

BOOL UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent)
{
	bool waits = CompletionEvent == INVALID_HANDLE_VALUE, calling, over;
	HANDLE event = waits ? NULL : CompletionEvent;
	struct registered *wait = take(WaitHandle, event, &calling, &over);

	if (!wait)
		return fail(ERROR_INVALID_HANDLE);
	SetEvent(wait->stop);
	/* Its own callback would wait for itself. */
	if (waits && wait->thread_id != GetCurrentThreadId())
		calling = WaitForSingleObject(wait->thread, INFINITE) != WAIT_OBJECT_0;
	if (over && event)
		SetEvent(event);
	handle_put(&wait->object);
	return calling ? fail(ERROR_IO_PENDING) : TRUE;
}

BOOL UnregisterWait(HANDLE WaitHandle)
{
	return UnregisterWaitEx(WaitHandle, NULL);
}
