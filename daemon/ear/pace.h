/* How many packets a second are handed over. The clock is an argument. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_PER_SECOND = 500,
	PACE_BURST = 100,  /* at once, after a silence */
	PACE_REST_MS = 20, /* how long to rest where there were more */
};

struct pace {
	uint64_t full_us; /* when it has room for a whole burst again */
};

/** True: one more may go. */
bool pace_take(struct pace *pace, uint64_t now_us);
/** True where pace_take() would say so. */
bool pace_has(const struct pace *pace, uint64_t now_us);
