/* Modules. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_LIBLOADERAPI_H
#define WDSPXE_WINDOWS_LIBLOADERAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * What GetModuleFileName is in a source from Windows: the same path with backslashes, as such a
 * source takes it apart. All functions of this library take it as it is: GetModuleFileName(3).
 */
DWORD WindowsModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
DWORD WindowsModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define GetModuleFileNameW WindowsModuleFileNameW
#define GetModuleFileNameA WindowsModuleFileNameA

#endif
