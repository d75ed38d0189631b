/* Which MAC a machine's UUID was seen with over IPv4, so that the same machine has that name over
 * IPv6 too, where it may say its UUID alone. A table of fixed size: a newcomer takes an older one's
 * place. A UUID that came with two MACs names no machine: boards share UUIDs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

enum { KNOWN_UUIDS = 1024 };

struct known {
	struct hash_key key;
	struct {
		uint8_t uuid[16], mac[6];
		uint8_t n_macs; /* 0: free; 2: two or more */
	} at[KNOWN_UUIDS];
};

void known_init(struct known *known);
/** A client said both. */
void known_note(struct known *known, const uint8_t uuid[static 16], const uint8_t mac[static 6]);
/** False, *mac untouched: the UUID was not seen, or with several. */
bool known_mac(const struct known *known, const uint8_t uuid[static 16], uint8_t mac[static 6]);
