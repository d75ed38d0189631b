/* The packets that a provider has for one request: at most REQUEST_PACKETS_MAX, found by address,
 * never trusted as a pointer. Small ones come from a pool, larger ones from the heap, within a
 * bound of octets. In front of each one lie PACKET_FRONT octets, and behind it PACKET_ROOM, that
 * are not the provider's, and whose content tells when it wrote there all the same.
 *
 * All functions but the last want the request pinned, and may run on many threads at once for one
 * request: a packet that one thread sends while another frees it stays until it was sent.
 */
#pragma once

#include "base/pool.h"
#include "request/request.h"

enum {
	PACKET_SMALL = 2048, /* octets of a block where the store serves providers */
	PACKET_MAX = 65507,  /* the largest UDP payload */
	PACKET_ROOM = 64,    /* behind a packet: as much as this harms no neighbour */
	PACKET_FRONT = 16,
	PACKET_AROUND = PACKET_FRONT + PACKET_ROOM,
};

struct packet_store {
	struct pool small;
	_Atomic uint64_t large; /* octets on the heap */
	uint64_t large_max;
	uint8_t room[PACKET_ROOM];   /* what stands behind each packet: nobody can guess it */
	uint8_t front[PACKET_FRONT]; /* the same in front, where free() finds it to be no size */
	bool exact; /* a sanitizer or valgrind watches: each packet is a piece of heap of just its
		     * size, with no room, so that the tool sees the very write that goes beyond */
	_Atomic uint32_t exact_used;
};

/* What a provider did beyond the bounds of a packet. */
struct packet_overrun {
	bool found;
	uint32_t size; /* of the packet */
	uint32_t by; /* octets behind it, up to the last changed one; 0: none. PACKET_ROOM: or more
		      */
	uint32_t before; /* the same in front of it; PACKET_FRONT: or more */
	bool told;       /* it was found before */
};

/** `count` blocks of `small` octets, and a quarter of that again for large ones. 0, -ENOMEM. */
int packet_store_init(struct packet_store *store, uint32_t count, uint32_t small);
void packet_store_done(struct packet_store *store);
/** Does a small packet begin at this address, or the block that it lies in? [any,
 * async-signal-safe] */
bool packet_store_has(const struct packet_store *store, uintptr_t address);
/** Small packets that are out. [any] */
uint32_t packet_store_used(const struct packet_store *store);

/** Memory for `size` octets, not zeroed: a block, or heap where it is larger than that. NULL: the
 * bound is reached. [any] */
void *packet_memory(struct packet_store *store, uint32_t size);
/** Gives it back; `size` as it was asked for. [any] */
void packet_memory_free(struct packet_store *store, void *memory, uint32_t size);

/** A new packet of the request: zeroed, 16-byte aligned.
 * 0; -ENOSPC: it has REQUEST_PACKETS_MAX already; -ENOMEM: the bound of all requests is reached. */
int packet_allocate(struct packet_store *store, struct request *req, uint32_t size, void **out);
/** Frees it, and tells in *out what was found around it. 0, or -ENOENT: `p` is not the start of a
 * live packet of this request. */
int packet_free(struct packet_store *store, struct request *req, const void *p,
		struct packet_overrun *out);
/** Holds a live packet of at least `len` octets while it is read: its place; -EINVAL: no
 * such packet, or shorter; -EBUSY: three threads send this very packet at this moment. */
int packet_hold(struct packet_store *store, struct request *req, const void *p, uint32_t len);
/** Was the packet that is held at `place` written beyond its bounds? */
bool packet_overrun(const struct packet_store *store, struct request *req, int place,
		    struct packet_overrun *out);
void packet_unhold(struct packet_store *store, struct request *req, int place);
/** Frees what was left behind, and returns how many. No pin may be held. *out tells of the first
 * one that was written beyond its bounds. */
unsigned packet_release_all(struct packet_store *store, struct request *req,
			    struct packet_overrun *out);
