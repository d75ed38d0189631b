/* A keyed 64-bit hash of octets, cheap enough to run over every packet. The key is random for each
 * process, so that packets cannot be made to collide. Not for signatures.
 */
#pragma once

#include <stdint.h>

#include "base/span.h"

struct hash_key {
	uint64_t word[2];
};

/** Fills a key from the kernel's random numbers; from the clock when there are none. */
void hash_key_random(struct hash_key *key);
/** Mixes sixteen octets a step by one 64 × 64 → 128 bit product of keyed words. */
uint64_t hash_octets(const struct hash_key *key, struct span octets);
