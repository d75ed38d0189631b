/* Blocks of one size, from one piece of memory that is made at start. Taking and giving back are
 * lock-free and may be done on any thread; an empty pool says so at once.
 */
#pragma once

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct pool {
	uint8_t *memory;
	size_t block; /* octets a block, a multiple of 16; every block is 16-byte aligned */
	uint32_t count;
	_Atomic uint32_t *next; /* next[i]: the free block after block i */
	_Atomic uint64_t head;  /* tag << 32 | index of the first free block; the tag stops ABA */
	_Atomic uint32_t used;
};

/** Makes `count` blocks of at least `block` octets, zeroed. 0, or -ENOMEM, -EINVAL. */
int pool_init(struct pool *pool, uint32_t count, size_t block);
/** Frees all memory; every block that is still out dies with it. */
void pool_done(struct pool *pool);
/** A block with whatever it last held, or NULL when all are out. Any thread. */
void *pool_get(struct pool *pool);
/** Gives a block back. It must have come from this pool's pool_get. Any thread. */
void pool_put(struct pool *pool, void *block);
/** The block of an index below count. */
void *pool_at(const struct pool *pool, uint32_t index);
