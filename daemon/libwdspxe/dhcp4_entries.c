/* PxeDhcp*: the provider's helpers for DHCPv4, as thin entries over dhcp/. */
#include <string.h>

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp4_valid.h"
#include "libwdspxe/door.h"

/* What PxeDhcpInitialize carries over: from xid to the end of secs, and from ciaddr to chaddr's. */
static void reply_header(const uint8_t request[static DHCP4_HEADER],
			 uint8_t reply[static DHCP4_HEADER])
{
	memset(reply, 0, DHCP4_HEADER);
	reply[DHCP4_OP] = DHCP4_BOOTREPLY;
	reply[DHCP4_HTYPE] = request[DHCP4_HTYPE];
	reply[DHCP4_HLEN] = request[DHCP4_HLEN];
	memcpy(reply + DHCP4_XID, request + DHCP4_XID, DHCP4_FLAGS - DHCP4_XID);
	memcpy(reply + DHCP4_CIADDR, request + DHCP4_CIADDR, DHCP4_SNAME - DHCP4_CIADDR);
	memcpy(reply + DHCP4_COOKIE, request + DHCP4_COOKIE, DHCP4_HEADER - DHCP4_COOKIE);
}

DWORD PXEAPI PxeDhcpInitialize(PVOID pRecvPacket, ULONG uRecvPacketLen, PVOID pReplyPacket,
			       ULONG uMaxReplyPacketLen, PULONG puReplyPacketLen)
{
	uint8_t header[DHCP4_HEADER];

	if (!pRecvPacket || !pReplyPacket || !puReplyPacketLen || pRecvPacket == pReplyPacket)
		return ERROR_INVALID_PARAMETER;
	if (!dhcp4_has_cookie(span_of(pRecvPacket, uRecvPacketLen)))
		return ERROR_INVALID_DATA;
	if (uMaxReplyPacketLen < DHCP4_HEADER)
		return ERROR_INSUFFICIENT_BUFFER;

	reply_header(pRecvPacket, header); /* apart first: the two packets may overlap */
	memset(pReplyPacket, 0, uMaxReplyPacketLen);
	memcpy(pReplyPacket, header, sizeof(header));
	*puReplyPacketLen = DHCP4_HEADER;
	return ERROR_SUCCESS;
}

/* The common tests of the two functions that append; ERROR_SUCCESS when `need` octets fit. */
static DWORD append_check(const void *packet, ULONG max, const ULONG *len, const void *octets,
			  ULONG n_octets, ULONG need)
{
	if (!packet || !len || (!octets && n_octets > 0) || *len > max)
		return ERROR_INVALID_PARAMETER;
	if (*len < DHCP4_HEADER)
		return ERROR_INVALID_DATA;
	return need > max - *len ? ERROR_INSUFFICIENT_BUFFER : ERROR_SUCCESS;
}

DWORD PXEAPI PxeDhcpAppendOption(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				 PULONG puReplyPacketLen, BYTE bOption, BYTE bOptionLen,
				 PVOID pValue)
{
	bool alone = bOption == DHCP4_OPT_PAD || bOption == DHCP4_OPT_END;
	ULONG value_len = alone ? 0 : bOptionLen, need = alone ? 1 : 2u + bOptionLen;
	DWORD r = append_check(pReplyPacket, uMaxReplyPacketLen, puReplyPacketLen, pValue,
			       value_len, need);
	uint8_t *at;

	if (r != ERROR_SUCCESS)
		return r;
	at = (uint8_t *)pReplyPacket + *puReplyPacketLen;
	if (value_len > 0) /* before the code: the value may lie where that goes */
		memmove(at + 2, pValue, value_len);
	at[0] = bOption;
	if (!alone)
		at[1] = bOptionLen;
	*puReplyPacketLen += need;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeDhcpAppendOptionRaw(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				    PULONG puReplyPacketLen, USHORT uBufferLen, PVOID pBuffer)
{
	DWORD r = append_check(pReplyPacket, uMaxReplyPacketLen, puReplyPacketLen, pBuffer,
			       uBufferLen, uBufferLen);

	if (r != ERROR_SUCCESS)
		return r;
	if (uBufferLen > 0)
		memmove((uint8_t *)pReplyPacket + *puReplyPacketLen, pBuffer, uBufferLen);
	*puReplyPacketLen += uBufferLen;
	return ERROR_SUCCESS;
}

/* Hands a found value out; both places are optional. */
static DWORD value_out(int found, struct span value, PBYTE len_out, PVOID *out)
{
	if (found == DHCP4_E_ABSENT)
		return ERROR_FILE_NOT_FOUND;
	if (found != 0)
		return ERROR_INVALID_DATA;
	if (len_out)
		*len_out = (BYTE)value.len;
	if (out)
		*out = (PVOID)value.at; /* the API has no const */
	return ERROR_SUCCESS;
}

/* Any instance, any memory. A function of its own: the short way needs none of its frame. */
__attribute__((noinline)) static DWORD value_search(struct span packet, ULONG instance, BYTE code,
						    PBYTE len_out, PVOID *out)
{
	const struct dhcp4_index *index = door_packet_index(packet.at, (ULONG)packet.len);
	struct span value = SPAN_NONE;
	int r;

	if (!packet.at || instance == 0 || code == DHCP4_OPT_PAD || code == DHCP4_OPT_END)
		return ERROR_INVALID_PARAMETER;
	if (index)
		r = dhcp4_index_find(index, packet, code, instance, &value);
	else
		r = dhcp4_option_find(packet, code, instance, &value);
	return value_out(r, value, len_out, out);
}

DWORD PXEAPI PxeDhcpGetOptionValue(PVOID pPacket, ULONG uPacketLen, ULONG uInstance, BYTE bOption,
				   PBYTE pbOptionLen, PVOID *ppOptionValue)
{
	const struct dhcp4_index *index = door_packet_index(pPacket, uPacketLen);
	struct span packet = span_of(pPacket, uPacketLen);

	/* What nearly every call asks. */
	if (index && uInstance == 1 && bOption != DHCP4_OPT_PAD && bOption != DHCP4_OPT_END) {
		if (!dhcp4_index_has(index, bOption))
			return ERROR_FILE_NOT_FOUND;
		return value_out(0, dhcp4_index_get(index, packet, bOption), pbOptionLen,
				 ppOptionValue);
	}
	return value_search(packet, uInstance, bOption, pbOptionLen, ppOptionValue);
}

ULONGLONG PXEAPI PxeDhcpKind(PVOID pPacket, ULONG uPacketLen)
{
	const struct dhcp4_index *index = door_packet_index(pPacket, uPacketLen);

	return index ? index->kind : 0;
}

/* Searches one option 43 for the *left-th sub-option `code`, and counts *left down. */
static int vendor_find(struct span field, uint8_t code, ULONG *left, struct span *out)
{
	struct dhcp4_option sub;
	int r;

	while ((r = dhcp4_option_next(&field, &sub)) == 0)
		if (sub.code == code && --*left == 0) {
			*out = sub.value;
			return 0;
		}
	return r;
}

DWORD PXEAPI PxeDhcpGetVendorOptionValue(PVOID pPacket, ULONG uPacketLen, BYTE bOption,
					 ULONG uInstance, PBYTE pbOptionLen, PVOID *ppOptionValue)
{
	struct span packet = span_of(pPacket, uPacketLen), field, value = SPAN_NONE;
	ULONG left = uInstance;
	int r = DHCP4_E_END;

	if (!pPacket || uInstance == 0 || bOption == DHCP4_OPT_PAD || bOption == DHCP4_OPT_END)
		return ERROR_INVALID_PARAMETER;
	for (unsigned i = 1; r == DHCP4_E_END; i++) {
		r = dhcp4_option_find(packet, DHCP4_OPT_VENDOR, i, &field);
		if (r == 0)
			r = vendor_find(field, bOption, &left, &value);
	}
	return value_out(r, value, pbOptionLen, ppOptionValue);
}

DWORD PXEAPI PxeDhcpIsValid(PVOID pPacket, ULONG uPacketLen, BOOL bRequestPacket,
			    PBOOL pbPxeOptionPresent)
{
	uint8_t op = bRequestPacket ? DHCP4_BOOTREQUEST : DHCP4_BOOTREPLY;
	struct span packet = span_of(pPacket, uPacketLen);
	const struct dhcp4_index *index;
	bool valid, pxe = false;

	if (pbPxeOptionPresent)
		*pbPxeOptionPresent = FALSE;
	if (!pPacket)
		return ERROR_INVALID_PARAMETER;
	index = door_packet_index(pPacket, uPacketLen);
	valid = index ? dhcp4_is_valid_indexed(packet, index, op, &pxe)
		      : dhcp4_is_valid(packet, op, &pxe);
	if (pbPxeOptionPresent)
		*pbPxeOptionPresent = pxe ? TRUE : FALSE;
	return valid ? ERROR_SUCCESS : ERROR_INVALID_DATA;
}
