/* The time of day, and how long the system has been up. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_SYSINFOAPI_H
#define WDSPXE_WINDOWS_SYSINFOAPI_H

#include "timezoneapi.h"
#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** Milliseconds since the system started, time asleep included; after 49.7 days it begins anew. */
DWORD GetTickCount(void);
/** The same, and it does not. */
ULONGLONG GetTickCount64(void);

/** Now: UTC, or the time of this place. */
void GetSystemTime(LPSYSTEMTIME lpSystemTime);
void GetLocalTime(LPSYSTEMTIME lpSystemTime);
/** Now: 100 ns since 1601, UTC. Both are precise. */
void GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime);
void GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
