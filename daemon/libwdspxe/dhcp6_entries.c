/* PxeDhcpv6*: the provider's helpers for DHCPv6 messages, as thin entries over dhcp/. The relay
 * functions are in dhcp6_relay_entries.c.
 */
#include <string.h>

#include <wdspxe.h>

#include "dhcp/dhcp6_option.h"
#include "dhcp/dhcp6_reply.h"
#include "dhcp/dhcp6_valid.h"

DWORD PXEAPI PxeDhcpv6Initialize(PVOID pRequest, ULONG cbRequest, PVOID pReply, ULONG cbReply,
				 PULONG pcbReplyUsed)
{
	struct span request = span_of(pRequest, cbRequest);
	uint8_t type;
	size_t header;

	if (!pRequest || !pReply || !pcbReplyUsed || pRequest == pReply)
		return ERROR_INVALID_PARAMETER;
	type = dhcp6_type_of(request);
	header = dhcp6_header_len(type);
	if (cbRequest < header || dhcp6_reply_type(type) == 0)
		return ERROR_INVALID_DATA;
	if (cbReply < header)
		return ERROR_INSUFFICIENT_BUFFER;

	memmove(pReply, pRequest, header); /* all but the type is the same */
	*(uint8_t *)pReply = dhcp6_reply_type(type);
	*pcbReplyUsed = (ULONG)header;
	return ERROR_SUCCESS;
}

/* The common tests of the two functions that append. */
static DWORD append_begin(PVOID reply, ULONG size, const ULONG *used, const void *octets,
			  ULONG n_octets, struct dhcp6_writer *out)
{
	if (!reply || !used || (!octets && n_octets > 0) || *used > size)
		return ERROR_INVALID_PARAMETER;
	if (*used < DHCP6_HEADER_LEN || *used < dhcp6_header_len(*(const uint8_t *)reply))
		return ERROR_INVALID_DATA;
	*out = (struct dhcp6_writer){ reply, *used, size };
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeDhcpv6AppendOption(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				   WORD wOptionType, WORD cbOption, PVOID pOption)
{
	struct dhcp6_writer writer;
	DWORD r = append_begin(pReply, cbReply, pcbReplyUsed, pOption, cbOption, &writer);

	if (r != ERROR_SUCCESS)
		return r;
	if (dhcp6_writer_put(&writer, wOptionType, span_of(pOption, cbOption)) != 0)
		return ERROR_INSUFFICIENT_BUFFER;
	*pcbReplyUsed = (ULONG)writer.len;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeDhcpv6AppendOptionRaw(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				      USHORT cbBuffer, PVOID pBuffer)
{
	struct dhcp6_writer writer;
	DWORD r = append_begin(pReply, cbReply, pcbReplyUsed, pBuffer, cbBuffer, &writer);

	if (r != ERROR_SUCCESS)
		return r;
	if (dhcp6_writer_put_raw(&writer, span_of(pBuffer, cbBuffer)) != 0)
		return ERROR_INSUFFICIENT_BUFFER;
	*pcbReplyUsed = (ULONG)writer.len;
	return ERROR_SUCCESS;
}

/* Hands a found value out; both places are optional. */
static DWORD value_out(int found, struct span value, PWORD len_out, PVOID *out)
{
	if (found == DHCP6_E_ABSENT)
		return ERROR_FILE_NOT_FOUND;
	if (found != 0)
		return ERROR_INVALID_DATA;
	if (len_out)
		*len_out = (WORD)value.len;
	if (out)
		*out = (PVOID)value.at; /* the API has no const */
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeDhcpv6GetOptionValue(PVOID pPacket, ULONG uPacketLen, ULONG uInstance, WORD wOption,
				     PWORD pwOptionLen, PVOID *ppOptionValue)
{
	struct span area, value = SPAN_NONE;

	if (!pPacket || uInstance == 0)
		return ERROR_INVALID_PARAMETER;
	if (dhcp6_options_of(span_of(pPacket, uPacketLen), &area) != 0)
		return ERROR_INVALID_DATA;
	return value_out(dhcp6_option_find(area, wOption, uInstance, &value), value, pwOptionLen,
			 ppOptionValue);
}

DWORD PXEAPI PxeDhcpv6GetVendorOptionValue(PVOID pPacket, ULONG uPacketLen,
					   DWORD dwEnterpriseNumber, WORD wOption, ULONG uInstance,
					   PWORD pwOptionLen, PVOID *ppOptionValue)
{
	struct span area, value = SPAN_NONE;
	int r;

	if (!pPacket || uInstance == 0)
		return ERROR_INVALID_PARAMETER;
	if (dhcp6_options_of(span_of(pPacket, uPacketLen), &area) != 0)
		return ERROR_INVALID_DATA;
	r = dhcp6_option_find_vendor(area, dwEnterpriseNumber, wOption, uInstance, &value);
	return value_out(r, value, pwOptionLen, ppOptionValue);
}

DWORD PXEAPI PxeDhcpv6IsValid(PVOID pPacket, ULONG uPacketLen, BOOL bRequestPacket,
			      PBOOL pbPxeOptionPresent)
{
	bool valid, pxe = false;

	if (pbPxeOptionPresent)
		*pbPxeOptionPresent = FALSE;
	if (!pPacket)
		return ERROR_INVALID_PARAMETER;
	valid = dhcp6_valid(span_of(pPacket, uPacketLen), bRequestPacket != FALSE, &pxe);
	if (pbPxeOptionPresent)
		*pbPxeOptionPresent = pxe ? TRUE : FALSE;
	return valid ? ERROR_SUCCESS : ERROR_INVALID_DATA;
}
