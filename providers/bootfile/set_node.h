/* What a set is made of, for the files that fill it and look into it. */
#pragma once

#include "sets.h"

enum { NESTED_OCTETS = 16, LEAST_BUCKETS = 16 };

/* What kind of member a node is, in one number that is compared at once: its form, its space, and
 * how many octets it has, as a beginning how many bits; or its octets, 16 at most, and its mask. */
enum { KIND_FORM = 22, KIND_SPACE = 24, KIND_MASK = 6, KIND_MASKED_LEN = (1u << KIND_MASK) - 1 };

static inline uint32_t kind_make(size_t octets_or_bits, enum member_form form, uint8_t space)
{
	return (uint32_t)octets_or_bits | (uint32_t)form << KIND_FORM |
	       (uint32_t)space << KIND_SPACE;
}

static inline uint32_t kind_masked(size_t len, uint8_t space, uint16_t mask)
{
	return kind_make(len, MEMBER_MASKED, space) | (uint32_t)mask << KIND_MASK;
}

static inline enum member_form kind_form(uint32_t kind)
{
	return (enum member_form)(kind >> KIND_FORM & 3);
}

static inline uint16_t kind_bits(uint32_t kind)
{
	return (uint16_t)kind;
}

static inline uint16_t kind_len(uint32_t kind)
{
	if (kind_form(kind) == MEMBER_BEGINNING)
		return (uint16_t)((kind_bits(kind) + 7) / 8);
	return (uint16_t)(kind_form(kind) == MEMBER_WHOLE ? kind : kind & KIND_MASKED_LEN);
}

/* There are hundreds of thousands: there is nothing between them. */
struct set_node {
	uint64_t hash;
	uint32_t kind;
	uint32_t next; /* 1 + its number, 0 ends the chain */
	uint32_t at;   /* its octets in the heap, if it has any; those that do not count are 0 */
} __attribute__((packed, aligned(4)));

static inline uint16_t node_len(const struct set_node *node)
{
	return kind_len(node->kind);
}

static inline uint16_t node_bits(const struct set_node *node)
{
	return kind_bits(node->kind);
}

static inline enum member_form node_form(const struct set_node *node)
{
	return kind_form(node->kind);
}

static inline uint8_t node_space(const struct set_node *node)
{
	return (uint8_t)(node->kind >> KIND_SPACE);
}

/* A beginning: its first octets as two numbers, so that comparing is cheap. The first of them
 * stands in set.highs too, where they are searched. */
struct set_nested {
	uint64_t high, low;
	uint64_t mask; /* the bits of `high` that count */
	uint32_t number;
	uint32_t parent; /* 1 + place of the nearest one that it lies in; 0: none */
	uint16_t bits;
	uint8_t space;
};

static inline uint64_t word8(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, 8);
	return word;
}

/* Up to eight octets, each of them somewhere: of two values of one length no two give one word. */
static inline uint64_t word_of(const uint8_t *at, size_t len)
{
	uint32_t first, last;

	if (len == 8)
		return word8(at);
	if (len >= 4) {
		memcpy(&first, at, 4);
		memcpy(&last, at + len - 4, 4);
		return first | (uint64_t)last << 32;
	}
	return len > 0 ? at[0] | (uint64_t)at[len / 2] << 8 | (uint64_t)at[len - 1] << 16 : 0;
}

/* Under the secret, and so that no two words have one hash. */
static inline uint64_t mixed(const struct set *set, uint64_t word)
{
	uint64_t hash = (word ^ set->secret.uWords[0]) * set->secret.uWords[1];

	hash ^= hash >> 32;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static inline uint64_t hash_of(const struct set *set, PXE_BOOT_OCTETS octets)
{
	size_t len = octets.cbData;

	if (len <= 8)
		return mixed(set, word_of(octets.pData, len));
	if (len == 16)
		return mixed(set, word8(octets.pData)) + 3 * mixed(set, ~word8(octets.pData + 8));
	return PxeBootHash(&set->secret, 0, octets.pData, len);
}

/* Of others the hash tells all. */
static inline bool has_octets(const struct set_node *node)
{
	return node_len(node) > 8 || node_form(node) == MEMBER_BEGINNING;
}

static inline bool same_octets(const struct set *set, const struct set_node *node,
			       const uint8_t *octets)
{
	return memcmp(set->heap + node->at, octets, node_len(node)) == 0;
}

/* The number of the node of that kind and hash, where there can be but one: of eight octets or
 * fewer; UINT32_MAX: none. The set has nodes. */
static inline uint32_t node_find_short(const struct set *set, uint32_t kind, uint64_t hash)
{
	uint32_t at = set->buckets[hash & (set->n_buckets - 1)];

	while (at != 0 && (set->nodes[at - 1].hash != hash || set->nodes[at - 1].kind != kind))
		at = set->nodes[at - 1].next;
	return at - 1;
}

/* ... with these octets. */
static inline uint32_t node_find(const struct set *set, uint32_t kind, uint64_t hash,
				 const uint8_t *octets)
{
	uint32_t at = set->buckets[hash & (set->n_buckets - 1)];

	if (kind_len(kind) <= 8)
		return node_find_short(set, kind, hash);
	for (; at != 0; at = set->nodes[at - 1].next) {
		const struct set_node *node = &set->nodes[at - 1];

		if (node->hash == hash && node->kind == kind && same_octets(set, node, octets))
			break;
	}
	return at - 1;
}

static inline uint16_t mask_len(const uint8_t *at)
{
	return at[0];
}

/* ---- beginnings --------------------------------------------------------------------------------
 */

/* Up to eight octets as a number, the first one highest. */
static inline uint64_t number_of(const uint8_t *at, size_t len)
{
	uint32_t first, last;
	uint64_t number = 0;

	if (len >= 8)
		return __builtin_bswap64(word8(at));
	if (len < 4) {
		for (size_t i = 0; i < len; i++)
			number |= (uint64_t)at[i] << (56 - 8 * i);
		return number;
	}
	memcpy(&first, at, 4);
	memcpy(&last, at + len - 4, 4);
	number = (uint64_t)__builtin_bswap32(last) << (8 * (8 - len));
	return (uint64_t)__builtin_bswap32(first) << 32 | (number & UINT32_MAX);
}

/* The first bits of a number; all of them from 64 on. */
static inline uint64_t first_bits(uint64_t number, unsigned bits)
{
	return bits == 0 ? 0 : bits >= 64 ? number : number & ~UINT64_C(0) << (64 - bits);
}

/* A value, as beginnings are compared with it. */
struct place {
	uint64_t high, low;
	uint32_t bits;
	const uint8_t *octets;
};

static inline bool begins(const struct set *set, const struct set_nested *nested,
			  const struct place *place)
{
	unsigned bits = nested->bits;
	const struct set_node *node;
	size_t whole;
	uint8_t differ;

	if (bits > place->bits || first_bits(place->high, bits) != nested->high)
		return false;
	if (bits <= 64)
		return true;
	if (first_bits(place->low, bits - 64) != nested->low)
		return false;
	if (bits <= 128)
		return true;
	node = &set->nodes[nested->number];
	whole = bits / 8;
	if (memcmp(place->octets + NESTED_OCTETS, set->heap + node->at + NESTED_OCTETS,
		   whole - NESTED_OCTETS) != 0)
		return false;
	if (bits % 8 == 0)
		return true;
	differ = place->octets[whole] ^ set->heap[node->at + whole];
	return differ >> (8 - bits % 8) == 0;
}

static inline struct place place_of(PXE_BOOT_OCTETS octets, uint32_t bits)
{
	size_t len = octets.cbData;

	return (struct place){ number_of(octets.pData, len),
			       len > 8 ? number_of(octets.pData + 8, len - 8) : 0, bits,
			       octets.pData };
}
