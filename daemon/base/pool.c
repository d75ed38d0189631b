#include "base/pool.h"

#include <errno.h>
#include <stdlib.h>

#include "base/lazy.h"

enum { NOTHING = UINT32_MAX };

int pool_init(struct pool *pool, uint32_t count, size_t block)
{
	size_t size = (block + 15) & ~(size_t)15;

	if (count == 0 || count == NOTHING || block == 0 || size < block || size > SIZE_MAX / count)
		return -EINVAL;
	*pool = (struct pool){ .block = size, .count = count };
	pool->memory = lazy_new(size * count);
	pool->next = calloc(count, sizeof(*pool->next));
	if (!pool->memory || !pool->next) {
		pool_done(pool);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < count; i++)
		atomic_init(&pool->next[i], i + 1 < count ? i + 1 : NOTHING);
	atomic_init(&pool->head, 0);
	atomic_init(&pool->used, 0);
	return 0;
}

void pool_done(struct pool *pool)
{
	lazy_free(pool->memory);
	free(pool->next);
	*pool = (struct pool){ 0 };
}

void *pool_get(struct pool *pool)
{
	uint64_t head = atomic_load_explicit(&pool->head, memory_order_acquire);

	for (;;) {
		uint32_t index = (uint32_t)head;
		uint64_t after;

		if (index == NOTHING)
			return NULL;
		/* A stale `next` is harmless: the tag has moved on and the exchange fails. */
		after = ((head >> 32) + 1) << 32 |
			atomic_load_explicit(&pool->next[index], memory_order_relaxed);
		if (atomic_compare_exchange_weak_explicit(&pool->head, &head, after,
							  memory_order_acquire,
							  memory_order_acquire)) {
			atomic_fetch_add_explicit(&pool->used, 1, memory_order_relaxed);
			return pool_at(pool, index);
		}
	}
}

void pool_put(struct pool *pool, void *block)
{
	uint32_t index = (uint32_t)(((uint8_t *)block - pool->memory) / (ptrdiff_t)pool->block);
	uint64_t head = atomic_load_explicit(&pool->head, memory_order_relaxed);
	uint64_t after;

	do {
		atomic_store_explicit(&pool->next[index], (uint32_t)head, memory_order_relaxed);
		after = ((head >> 32) + 1) << 32 | index;
	} while (!atomic_compare_exchange_weak_explicit(
		&pool->head, &head, after, memory_order_release, memory_order_relaxed));
	atomic_fetch_sub_explicit(&pool->used, 1, memory_order_relaxed);
}

void *pool_at(const struct pool *pool, uint32_t index)
{
	return pool->memory + (size_t)index * pool->block;
}
