#include "net/refused.h"

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)hash | 1;
}

static unsigned place_of(uint64_t hash)
{
	return hash >> 32 & (REFUSED_PLACES - 1);
}

bool refused_before(struct refused *refused, uint64_t hash, uint64_t now_ms)
{
	unsigned place = place_of(hash);
	uint32_t age = (uint32_t)now_ms - refused->at[place].when;

	if (refused->at[place].tag != tag_of(hash) || refused->at[place].spent ||
	    age < REFUSED_AGAIN_MS || age >= REFUSED_KEPT_MS)
		return false;
	refused->at[place].spent = true;
	refused->at[place].when = (uint32_t)now_ms;
	return true;
}

void refused_note(struct refused *refused, uint64_t hash, uint64_t now_ms)
{
	unsigned place = place_of(hash);
	uint32_t age = (uint32_t)now_ms - refused->at[place].when;

	if (refused->at[place].tag == tag_of(hash) &&
	    age < (refused->at[place].spent ? REFUSED_SPENT_MS : REFUSED_KEPT_MS))
		return; /* the first refusal counts, however often it asks */
	refused->at[place].tag = tag_of(hash);
	refused->at[place].when = (uint32_t)now_ms;
	refused->at[place].spent = false;
}
