/* Where an answer under the DHCP rules goes: R1 to R5, by the request alone.
 *
 *    R1  67, giaddr                    giaddr:67, or its source port with option 82.19; routed
 *    R2  67, ciaddr, not a DISCOVER    ciaddr:source port, by the interface it came in on
 *    R3  67, else                      255.255.255.255:68, by that interface
 *    R4  4011, from an address         source address:source port; by that interface if on-link
 *    R5  4011, from 0.0.0.0            255.255.255.255:source port, and :68 too, by that interface
 *
 * RFC 2131 §4.1, RFC 1542 §5.4, RFC 8357 §5.1, PXE 2.1 §2.2. A request on 4011 follows R4 or R5
 * whatever giaddr says. A source port 0 counts as 68 (for a relay, 67).
 */
#pragma once

#include "dhcp/dhcp4_option.h"

/* How a request reached us. */
struct dhcp4_arrival {
	uint16_t port;       /* ours: 67 or 4011 */
	struct endpoint src; /* as the datagram says */
	struct ip local; /* our unicast address: the datagram's destination, else the interface's */
	unsigned ifindex; /* the interface it came in on */
	bool on_link;     /* src is in a network of that interface */
};

enum { DHCP4_ROUTE_MAX = 2 };

struct dhcp4_route {
	uint8_t rule;                        /* 1 to 5 */
	bool to_relay;                       /* R1 */
	unsigned count;                      /* of `to`: 1, or 2 under R5 */
	struct endpoint to[DHCP4_ROUTE_MAX]; /* ifindex: pinned to it; 0: let the routes decide */
	struct endpoint from;                /* our address and port */
};

/**
 * `request` was taken by dhcp4_mend() or dhcp4_index_build(), `index` is its index.
 *
 * Returns 0, or DHCP4_E_NOWHERE when the address that the rule names is a multicast or (R1, R2, R4)
 * the broadcast address: nobody's. *out is then the way that is not to be taken.
 */
int dhcp4_route_of(const struct dhcp4_arrival *arrival, struct span request,
		   const struct dhcp4_index *index, struct dhcp4_route *out);
