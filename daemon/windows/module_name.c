/* The module's file as a path of Windows: <windows/libloaderapi.h>. */
#include <wdspxe-windows.h>

#include "windows/text.h"

/* The library's own function, before a header for sources from Windows gives its name to ours. */
static DWORD plain_wide(HMODULE module, LPWSTR file, DWORD size)
{
	return GetModuleFileNameW(module, file, size);
}

static DWORD plain_narrow(HMODULE module, LPSTR file, DWORD size)
{
	return GetModuleFileNameA(module, file, size);
}

#include <windows/libloaderapi.h>

static DWORD turned(void *file, bool wide, DWORD len, DWORD size)
{
	for (DWORD i = 0; i < len && i < size; i++)
		if (text_get(file, wide, i) == '/')
			text_put(file, wide, i, '\\');
	return len;
}

DWORD WindowsModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
	return turned(lpFilename, true, plain_wide(hModule, lpFilename, nSize), nSize);
}

DWORD WindowsModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
	return turned(lpFilename, false, plain_narrow(hModule, lpFilename, nSize), nSize);
}
