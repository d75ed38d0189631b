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

bool limit_duplicate(struct limit *limit, struct span source, struct span datagram, uint64_t now_ms)
{
	/* 0 means an unused place; one hash in 2^64 pays for it. */
	uint64_t hash = (hash_octets(&limit->key, datagram) ^
			 hash_octets(&limit->key, source) * 0x9e3779b97f4a7c15u) |
			1;
	size_t at = hash >> 32 & (LIMIT_SLOTS - 1);
	bool again = limit->duplicate[at].hash == hash &&
		     now_ms - limit->duplicate[at].seen_ms < DUPLICATE_MS;

	if (!again) { /* a train of copies is let through once in DUPLICATE_MS, not never */
		limit->duplicate[at].hash = hash;
		limit->duplicate[at].seen_ms = now_ms;
	}
	return again;
}

bool limit_client(struct limit *limit, struct span client, uint32_t most, uint64_t now_ms)
{
	uint64_t hash = hash_octets(&limit->key, client) | 1;
	size_t at = hash >> 32 & (LIMIT_SLOTS - 1);

	if (limit->client[at].hash != hash ||
	    now_ms - limit->client[at].since_ms >= CLIENT_WINDOW_MS) {
		limit->client[at].hash = hash;
		limit->client[at].since_ms = now_ms;
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

	if (now_ms - limit->destination[at].since_ms >= DESTINATION_MS) {
		limit->destination[at].since_ms = now_ms;
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
