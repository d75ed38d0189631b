/* PxeGetServerInfo, PxeGetServerInfoEx: what a provider may know about its server. */
#include <string.h>

#include "libwdspxe/door.h"

static BOOL any_traced(void)
{
	return DOOR_CALL(0, trace_enabled, 0) != 0;
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

static DWORD version_info(PVOID buffer, ULONG len, PULONG used)
{
	const ULONG version = PXE_API_VERSION;

	*used = sizeof(version);
	if (len < sizeof(version))
		return ERROR_INSUFFICIENT_BUFFER;
	memcpy(buffer, &version, sizeof(version));
	return ERROR_SUCCESS;
}

static DWORD duid_info(PVOID buffer, ULONG len, PULONG used)
{
	return DOOR_CALL(ERROR_NOT_SUPPORTED, server_duid, buffer, len, used);
}

DWORD PXEAPI PxeGetServerInfo(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen)
{
	ULONG used;

	if (!pBuffer || (uInfoType != PXE_GSI_TRACE_ENABLED && uInfoType != PXE_GSI_API_VERSION))
		return ERROR_INVALID_PARAMETER;
	return uInfoType == PXE_GSI_API_VERSION ? version_info(pBuffer, uBufferLen, &used)
						: trace_info(pBuffer, uBufferLen, &used);
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
	else if (uInfoType == PXE_GSI_API_VERSION)
		r = version_info(pBuffer, uBufferLen, &used);
	else
		return ERROR_INVALID_PARAMETER;

	if (r == ERROR_SUCCESS || r == ERROR_INSUFFICIENT_BUFFER)
		*puBufferUsed = used;
	return r;
}
