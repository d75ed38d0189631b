#include "windows/object.h"

#include "windows/object_name.h"

pthread_mutex_t object_lock = PTHREAD_MUTEX_INITIALIZER;

void object_init(struct object *object, const struct object_type *type)
{
	*object = (struct object){ .type = type, .refs = 1 };
}

void object_ref(struct object *object)
{
	object->refs++;
}

struct object *object_unref(struct object *object)
{
	if (--object->refs > 0)
		return NULL;
	object_name_drop(object);
	if (object->type->last)
		object->type->last(object);
	return object;
}

void object_destroy(struct object *object)
{
	if (object)
		object->type->destroy(object);
}
