/* Whether octets are a valid DHCPv6 message, as providers may rely on it. */
#pragma once

#include "dhcp/dhcp6_option.h"

/**
 * A valid message has its whole header, a type that clients and relays send (`request`) or that
 * servers send, and options that fill it exactly. SOLICIT, REQUEST, CONFIRM, RENEW, REBIND,
 * RELEASE and DECLINE have a CLIENTID. Relay messages have exactly one RELAY_MSG, at every level,
 * at most DHCP6_RELAY_LIMIT levels, and the innermost message has its header.
 *
 * *pxe_out: valid, and an item of a VENDOR_CLASS (of any enterprise) begins with "PXEClient"; of
 * a relay message, in the innermost message. Written always.
 */
bool dhcp6_valid(struct span message, bool request, bool *pxe_out);
