/* Handles: numbers that are looked up in a table. A place in it has a generation, which moves on
 * when the handle is closed, so that a late handle is found out, as a forged one is.
 *
 *	kind 0x5A, 8 bits · generation, 32 bits · index, 22 bits · 00
 *
 * The kind makes it an address that no process has, and no handle of the PXE server. All functions
 * are called with object_lock held.
 */
#pragma once

#include "windows/object.h"

/** A handle for the object, which refers to it. NULL: no memory, or too many handles. */
HANDLE handle_new(struct object *object);
/**
 * What the handle names; a pseudo handle too. NULL: nothing, or nothing of that type (NULL: of any
 * type). It is the caller's for as long as he holds the lock.
 */
struct object *handle_find(HANDLE handle, const struct object_type *type);
/** As object_unref(); *closed: the handle was one. */
struct object *handle_close(HANDLE handle, bool *closed);

/** The same, without the lock: with a reference more, which the caller gives back. The last error
 * is set where it returns NULL. */
struct object *handle_get(HANDLE handle, const struct object_type *type);
void handle_put(struct object *object);
