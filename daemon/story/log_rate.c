/* no allocation · no lock · no log */
#include "story/log_rate.h"

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
