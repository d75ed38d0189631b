/* What the fuzzers share: a check that ends the run, and memory in which one octet too many is
 * found out.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/span.h"

#define HOLDS(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* A copy in memory of exactly `size` octets, so that one too many is found out. */
static inline uint8_t *copy_of(struct span octets, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	HOLDS(copy);
	memset(copy, 0xa5, size);
	if (octets.len > 0)
		memcpy(copy, octets.at, octets.len);
	return copy;
}

static inline bool lies_in(struct span part, struct span whole)
{
	return part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}
