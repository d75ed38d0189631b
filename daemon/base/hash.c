/* no allocation · no lock · no log */
#include "base/hash.h"

#include <sys/random.h>
#include <time.h>

static const uint64_t odd = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio */

/* Both halves of the product: every bit of either word reaches every bit of the sum. `sum`, what
 * was hashed before, is added besides: a factor of 0 would wipe it out. */
static inline uint64_t fold(uint64_t a, uint64_t sum)
{
	unsigned __int128 product = (unsigned __int128)a * sum;

	return ((uint64_t)product ^ (uint64_t)(product >> 64)) + sum;
}

/* For the lone ends: here `a` is not lost either. Turned, because a product with a power of two is
 * itself a turned word. */
static inline uint64_t fold_all(uint64_t a, uint64_t sum)
{
	return fold(a, sum) + (a << 23 | a >> 41);
}

static inline uint64_t load(const uint8_t *at, size_t n)
{
	uint64_t word = 0;

	memcpy(&word, at, n);
	return word;
}

/* Up to eight octets, each of them somewhere: of two texts of one length no two give one word. */
static inline uint64_t load_some(const uint8_t *at, size_t n)
{
	if (n >= 4)
		return load(at, 4) | load(at + n - 4, 4) << 32;
	return n > 0 ? at[0] | (uint64_t)at[n / 2] << 8 | (uint64_t)at[n - 1] << 16 : 0;
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
	const uint64_t word = key->word[1];
	uint64_t sum = key->word[0] ^ fold_all(octets.len ^ odd, word | 1);
	const uint8_t *at = octets.at;
	size_t left = octets.len;

	for (; left > 32; left -= 32, at += 32) {
		sum = fold(load(at, 8) ^ word, load(at + 8, 8) ^ sum);
		sum = fold(load(at + 16, 8) ^ word, load(at + 24, 8) ^ sum);
	}
	if (left > 16) {
		sum = fold(load(at, 8) ^ word, load(at + 8, 8) ^ sum);
		at += 16;
		left -= 16;
	}
	if (left > 8)
		sum = fold_all(load(at, 8) ^ word, load(at + left - 8, 8) ^ sum);
	else if (left > 0)
		sum = fold_all(load_some(at, left) ^ word, sum ^ odd);
	return fold_all(sum ^ key->word[0], odd ^ word);
}
