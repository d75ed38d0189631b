/* The characters of a string of which only an address is known, and perhaps not even that. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_string {
	const uint8_t *at;
	uintptr_t page; /* of the octet read last; it is known to be readable */
	size_t left;    /* octets (narrow) or wide characters that may still be read */
	bool wide;
};

/**
 * Begins to read a string of at most `max` octets or wide characters.
 *
 * A wide string lies at a multiple of four, and its first character is a Unicode one: else it is
 * taken for a narrow one. Returns false when the first octet cannot be read.
 */
bool trace_string_init(struct trace_string *s, const void *string, bool wide, size_t max);

/** The next character; false at the NUL, after `max`, and where memory ends. Invalid: U+FFFD. */
bool trace_string_next(struct trace_string *s, uint32_t *character);
