/* UTF-8 to wide characters and back, at the doors of the API: bounded, and safe on any octets.
 *
 * wchar_t is UTF-32 here. What is not valid UTF-8 (overlong, surrogate, above U+10FFFF, cut off) is
 * read as U+FFFD, one for each octet that begins nothing valid; so is a wide character that is no
 * Unicode scalar value when it is written. The _valid functions find such input out beforehand.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "base/span.h"

enum { UTF8_CHAR_MAX = 4 };

/** Takes one character off the front; 0xFFFD, and one octet, for what is not valid. len > 0. */
uint32_t utf8_next(struct span *text);
/** Writes one character; returns the octets, 1 to 4. */
size_t utf8_put(uint32_t character, char out[static UTF8_CHAR_MAX]);

bool utf8_valid(struct span text);
/** True when all `len` wide characters are Unicode scalar values. */
bool wide_valid(const wchar_t *wide, size_t len);

/**
 * Converts `len` wide characters into out[room], as snprintf does: writes whole characters only, a
 * NUL behind them where room > 0, and returns the octets that it would take without the NUL.
 */
size_t utf8_from_wide(const wchar_t *wide, size_t len, char *out, size_t room);
/** The same the other way round; `room` and the result count wide characters. */
size_t wide_from_utf8(struct span text, wchar_t *out, size_t room);

/** A new string, which the caller frees; NULL without memory. */
char *utf8_dup(const wchar_t *wide);

/** Simple lower case, as the registry compares names; of every character, in any locale. */
uint32_t utf8_lower(uint32_t character);
/** Compares strings as the registry compares names: simple lower case of every character. */
int utf8_casecmp(const char *a, const char *b);

/** Takes off the last character of a string where it is not whole: for what snprintf() has cut. */
void utf8_trim(char *text);
