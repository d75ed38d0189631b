#include "pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "room.h"

enum { PART = 131072 - 64, LEAST_PLACES = 64 };

struct pool_part {
	struct pool_part *next;
	_Alignas(8) uint8_t room[];
};

struct pool_text {
	const char *text; /* NULL: the place is empty */
	uint64_t hash;
};

static bool part_add(struct pool *pool, size_t size)
{
	struct pool_part *part = room_new(sizeof *part + size);

	if (!part)
		return false;
	part->next = pool->parts;
	pool->parts = part;
	pool->at = part->room;
	pool->left = size;
	return true;
}

void *pool_take(struct pool *pool, size_t size, size_t align)
{
	size_t skip = -(uintptr_t)pool->at & (align - 1);
	void *taken;

	if (pool->left < skip + size) {
		if (!part_add(pool, size > PART ? size : PART))
			return NULL;
		skip = 0;
	}
	taken = pool->at + skip;
	pool->at += skip + size;
	pool->left -= skip + size;
	return taken;
}

/* FNV-1a: the texts are the administrator's own. */
static uint64_t hash_of(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
	return hash ^ hash >> 32;
}

/* Its place, or the empty one that is its. The table is never full. */
static struct pool_text *place_of(struct pool_text *texts, uint32_t n_places, const char *text,
				  uint64_t hash)
{
	uint32_t at = (uint32_t)hash & (n_places - 1);

	while (texts[at].text && (texts[at].hash != hash || strcmp(texts[at].text, text) != 0))
		at = (at + 1) & (n_places - 1);
	return &texts[at];
}

static bool texts_grow(struct pool *pool)
{
	uint32_t n = pool->n_places ? 2 * pool->n_places : LEAST_PLACES;
	struct pool_text *texts = room_new(n * sizeof *texts);

	if (!texts)
		return false;
	for (uint32_t i = 0; i < pool->n_places; i++)
		if (pool->texts[i].text)
			*place_of(texts, n, pool->texts[i].text, pool->texts[i].hash) =
				pool->texts[i];
	room_free(pool->texts);
	pool->texts = texts;
	pool->n_places = n;
	return true;
}

/* Its number stands before it. */
static const char *text_new(struct pool *pool, const char *text, uint32_t number)
{
	size_t size = strlen(text) + 1;
	char *at = pool_take(pool, sizeof number + size, 1);

	if (!at)
		return NULL;
	memcpy(at, &number, sizeof number);
	return memcpy(at + sizeof number, text, size);
}

uint32_t pool_number(const char *text)
{
	uint32_t number;

	memcpy(&number, text - sizeof number, sizeof number);
	return number;
}

const char *pool_text(struct pool *pool, const char *text)
{
	uint64_t hash = hash_of(text);
	struct pool_text *place;

	if (pool->n_texts >= pool->n_places / 2 && !texts_grow(pool))
		return NULL;
	place = place_of(pool->texts, pool->n_places, text, hash);
	if (!place->text) {
		*place = (struct pool_text){ text_new(pool, text, pool->n_texts + 1), hash };
		pool->n_texts += place->text != NULL;
	}
	return place->text;
}

void pool_seal(struct pool *pool)
{
	room_free(pool->texts);
	pool->texts = NULL;
	pool->n_places = 0;
}

void pool_done(struct pool *pool)
{
	while (pool->parts) {
		struct pool_part *next = pool->parts->next;

		room_free(pool->parts);
		pool->parts = next;
	}
	pool_seal(pool);
	*pool = (struct pool){ .parts = NULL };
}
