/* Clients of whom something was told a short while ago: it is not told again so soon. A table of
 * fixed size: a newcomer takes an older one's place. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/span.h"

enum { LOG_RECENT_CLIENTS = 256, LOG_RECENT_MS = 10000 };

struct log_recent {
	struct hash_key key; /* zero: any will do, for it decides no more than a line */
	struct {
		uint64_t hash, told_ms; /* hash 0: free */
	} at[LOG_RECENT_CLIENTS];
};

/** Is this client's line due: its first in LOG_RECENT_MS? Notes it then. */
bool log_recent_take(struct log_recent *recent, struct span client, uint64_t now_ms);
