#include "windows/handle.h"

#include <stdlib.h>

#include <windows/handleapi.h>
#include <windows/processthreadsapi.h>

#include "windows/thread_self.h"

enum {
	KIND = 0x5a,
	KIND_SHIFT = 56,
	GENERATION_SHIFT = 24,
	INDEX_SHIFT = 2,
	INDEX_MASK = 0x3fffff,
	PLACES_MIN = 64,
	PLACES_MAX = 1 << 20,
	NOWHERE = -1,
};

struct place {
	struct object *object; /* NULL: free */
	uint32_t generation;
	int next_free;
};

static struct place *places;
static int n_places, first_free = NOWHERE;

/* ---- the table ---- */

static bool places_grow(void)
{
	int more = n_places ? 2 * n_places : PLACES_MIN;
	struct place *grown;

	if (n_places >= PLACES_MAX)
		return false;
	grown = reallocarray(places, (size_t)more, sizeof(*grown));
	if (!grown)
		return false;
	for (int i = more - 1; i >= n_places; i--) {
		grown[i] = (struct place){ .generation = 1, .next_free = first_free };
		first_free = i;
	}
	places = grown;
	n_places = more;
	return true;
}

static HANDLE handle_make(int index)
{
	uint64_t number = (uint64_t)KIND << KIND_SHIFT |
			  (uint64_t)places[index].generation << GENERATION_SHIFT |
			  (uint64_t)index << INDEX_SHIFT;

	return (HANDLE)(uintptr_t)number;
}

/* The two lowest bits are the caller's own, as on Windows. */
static struct place *place_of(HANDLE handle)
{
	uint64_t number = (uintptr_t)handle;
	uint64_t index = number >> INDEX_SHIFT & INDEX_MASK;

	if (number >> KIND_SHIFT != KIND || index >= (uint64_t)n_places || !places[index].object ||
	    places[index].generation != (uint32_t)(number >> GENERATION_SHIFT))
		return NULL;
	return &places[index];
}

HANDLE handle_new(struct object *object)
{
	int index;

	if (first_free == NOWHERE && !places_grow())
		return NULL;
	index = first_free;
	first_free = places[index].next_free;
	places[index].object = object;
	object_ref(object);
	return handle_make(index);
}

/* A place whose generations are used up is never free again. */
struct object *handle_close(HANDLE handle, bool *closed)
{
	struct place *place = place_of(handle);
	struct object *object;

	*closed = place != NULL;
	if (!place)
		return NULL;
	object = place->object;
	place->object = NULL;
	if (++place->generation != 0) {
		place->next_free = first_free;
		first_free = (int)(place - places);
	}
	return object_unref(object);
}

/* ---- pseudo handles ---- */

static bool process_ready(const struct object *object, const struct thread *thread)
{
	(void)object, (void)thread;
	return false; /* who looks at it runs in it */
}

static const struct object_type process_type = { .ready = process_ready };
static struct object process = { .type = &process_type, .refs = 1 };

static struct object *object_of(HANDLE handle)
{
	struct place *place = place_of(handle);

	if (handle == GetCurrentProcess())
		return &process;
	if (handle == GetCurrentThread())
		return thread_object(thread_self());
	return place ? place->object : NULL;
}

struct object *handle_find(HANDLE handle, const struct object_type *type)
{
	struct object *object = object_of(handle);

	return object && (!type || object->type == type) ? object : NULL;
}

/* ---- without the lock ---- */

struct object *handle_get(HANDLE handle, const struct object_type *type)
{
	struct object *object;

	pthread_mutex_lock(&object_lock);
	object = handle_find(handle, type);
	if (object)
		object_ref(object);
	pthread_mutex_unlock(&object_lock);
	if (!object)
		SetLastError(ERROR_INVALID_HANDLE);
	return object;
}

void handle_put(struct object *object)
{
	struct object *dead;

	pthread_mutex_lock(&object_lock);
	dead = object_unref(object);
	pthread_mutex_unlock(&object_lock);
	object_destroy(dead);
}

/* ---- the functions ---- */

static bool is_pseudo(HANDLE handle)
{
	return handle == GetCurrentProcess() || handle == GetCurrentThread();
}

BOOL CloseHandle(HANDLE hObject)
{
	struct object *dead;
	bool closed;

	if (is_pseudo(hObject))
		return TRUE;
	pthread_mutex_lock(&object_lock);
	dead = handle_close(hObject, &closed);
	pthread_mutex_unlock(&object_lock);
	object_destroy(dead);
	if (!closed)
		SetLastError(ERROR_INVALID_HANDLE);
	return closed;
}

static DWORD duplicate(HANDLE source, LPHANDLE target)
{
	struct object *object = handle_get(source, NULL);
	HANDLE handle = NULL;

	if (!object)
		return ERROR_INVALID_HANDLE;
	if (target) {
		pthread_mutex_lock(&object_lock);
		handle = handle_new(object);
		pthread_mutex_unlock(&object_lock);
		if (handle)
			*target = handle;
	}
	handle_put(object);
	return target && !handle ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
		     LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
		     DWORD dwOptions)
{
	bool closes = dwOptions & DUPLICATE_CLOSE_SOURCE;
	DWORD error;

	(void)dwDesiredAccess, (void)bInheritHandle;
	if (hSourceProcessHandle != GetCurrentProcess() ||
	    hTargetProcessHandle != GetCurrentProcess())
		error = ERROR_INVALID_HANDLE;
	else if (!lpTargetHandle && !closes)
		error = ERROR_INVALID_PARAMETER;
	else
		error = duplicate(hSourceHandle, lpTargetHandle);
	if (closes && hSourceProcessHandle == GetCurrentProcess())
		CloseHandle(hSourceHandle);
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}
