/* Arrays that grow: of records, of octets, of whatever there are thousands of. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Makes room for `more` elements of a size behind the n of an array, whose pointer is at `array`;
 * a new one is NULL, with n == 0. The room doubles. 0, or -ENOMEM: the array is as it was. */
int room_make(void *array, size_t size, uint32_t n, uint32_t more);
