/* The environment. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_PROCESSENV_H
#define WDSPXE_WINDOWS_PROCESSENV_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * The value of a variable, whose name has no case if none is spelt so. Returns its length without
 * the NUL or, if the buffer is too small, the size that is needed. 0: ERROR_ENVVAR_NOT_FOUND,
 * ERROR_INVALID_PARAMETER (NULL); ERROR_SUCCESS for an empty one.
 */
DWORD GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize);
DWORD GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize);
/**
 * A text in which %NAME% is the value of that variable, and stays where there is none. Returns the
 * size that is needed, with the NUL; if that is more than nSize, lpDst is empty. 0:
 * ERROR_INVALID_PARAMETER.
 */
DWORD ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize);
DWORD ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define GetEnvironmentVariable   GetEnvironmentVariableW
#define ExpandEnvironmentStrings ExpandEnvironmentStringsW
#else
#define GetEnvironmentVariable   GetEnvironmentVariableA
#define ExpandEnvironmentStrings ExpandEnvironmentStringsA
#endif

#endif
