/* Neighbours that could not be waited for, remembered for a while, so that those who ask again can
 * be told from made-up ones, of which no two are alike. A table of fixed size, by keyed hashes: a
 * newcomer takes an older one's place. [loop]
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	REFUSED_PLACES = 16384,    /* a flood of 5,000 a second leaves most of a second's */
	REFUSED_AGAIN_MS = 500,    /* sooner, it is the same try: firmware repeats after a second */
	REFUSED_KEPT_MS = 60000,   /* longer than firmware waits before it repeats */
	REFUSED_SPENT_MS = 120000, /* who was waited for and did not come is not preferred again */
};

struct refused {
	struct {
		uint32_t tag;  /* 0: free */
		uint32_t when; /* ms, cut off */
		bool spent;
	} at[REFUSED_PLACES];
};

/** Did the neighbour with this hash ask before, and was it refused? It may ask so once. */
bool refused_before(struct refused *refused, uint64_t hash, uint64_t now_ms);
/** It could not be waited for. */
void refused_note(struct refused *refused, uint64_t hash, uint64_t now_ms);
