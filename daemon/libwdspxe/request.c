/* What a provider does about itself and about a request: checked here as far as that needs no
 * host, and handed through the door.
 */
#include <stdbool.h>

#include "libwdspxe/door.h"

enum { EXTENSIONS = 0x80000000 }; /* from here on callbacks and attributes are our own */

/* Those that a later version may have are told from mistakes, so that a provider can look. */
static DWORD unknown(ULONG number)
{
	return number >= EXTENSIONS ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER;
}

static bool is_callback(PXE_CALLBACK_TYPE type)
{
	return type < PXE_CALLBACK_MAX || type == PXE_CALLBACK_REQUEST_ENDED ||
	       type == PXE_CALLBACK_COMMAND;
}

DWORD PXEAPI PxeRegisterCallback(HANDLE hProvider, PXE_CALLBACK_TYPE CallbackType,
				 PVOID pCallbackFunction, PVOID pContext)
{
	if (!is_callback(CallbackType))
		return unknown(CallbackType);
	if (!pCallbackFunction)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, register_callback, hProvider, CallbackType,
			 pCallbackFunction, pContext);
}

static bool is_attribute(PXE_PROVIDER_ATTRIBUTE attribute)
{
	return attribute <= PXE_PROV_ATTR_IPV6_CAPABLE || attribute == PXE_PROV_ATTR_NONBLOCKING ||
	       attribute == PXE_PROV_ATTR_TRIAL || attribute == PXE_PROV_ATTR_FILES;
}

DWORD PXEAPI PxeProviderSetAttribute(HANDLE hProvider, PXE_PROVIDER_ATTRIBUTE Attribute,
				     PVOID pParameterBuffer, ULONG uParamLen)
{
	if (!is_attribute(Attribute))
		return unknown(Attribute);
	if (!pParameterBuffer || uParamLen != sizeof(ULONG))
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, set_attribute, hProvider, Attribute,
			 pParameterBuffer, uParamLen);
}

DWORD PXEAPI PxeProviderName(HANDLE hProvider, LPSTR pszName, DWORD cbName)
{
	if (!pszName)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, provider_name, hProvider, pszName, cbName);
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
	PXE_ADDRESS address; /* copied before it is checked: another thread may write to it */

	if (pAddress)
		address = *pAddress;
	if (!pPacket || uPacketLen == 0 || (pAddress && !is_address(&address)))
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, send_reply, hClientRequest, pPacket, uPacketLen,
			 pAddress ? &address : NULL);
}

DWORD PXEAPI PxeAsyncRecvDone(HANDLE hClientRequest, PXE_BOOT_ACTION Action)
{
	if (Action < PXE_BA_NBP || Action > PXE_BA_REJECTED)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, async_recv_done, hClientRequest, Action);
}

DWORD PXEAPI PxeRequestInterface(HANDLE hClientRequest, LPSTR pszName, DWORD cbName)
{
	if (!pszName)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, request_interface, hClientRequest, pszName, cbName);
}

DWORD PXEAPI PxeRequestReason(HANDLE hClientRequest, ULONG uKind, LPCSTR pszText, LPCSTR pszFile,
			      ULONG uLine)
{
	if (uKind < PXE_REASON_DECIDED || uKind > PXE_REASON_PASSED)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, request_reason, hClientRequest, uKind, pszText,
			 pszFile, uLine);
}

BOOL PXEAPI PxeRequestWanted(HANDLE hClientRequest)
{
	return DOOR_CALL(0, request_wanted, hClientRequest);
}

DWORD PXEAPI PxeRequestFail(HANDLE hClientRequest, DWORD dwError)
{
	if (dwError == ERROR_SUCCESS || dwError == ERROR_IO_PENDING)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, request_fail, hClientRequest, dwError);
}

static DWORD packet_allocate(HANDLE provider, HANDLE request, ULONG size, PVOID *out)
{
	if (size == 0 || size > 65507)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, packet_allocate, provider, request, size, out);
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
	if (!pPacket)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, packet_free, hProvider, hClientRequest, pPacket);
}

BOOL PXEAPI PxeRequestIsTrial(HANDLE hClientRequest)
{
	return DOOR_CALL(0, request_is_trial, hClientRequest) != 0;
}

DWORD PXEAPI PxeCommandWrite(HANDLE hCommand, LPCSTR pText, ULONG cbText)
{
	if (!pText)
		return ERROR_INVALID_PARAMETER;
	return DOOR_CALL(ERROR_INVALID_HANDLE, command_write, hCommand, pText, cbText);
}
