/* Where a DHCPv6 answer goes, and from which port. */
#pragma once

#include "dhcp/pxe_client6.h"

struct dhcp6_route {
	struct endpoint to;
	uint16_t from_port; /* ours */
};

/**
 * The destination of the answer to a packet that came from `from` on our `port`.
 *
 * On 4011: the source address and port, from 4011; EDK2 listens on 4011 only. Through a relay:
 * the source address, port 547, or its source port where the outermost relay sent option 135
 * (RFC 8357 §5). Else the source address, port 546 (RFC 8415 §18.3.10). From 547 in both.
 * The interface is kept for a link-local destination, as its scope; for others routes decide.
 */
struct dhcp6_route dhcp6_route_of(const struct pxe_client6 *client, struct endpoint from,
				  uint16_t port);
