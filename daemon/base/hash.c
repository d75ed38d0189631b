#include "base/hash.h"

#include <sys/random.h>
#include <time.h>

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

void hash_key_random(struct hash_key *key)
{
	struct timespec now;

	if (getrandom(key, sizeof(*key), GRND_NONBLOCK) == (ssize_t)sizeof(*key))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	key->word[0] = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u;
	key->word[1] = (uint64_t)now.tv_sec ^ (uintptr_t)key;
}

uint64_t hash_octets(const struct hash_key *key, struct span octets)
{
	struct sip s = { key->word[0] ^ 0x736f6d6570736575u, key->word[1] ^ 0x646f72616e646f6du,
			 key->word[0] ^ 0x6c7967656e657261u, key->word[1] ^ 0x7465646279746573u };
	uint64_t last = (uint64_t)octets.len << 56, word;
	size_t i = 0;

	for (; i + 8 <= octets.len; i += 8) {
		memcpy(&word, octets.at + i, 8);
		sip_word(&s, word);
	}
	for (unsigned shift = 0; i < octets.len; i++, shift += 8)
		last |= (uint64_t)octets.at[i] << shift;
	sip_word(&s, last);
	s.v2 ^= 0xff;
	for (int n = 0; n < 3; n++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
