/* PxeCounterRegister, PxeCounterAdd, PxeCounterSet: a provider's own numbers in the statistics. */
#include <string.h>

#include "libwdspxe/door.h"

static bool is_name(const char *name)
{
	static const char suffix[] = "_total";
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return name[0] >= 'a' && name[0] <= 'z' && name[len] == '\0' &&
	       len <= PXE_COUNTER_NAME_MAX &&
	       (len < sizeof(suffix) - 1 || strcmp(name + len - (sizeof(suffix) - 1), suffix) != 0);
}

DWORD PXEAPI PxeCounterRegister(HANDLE hProvider, LPCSTR pszName, LPCSTR pszHelp, ULONG uKind,
				PULONG puCounter)
{
	if (!pszName || !pszHelp || !puCounter ||
	    (uKind != PXE_COUNTER_TOTAL && uKind != PXE_COUNTER_LEVEL))
		return ERROR_INVALID_PARAMETER;
	if (!is_name(pszName))
		return ERROR_INVALID_NAME;
	return DOOR_CALL(ERROR_INVALID_HANDLE, counter_register, hProvider, pszName, pszHelp, uKind,
			 puCounter);
}

DWORD PXEAPI PxeCounterAdd(HANDLE hProvider, ULONG uCounter, LONGLONG llBy)
{
	return DOOR_CALL(ERROR_INVALID_HANDLE, counter_add, hProvider, uCounter, llBy, 0);
}

DWORD PXEAPI PxeCounterSet(HANDLE hProvider, ULONG uCounter, LONGLONG llValue)
{
	return DOOR_CALL(ERROR_INVALID_HANDLE, counter_add, hProvider, uCounter, llValue, 1);
}
