/* A boot service over IPv6, by the PxeDhcpv6 functions and nothing else: how a provider's author
 * who knows Microsoft's pages would write one.
 *
 * SOLICIT is answered by an ADVERTISE that names this host, INFORMATION-REQUEST by a REPLY, and so
 * is the REQUEST to port 4011; through relays, by the way it came. The file is the one that the
 * client's vendor option (enterprise 343, code 1) names, else "six.efi".
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <wdspxe.h>

enum { SOLICIT = 1, REQUEST = 3, INFORMATION = 11, RELAY_FORW = 12 };
enum { CLIENT_ID = 1, SERVER_ID = 2, VENDOR_CLASS = 16, BOOT_FILE_URL = 59 };
enum { INTEL = 343, FILE_NAME = 1, DUID_LONGEST = 130, ANSWER_LONGEST = 1024 };

static HANDLE provider;

struct asked {
	PXE_DHCPV6_NESTED_RELAY_MESSAGE relays[PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT];
	ULONG n_relays;
	PBYTE message; /* the client's own */
	ULONG len;
	BYTE duid[DUID_LONGEST]; /* ours */
	ULONG duid_len;
};

/* Takes the relays off. */
static DWORD unwrap(PVOID packet, ULONG len, struct asked *asked)
{
	asked->n_relays = 0;
	asked->message = packet;
	asked->len = len;
	if (*asked->message != RELAY_FORW)
		return ERROR_SUCCESS;
	return PxeDhcpv6ParseRelayForw(packet, len, asked->relays, PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT,
				       &asked->n_relays, &asked->message, &asked->len);
}

/* On 4011 only what names this server, or none. */
static BOOL is_for_us(const struct asked *asked, USHORT port)
{
	PVOID id;
	WORD len;

	if (*asked->message == SOLICIT || *asked->message == INFORMATION)
		return port != PXE_SERVER_PORT;
	if (*asked->message != REQUEST || port != PXE_SERVER_PORT)
		return FALSE;
	return PxeDhcpv6GetOptionValue(asked->message, asked->len, 1, SERVER_ID, &len, &id) !=
		       ERROR_SUCCESS ||
	       (len == asked->duid_len && memcmp(id, asked->duid, len) == 0);
}

static int url_write(const struct asked *asked, const PXE_ADDRESS *local, char *out, size_t size)
{
	char host[INET6_ADDRSTRLEN];
	PVOID name;
	WORD len;

	inet_ntop(AF_INET6, local->bAddress, host, sizeof(host));
	if (PxeDhcpv6GetVendorOptionValue(asked->message, asked->len, INTEL, FILE_NAME, 1, &len,
					  &name) != ERROR_SUCCESS)
		return snprintf(out, size, "tftp://[%s]/six.efi", host);
	return snprintf(out, size, "tftp://[%s]/%.*s", host, (int)len, (const char *)name);
}

/* The answer to the client itself. */
static DWORD answer_build(const struct asked *asked, const PXE_ADDRESS *local, PBYTE out,
			  PULONG used)
{
	static const BYTE class[] = { 0,   VENDOR_CLASS, 0,   15,  0,   0,   1,   87,  0,  9,
				      'P', 'X',          'E', 'C', 'l', 'i', 'e', 'n', 't' };
	char url[300];
	int url_len = url_write(asked, local, url, sizeof(url));
	PVOID id;
	WORD id_len;
	DWORD status = PxeDhcpv6Initialize(asked->message, asked->len, out, ANSWER_LONGEST, used);

	if (status == ERROR_SUCCESS &&
	    PxeDhcpv6GetOptionValue(asked->message, asked->len, 1, CLIENT_ID, &id_len, &id) ==
		    ERROR_SUCCESS)
		status = PxeDhcpv6AppendOption(out, ANSWER_LONGEST, used, CLIENT_ID, id_len, id);
	if (status == ERROR_SUCCESS)
		status = PxeDhcpv6AppendOption(out, ANSWER_LONGEST, used, SERVER_ID,
					       (WORD)asked->duid_len, (PVOID)asked->duid);
	if (status == ERROR_SUCCESS)
		status = PxeDhcpv6AppendOptionRaw(out, ANSWER_LONGEST, used, sizeof(class),
						  (PVOID) class);
	if ((size_t)url_len >= sizeof(url))
		return ERROR_INSUFFICIENT_BUFFER;
	if (status == ERROR_SUCCESS)
		status = PxeDhcpv6AppendOption(out, ANSWER_LONGEST, used, BOOT_FILE_URL,
					       (WORD)url_len, url);
	return status;
}

/* Wraps it for the relays, in a packet of the server's; NULL: it cannot be. */
static PVOID packet_make(HANDLE request, struct asked *asked, PBYTE answer, ULONG len,
			 PULONG packet_len)
{
	ULONG size = 0;
	PVOID packet;

	if (asked->n_relays == 0) {
		packet = PxePacketAllocate(provider, request, len);
		if (packet)
			memcpy(packet, answer, *packet_len = len);
		return packet;
	}
	/* A level is a header, the interface id, a port, and the message in its option. */
	for (ULONG i = 0; i < asked->n_relays; i++)
		size += 34u + 4 + asked->relays[i].cbInterfaceIdOption + 6 + 4;
	packet = PxePacketAllocate(provider, request, size += len);
	if (!packet || PxeDhcpv6CreateRelayRepl(asked->relays, asked->n_relays, answer, len, packet,
						size, packet_len) == ERROR_SUCCESS)
		return packet;
	PxePacketFree(provider, request, packet);
	return NULL;
}

static DWORD PXEAPI six_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	BYTE answer[ANSWER_LONGEST];
	struct asked asked;
	ULONG len = 0, packet_len = 0;
	BOOL pxe = FALSE;
	DWORD status;
	PVOID packet;

	(void)pRemoteAddress;
	(void)pContext;
	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpv6IsValid(pPacket, uPacketLen, TRUE, &pxe) != ERROR_SUCCESS || !pxe ||
	    unwrap(pPacket, uPacketLen, &asked) != ERROR_SUCCESS)
		return ERROR_SUCCESS;
	status = PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, asked.duid, sizeof(asked.duid),
				    &asked.duid_len);
	if (status != ERROR_SUCCESS || !is_for_us(&asked, pLocalAddress->uPort))
		return status;
	status = answer_build(&asked, pLocalAddress, answer, &len);
	if (status != ERROR_SUCCESS)
		return status;
	packet = packet_make(hClientRequest, &asked, answer, len, &packet_len);
	if (!packet)
		return ERROR_NOT_ENOUGH_MEMORY;
	status = PxeSendReply(hClientRequest, packet, packet_len, &rules);
	PxePacketFree(provider, hClientRequest, packet);
	if (status == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP;
	return status;
}

static DWORD PXEAPI six_shutdown(PVOID pContext)
{
	(void)pContext;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	ULONG pxe_only = PXE_PROV_FILTER_PXE_ONLY;
	BOOL yes = TRUE;
	DWORD status;

	(void)hProviderKey;
	provider = hProvider;
	status = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, six_request, NULL);
	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, six_shutdown, NULL);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER_IPV6, &pxe_only,
						 sizeof(pxe_only));
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_IPV6_CAPABLE, &yes,
						 sizeof(yes));
	return status;
}
