/* Messages that do the same in either family. */
#pragma once

#include "base/ip.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

/** DHCPOFFER or ADVERTISE. */
static inline uint8_t dhcp_offer_type(uint8_t family)
{
	if (family == IP_V6)
		return DHCP6_ADVERTISE;
	return DHCP4_OFFER;
}

/** DHCPACK or REPLY. */
static inline uint8_t dhcp_ack_type(uint8_t family)
{
	if (family == IP_V6)
		return DHCP6_REPLY;
	return DHCP4_ACK;
}
