/* Our DUID: a DUID-UUID (RFC 6355) that stays the same across restarts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DUID_LEN = 18 };

/**
 * Reads state_dir/duid, or makes one and, where `keep`, writes it there: from the machine's id, so
 * that it stays the same even where it cannot be written, else at random.
 *
 * Returns 0; 1 when it could not be kept, with the reason in `why`; or -errno.
 */
int duid_get(const char *state_dir, bool keep, uint8_t out[static DUID_LEN], char *why,
	     size_t size);
