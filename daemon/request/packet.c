#include "request/packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A place is one word: the packet's address, whose low four bits are free. PLACE_TAKEN alone: being
 * filled. HELD counts readers; FREED: the last reader releases it. */
enum { PLACE_TAKEN = 1, HELD_ONE = 2, HELD_MASK = 0x6, FREED = 8, LOW_MASK = 0xf };

static uintptr_t place_get(const struct request *req, int place)
{
	return atomic_load_explicit(&req->packet[place].word, memory_order_acquire);
}

static bool place_swap(struct request *req, int place, uintptr_t *seen, uintptr_t next)
{
	return atomic_compare_exchange_strong_explicit(&req->packet[place].word, seen, next,
						       memory_order_acq_rel, memory_order_acquire);
}

int packet_store_init(struct packet_store *store, uint32_t count, uint32_t small)
{
	atomic_init(&store->large, 0);
	store->large_max = (uint64_t)count * small / 4 + UINT64_C(2) * PACKET_MAX;
	return pool_init(&store->small, count, small);
}

void packet_store_done(struct packet_store *store)
{
	pool_done(&store->small);
}

void *packet_memory(struct packet_store *store, uint32_t size)
{
	void *memory;

	if (size <= store->small.block)
		return pool_get(&store->small);
	if (atomic_fetch_add(&store->large, size) + size > store->large_max) {
		atomic_fetch_sub(&store->large, size);
		return NULL;
	}
	memory = aligned_alloc(16, (size + 15u) & ~15u);
	if (!memory)
		atomic_fetch_sub(&store->large, size);
	return memory;
}

void packet_memory_free(struct packet_store *store, void *memory, uint32_t size)
{
	if (size <= store->small.block) {
		pool_put(&store->small, memory);
		return;
	}
	free(memory);
	atomic_fetch_sub(&store->large, size);
}

static int place_find_empty(struct request *req)
{
	for (int place = 0; place < REQUEST_PACKETS_MAX; place++) {
		uintptr_t empty = 0;

		if (place_get(req, place) == 0 && place_swap(req, place, &empty, PLACE_TAKEN))
			return place;
	}
	return -ENOSPC;
}

int packet_allocate(struct packet_store *store, struct request *req, uint32_t size, void **out)
{
	int place = place_find_empty(req);
	void *memory;

	if (place < 0)
		return place;
	memory = packet_memory(store, size);
	if (!memory) {
		atomic_store_explicit(&req->packet[place].word, 0, memory_order_release);
		return -ENOMEM;
	}
	memset(memory, 0, size);
	atomic_store_explicit(&req->packet[place].size, size, memory_order_relaxed);
	atomic_store_explicit(&req->packet[place].word, (uintptr_t)memory, memory_order_release);
	*out = memory;
	return 0;
}

static void place_release(struct packet_store *store, uintptr_t word, uint32_t size)
{
	packet_memory_free(store, (void *)(word & ~(uintptr_t)LOW_MASK), size);
}

static uint32_t place_size(const struct request *req, int place)
{
	return atomic_load_explicit(&req->packet[place].size, memory_order_relaxed);
}

/* The place of the live packet that begins at `p`; *seen is its word. */
static int place_find(struct request *req, const void *p, uintptr_t *seen)
{
	uintptr_t address = (uintptr_t)p;

	if (address == 0 || (address & LOW_MASK) != 0)
		return -ENOENT;
	for (int place = 0; place < REQUEST_PACKETS_MAX; place++) {
		*seen = place_get(req, place);
		if ((*seen & ~(uintptr_t)LOW_MASK) == address && (*seen & FREED) == 0)
			return place;
	}
	return -ENOENT;
}

int packet_free(struct packet_store *store, struct request *req, const void *p)
{
	uintptr_t seen;
	int place = place_find(req, p, &seen);

	while (place >= 0) {
		uint32_t size = place_size(req, place);

		if (place_swap(req, place, &seen, (seen & HELD_MASK) != 0 ? seen | FREED : 0)) {
			if ((seen & HELD_MASK) == 0)
				place_release(store, seen, size);
			return 0;
		}
		place = place_find(req, p, &seen);
	}
	return place;
}

int packet_hold(struct request *req, const void *p, uint32_t len)
{
	uintptr_t seen;
	int place = place_find(req, p, &seen);

	while (place >= 0) {
		if (len > place_size(req, place))
			return -EINVAL;
		if ((seen & HELD_MASK) == HELD_MASK)
			return -EBUSY;
		if (place_swap(req, place, &seen, seen + HELD_ONE))
			return place;
		place = place_find(req, p, &seen);
	}
	return -EINVAL;
}

void packet_unhold(struct packet_store *store, struct request *req, int place)
{
	uint32_t size = place_size(req, place);
	uintptr_t seen = place_get(req, place), next;

	do {
		next = seen - HELD_ONE;
		if ((next & FREED) != 0 && (next & HELD_MASK) == 0)
			next = 0;
	} while (!place_swap(req, place, &seen, next));
	if (next == 0)
		place_release(store, seen, size);
}

unsigned packet_release_all(struct packet_store *store, struct request *req)
{
	unsigned left = 0;

	for (int place = 0; place < REQUEST_PACKETS_MAX; place++) {
		uintptr_t word = place_get(req, place);

		if (word == 0)
			continue;
		place_release(store, word, place_size(req, place));
		atomic_store_explicit(&req->packet[place].word, 0, memory_order_relaxed);
		left++;
	}
	return left;
}
