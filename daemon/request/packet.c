#include "request/packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* A place is one word: the packet's address, whose low four bits are free. PLACE_TAKEN alone: being
 * filled or emptied. HELD counts readers; FREED: the last reader releases it. */
enum { PLACE_TAKEN = 1, HELD_ONE = 2, HELD_MASK = 0x6, FREED = 8, LOW_MASK = 0xf };

/* A place's size, and whether somebody was told that its packet was overrun. It is the packet's
 * only while the place is held, taken or pinned down by nobody else: read it inside. */
enum { SIZE_MASK = 0x1ffff, SIZE_TOLD = 0x20000 };

static uintptr_t place_get(const struct request *req, int place)
{
	return atomic_load_explicit(&req->packet[place].word, memory_order_acquire);
}

static bool place_swap(struct request *req, int place, uintptr_t *seen, uintptr_t next)
{
	return atomic_compare_exchange_strong_explicit(&req->packet[place].word, seen, next,
						       memory_order_acq_rel, memory_order_acquire);
}

static void *place_memory(uintptr_t word)
{
	return (void *)(word & ~(uintptr_t)LOW_MASK);
}

/* Of a sanitizer's runtime, in the program or loaded before it. */
extern void __asan_init(void) __attribute__((weak));

static bool tool_watches(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return __asan_init != NULL || (preload && strstr(preload, "vgpreload_"));
}

/* To free() of a packet the last word in front is the size of its piece of heap. One that no piece
 * has ends the process there, and a crash has its place: else the heap would be broken. */
static void room_fill(struct packet_store *store)
{
	struct hash_key key;

	for (size_t i = 0; i < PACKET_ROOM; i += sizeof(key)) {
		hash_key_random(&key);
		memcpy(store->room + i, &key, sizeof(key));
	}
	hash_key_random(&key);
	key.word[1] = (key.word[1] & ~UINT64_C(15)) | 8;
	memcpy(store->front, &key, sizeof(key));
}

int packet_store_init(struct packet_store *store, uint32_t count, uint32_t small)
{
	_Static_assert(PACKET_ROOM % sizeof(struct hash_key) == 0, "keys fill the room");
	atomic_init(&store->large, 0);
	atomic_init(&store->exact_used, 0);
	store->large_max = (uint64_t)count * small / 4 + UINT64_C(2) * PACKET_MAX;
	store->exact = tool_watches();
	room_fill(store);
	return pool_init(&store->small, count, small);
}

void packet_store_done(struct packet_store *store)
{
	pool_done(&store->small);
}

bool packet_store_has(const struct packet_store *store, uintptr_t address)
{
	uintptr_t at = address - (uintptr_t)store->small.memory;

	if (store->exact || at >= store->small.block * store->small.count)
		return false;
	return at % store->small.block == 0 || at % store->small.block == PACKET_FRONT;
}

uint32_t packet_store_used(const struct packet_store *store)
{
	return atomic_load(&store->small.used) + atomic_load(&store->exact_used);
}

static bool large_take(struct packet_store *store, uint32_t size)
{
	if (atomic_fetch_add(&store->large, size) + size <= store->large_max)
		return true;
	atomic_fetch_sub(&store->large, size);
	return false;
}

void *packet_memory(struct packet_store *store, uint32_t size)
{
	void *memory;

	if (size <= store->small.block)
		return pool_get(&store->small);
	if (!large_take(store, size))
		return NULL;
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

/* ---- exact: the same bounds ---- */

static bool exact_take(struct packet_store *store, uint32_t size)
{
	if (size + PACKET_AROUND > store->small.block)
		return large_take(store, size);
	if (atomic_fetch_add(&store->exact_used, 1) < store->small.count)
		return true;
	atomic_fetch_sub(&store->exact_used, 1);
	return false;
}

static void exact_give(struct packet_store *store, uint32_t size)
{
	if (size + PACKET_AROUND > store->small.block)
		atomic_fetch_sub(&store->large, size);
	else
		atomic_fetch_sub(&store->exact_used, 1);
}

static void *exact_new(struct packet_store *store, uint32_t size)
{
	void *memory = NULL;

	if (!exact_take(store, size))
		return NULL;
	if (posix_memalign(&memory, 16, size) != 0) {
		exact_give(store, size);
		return NULL;
	}
	memset(memory, 0, size);
	return memory;
}

/* ---- a packet ---- */

static void *packet_new(struct packet_store *store, uint32_t size)
{
	uint8_t *memory;

	if (store->exact)
		return exact_new(store, size);
	memory = packet_memory(store, size + PACKET_AROUND);
	if (!memory)
		return NULL;
	memcpy(memory, store->front, PACKET_FRONT);
	memory += PACKET_FRONT;
	memset(memory, 0, size);
	memcpy(memory + size, store->room, PACKET_ROOM);
	return memory;
}

static void packet_give(struct packet_store *store, uint8_t *memory, uint32_t size)
{
	if (!store->exact) {
		packet_memory_free(store, memory - PACKET_FRONT, size + PACKET_AROUND);
		return;
	}
	free(memory);
	exact_give(store, size);
}

/* So that who looks at all of them need not look at those that were never used. */
static void places_note(struct request *req, uint32_t used)
{
	uint32_t seen = atomic_load_explicit(&req->places, memory_order_relaxed);

	while (seen < used &&
	       !atomic_compare_exchange_weak_explicit(&req->places, &seen, used,
						      memory_order_relaxed, memory_order_relaxed))
		;
}

static int place_find_empty(struct request *req)
{
	for (int place = 0; place < REQUEST_PACKETS_MAX; place++) {
		uintptr_t empty = 0;

		if (place_get(req, place) == 0 && place_swap(req, place, &empty, PLACE_TAKEN)) {
			places_note(req, (uint32_t)place + 1);
			return place;
		}
	}
	return -ENOSPC;
}

int packet_allocate(struct packet_store *store, struct request *req, uint32_t size, void **out)
{
	int place = place_find_empty(req);
	void *memory;

	if (place < 0)
		return place;
	memory = packet_new(store, size);
	if (!memory) {
		atomic_store_explicit(&req->packet[place].word, 0, memory_order_release);
		return -ENOMEM;
	}
	atomic_store_explicit(&req->packet[place].size, size, memory_order_relaxed);
	atomic_store_explicit(&req->packet[place].word, (uintptr_t)memory, memory_order_release);
	*out = memory;
	return 0;
}

static uint32_t place_size(const struct request *req, int place)
{
	return atomic_load_explicit(&req->packet[place].size, memory_order_relaxed) & SIZE_MASK;
}

/* How far the changes go, away from the packet. */
static void overrun_measure(const struct packet_store *store, const uint8_t *packet,
			    struct packet_overrun *out)
{
	const uint8_t *front = packet - PACKET_FRONT, *behind = packet + out->size;

	out->by = PACKET_ROOM;
	out->before = PACKET_FRONT;
	while (out->by > 0 && behind[out->by - 1] == store->room[out->by - 1])
		out->by--;
	while (out->before > 0 &&
	       front[PACKET_FRONT - out->before] == store->front[PACKET_FRONT - out->before])
		out->before--;
}

static bool place_look(const struct packet_store *store, struct request *req, int place,
		       uintptr_t word, struct packet_overrun *out)
{
	uint32_t size = place_size(req, place);
	const uint8_t *packet = place_memory(word);

	*out = (struct packet_overrun){ .size = size };
	if (store->exact || (memcmp(packet - PACKET_FRONT, store->front, PACKET_FRONT) == 0 &&
			     memcmp(packet + size, store->room, PACKET_ROOM) == 0))
		return false;
	overrun_measure(store, packet, out);
	out->found = true;
	out->told = (atomic_fetch_or(&req->packet[place].size, SIZE_TOLD) & SIZE_TOLD) != 0;
	return true;
}

/* The place is TAKEN by the caller, and `word` was its packet. */
static void place_empty(struct packet_store *store, struct request *req, int place, uintptr_t word,
			struct packet_overrun *out)
{
	place_look(store, req, place, word, out);
	packet_give(store, place_memory(word), out->size);
	atomic_store_explicit(&req->packet[place].word, 0, memory_order_release);
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

int packet_free(struct packet_store *store, struct request *req, const void *p,
		struct packet_overrun *out)
{
	uintptr_t seen;
	int place = place_find(req, p, &seen);

	*out = (struct packet_overrun){ 0 };
	while (place >= 0) {
		bool held = (seen & HELD_MASK) != 0;

		if (place_swap(req, place, &seen, held ? seen | FREED : PLACE_TAKEN)) {
			if (!held) /* else who sends it has looked, and empties it */
				place_empty(store, req, place, seen, out);
			return 0;
		}
		place = place_find(req, p, &seen);
	}
	return place;
}

int packet_hold(struct packet_store *store, struct request *req, const void *p, uint32_t len)
{
	uintptr_t seen;
	int place = place_find(req, p, &seen);

	while (place >= 0) {
		if ((seen & HELD_MASK) == HELD_MASK)
			return -EBUSY;
		if (place_swap(req, place, &seen, seen + HELD_ONE))
			break;
		place = place_find(req, p, &seen);
	}
	if (place < 0)
		return -EINVAL;
	/* Not before: until now another packet may have come to this address. */
	if (len <= place_size(req, place))
		return place;
	packet_unhold(store, req, place);
	return -EINVAL;
}

bool packet_overrun(const struct packet_store *store, struct request *req, int place,
		    struct packet_overrun *out)
{
	return place_look(store, req, place, place_get(req, place), out);
}

void packet_unhold(struct packet_store *store, struct request *req, int place)
{
	uintptr_t seen = place_get(req, place), next;
	struct packet_overrun overrun;

	do {
		next = seen - HELD_ONE;
		if ((next & FREED) != 0 && (next & HELD_MASK) == 0)
			next = PLACE_TAKEN;
	} while (!place_swap(req, place, &seen, next));
	if (next == PLACE_TAKEN)
		place_empty(store, req, place, seen, &overrun);
}

unsigned packet_release_all(struct packet_store *store, struct request *req,
			    struct packet_overrun *out)
{
	int places = (int)atomic_load_explicit(&req->places, memory_order_relaxed);
	unsigned left = 0;

	*out = (struct packet_overrun){ 0 };
	for (int place = 0; place < places; place++) {
		uintptr_t word = place_get(req, place);
		struct packet_overrun overrun;

		if (word == 0)
			continue;
		place_empty(store, req, place, word, &overrun);
		if (!out->found)
			*out = overrun;
		left++;
	}
	atomic_store_explicit(&req->places, 0, memory_order_relaxed);
	return left;
}
