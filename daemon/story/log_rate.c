/* no allocation · no lock · no log */
#include "story/log_rate.h"

#include <stdatomic.h>

bool log_rate_take(struct log_rate *rate, uint32_t most, uint64_t now_ms)
{
	if (rate->second != now_ms / 1000) {
		rate->second = now_ms / 1000;
		rate->lines = 0;
	}
	if (rate->lines >= most) {
		rate->withheld++;
		return false;
	}
	rate->lines++;
	return true;
}

uint64_t log_rate_withheld(struct log_rate *rate)
{
	uint64_t n = rate->withheld;

	rate->withheld = 0;
	return n;
}

bool log_rate_take_any(log_rate_any *rate, uint32_t most, uint32_t second)
{
	uint64_t before = atomic_load(rate), next;

	do {
		/* Never back: a thread may have read the clock before the second began. */
		if ((int32_t)(second - (uint32_t)(before >> 32)) > 0)
			next = (uint64_t)second << 32 | 1;
		else if ((uint32_t)before < most)
			next = before + 1;
		else
			return false;
	} while (!atomic_compare_exchange_weak(rate, &before, next));
	return true;
}
