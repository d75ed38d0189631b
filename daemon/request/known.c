/* no allocation · no lock · no log */
#include "request/known.h"

#include <string.h>

#include "base/span.h"

void known_init(struct known *known)
{
	memset(known, 0, sizeof(*known));
	hash_key_random(&known->key);
}

static unsigned place_of(const struct known *known, const struct known_name *name)
{
	uint8_t octets[sizeof(name->uuid) + sizeof(name->ifindex) + 1];

	memcpy(octets, name->uuid, sizeof(name->uuid));
	memcpy(octets + sizeof(name->uuid), &name->ifindex, sizeof(name->ifindex));
	octets[sizeof(octets) - 1] = name->relayed;
	return hash_octets(&known->key, span_of(octets, sizeof(octets))) >> 32 & (KNOWN_UUIDS - 1);
}

static bool is_at(const struct known *known, unsigned place, const struct known_name *name,
		  uint64_t now_ms)
{
	return known->at[place].used && now_ms - known->at[place].seen_ms < KNOWN_KEPT_MS &&
	       known->at[place].name.ifindex == name->ifindex &&
	       known->at[place].name.relayed == name->relayed &&
	       memcmp(known->at[place].name.uuid, name->uuid, sizeof(name->uuid)) == 0;
}

void known_note(struct known *known, const struct known_name *name, const uint8_t mac[static 6],
		uint64_t now_ms)
{
	unsigned place = place_of(known, name);

	if (!is_at(known, place, name, now_ms)) {
		known->at[place].name = *name;
		known->at[place].used = true;
		known->at[place].doubted = false;
	} else if (memcmp(known->at[place].mac, mac, 6) != 0) {
		known->at[place].doubted = true;
		known->at[place].doubt_ms = now_ms;
	}
	memcpy(known->at[place].mac, mac, 6);
	known->at[place].seen_ms = now_ms;
}

bool known_mac(const struct known *known, const struct known_name *name, uint64_t now_ms,
	       uint8_t mac[static 6])
{
	unsigned place = place_of(known, name);

	if (!is_at(known, place, name, now_ms) ||
	    (known->at[place].doubted && now_ms - known->at[place].doubt_ms < KNOWN_DOUBT_MS))
		return false;
	memcpy(mac, known->at[place].mac, 6);
	return true;
}
