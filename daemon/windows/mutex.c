/* Mutexes: CreateMutex, ReleaseMutex. A thread that ends abandons those that it owns. */
#include <stddef.h>
#include <stdlib.h>

#include "windows/handle.h"
#include "windows/named.h"
#include "windows/thread_self.h"
#include "windows/wait.h"

struct mutex {
	struct object object;
	struct owned owned;   /* in its owner's list */
	struct thread *owner; /* NULL: nobody */
	unsigned count;       /* how often he has it */
	bool abandoned;
};

static void own(struct mutex *mutex, struct thread *thread)
{
	mutex->owner = thread;
	mutex->owned.prev = NULL;
	mutex->owned.next = thread->owned;
	if (thread->owned)
		thread->owned->prev = &mutex->owned;
	thread->owned = &mutex->owned;
}

static void disown(struct mutex *mutex)
{
	struct owned *owned = &mutex->owned;

	if (owned->prev)
		owned->prev->next = owned->next;
	else
		mutex->owner->owned = owned->next;
	if (owned->next)
		owned->next->prev = owned->prev;
	mutex->owner = NULL;
	mutex->count = 0;
}

static void mutex_abandon(struct owned *owned)
{
	struct mutex *mutex = (struct mutex *)((char *)owned - offsetof(struct mutex, owned));

	disown(mutex);
	mutex->abandoned = true;
	wait_wake(&mutex->object);
}

/* ---- the object ---- */

static bool mutex_ready(const struct object *object, const struct thread *thread)
{
	const struct mutex *mutex = (const struct mutex *)object;

	return !mutex->owner || mutex->owner == thread;
}

static bool mutex_take(struct object *object, struct thread *thread)
{
	struct mutex *mutex = (struct mutex *)object;
	bool was_abandoned = mutex->abandoned;

	if (!mutex->owner)
		own(mutex, thread);
	mutex->count++;
	mutex->abandoned = false;
	return was_abandoned;
}

static DWORD mutex_leave(struct object *object, struct thread *thread)
{
	struct mutex *mutex = (struct mutex *)object;

	if (!thread || mutex->owner != thread)
		return ERROR_NOT_OWNER;
	if (--mutex->count == 0) {
		disown(mutex);
		wait_wake(object);
	}
	return ERROR_SUCCESS;
}

/* Its owner closed the last handle. */
static void mutex_last(struct object *object)
{
	struct mutex *mutex = (struct mutex *)object;

	if (mutex->owner)
		disown(mutex);
}

static void mutex_destroy(struct object *object)
{
	free(object);
}

static const struct object_type mutex_type = { .ready = mutex_ready,
					       .take = mutex_take,
					       .signal = mutex_leave,
					       .last = mutex_last,
					       .destroy = mutex_destroy };

static HANDLE mutex_create(struct object_name name, DWORD flags)
{
	struct mutex *mutex = calloc(1, sizeof(*mutex));

	if (mutex) {
		object_init(&mutex->object, &mutex_type);
		mutex->owned.abandon = mutex_abandon;
	}
	if (flags & ~(DWORD)CREATE_MUTEX_INITIAL_OWNER && name.error == ERROR_SUCCESS)
		name.error = ERROR_INVALID_PARAMETER;
	return named_create(mutex ? &mutex->object : NULL, name,
			    flags & CREATE_MUTEX_INITIAL_OWNER);
}

/* ---- the functions ---- */

HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName)
{
	(void)lpMutexAttributes;
	return mutex_create(object_name_w(lpName), bInitialOwner ? CREATE_MUTEX_INITIAL_OWNER : 0);
}

HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName)
{
	(void)lpMutexAttributes;
	return mutex_create(object_name_a(lpName), bInitialOwner ? CREATE_MUTEX_INITIAL_OWNER : 0);
}

HANDLE CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess)
{
	(void)lpMutexAttributes, (void)dwDesiredAccess;
	return mutex_create(object_name_w(lpName), dwFlags);
}

HANDLE CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess)
{
	(void)lpMutexAttributes, (void)dwDesiredAccess;
	return mutex_create(object_name_a(lpName), dwFlags);
}

HANDLE OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_w(lpName), &mutex_type);
}

HANDLE OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_a(lpName), &mutex_type);
}

BOOL ReleaseMutex(HANDLE hMutex)
{
	struct thread *thread = thread_self();
	struct object *object;
	DWORD error;

	pthread_mutex_lock(&object_lock);
	object = handle_find(hMutex, &mutex_type);
	error = object ? mutex_leave(object, thread) : ERROR_INVALID_HANDLE;
	pthread_mutex_unlock(&object_lock);
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}
