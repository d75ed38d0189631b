#include "windows/named.h"

#include <stdlib.h>

#include "windows/handle.h"
#include "windows/thread_self.h"

/* The object of that name, or NULL and why there is none. */
static struct object *find(const char *name, const struct object_type *type, DWORD *error)
{
	struct object *object = object_name_find(name);

	*error = object ? ERROR_INVALID_HANDLE : ERROR_FILE_NOT_FOUND;
	return object && object->type == type ? object : NULL;
}

/* With the lock. *error is ERROR_SUCCESS or ERROR_ALREADY_EXISTS where there is a handle. */
static HANDLE create(struct object *fresh, struct object_name *name, struct thread *taker,
		     DWORD *error)
{
	struct object *object = fresh;
	HANDLE handle;

	*error = ERROR_SUCCESS;
	if (name->text) {
		object = find(name->text, fresh->type, error);
		if (!object && *error == ERROR_INVALID_HANDLE)
			return NULL;
		*error = object ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS;
		object = object ? object : fresh;
	}
	handle = handle_new(object);
	if (!handle) {
		*error = ERROR_NOT_ENOUGH_MEMORY;
		return NULL;
	}
	if (object == fresh && name->text) {
		object_name_give(fresh, name->text);
		name->text = NULL;
	}
	if (object == fresh && taker)
		fresh->type->take(fresh, taker);
	return handle;
}

HANDLE named_create(struct object *fresh, struct object_name name, bool taken)
{
	struct thread *taker = taken ? thread_self() : NULL;
	DWORD error = name.error;
	HANDLE handle = NULL;

	if (error == ERROR_SUCCESS && (!fresh || (taken && !taker)))
		error = ERROR_NOT_ENOUGH_MEMORY;
	if (error == ERROR_SUCCESS) {
		pthread_mutex_lock(&object_lock);
		handle = create(fresh, &name, taker, &error);
		pthread_mutex_unlock(&object_lock);
	}
	if (fresh)
		handle_put(fresh);
	free(name.text);
	SetLastError(error);
	return handle;
}

HANDLE named_open(struct object_name name, const struct object_type *type)
{
	DWORD error = name.error;
	struct object *object = NULL;
	HANDLE handle = NULL;

	pthread_mutex_lock(&object_lock);
	if (name.text)
		object = find(name.text, type, &error);
	else if (error == ERROR_SUCCESS)
		error = ERROR_INVALID_PARAMETER;
	if (object) {
		handle = handle_new(object);
		error = ERROR_NOT_ENOUGH_MEMORY;
	}
	pthread_mutex_unlock(&object_lock);
	free(name.text);
	if (!handle)
		SetLastError(error);
	return handle;
}
