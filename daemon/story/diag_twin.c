/* Two machines with one name: a UUID that two MACs say at the same time, a MAC that is heard in two
 * networks at the same time. A machine tries one adapter after the other, and what comes on two
 * ways has one xid; so it is told only where the first goes on after the second has begun. */
#include <string.h>

#include "dhcp/dhcp4.h"
#include "story/diag_parts.h"

enum { TWIN_MS = 30000, ECHO_MS = 60000 };

static struct diag_twin *twin_of(struct diag_twin *twins, uint64_t name)
{
	struct diag_twin *twin = &twins[(name >> 32) % DIAG_TWINS];

	if (twin->name != name)
		*twin = (struct diag_twin){ .name = name };
	return twin;
}

/* The side that it comes from; a third takes the place of the one that was heard first. */
static unsigned side_of(const struct diag_twin *twin, uint64_t from)
{
	for (unsigned i = 0; i < 2; i++)
		if (twin->side[i].ms && twin->side[i].from == from)
			return i;
	return twin->side[twin->last].ms ? 1 - twin->last : twin->last;
}

static bool is_young(uint64_t then_ms, uint64_t now_ms, uint64_t most_ms)
{
	return then_ms && now_ms - then_ms < most_ms;
}

/* True: the one goes on although the other has begun; *other: who that is. */
static bool twin_heard(struct diag_twin *twins, uint64_t name, const struct diag_side *now,
		       const struct diag_side **other)
{
	struct diag_twin *twin = twin_of(twins, name);
	unsigned i = side_of(twin, now->from);
	struct diag_side *mine = &twin->side[i], *theirs = &twin->side[1 - i];
	bool both = is_young(theirs->ms, now->ms, TWIN_MS), goes_on;

	if (both && theirs->xid == now->xid)
		twin->echo_ms = now->ms;
	goes_on = both && twin->last != i && mine->from == now->from &&
		  is_young(mine->ms, now->ms, TWIN_MS) && mine->xid == now->xid &&
		  theirs->xid != now->xid && !is_young(twin->echo_ms, now->ms, ECHO_MS);
	*mine = *now;
	twin->last = i;
	*other = theirs;
	return goes_on && diag_may_tell(&twin->told_ms, DIAG_AGAIN_MS, now->ms);
}

static void tell_uuid(struct look *look, const uint8_t mac[static 6])
{
	struct finding finding = { .kind = FINDING_SHARED_UUID };

	finding_say(&finding, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		    mac[4], mac[5]);
	look_tell_client(look, &finding);
}

static void tell_mac(struct look *look, const struct diag_side *other)
{
	struct finding finding = { .kind = FINDING_SHARED_MAC };
	char text[IP_TEXT_MAX];

	if (ip_is_any(&other->relay))
		finding_say(&finding, "on %s", other->interface);
	else
		finding_say(&finding, "through relay %s", ip_text(&other->relay, text));
	look_tell_client(look, &finding);
}

/* Cheap, for it runs over every packet; who makes two names meet wins nothing by it. */
static uint64_t name_of(const struct diag *diag, const uint8_t *octets, size_t len)
{
	uint64_t first = 0, last = 0;

	memcpy(&first, octets, len < 8 ? len : 8);
	if (len > 8)
		memcpy(&last, octets + 8, 8);
	return ((first ^ diag->key.word[0]) * 0x9e3779b97f4a7c15u ^ last) *
		       (diag->key.word[1] | 1) |
	       1;
}

static void same_uuid(struct look *look, struct diag_side *side)
{
	const struct pxe_client *client = &look->req->v4.client;
	const struct diag_side *other;

	memcpy(side->mac, client->chaddr.at, sizeof(side->mac));
	side->from = name_of(look->diag, side->mac, sizeof(side->mac));
	if (twin_heard(look->diag->uuids, name_of(look->diag, client->uuid, PXE_UUID_LEN), side,
		       &other))
		tell_uuid(look, other->mac);
}

static void same_mac(struct look *look, struct diag_side *side)
{
	const struct request *req = look->req;
	const struct diag_side *other;

	side->relay = ip_v4(req->octets + DHCP4_GIADDR);
	memcpy(side->interface, req->interface, sizeof(side->interface));
	side->from = ip_is_any(&side->relay) ? req->from.ifindex
					     : name_of(look->diag, side->relay.octet, 4);
	if (twin_heard(look->diag->macs, name_of(look->diag, req->v4.client.chaddr.at, 6), side,
		       &other))
		tell_mac(look, other);
}

void diag_twins(struct look *look)
{
	const struct request *req = look->req;
	struct diag_side side = { .ms = look->now_ms };

	if (req->family != IP_V4 || !req->v4.client.has_mac || req->port != DHCP4_PORT_SERVER)
		return;
	side.xid = load_be32(req->octets + DHCP4_XID);
	if (req->v4.client.has_uuid)
		same_uuid(look, &side);
	same_mac(look, &side);
}
