/* A DHCPv6 request out of the relays around it. */
#pragma once

#include "boot/octets.h"

struct request6 {
	PXE_DHCPV6_NESTED_RELAY_MESSAGE relays[PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT];
	ULONG n_relays;
	uint8_t *message; /* the client's, inside the packet */
	ULONG len;
};

/** Takes the relays off. False: it is malformed. *out begins with n_relays 0. */
bool request6_read(uint8_t *packet, ULONG len, struct request6 *out);
