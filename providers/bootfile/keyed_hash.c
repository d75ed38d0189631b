#include "keyed_hash.h"

#include <endian.h>
#include <errno.h>
#include <sys/random.h>

int hash_secret_init(struct hash_secret *out)
{
	ssize_t n = getrandom(out, sizeof *out, 0);

	if (n < 0)
		return -errno;
	return n == sizeof *out ? 0 : -EIO;
}

static uint64_t rotate(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

static void mix(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void take(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v);
	v[0] ^= word;
}

uint64_t hash_keyed(const struct hash_secret *secret, uint8_t kind, struct octets octets)
{
	uint64_t v[4] = { secret->k0 ^ UINT64_C(0x736f6d6570736575),
			  secret->k1 ^ UINT64_C(0x646f72616e646f6d),
			  secret->k0 ^ UINT64_C(0x6c7967656e657261),
			  secret->k1 ^ UINT64_C(0x7465646279746573) ^ kind };
	uint64_t word = 0;
	size_t i = 0;

	for (; octets.len - i >= 8; i += 8) {
		memcpy(&word, octets.at + i, 8);
		take(v, le64toh(word));
	}
	word = 0;
	if (octets.len > i)
		memcpy(&word, octets.at + i, octets.len - i);
	take(v, le64toh(word) | (uint64_t)(octets.len & 0xff) << 56);
	v[2] ^= 0xff;
	for (int round = 0; round < 3; round++)
		mix(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
