/* The options of a request that the provider wants. A client is not moved, but what is remembered
 * of it may be copied: so each is known by its place. */
#include "boot/rest.h"

/* At which octets a place is. */
static const uint8_t *base_of(const struct rest *rest, uint8_t in)
{
	switch (in) {
	case SAID_IN_SCRATCH:
		return rest->scratch;
	case SAID_IN_FACTS:
		return rest->recalled.options;
	default:
		return rest->packet;
	}
}

static bool lies_in(const uint8_t *at, const uint8_t *base, size_t size)
{
	return at >= base && at < base + size;
}

static uint8_t place_of(const struct rest *rest, const uint8_t *at)
{
	if (lies_in(at, rest->scratch, sizeof rest->scratch))
		return SAID_IN_SCRATCH;
	if (lies_in(at, rest->recalled.options, sizeof rest->recalled.options))
		return SAID_IN_FACTS;
	return SAID_IN_PACKET;
}

void rest_say(struct rest *rest, struct option_name name, PXE_BOOT_OCTETS value)
{
	struct said *said = &rest->said[rest->n_said];

	if (rest->n_said == PXE_BOOT_WANTED_MAX || value.cbData > UINT16_MAX)
		return;
	said->name = name;
	said->in = place_of(rest, value.pData);
	said->at = (uint16_t)(value.pData - base_of(rest, said->in));
	said->len = (uint16_t)value.cbData;
	rest->n_said++;
}

PXE_BOOT_OCTETS rest_said(const struct rest *rest, const struct said *said)
{
	return octets_of(base_of(rest, said->in) + said->at, said->len);
}

const struct said *rest_find(const struct rest *rest, struct option_name name)
{
	for (uint8_t i = 0; i < rest->n_said; i++)
		if (rest->said[i].name.code == name.code && rest->said[i].name.sub == name.sub)
			return &rest->said[i];
	return NULL;
}
