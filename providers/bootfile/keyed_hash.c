#include "keyed_hash.h"

#include <errno.h>
#include <sys/random.h>

static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */

int hash_secret_init(struct hash_secret *out)
{
	ssize_t n = getrandom(out, sizeof *out, 0);

	if (n < 0)
		return -errno;
	return n == sizeof *out ? 0 : -EIO;
}

/* Both halves of the product: every bit of either word reaches every bit of the sum. The words
 * themselves are added: a factor of 0 would wipe out all that was hashed before. Turned, because a
 * product with a power of two is itself a turned word. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return ((uint64_t)product ^ (uint64_t)(product >> 64)) + a + (b << 23 | b >> 41);
}

uint64_t hash_keyed(const struct hash_secret *secret, uint8_t kind, struct octets octets)
{
	uint64_t sum = secret->k0 ^ fold((octets.len << 8 | kind) ^ odd, secret->k1 | 1), word = 0;
	size_t i = 0;

	for (; octets.len - i > 8; i += 8) {
		memcpy(&word, octets.at + i, 8);
		sum = fold(word ^ secret->k1, sum ^ odd);
	}
	word = 0;
	if (octets.len > i)
		memcpy(&word, octets.at + i, octets.len - i);
	sum = fold(word ^ secret->k1, sum ^ odd);
	return fold(sum ^ secret->k0, odd ^ secret->k1);
}
