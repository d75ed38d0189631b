/* PxeDhcpv6ParseRelayForw and PxeDhcpv6CreateRelayRepl: relayed messages, apart and together. */
#include <wdspxe.h>

#include "dhcp/dhcp6_relay.h"

_Static_assert((int)DHCP6_RELAY_LIMIT == PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT, "one limit");

static PVOID plain(struct span octets) /* the API has no const */
{
	return (PVOID)octets.at;
}

DWORD PXEAPI PxeDhcpv6ParseRelayForw(PVOID pRelayForwPacket, ULONG uRelayForwPacketLen,
				     PPXE_DHCPV6_NESTED_RELAY_MESSAGE pRelayMessages,
				     ULONG nRelayMessages, PULONG pnRelayMessages,
				     PBYTE *ppInnerPacket, PULONG pcbInnerPacket)
{
	struct dhcp6_relay relay;

	if (!pRelayForwPacket || (!pRelayMessages && nRelayMessages > 0) || !pnRelayMessages ||
	    !ppInnerPacket || !pcbInnerPacket)
		return ERROR_INVALID_PARAMETER;
	if (dhcp6_relay_parse(span_of(pRelayForwPacket, uRelayForwPacketLen), &relay) != 0)
		return ERROR_INVALID_DATA;
	*pnRelayMessages = relay.n_levels;
	if (relay.n_levels > nRelayMessages)
		return ERROR_INSUFFICIENT_BUFFER;

	for (unsigned i = 0; i < relay.n_levels; i++) {
		const struct dhcp6_relay_level *level = &relay.level[i];

		pRelayMessages[i] = (PXE_DHCPV6_NESTED_RELAY_MESSAGE){
			.pRelayMessage = plain(level->message),
			.cbRelayMessage = (ULONG)level->message.len,
			.pInterfaceIdOption = plain(level->interface_id),
			.cbInterfaceIdOption = (WORD)level->interface_id.len,
		};
	}
	*ppInnerPacket = plain(relay.inner);
	*pcbInnerPacket = (ULONG)relay.inner.len;
	return ERROR_SUCCESS;
}

static bool overlap(struct span a, struct span b)
{
	uintptr_t at_a = (uintptr_t)a.at, at_b = (uintptr_t)b.at;

	return a.len > 0 && b.len > 0 && at_a < at_b + b.len && at_b < at_a + a.len;
}

/* One element of the caller's array as a level. What the array has no place for, the relay's source
 * port, is read from the message itself. */
static DWORD level_of(const PXE_DHCPV6_NESTED_RELAY_MESSAGE *from, struct span buffer,
		      struct dhcp6_relay_level *out)
{
	struct span message = span_of(from->pRelayMessage, from->cbRelayMessage);
	struct span interface_id = span_of(from->pInterfaceIdOption, from->cbInterfaceIdOption);

	if (!message.at || (!interface_id.at && interface_id.len > 0) || overlap(message, buffer) ||
	    overlap(interface_id, buffer))
		return ERROR_INVALID_PARAMETER;
	if (message.len < DHCP6_RELAY_HEADER_LEN)
		return ERROR_INVALID_DATA;
	if (dhcp6_relay_level_read(message, out) != 0)
		*out = (struct dhcp6_relay_level){ .message = message };
	out->interface_id = interface_id;
	return ERROR_SUCCESS;
}

static DWORD status_of(int r)
{
	switch (r) {
	case 0:
		return ERROR_SUCCESS;
	case DHCP6_E_NO_ROOM:
		return ERROR_INSUFFICIENT_BUFFER;
	case DHCP6_E_TOO_LONG:
		return ERROR_INVALID_DATA;
	default:
		return ERROR_INVALID_PARAMETER;
	}
}

DWORD PXEAPI PxeDhcpv6CreateRelayRepl(PPXE_DHCPV6_NESTED_RELAY_MESSAGE pRelayMessages,
				      ULONG nRelayMessages, PBYTE pInnerPacket, ULONG cbInnerPacket,
				      PVOID pReplyBuffer, ULONG cbReplyBuffer,
				      PULONG pcbReplyBuffer)
{
	struct span inner = span_of(pInnerPacket, cbInnerPacket);
	struct span buffer = span_of(pReplyBuffer, cbReplyBuffer);
	struct dhcp6_relay_level level[DHCP6_RELAY_LIMIT];
	size_t len;
	DWORD r;

	if (!pRelayMessages || !pInnerPacket || cbInnerPacket == 0 || !pReplyBuffer ||
	    !pcbReplyBuffer || nRelayMessages == 0 || nRelayMessages > DHCP6_RELAY_LIMIT ||
	    overlap(inner, buffer) ||
	    overlap(span_of(pRelayMessages, nRelayMessages * sizeof(*pRelayMessages)), buffer))
		return ERROR_INVALID_PARAMETER;
	for (ULONG i = 0; i < nRelayMessages; i++) {
		r = level_of(&pRelayMessages[i], buffer, &level[i]);
		if (r != ERROR_SUCCESS)
			return r;
	}
	r = status_of(
		dhcp6_relay_build(level, nRelayMessages, inner, pReplyBuffer, cbReplyBuffer, &len));
	if (r == ERROR_SUCCESS)
		*pcbReplyBuffer = (ULONG)len;
	return r;
}
