/* Files of modules as paths of Windows: <windows/libloaderapi.h>. */
#include <wchar.h>

#include <windows/libloaderapi.h>

#include "windows/path.h"
#include "windows/text.h"
#include "windows/utf.h"

/* Here the names mean the API's own functions again. */
#undef GetModuleFileNameW
#undef GetModuleFileNameA
#undef PxeProviderRegister
#undef PxeProviderEnumNext

static void turn(void *path, bool wide, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text_get(path, wide, i) == '/')
			text_put(path, wide, i, '\\');
}

DWORD WindowsModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
	DWORD len = GetModuleFileNameW(hModule, lpFilename, nSize);

	turn(lpFilename, true, len);
	return len;
}

DWORD WindowsModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
	DWORD len = GetModuleFileNameA(hModule, lpFilename, nSize);

	turn(lpFilename, false, len);
	return len;
}

/* Of the list, which Linux' tools read as well: no backslash, no drive. */
static void widen(const char *path, WCHAR wide[PATH_MAX])
{
	size_t left = strlen(path), n = 0, taken;
	bool bad;

	for (; left > 0; path += taken, left -= taken)
		wide[n++] = (WCHAR)utf8_get(path, left, &taken, &bad);
	wide[n] = 0;
}

/* A path that means nothing here is for the API to refuse, in its own words. */
DWORD WindowsProviderRegister(LPCWSTR pszProviderName, LPCWSTR pszModulePath, PXE_REG_INDEX Index,
			      BOOL bIsCritical, PHKEY phProviderKey)
{
	char path[PATH_MAX];
	WCHAR wide[PATH_MAX];

	if (path_read(pszModulePath, true, path) == ERROR_SUCCESS) {
		widen(path, wide);
		pszModulePath = wide;
	}
	return PxeProviderRegister(pszProviderName, pszModulePath, Index, bIsCritical,
				   phProviderKey);
}

DWORD WindowsProviderEnumNext(HANDLE hEnum, PPXE_PROVIDER *ppProvider)
{
	DWORD r = PxeProviderEnumNext(hEnum, ppProvider);

	/* The entry is the caller's alone. */
	if (r == ERROR_SUCCESS)
		turn((LPWSTR)(uintptr_t)(*ppProvider)->pwszFilePath, true,
		     wcslen((*ppProvider)->pwszFilePath));
	return r;
}
