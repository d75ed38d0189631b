/* A few kinds of packets (dhcp4_kind.h), each at a place: whoever has them keeps at that number
 * what he found out about its packets. A newcomer takes an older one's place. One thread.
 */
#pragma once

#include "dhcp/dhcp4_kind.h"

enum {
	DHCP4_KINDS_SETS = 8,
	DHCP4_KINDS_WAYS = 4,
	DHCP4_KINDS = DHCP4_KINDS_SETS * DHCP4_KINDS_WAYS
};

struct dhcp4_kinds {
	struct dhcp4_kinds_set {
		uint8_t recent;   /* where the last one was found */
		uint8_t oldest;   /* whose place is next */
		uint32_t strange; /* packets of no kind that is here, since then */
		uint16_t port[DHCP4_KINDS_WAYS];
		struct dhcp4_kind way[DHCP4_KINDS_WAYS];
	} set[DHCP4_KINDS_SETS];
};

/** The place of a packet's kind, which came to, or goes out from, that port; -1: it has none. */
int dhcp4_kinds_find(struct dhcp4_kinds *kinds, struct span packet, uint16_t port);
/** A place for the kind of a packet that dhcp4_kinds_find() has just not found; -1: it is not kept.
 * Where packet after packet is of no known kind, most are not: they may all be different. */
int dhcp4_kinds_keep(struct dhcp4_kinds *kinds, struct span packet, uint16_t port,
		     const struct dhcp4_index *index);
/** There is none any more: what was found out holds no longer. */
void dhcp4_kinds_forget(struct dhcp4_kinds *kinds);
