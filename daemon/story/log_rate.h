/* How many lines of one kind a second may have; what is above is counted, and told in one line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { LOG_RATE_PER_SECOND = 100 };

struct log_rate {
	uint64_t second;
	uint32_t lines;
	uint64_t withheld;
};

/** May one more line go out in this second, which may have `most`? Counts it either way. */
bool log_rate_take(struct log_rate *rate, uint32_t most, uint64_t now_ms);
/** Lines withheld since the last call, which is made once a second. */
uint64_t log_rate_withheld(struct log_rate *rate);

/* The same for any thread, in one word; 0: none yet. The second (its low 32 bits) << 32 | lines. */
typedef _Atomic uint64_t log_rate_any;

/** May one more go out in this second? Counted only where it may. */
bool log_rate_take_any(log_rate_any *rate, uint32_t most, uint32_t second);
