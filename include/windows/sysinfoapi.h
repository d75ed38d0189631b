/* How long the system has been up. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_SYSINFOAPI_H
#define WDSPXE_WINDOWS_SYSINFOAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** Milliseconds since the system started, time asleep included; after 49.7 days it begins anew. */
DWORD GetTickCount(void);
/** The same, and it does not. */
ULONGLONG GetTickCount64(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
