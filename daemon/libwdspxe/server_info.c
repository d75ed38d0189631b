/* PxeGetServerInfo, PxeGetServerInfoEx: what a provider may know about its server. */
#include <string.h>

#include "libwdspxe/door.h"

static BOOL any_traced(void)
{
	const struct pxe_host *host = door_enter();
	BOOL traced;

	if (!host)
		return FALSE;
	traced = host->trace_enabled(0) ? TRUE : FALSE;
	door_leave();
	return traced;
}

static DWORD trace_info(PVOID buffer, ULONG len, PULONG used)
{
	BOOL traced = any_traced();

	*used = sizeof(traced);
	if (len < sizeof(traced))
		return ERROR_INSUFFICIENT_BUFFER;
	memcpy(buffer, &traced, sizeof(traced));
	return ERROR_SUCCESS;
}

static DWORD duid_info(PVOID buffer, ULONG len, PULONG used)
{
	const struct pxe_host *host = door_enter();
	DWORD r;

	if (!host)
		return ERROR_NOT_SUPPORTED;
	r = host->server_duid(buffer, len, used);
	door_leave();
	return r;
}

DWORD PXEAPI PxeGetServerInfo(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen)
{
	ULONG used;

	if (!pBuffer || uInfoType != PXE_GSI_TRACE_ENABLED)
		return ERROR_INVALID_PARAMETER;
	return trace_info(pBuffer, uBufferLen, &used);
}

DWORD PXEAPI PxeGetServerInfoEx(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen,
				PULONG puBufferUsed)
{
	ULONG used = 0;
	DWORD r;

	if (!puBufferUsed || (!pBuffer && uBufferLen > 0))
		return ERROR_INVALID_PARAMETER;
	if (uInfoType == PXE_GSI_TRACE_ENABLED)
		r = trace_info(pBuffer, uBufferLen, &used);
	else if (uInfoType == PXE_GSI_SERVER_DUID)
		r = duid_info(pBuffer, uBufferLen, &used);
	else
		return ERROR_INVALID_PARAMETER;

	if (r == ERROR_SUCCESS || r == ERROR_INSUFFICIENT_BUFFER)
		*puBufferUsed = used;
	return r;
}
