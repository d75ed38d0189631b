#include "request/known.h"

#include <string.h>

#include "base/span.h"

void known_init(struct known *known)
{
	memset(known, 0, sizeof(*known));
	hash_key_random(&known->key);
}

static unsigned place_of(const struct known *known, const uint8_t uuid[static 16])
{
	return hash_octets(&known->key, span_of(uuid, 16)) >> 32 & (KNOWN_UUIDS - 1);
}

static bool is_at(const struct known *known, unsigned place, const uint8_t uuid[static 16])
{
	return known->at[place].n_macs > 0 && memcmp(known->at[place].uuid, uuid, 16) == 0;
}

void known_note(struct known *known, const uint8_t uuid[static 16], const uint8_t mac[static 6])
{
	unsigned place = place_of(known, uuid);

	if (!is_at(known, place, uuid)) {
		memcpy(known->at[place].uuid, uuid, 16);
		memcpy(known->at[place].mac, mac, 6);
		known->at[place].n_macs = 1;
	} else if (memcmp(known->at[place].mac, mac, 6) != 0) {
		known->at[place].n_macs = 2;
	}
}

bool known_mac(const struct known *known, const uint8_t uuid[static 16], uint8_t mac[static 6])
{
	unsigned place = place_of(known, uuid);

	if (!is_at(known, place, uuid) || known->at[place].n_macs != 1)
		return false;
	memcpy(mac, known->at[place].mac, 6);
	return true;
}
