// A boot provider in the style of Windows, in C++, for IPv6 alone: SOLICIT and the REQUEST on 4011,
// through relays too. Key: File (SZ), BcdPath (SZ).
#include <wdsbp.h>
#include <wdspxe.h>
#include <windows.h>

#include <cstdio>
#include <string>
#include <vector>

namespace
{

constexpr BYTE Solicit = 1, Request = 3, RelayForw = 12;
constexpr WORD ClientId = 1, ServerId = 2, VendorClass = 16, BootfileUrl = 59;
constexpr ULONG ReplySize = 1024;

HANDLE g_hProvider;
std::vector<BYTE> g_duid;
std::string g_file = "boot.efi", g_bcd;

std::string AddressText(const PXE_ADDRESS *pAddress)
{
	std::string text;
	char part[8];

	for (int i = 0; i < 16; i += 2) {
		snprintf(part, sizeof(part), "%s%x", i > 0 ? ":" : "",
			 pAddress->bAddress[i] << 8 | pAddress->bAddress[i + 1]);
		text += part;
	}
	return text;
}

// Copies an option of the request into the reply, as it is.
DWORD Echo(PVOID pRequest, ULONG cbRequest, PVOID pReply, PULONG pcbUsed, WORD wOption)
{
	PVOID value = nullptr;
	WORD length = 0;
	DWORD error = PxeDhcpv6GetOptionValue(pRequest, cbRequest, 1, wOption, &length, &value);

	if (error == ERROR_SUCCESS)
		error = PxeDhcpv6AppendOption(pReply, ReplySize, pcbUsed, wOption, length, value);
	return error;
}

DWORD AppendBcd(PVOID pReply, PULONG pcbUsed)
{
	BYTE buffer[512];
	ULONG written = 0;
	HANDLE builder = nullptr;
	DWORD error;

	if (g_bcd.empty())
		return ERROR_SUCCESS;
	error = WdsBpInitialize(WDSBP_PK_TYPE_DHCPV6, &builder);
	if (error != ERROR_SUCCESS)
		return error;
	error = WdsBpAddOption(builder, WDSBP_OPTV6_BCD_FILE_PATH,
			       static_cast<ULONG>(g_bcd.size()), &g_bcd[0]);
	if (error == ERROR_SUCCESS)
		error = WdsBpGetOptionBuffer(builder, sizeof(buffer), buffer, &written);
	WdsBpCloseHandle(builder);
	if (error == ERROR_SUCCESS)
		error = PxeDhcpv6AppendOptionRaw(pReply, ReplySize, pcbUsed,
						 static_cast<USHORT>(written), buffer);
	return error;
}

// The answer to a client's own message.
DWORD Answer(PVOID pRequest, ULONG cbRequest, const PXE_ADDRESS *pLocal, PVOID pReply, PULONG pcbUsed)
{
	const std::string url = "tftp://[" + AddressText(pLocal) + "]/" + g_file;
	DWORD error = PxeDhcpv6Initialize(pRequest, cbRequest, pReply, ReplySize, pcbUsed);

	if (error == ERROR_SUCCESS)
		error = Echo(pRequest, cbRequest, pReply, pcbUsed, ClientId);
	if (error == ERROR_SUCCESS)
		error = PxeDhcpv6AppendOption(pReply, ReplySize, pcbUsed, ServerId,
					      static_cast<WORD>(g_duid.size()), g_duid.data());
	if (error == ERROR_SUCCESS)
		error = Echo(pRequest, cbRequest, pReply, pcbUsed, VendorClass);
	if (error == ERROR_SUCCESS)
		error = PxeDhcpv6AppendOption(pReply, ReplySize, pcbUsed, BootfileUrl,
					      static_cast<WORD>(url.size()), url.data());
	if (error == ERROR_SUCCESS)
		error = AppendBcd(pReply, pcbUsed);
	return error;
}

// The same for a relayed one: unwrapped, answered, wrapped again.
DWORD AnswerRelayed(PVOID pPacket, ULONG cbPacket, const PXE_ADDRESS *pLocal, PVOID pReply,
		    PULONG pcbUsed)
{
	PXE_DHCPV6_NESTED_RELAY_MESSAGE relays[PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT];
	std::vector<BYTE> inner(ReplySize);
	ULONG n = 0, length = 0, used = 0;
	PBYTE message = nullptr;
	DWORD error = PxeDhcpv6ParseRelayForw(pPacket, cbPacket, relays, _countof(relays), &n,
					      &message, &length);

	if (error == ERROR_SUCCESS)
		error = Answer(message, length, pLocal, inner.data(), &used);
	if (error == ERROR_SUCCESS)
		error = PxeDhcpv6CreateRelayRepl(relays, n, inner.data(), used, pReply, ReplySize,
						 pcbUsed);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"relayed %lu times, Error=%lu", n, error);
	return error;
}

DWORD PXEAPI OnRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
		       PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
		       PXE_BOOT_ACTION *pAction, PVOID)
{
	const auto *header = static_cast<PPXE_DHCPV6_MESSAGE_HEADER>(pPacket);
	ULONG used = 0;
	DWORD error;

	*pAction = PXE_BA_REJECTED;
	if (pRemoteAddress->uAddrLen != 16)
		return ERROR_SUCCESS; // DHCP for IPv4
	if (header->MessageType != Solicit && header->MessageType != Request &&
	    header->MessageType != RelayForw)
		return ERROR_SUCCESS;

	const PVOID reply = PxePacketAllocate(g_hProvider, hClientRequest, ReplySize);
	if (reply == nullptr)
		return GetLastError();
	if (header->MessageType == RelayForw)
		error = AnswerRelayed(pPacket, uPacketLen, pLocalAddress, reply, &used);
	else
		error = Answer(pPacket, uPacketLen, pLocalAddress, reply, &used);
	if (error == ERROR_SUCCESS) {
		PXE_ADDRESS to = {};

		to.uFlags = PXE_ADDR_USE_DHCP_RULES;
		error = PxeSendReply(hClientRequest, reply, used, &to);
	}
	PxePacketFree(g_hProvider, hClientRequest, reply);
	if (error == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP;
	return error;
}

DWORD PXEAPI OnShutdown(PVOID)
{
	return ERROR_SUCCESS;
}

DWORD ReadDuid()
{
	ULONG size = 0;
	DWORD error = PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, NULL, 0, &size);

	if (error != ERROR_INSUFFICIENT_BUFFER)
		return error;
	g_duid.resize(size);
	return PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, g_duid.data(), size, &size);
}

void ReadText(HKEY hKey, LPCSTR pszName, std::string &text)
{
	char value[256];
	DWORD type = REG_NONE, size = sizeof(value);

	if (RegQueryValueExA(hKey, pszName, NULL, &type, reinterpret_cast<LPBYTE>(value), &size) ==
		    ERROR_SUCCESS &&
	    type == REG_SZ)
		text = value;
}

} // namespace

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	BOOL capable = TRUE;
	ULONG filter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD error = ReadDuid();

	g_hProvider = hProvider;
	ReadText(hProviderKey, "File", g_file);
	ReadText(hProviderKey, "BcdPath", g_bcd);
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_IPV6_CAPABLE, &capable,
						sizeof(capable));
	if (error == ERROR_SUCCESS)
		error = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER_IPV6, &filter,
						sizeof(filter));
	return error;
}
