/* Names of events, mutexes and semaphores: one list for the process. */
#pragma once

#include "windows/object.h"

enum { OBJECT_NAME_MAX = 260 };

struct object_name {
	DWORD error; /* ERROR_SUCCESS, or why there is none */
	char *text;  /* NULL: none; the caller frees it */
};

/**
 * The name of an A or W function as it is kept: UTF-8, without "Global\" or "Local\". NULL and ""
 * are none.
 *
 * ERROR_FILENAME_EXCED_RANGE, ERROR_PATH_NOT_FOUND, ERROR_NO_UNICODE_TRANSLATION,
 * ERROR_NOT_ENOUGH_MEMORY.
 */
struct object_name object_name_a(LPCSTR text);
struct object_name object_name_w(LPCWSTR text);

/** The object of that name, or NULL. With the lock. */
struct object *object_name_find(const char *name);
/** The name is the object's from here on. With the lock. */
void object_name_give(struct object *object, char *name);
/** With the lock. */
void object_name_drop(struct object *object);
