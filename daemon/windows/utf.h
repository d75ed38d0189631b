/* UTF-8 and UTF-32: text of the A functions and of the W ones. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4, UTF_NONE = 0xfffd };

/** Is it a character: no surrogate, not beyond U+10FFFF? */
static inline bool utf_valid(uint32_t c)
{
	return c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);
}

/**
 * The first character of `len` > 0 octets; *taken: its octets. What is not UTF-8 (RFC 3629) gives
 * UTF_NONE, *taken the longest beginning of a character, at least 1, and *bad true; *bad is left
 * alone otherwise.
 */
uint32_t utf8_get(const void *octets, size_t len, size_t *taken, bool *bad);

/** Writes the character and returns its octets; one that is none becomes UTF_NONE. */
size_t utf8_put(uint32_t c, char octets[UTF8_MAX]);
