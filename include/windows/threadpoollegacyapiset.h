/* The thread pool as it was before Windows Vista. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_THREADPOOLLEGACYAPISET_H
#define WDSPXE_WINDOWS_THREADPOOLLEGACYAPISET_H

#include "processthreadsapi.h"
#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define WT_EXECUTEDEFAULT            0x00000000
#define WT_EXECUTEINIOTHREAD         0x00000001
#define WT_EXECUTEINTIMERTHREAD      0x00000020
#define WT_EXECUTELONGFUNCTION       0x00000010
#define WT_EXECUTEONLYONCE           0x00000008
#define WT_EXECUTEINPERSISTENTTHREAD 0x00000080
#define WT_TRANSFER_IMPERSONATION    0x00000100

/**
 * Calls the function once, on a thread of the process's pool, which <threadpoolapiset.h> describes.
 * Of the flags WT_EXECUTELONGFUNCTION means a thread at once; the others have no effect.
 *
 * FALSE: ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
