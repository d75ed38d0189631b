/* A provider whose code is the test's own: see hooked.h. */
#include "hooked.h"

#include <stdlib.h>

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	char text[32] = "";
	DWORD type, len = sizeof(text) - 1;
	const struct hooks *hooks;

	if (RegQueryValueExA(key, "hooks", NULL, &type, (BYTE *)text, &len) != ERROR_SUCCESS)
		return ERROR_INVALID_DATA;
	hooks = (const struct hooks *)(uintptr_t)strtoull(text, NULL, 16);
	return hooks->initialize(provider, key);
}
