/* What is seen again too soon: the same datagram within a quarter of a second, one client or one
 * destination too often. The first two remember in a table of fixed size: a newcomer takes an older
 * one's place, so that a flood can make them forget but never grow.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

enum { DUPLICATE_MS = 250, CLIENT_WINDOW_MS = 10000, DESTINATION_MS = 1000, LIMIT_SLOTS = 8192 };

struct limit {
	struct hash_key key;
	/* Small, for each request finds them in the cache or waits for them: of a hash as much as
	 * its place does not say, and times of 32 bits, of which differences count. */
	struct {
		uint32_t hash; /* 0: none was here */
		uint32_t seen_ms;
	} duplicate[LIMIT_SLOTS];
	struct {
		uint32_t hash; /* likewise */
		uint32_t since_ms;
		uint32_t count;
	} client[LIMIT_SLOTS];
	struct {
		uint32_t since_ms;
		uint32_t count; /* 0: none was here */
	} destination[LIMIT_SLOTS];
	uint64_t second_ms; /* the current second of the global rate */
	uint32_t in_second;
};

/** A limit with nothing seen; its hash key is random. NULL: no memory. */
struct limit *limit_new(void);
void limit_free(struct limit *limit);
/** Was this datagram, from this source on this interface, seen within DUPLICATE_MS? Notes it. */
bool limit_duplicate(struct limit *limit, struct span source, struct span datagram,
		     uint64_t now_ms);
/** Has this client asked more than `most` times within CLIENT_WINDOW_MS? Counts this time. */
bool limit_client(struct limit *limit, struct span client, uint32_t most, uint64_t now_ms);
/** Have more than `most` answers been asked for to this address within DESTINATION_MS? Counts this
 * one. Addresses that share a place are counted together: a flood that names many cannot make us
 * forget one. */
bool limit_destination(struct limit *limit, struct span address, uint32_t most, uint64_t now_ms);
/** Have there been more than `most` in this second? Counts this one. */
bool limit_rate(struct limit *limit, uint32_t most, uint64_t now_ms);
