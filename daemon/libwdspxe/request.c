/* What a provider does about itself and about a request: checked here as far as that needs no
 * host, and handed through the door.
 */
#include "libwdspxe/door.h"

DWORD PXEAPI PxeRegisterCallback(HANDLE hProvider, PXE_CALLBACK_TYPE CallbackType,
				 PVOID pCallbackFunction, PVOID pContext)
{
	const struct pxe_host *host;
	DWORD r;

	if (CallbackType >= PXE_CALLBACK_MAX || !pCallbackFunction)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->register_callback(hProvider, CallbackType, pCallbackFunction, pContext);
	door_leave();
	return r;
}

static bool is_attribute(PXE_PROVIDER_ATTRIBUTE attribute)
{
	return attribute <= PXE_PROV_ATTR_IPV6_CAPABLE || attribute == PXE_PROV_ATTR_NONBLOCKING ||
	       attribute == PXE_PROV_ATTR_TRIAL;
}

DWORD PXEAPI PxeProviderSetAttribute(HANDLE hProvider, PXE_PROVIDER_ATTRIBUTE Attribute,
				     PVOID pParameterBuffer, ULONG uParamLen)
{
	const struct pxe_host *host;
	DWORD r;

	if (!pParameterBuffer || uParamLen != sizeof(ULONG) || !is_attribute(Attribute))
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->set_attribute(hProvider, Attribute, pParameterBuffer, uParamLen);
	door_leave();
	return r;
}

DWORD PXEAPI PxeProviderName(HANDLE hProvider, LPSTR pszName, DWORD cbName)
{
	const struct pxe_host *host;
	DWORD r;

	if (!pszName)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->provider_name(hProvider, pszName, cbName);
	door_leave();
	return r;
}

/* The rows of the table at PxeSendReply that no address can have; DHCP rules overrule the rest. */
static bool is_address(const PXE_ADDRESS *address)
{
	const ULONG known = PXE_ADDR_BROADCAST | PXE_ADDR_USE_PORT | PXE_ADDR_USE_ADDR |
			    PXE_ADDR_USE_DHCP_RULES;
	const ULONG both = PXE_ADDR_BROADCAST | PXE_ADDR_USE_ADDR;

	return (address->uFlags & ~known) == 0 &&
	       ((address->uFlags & PXE_ADDR_USE_DHCP_RULES) || (address->uFlags & both) != both);
}

DWORD PXEAPI PxeSendReply(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
			  PXE_ADDRESS *pAddress)
{
	const struct pxe_host *host;
	PXE_ADDRESS address; /* copied before it is checked: another thread may write to it */
	DWORD r;

	if (pAddress)
		address = *pAddress;
	if (!pPacket || uPacketLen == 0 || (pAddress && !is_address(&address)))
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->send_reply(hClientRequest, pPacket, uPacketLen, pAddress ? &address : NULL);
	door_leave();
	return r;
}

DWORD PXEAPI PxeAsyncRecvDone(HANDLE hClientRequest, PXE_BOOT_ACTION Action)
{
	const struct pxe_host *host;
	DWORD r;

	if (Action < PXE_BA_NBP || Action > PXE_BA_REJECTED)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->async_recv_done(hClientRequest, Action);
	door_leave();
	return r;
}

DWORD PXEAPI PxeRequestInterface(HANDLE hClientRequest, LPSTR pszName, DWORD cbName)
{
	const struct pxe_host *host;
	DWORD r;

	if (!pszName)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->request_interface(hClientRequest, pszName, cbName);
	door_leave();
	return r;
}

DWORD PXEAPI PxeRequestReason(HANDLE hClientRequest, ULONG uKind, LPCSTR pszText, LPCSTR pszFile,
			      ULONG uLine)
{
	const struct pxe_host *host;
	DWORD r;

	if (uKind < PXE_REASON_DECIDED || uKind > PXE_REASON_FAILED)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->request_reason(hClientRequest, uKind, pszText, pszFile, uLine);
	door_leave();
	return r;
}

BOOL PXEAPI PxeRequestWanted(HANDLE hClientRequest)
{
	const struct pxe_host *host = door_enter();
	BOOL wanted;

	if (!host)
		return FALSE;
	wanted = host->request_wanted(hClientRequest) != 0;
	door_leave();
	return wanted;
}

DWORD PXEAPI PxeRequestFail(HANDLE hClientRequest, DWORD dwError)
{
	const struct pxe_host *host;
	DWORD r;

	if (dwError == ERROR_SUCCESS || dwError == ERROR_IO_PENDING)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->request_fail(hClientRequest, dwError);
	door_leave();
	return r;
}

static DWORD packet_allocate(HANDLE provider, HANDLE request, ULONG size, PVOID *out)
{
	const struct pxe_host *host;
	DWORD r;

	if (size == 0 || size > 65507)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->packet_allocate(provider, request, size, out);
	door_leave();
	return r;
}

PVOID PXEAPI PxePacketAllocate(HANDLE hProvider, HANDLE hClientRequest, ULONG uSize)
{
	PVOID packet = NULL;
	DWORD r = packet_allocate(hProvider, hClientRequest, uSize, &packet);

	if (r != ERROR_SUCCESS)
		SetLastError(r);
	return packet;
}

DWORD PXEAPI PxePacketFree(HANDLE hProvider, HANDLE hClientRequest, PVOID pPacket)
{
	const struct pxe_host *host;
	DWORD r;

	if (!pPacket)
		return ERROR_INVALID_PARAMETER;
	host = door_enter();
	if (!host)
		return ERROR_INVALID_HANDLE;
	r = host->packet_free(hProvider, hClientRequest, pPacket);
	door_leave();
	return r;
}

BOOL PXEAPI PxeRequestIsTrial(HANDLE hClientRequest)
{
	const struct pxe_host *host = door_enter();
	BOOL trial;

	if (!host)
		return FALSE;
	trial = host->request_is_trial(hClientRequest) != 0;
	door_leave();
	return trial;
}
