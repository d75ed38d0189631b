/* Modules, by paths of Windows. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_LIBLOADERAPI_H
#define WDSPXE_WINDOWS_LIBLOADERAPI_H

#include <wdspxe.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * What GetModuleFileName is in a source from Windows: the same path with backslashes, as such a
 * source takes it apart. All functions of this library take it as it is: GetLastError(3).
 */
DWORD WindowsModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
DWORD WindowsModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);

/** What PxeProviderRegister and PxeProviderEnumNext are there, so that an installer and a provider
 * may use such paths with them, too. */
DWORD PXEAPI WindowsProviderRegister(LPCWSTR pszProviderName, LPCWSTR pszModulePath,
				     PXE_REG_INDEX Index, BOOL bIsCritical, PHKEY phProviderKey);
DWORD PXEAPI WindowsProviderEnumNext(HANDLE hEnum, PPXE_PROVIDER *ppProvider);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define GetModuleFileNameW  WindowsModuleFileNameW
#define GetModuleFileNameA  WindowsModuleFileNameA
#define PxeProviderRegister WindowsProviderRegister
#define PxeProviderEnumNext WindowsProviderEnumNext

#endif
