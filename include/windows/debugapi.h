/* Text for who debugs. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_DEBUGAPI_H
#define WDSPXE_WINDOWS_DEBUGAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** To the server's log, as PxeTrace with PXE_TRACE_VERBOSE; a line break at its end is left out.
 * NULL is nothing. */
void OutputDebugStringW(LPCWSTR lpOutputString);
void OutputDebugStringA(LPCSTR lpOutputString);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define OutputDebugString OutputDebugStringW
#else
#define OutputDebugString OutputDebugStringA
#endif

#endif
