/* Modules: their files, and those that a source loads itself. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_LIBLOADERAPI_H
#define WDSPXE_WINDOWS_LIBLOADERAPI_H

#include <wdspxe.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef void (*FARPROC)(void); /* to be cast to what the function is */

#define DONT_RESOLVE_DLL_REFERENCES         0x00000001
#define LOAD_LIBRARY_AS_DATAFILE            0x00000002
#define LOAD_WITH_ALTERED_SEARCH_PATH       0x00000008
#define LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR    0x00000100
#define LOAD_LIBRARY_SEARCH_APPLICATION_DIR 0x00000200
#define LOAD_LIBRARY_SEARCH_USER_DIRS       0x00000400
#define LOAD_LIBRARY_SEARCH_SYSTEM32        0x00000800
#define LOAD_LIBRARY_SEARCH_DEFAULT_DIRS    0x00001000

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

/**
 * Loads a shared object, or counts one that is loaded. Names have no case for these, with or
 * without .dll and the folder System32: wdspxe and wdsbp are libwdspxe; kernel32, kernelbase,
 * ntdll, advapi32, msvcrt and ucrtbase are libwdspxe-windows. Another name without a folder is
 * looked for beside the calling module, then where dlopen(3) does; .dll stands for .so too.
 *
 * NULL: ERROR_MOD_NOT_FOUND, ERROR_BAD_EXE_FORMAT (it cannot be loaded; dlerror(3) says why),
 * ERROR_INVALID_PARAMETER (NULL), ERROR_NOT_SUPPORTED (as a data file), ERROR_NOT_ENOUGH_MEMORY.
 */
HMODULE LoadLibraryW(LPCWSTR lpLibFileName);
HMODULE LoadLibraryA(LPCSTR lpLibFileName);
/** hFile is NULL. The flags have no effect. */
HMODULE LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);
HMODULE LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);
/** Once for each LoadLibrary. FALSE: ERROR_MOD_NOT_FOUND. */
BOOL FreeLibrary(HMODULE hLibModule);
/** One that LoadLibrary has loaded, or that is always there; not counted. NULL:
 * ERROR_MOD_NOT_FOUND. */
HMODULE GetModuleHandleW(LPCWSTR lpModuleName);
HMODULE GetModuleHandleA(LPCSTR lpModuleName);
/** A function or variable of it. NULL: ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND (by number, too).
 */
FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define GetModuleFileNameW  WindowsModuleFileNameW
#define GetModuleFileNameA  WindowsModuleFileNameA
#define PxeProviderRegister WindowsProviderRegister
#define PxeProviderEnumNext WindowsProviderEnumNext

#ifdef UNICODE
#define LoadLibrary     LoadLibraryW
#define LoadLibraryEx   LoadLibraryExW
#define GetModuleHandle GetModuleHandleW
#else
#define LoadLibrary     LoadLibraryA
#define LoadLibraryEx   LoadLibraryExA
#define GetModuleHandle GetModuleHandleA
#endif

#endif
