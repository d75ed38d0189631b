/* Files of modules as paths of Windows: <windows/libloaderapi.h>. */
#include <wchar.h>

#include <windows/libloaderapi.h>

#include "windows/loader.h"
#include "windows/path.h"
#include "windows/text.h"
#include "windows/utf.h"

/* Here the names mean the API's own functions again. */
#undef GetModuleFileNameW
#undef GetModuleFileNameA
#undef PxeProviderRegister
#undef PxeProviderEnumNext

/* As far as its NUL, and no further than `len`. */
static void turn(void *path, bool wide, size_t len)
{
	for (size_t i = 0; i < len && text_get(path, wide, i) != 0; i++)
		if (text_get(path, wide, i) == '/')
			text_put(path, wide, i, '\\');
}

/* The path, cut to `size` characters with the NUL; what the functions return. */
static DWORD put_path(const char *path, bool wide, void *to, DWORD size)
{
	size_t left = strlen(path), taken = 1;
	DWORD n = 0, unit = 1;
	bool bad;

	for (; left > 0; path += taken, left -= taken, n += unit) {
		uint32_t c = utf8_get(path, left, &taken, &bad);

		unit = wide ? 1 : (DWORD)taken;
		if (n + unit >= size)
			break;
		if (wide)
			text_put(to, true, n, c);
		else
			memcpy((CHAR *)to + n, path, taken);
	}
	if (size > 0)
		text_put(to, wide, n, 0);
	if (left == 0)
		return n;
	SetLastError(ERROR_INSUFFICIENT_BUFFER);
	return size;
}

/* The handle is the API's, or one of LoadLibrary. */
static DWORD module_file(HMODULE module, bool wide, void *to, DWORD size)
{
	char path[PATH_MAX] = "";
	bool loaded = to && loader_file(module, path);
	DWORD len;

	if (loaded && !path[0])
		module = NULL; /* the program */
	if (loaded && path[0])
		len = put_path(path, wide, to, size);
	else
		len = wide ? GetModuleFileNameW(module, to, size)
			   : GetModuleFileNameA(module, to, size);
	turn(to, wide, len);
	return len;
}

DWORD WindowsModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
	return module_file(hModule, true, lpFilename, nSize);
}

DWORD WindowsModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
	return module_file(hModule, false, lpFilename, nSize);
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
