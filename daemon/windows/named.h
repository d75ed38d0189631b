/* Objects that have a handle, and perhaps a name: what Create... and Open... do. */
#pragma once

#include "windows/object_name.h"

/**
 * A handle for a new object (NULL: there was no memory), or for the one that has that name. Takes
 * over both. `taken`: a new one is taken at once, as by a wait. The last error is ERROR_SUCCESS,
 * ERROR_ALREADY_EXISTS, or why the handle is NULL.
 */
HANDLE named_create(struct object *fresh, struct object_name name, bool taken);
/** A handle for the object of that name and type; NULL and the last error. Takes over the name. */
HANDLE named_open(struct object_name name, const struct object_type *type);
