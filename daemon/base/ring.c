#include "base/ring.h"

#include <errno.h>
#include <string.h>

#include "base/lazy.h"

/* A cell's sequence number is its turn: equal to the put counter when it may be filled, one more
 * when it may be emptied, and a whole ring further after that. It is kept less the cell's place, so
 * that a ring is empty whose memory has never been touched. */
struct cell {
	_Atomic uint32_t turn;
	_Alignas(16) uint8_t record[];
};

static struct cell *cell_at(const struct ring *ring, uint32_t position)
{
	return (struct cell *)(void *)(ring->memory + (position & ring->mask) * ring->cell);
}

static void turn_set(const struct ring *ring, struct cell *cell, uint32_t position, uint32_t ahead)
{
	atomic_store_explicit(&cell->turn, position + ahead - (position & ring->mask),
			      memory_order_release);
}

int ring_init(struct ring *ring, uint32_t count, size_t record)
{
	if (count < 2 || count > 1u << 30 || (count & (count - 1)) != 0 || record == 0)
		return -EINVAL;
	memset(ring, 0, sizeof(*ring));
	ring->record = record;
	ring->cell = (sizeof(struct cell) + record + 15) & ~(size_t)15;
	ring->mask = count - 1;
	ring->memory = lazy_new(ring->cell * count);
	return ring->memory ? 0 : -ENOMEM;
}

void ring_done(struct ring *ring)
{
	lazy_free(ring->memory);
	ring->memory = NULL;
}

/* Claims the cell at *counter whose turn is the counter plus `ahead`; NULL when there is none. */
static struct cell *cell_claim(struct ring *ring, _Atomic uint32_t *counter, uint32_t ahead,
			       uint32_t *position)
{
	uint32_t at = atomic_load_explicit(counter, memory_order_relaxed);

	for (;;) {
		struct cell *cell = cell_at(ring, at);
		uint32_t turn =
			atomic_load_explicit(&cell->turn, memory_order_acquire) + (at & ring->mask);
		int32_t distance = (int32_t)(turn - (at + ahead));

		if (distance < 0)
			return NULL;
		if (distance > 0) {
			at = atomic_load_explicit(counter, memory_order_relaxed);
		} else if (atomic_compare_exchange_weak_explicit(counter, &at, at + 1,
								 memory_order_relaxed,
								 memory_order_relaxed)) {
			*position = at;
			return cell;
		}
	}
}

bool ring_put(struct ring *ring, const void *record)
{
	uint32_t position;
	struct cell *cell = cell_claim(ring, &ring->head, 0, &position);

	if (!cell)
		return false;
	memcpy(cell->record, record, ring->record);
	turn_set(ring, cell, position, 1);
	return true;
}

bool ring_take(struct ring *ring, void *record)
{
	uint32_t position;
	struct cell *cell = cell_claim(ring, &ring->tail, 1, &position);

	if (!cell)
		return false;
	memcpy(record, cell->record, ring->record);
	turn_set(ring, cell, position, ring->mask + 1);
	return true;
}

uint32_t ring_level(struct ring *ring)
{
	return atomic_load_explicit(&ring->head, memory_order_relaxed) -
	       atomic_load_explicit(&ring->tail, memory_order_relaxed);
}
