#include "net/refused.h"

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)hash | 1;
}

static struct refused_place *place_of(struct refused *refused, unsigned came_by, uint64_t hash)
{
	return &refused->at[came_by % REFUSED_LINKS][hash >> 32 & (REFUSED_PLACES - 1)];
}

bool refused_before(struct refused *refused, unsigned came_by, uint64_t hash, uint64_t now_ms)
{
	struct refused_place *place = place_of(refused, came_by, hash);
	uint32_t age = (uint32_t)now_ms - place->when;

	if (place->tag != tag_of(hash) || place->spent || age < REFUSED_AGAIN_MS ||
	    age >= REFUSED_KEPT_MS)
		return false;
	place->spent = true;
	place->when = (uint32_t)now_ms;
	return true;
}

void refused_note(struct refused *refused, unsigned came_by, uint64_t hash, uint64_t now_ms)
{
	struct refused_place *place = place_of(refused, came_by, hash);
	uint32_t age = (uint32_t)now_ms - place->when;

	if (place->tag == tag_of(hash) && age < (place->spent ? REFUSED_SPENT_MS : REFUSED_KEPT_MS))
		return; /* the first refusal counts, however often it asks */
	place->tag = tag_of(hash);
	place->when = (uint32_t)now_ms;
	place->spent = false;
}
