/* no allocation · no lock · no log */
#include "story/log_recent.h"

bool log_recent_take(struct log_recent *recent, struct span client, uint64_t now_ms)
{
	uint64_t hash = hash_octets(&recent->key, client) | 1;
	unsigned at = hash >> 32 & (LOG_RECENT_CLIENTS - 1);

	if (recent->at[at].hash == hash && now_ms - recent->at[at].told_ms < LOG_RECENT_MS)
		return false;
	recent->at[at].hash = hash;
	recent->at[at].told_ms = now_ms;
	return true;
}
