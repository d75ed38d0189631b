/* Neighbours that could not be waited for, remembered for a while, so that those who ask again can
 * be told from made-up ones, of which no two are alike. Tables of fixed size, by keyed hashes: a
 * newcomer takes an older one's place. The requests of each link have a table (those of links whose
 * numbers differ by a multiple of REFUSED_LINKS share one), so that a flood on one link makes no
 * other forget. [loop]
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	REFUSED_LINKS = 16,
	REFUSED_PLACES = 16384,    /* of a link: 5,000 a second leave most of a second's */
	REFUSED_AGAIN_MS = 500,    /* sooner, it is the same try: firmware repeats after a second */
	REFUSED_KEPT_MS = 60000,   /* longer than firmware waits before it repeats */
	REFUSED_SPENT_MS = 120000, /* who was waited for and did not come is not preferred again */
};

struct refused {
	struct refused_place {
		uint32_t tag;  /* 0: free */
		uint32_t when; /* ms, cut off */
		bool spent;
	} at[REFUSED_LINKS][REFUSED_PLACES];
};

/** Did the neighbour with this hash ask before, by the link `came_by`, and was it refused? It may
 * ask so once. */
bool refused_before(struct refused *refused, unsigned came_by, uint64_t hash, uint64_t now_ms);
/** It could not be waited for. */
void refused_note(struct refused *refused, unsigned came_by, uint64_t hash, uint64_t now_ms);
