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

static inline uint64_t rotate(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

struct state {
	uint64_t a, b, c, d;
};

static inline void mix(struct state *v)
{
	v->a += v->b;
	v->c += v->d;
	v->b = rotate(v->b, 13) ^ v->a;
	v->d = rotate(v->d, 16) ^ v->c;
	v->a = rotate(v->a, 32);
	v->c += v->b;
	v->a += v->d;
	v->b = rotate(v->b, 17) ^ v->c;
	v->d = rotate(v->d, 21) ^ v->a;
	v->c = rotate(v->c, 32);
}

static inline void take(struct state *v, uint64_t word)
{
	v->d ^= word;
	mix(v);
	v->a ^= word;
}

uint64_t hash_keyed(const struct hash_secret *secret, uint8_t kind, struct octets octets)
{
	struct state v = { secret->k0 ^ UINT64_C(0x736f6d6570736575),
			   secret->k1 ^ UINT64_C(0x646f72616e646f6d),
			   secret->k0 ^ UINT64_C(0x6c7967656e657261),
			   secret->k1 ^ UINT64_C(0x7465646279746573) ^ kind };
	uint64_t word = 0;
	size_t i = 0;

	for (; octets.len - i >= 8; i += 8) {
		memcpy(&word, octets.at + i, 8);
		take(&v, le64toh(word));
	}
	word = 0;
	if (octets.len > i)
		memcpy(&word, octets.at + i, octets.len - i);
	take(&v, le64toh(word) | (uint64_t)(octets.len & 0xff) << 56);
	v.c ^= 0xff;
	mix(&v);
	mix(&v);
	mix(&v);
	return v.a ^ v.b ^ v.c ^ v.d;
}
