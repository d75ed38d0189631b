/* Semaphores: CreateSemaphore, ReleaseSemaphore. */
#include <stdlib.h>

#include "windows/handle.h"
#include "windows/named.h"
#include "windows/wait.h"

struct semaphore {
	struct object object;
	LONG count, max;
};

static bool semaphore_ready(const struct object *object, const struct thread *thread)
{
	(void)thread;
	return ((const struct semaphore *)object)->count > 0;
}

static bool semaphore_take(struct object *object, struct thread *thread)
{
	(void)thread;
	((struct semaphore *)object)->count--;
	return false;
}

static DWORD semaphore_add(struct object *object, LONG more)
{
	struct semaphore *semaphore = (struct semaphore *)object;

	if (more > semaphore->max - semaphore->count)
		return ERROR_TOO_MANY_POSTS;
	semaphore->count += more;
	wait_wake(object);
	return ERROR_SUCCESS;
}

static DWORD semaphore_signal(struct object *object, struct thread *thread)
{
	(void)thread;
	return semaphore_add(object, 1);
}

static void semaphore_destroy(struct object *object)
{
	free(object);
}

static const struct object_type semaphore_type = { .ready = semaphore_ready,
						   .take = semaphore_take,
						   .signal = semaphore_signal,
						   .destroy = semaphore_destroy };

static HANDLE semaphore_create(struct object_name name, LONG count, LONG max, DWORD flags)
{
	struct semaphore *semaphore = calloc(1, sizeof(*semaphore));

	if (semaphore) {
		object_init(&semaphore->object, &semaphore_type);
		semaphore->count = count;
		semaphore->max = max;
	}
	if ((count < 0 || max <= 0 || count > max || flags != 0) && name.error == ERROR_SUCCESS)
		name.error = ERROR_INVALID_PARAMETER;
	return named_create(semaphore ? &semaphore->object : NULL, name, false);
}

HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			LONG lMaximumCount, LPCWSTR lpName)
{
	(void)lpSemaphoreAttributes;
	return semaphore_create(object_name_w(lpName), lInitialCount, lMaximumCount, 0);
}

HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			LONG lMaximumCount, LPCSTR lpName)
{
	(void)lpSemaphoreAttributes;
	return semaphore_create(object_name_a(lpName), lInitialCount, lMaximumCount, 0);
}

HANDLE CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			  LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
	(void)lpSemaphoreAttributes, (void)dwDesiredAccess;
	return semaphore_create(object_name_w(lpName), lInitialCount, lMaximumCount, dwFlags);
}

HANDLE CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			  LONG lMaximumCount, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
	(void)lpSemaphoreAttributes, (void)dwDesiredAccess;
	return semaphore_create(object_name_a(lpName), lInitialCount, lMaximumCount, dwFlags);
}

HANDLE OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_w(lpName), &semaphore_type);
}

HANDLE OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_a(lpName), &semaphore_type);
}

BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount)
{
	struct object *object;
	DWORD error = ERROR_INVALID_PARAMETER;
	LONG before = 0;

	pthread_mutex_lock(&object_lock);
	object = handle_find(hSemaphore, &semaphore_type);
	if (object)
		before = ((struct semaphore *)object)->count;
	if (!object)
		error = ERROR_INVALID_HANDLE;
	else if (lReleaseCount > 0)
		error = semaphore_add(object, lReleaseCount);
	pthread_mutex_unlock(&object_lock);
	if (error != ERROR_SUCCESS) {
		SetLastError(error);
		return FALSE;
	}
	if (lpPreviousCount)
		*lpPreviousCount = before;
	return TRUE;
}
