/* no allocation · no lock · no log */
#include "dhcp/dhcp4_kinds.h"

enum { RARELY = 16 }; /* of strangers in a row, one in so many is kept */

static unsigned set_of(struct span packet, uint16_t port)
{
	return (unsigned)(packet.len ^ port) % DHCP4_KINDS_SETS;
}

int dhcp4_kinds_find(struct dhcp4_kinds *kinds, struct span packet, uint16_t port)
{
	unsigned number = set_of(packet, port);
	struct dhcp4_kinds_set *set = &kinds->set[number];

	for (unsigned i = 0; i < DHCP4_KINDS_WAYS; i++) {
		unsigned way = (set->recent + i) % DHCP4_KINDS_WAYS;

		if (set->port[way] != port || !dhcp4_kind_has(&set->way[way], packet))
			continue;
		set->recent = (uint8_t)way;
		set->strange = 0;
		return (int)(number * DHCP4_KINDS_WAYS + way);
	}
	return -1;
}

int dhcp4_kinds_keep(struct dhcp4_kinds *kinds, struct span packet, uint16_t port,
		     const struct dhcp4_index *index)
{
	unsigned number = set_of(packet, port);
	struct dhcp4_kinds_set *set = &kinds->set[number];
	unsigned way = set->oldest;

	set->strange++;
	if ((set->strange > DHCP4_KINDS_WAYS && set->strange % RARELY != 0) ||
	    !dhcp4_kind_of(packet, index, &set->way[way]))
		return -1;
	set->port[way] = port;
	set->recent = set->oldest;
	set->oldest = (uint8_t)((way + 1) % DHCP4_KINDS_WAYS);
	return (int)(number * DHCP4_KINDS_WAYS + way);
}

void dhcp4_kinds_forget(struct dhcp4_kinds *kinds)
{
	for (unsigned i = 0; i < DHCP4_KINDS_SETS; i++)
		for (unsigned way = 0; way < DHCP4_KINDS_WAYS; way++)
			if (kinds->set[i].way[way].len > 0) /* the rest was never touched */
				kinds->set[i].way[way].len = 0;
}
