/* Octets that somebody else owns: where they begin and how many there are.
 *
 * A span is passed by value. It never owns, and nothing here allocates. The loads and stores
 * are big-endian, as on the wire, and take any alignment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *at;
	size_t len;
};

#define SPAN_NONE ((struct span){ NULL, 0 })

static inline struct span span_of(const void *at, size_t len)
{
	return (struct span){ at, len };
}

/** A span over the characters of a string, without its NUL. */
static inline struct span span_str(const char *text)
{
	return span_of(text, strlen(text));
}

/** What is left after the first `n` octets; empty, not out of bounds, when there are fewer. */
static inline struct span span_drop(struct span s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return n > 0 ? span_of(s.at + n, s.len - n) : s; /* never NULL + 0 */
}

/** The first `n` octets, or all when there are fewer. */
static inline struct span span_take(struct span s, size_t n)
{
	return span_of(s.at, n < s.len ? n : s.len);
}

/** Where a part of it begins, from its first octet. */
static inline size_t span_offset(struct span whole, struct span part)
{
	return (size_t)(part.at - whole.at);
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool span_starts(struct span s, struct span prefix)
{
	return s.len >= prefix.len && span_equal(span_take(s, prefix.len), prefix);
}

/** True when every octet is `octet`, and when there is none. */
static inline bool span_is_all(struct span s, uint8_t octet)
{
	/* each equals its neighbour: libc compares whole words */
	return s.len == 0 || (s.at[0] == octet && memcmp(s.at, s.at + 1, s.len - 1) == 0);
}

static inline uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)load_be16(p) << 16 | load_be16(p + 2);
}

static inline uint64_t load_be64(const uint8_t *at)
{
	return (uint64_t)load_be32(at) << 32 | load_be32(at + 4);
}

static inline void store_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void store_be32(uint8_t *p, uint32_t v)
{
	store_be16(p, (uint16_t)(v >> 16));
	store_be16(p + 2, (uint16_t)v);
}
