/* Room for thousands of small things that live as long as the settings, without a piece of heap for
 * each; and texts, of which those that are alike are there once.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct pool_part;

struct pool {
	struct pool_part *parts;
	uint8_t *at; /* where the newest part has room */
	size_t left;
	struct pool_text *texts; /* a hash table, until pool_seal() */
	uint32_t n_texts, n_places;
};

/** Room that is freed with the pool. NULL: no memory. `align` is a power of two, 8 at most. */
void *pool_take(struct pool *pool, size_t size, size_t align);
/** A copy of the text, or the one that is there. NULL: no memory. */
const char *pool_text(struct pool *pool, const char *text);
/** The text's own number, from 1. */
uint32_t pool_number(const char *text);
/** No more texts come. */
void pool_seal(struct pool *pool);
void pool_done(struct pool *pool);
