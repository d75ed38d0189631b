#include "request/limit.h"

#include <stdlib.h>

struct limit *limit_new(void)
{
	struct limit *limit = calloc(1, sizeof(*limit));

	if (limit)
		hash_key_random(&limit->key);
	return limit;
}

void limit_free(struct limit *limit)
{
	free(limit);
}

/* The place of a hash, and what is kept of it there: never 0, for which one in 2^32 pays. */
static size_t place_of(uint64_t hash, uint32_t *kept)
{
	*kept = (uint32_t)hash | 1;
	return hash >> 32 & (LIMIT_SLOTS - 1);
}

bool limit_duplicate(struct limit *limit, struct span source, struct span datagram, uint64_t now_ms)
{
	uint32_t hash, now = (uint32_t)now_ms;
	size_t at = place_of(hash_octets(&limit->key, datagram) ^
				     hash_octets(&limit->key, source) * 0x9e3779b97f4a7c15u,
			     &hash);
	bool again = limit->duplicate[at].hash == hash &&
		     now - limit->duplicate[at].seen_ms < DUPLICATE_MS;

	if (!again) { /* a train of copies is let through once in DUPLICATE_MS, not never */
		limit->duplicate[at].hash = hash;
		limit->duplicate[at].seen_ms = now;
	}
	return again;
}

bool limit_client(struct limit *limit, struct span client, uint32_t most, uint64_t now_ms)
{
	uint32_t hash, now = (uint32_t)now_ms;
	size_t at = place_of(hash_octets(&limit->key, client), &hash);

	if (limit->client[at].hash != hash ||
	    now - limit->client[at].since_ms >= CLIENT_WINDOW_MS) {
		limit->client[at].hash = hash;
		limit->client[at].since_ms = now;
		limit->client[at].count = 0;
	}
	if (limit->client[at].count >= most)
		return true;
	limit->client[at].count++;
	return false;
}

bool limit_destination(struct limit *limit, struct span address, uint32_t most, uint64_t now_ms)
{
	size_t at = hash_octets(&limit->key, address) >> 32 & (LIMIT_SLOTS - 1);
	uint32_t now = (uint32_t)now_ms;

	if (limit->destination[at].count == 0 ||
	    now - limit->destination[at].since_ms >= DESTINATION_MS) {
		limit->destination[at].since_ms = now;
		limit->destination[at].count = 0;
	}
	if (limit->destination[at].count >= most)
		return true;
	limit->destination[at].count++;
	return false;
}

bool limit_rate(struct limit *limit, uint32_t most, uint64_t now_ms)
{
	if (now_ms - limit->second_ms >= 1000) {
		limit->second_ms = now_ms;
		limit->in_second = 0;
	}
	if (limit->in_second >= most)
		return true;
	limit->in_second++;
	return false;
}
