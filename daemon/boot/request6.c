#include "boot/request6.h"

#include "boot/codes.h"

bool request6_read(uint8_t *packet, ULONG len, struct request6 *out)
{
	PBYTE inner = NULL;
	ULONG inner_len = 0;

	out->message = packet;
	out->len = len;
	if (len < 4)
		return false;
	if (packet[0] != DHCP6_RELAY_FORW)
		return true;
	if (PxeDhcpv6ParseRelayForw(packet, len, out->relays, PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT,
				    &out->n_relays, &inner, &inner_len) != ERROR_SUCCESS ||
	    inner_len < 4)
		return false;
	out->message = inner;
	out->len = inner_len;
	return true;
}
