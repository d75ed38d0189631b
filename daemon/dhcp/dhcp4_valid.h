/* What WDS calls a valid DHCPv4 packet: the tests of PxeDhcpIsValid. */
#pragma once

#include "dhcp/dhcp4_option.h"

/**
 * True when `op` is the packet's op, hlen <= 16, sname and file hold a NUL each (but where option
 * 52 gives them to options), the cookie is right, every option fits, option 53 is there with one
 * octet, END is there and nothing but 0x00 and 0xFF follows it. That takes 244 octets at least.
 *
 * `pxe` (may be NULL) tells whether option 60 begins with "PXEClient"; false when invalid.
 */
bool dhcp4_is_valid(struct span packet, uint8_t op, bool *pxe);

/** The same for a packet whose index is at hand (built from it as it is now): no second walk. */
bool dhcp4_is_valid_indexed(struct span packet, const struct dhcp4_index *index, uint8_t op,
			    bool *pxe);
