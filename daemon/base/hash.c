/* no allocation · no lock · no log */
#include "base/hash.h"

#include <sys/random.h>
#include <time.h>

static const uint64_t odd = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio */

/* Both halves of the product: every bit of either word reaches every bit of the sum. The words
 * themselves are added: a factor of 0 would wipe out all that was hashed before. Turned, because a
 * product with a power of two is itself a turned word. */
static uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return ((uint64_t)product ^ (uint64_t)(product >> 64)) + a + (b << 23 | b >> 41);
}

static uint64_t word_at(const uint8_t *at, size_t n)
{
	uint64_t word = 0;

	memcpy(&word, at, n);
	return word;
}

void hash_key_random(struct hash_key *key)
{
	struct timespec now;

	if (getrandom(key, sizeof(*key), GRND_NONBLOCK) == (ssize_t)sizeof(*key))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	key->word[0] = (uint64_t)now.tv_nsec * odd;
	key->word[1] = (uint64_t)now.tv_sec ^ (uintptr_t)key;
}

uint64_t hash_octets(const struct hash_key *key, struct span octets)
{
	uint64_t sum = key->word[0] ^ fold(octets.len ^ odd, key->word[1] | 1);
	const uint8_t *at = octets.at;
	size_t left = octets.len;

	for (; left > 16; left -= 16, at += 16)
		sum = fold(word_at(at, 8) ^ key->word[1], word_at(at + 8, 8) ^ sum);
	if (left > 8)
		sum = fold(word_at(at, 8) ^ key->word[1], word_at(at + 8, left - 8) ^ sum);
	else if (left > 0)
		sum = fold(word_at(at, left) ^ key->word[1], sum ^ odd);
	return fold(sum ^ key->word[0], odd ^ key->word[1]);
}
