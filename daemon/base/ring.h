/* A bounded queue of fixed-size records: any thread puts, any thread takes, nobody waits. A full
 * ring refuses; the caller counts what it dropped. Records are copied in and out.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
	uint8_t *memory; /* cells: a sequence number, then the record */
	size_t cell, record;
	uint32_t mask;
	_Alignas(64) _Atomic uint32_t head; /* next to put */
	_Alignas(64) _Atomic uint32_t tail; /* next to take */
};

/** Makes room for `count` records (a power of two, 2 to 2^30). 0, -EINVAL, -ENOMEM. */
int ring_init(struct ring *ring, uint32_t count, size_t record);
void ring_done(struct ring *ring);
/** Copies a record in; false when the ring is full. Any thread, lock-free. */
bool ring_put(struct ring *ring, const void *record);
/** Copies the oldest record out; false when there is none. Any thread, lock-free. */
bool ring_take(struct ring *ring, void *record);
/** How many records wait; a snapshot. */
uint32_t ring_level(struct ring *ring);
