/* WaitForSingleObject and its like: from handles to a wait. */
#include "windows/handle.h"
#include "windows/thread_self.h"
#include "windows/wait.h"

/* References to what the handles name, or the error and none. */
static DWORD find_all(struct waiter *waiter, const HANDLE *handles)
{
	for (DWORD i = 0; i < waiter->n; i++) {
		struct object *object = handle_find(handles[i], NULL);

		if (!object || !object->type->ready)
			return ERROR_INVALID_HANDLE;
		waiter->blocks[i] = (struct wait_block){ .waiter = waiter, .object = object };
		for (DWORD k = 0; k < i && waiter->all; k++)
			if (waiter->blocks[k].object == object)
				return ERROR_INVALID_PARAMETER;
	}
	for (DWORD i = 0; i < waiter->n; i++)
		object_ref(waiter->blocks[i].object);
	return ERROR_SUCCESS;
}

/* What can be waited for only frees memory when it goes. */
static void drop_all(struct waiter *waiter)
{
	for (DWORD i = 0; i < waiter->n; i++)
		object_destroy(object_unref(waiter->blocks[i].object));
}

static DWORD wait_locked(struct waiter *waiter, const HANDLE *handles, DWORD timeout_ms)
{
	DWORD error = find_all(waiter, handles);

	if (error != ERROR_SUCCESS)
		return error;
	wait_for(waiter, timeout_ms);
	drop_all(waiter);
	return ERROR_SUCCESS;
}

static DWORD failed(DWORD error)
{
	SetLastError(error);
	return WAIT_FAILED;
}

/* `before`, if not NULL, is signaled first, in the same step. */
static DWORD wait_by(const HANDLE *before, DWORD n, const HANDLE *handles, bool all,
		     DWORD timeout_ms)
{
	struct waiter waiter;
	struct object *object;
	DWORD error = ERROR_SUCCESS;

	waiter.thread = thread_self();
	waiter.all = all;
	waiter.done = false;
	waiter.n = n;
	if (!waiter.thread)
		return failed(ERROR_NOT_ENOUGH_MEMORY);
	pthread_mutex_lock(&object_lock);
	if (before) {
		object = handle_find(*before, NULL);
		error = object && object->type->signal && handle_find(*handles, NULL)
				? object->type->signal(object, waiter.thread)
				: ERROR_INVALID_HANDLE;
	}
	if (error == ERROR_SUCCESS)
		error = wait_locked(&waiter, handles, timeout_ms);
	pthread_mutex_unlock(&object_lock);
	return error == ERROR_SUCCESS ? waiter.result : failed(error);
}

/* ---- the functions ---- */

DWORD WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
			       DWORD dwMilliseconds, BOOL bAlertable)
{
	(void)bAlertable;
	if (nCount == 0 || nCount > MAXIMUM_WAIT_OBJECTS || !lpHandles)
		return failed(ERROR_INVALID_PARAMETER);
	return wait_by(NULL, nCount, lpHandles, bWaitAll, dwMilliseconds);
}

DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
			     DWORD dwMilliseconds)
{
	return WaitForMultipleObjectsEx(nCount, lpHandles, bWaitAll, dwMilliseconds, FALSE);
}

DWORD WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable)
{
	(void)bAlertable;
	return wait_by(NULL, 1, &hHandle, false, dwMilliseconds);
}

DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)
{
	return WaitForSingleObjectEx(hHandle, dwMilliseconds, FALSE);
}

DWORD SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn, DWORD dwMilliseconds,
			  BOOL bAlertable)
{
	(void)bAlertable;
	return wait_by(&hObjectToSignal, 1, &hObjectToWaitOn, false, dwMilliseconds);
}
