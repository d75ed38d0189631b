/* Arrays of records, of octets, of whatever there are thousands of.
 *
 * Large ones are pages of their own: those that a reload has replaced go back to the system, and no
 * new one stands, with room to grow, where much else has been while settings were read.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Zeroed memory, of which no page costs anything before it is touched; room_free() frees it. NULL:
 * no memory. */
void *room_new(size_t size);
/** As realloc(): what is new is not zeroed. NULL: no memory, and the room is as it was. */
void *room_resize(void *room, size_t size);
/** NULL is allowed. */
void room_free(void *room);

/** Makes room for `more` elements of a size behind the n of an array, whose pointer is at `array`;
 * a new one is NULL, with n == 0. The room doubles. 0, or -ENOMEM: the array is as it was. */
int room_make(void *array, size_t size, uint32_t n, uint32_t more);
