/* The packets that a provider has for one request: at most REQUEST_PACKETS_MAX, found by address,
 * never trusted as a pointer. Small ones come from a pool, larger ones from the heap, within a
 * bound of octets.
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
};

struct packet_store {
	struct pool small;
	_Atomic uint64_t large; /* octets on the heap */
	uint64_t large_max;
};

/** `count` blocks of `small` octets, and a quarter of that again for large ones. 0, -ENOMEM. */
int packet_store_init(struct packet_store *store, uint32_t count, uint32_t small);
void packet_store_done(struct packet_store *store);

/** Memory for `size` octets, not zeroed: a block, or heap where it is larger than that. NULL: the
 * bound is reached. [any] */
void *packet_memory(struct packet_store *store, uint32_t size);
/** Gives it back; `size` as it was asked for. [any] */
void packet_memory_free(struct packet_store *store, void *memory, uint32_t size);

/** A new packet of the request: zeroed, 16-byte aligned.
 * 0; -ENOSPC: it has REQUEST_PACKETS_MAX already; -ENOMEM: the bound of all requests is reached. */
int packet_allocate(struct packet_store *store, struct request *req, uint32_t size, void **out);
/** Frees it. 0, or -ENOENT: `p` is not the start of a live packet of this request. */
int packet_free(struct packet_store *store, struct request *req, const void *p);
/** Holds a live packet of at least `len` octets while it is read: its place; -EINVAL: no
 * such packet, or shorter; -EBUSY: three threads send this very packet at this moment. */
int packet_hold(struct request *req, const void *p, uint32_t len);
void packet_unhold(struct packet_store *store, struct request *req, int place);
/** Frees what was left behind, and returns how many. No pin may be held. */
unsigned packet_release_all(struct packet_store *store, struct request *req);
