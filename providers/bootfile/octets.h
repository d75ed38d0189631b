/* A run of octets that somebody else owns, and the two ways to look at one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct octets {
	const uint8_t *at;
	size_t len;
};

static inline struct octets octets_of(const void *at, size_t len)
{
	return (struct octets){ at, len };
}

static inline struct octets octets_text(const char *text)
{
	return octets_of(text, strlen(text));
}

static inline bool octets_equal(struct octets a, struct octets b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool octets_begin(struct octets whole, struct octets start)
{
	return whole.len >= start.len &&
	       (start.len == 0 || memcmp(whole.at, start.at, start.len) == 0);
}

static inline uint16_t octets_be16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}
