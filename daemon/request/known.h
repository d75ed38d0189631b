/* Which MAC a machine's UUID was seen with over IPv4, so that the same machine has that name over
 * IPv6 too, where it may say its UUID alone. A table of fixed size: a newcomer takes an older one's
 * place.
 *
 * Boards share UUIDs. So a UUID counts on one wire only, which is an interface, or what relays send
 * to it; and one that came with two MACs there names no machine, until it has come with one alone
 * for KNOWN_DOUBT_MS: a new network card is no second machine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

enum {
	KNOWN_UUIDS = 1024,
	KNOWN_DOUBT_MS = 600000,
	KNOWN_KEPT_MS = 86400000, /* a machine that was not heard for so long is forgotten */
};

/* A machine, as far as its UUID names it: who says it, and where. */
struct known_name {
	uint8_t uuid[16];
	uint32_t ifindex;
	bool relayed;
};

struct known {
	struct hash_key key;
	struct {
		struct known_name name;
		uint8_t mac[6]; /* the last one */
		bool used;
		bool doubted;               /* doubt_ms holds */
		uint64_t seen_ms, doubt_ms; /* when it came last; with another MAC than before */
	} at[KNOWN_UUIDS];
};

void known_init(struct known *known);
/** A client said both. */
void known_note(struct known *known, const struct known_name *name, const uint8_t mac[static 6],
		uint64_t now_ms);
/** False, *mac untouched: the UUID was not seen there, or with several. */
bool known_mac(const struct known *known, const struct known_name *name, uint64_t now_ms,
	       uint8_t mac[static 6]);
