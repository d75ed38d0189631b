/* Values of each thread with a callback for its end. There are no fibers but threads. <windows.h>
 * includes this header.
 */
#ifndef WDSPXE_WINDOWS_FIBERSAPI_H
#define WDSPXE_WINDOWS_FIBERSAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define FLS_MAXIMUM_AVAILABLE 128
#define FLS_OUT_OF_INDEXES    0xFFFFFFFF

typedef void (*PFLS_CALLBACK_FUNCTION)(PVOID lpFlsData);

/**
 * An index, whose value is NULL on each thread. The callback, which may be NULL, is called with
 * each value that is not NULL when its thread ends, on that thread, and for those of all threads
 * when the index is freed. Its module is not unloaded before that.
 *
 * FLS_OUT_OF_INDEXES: ERROR_NO_MORE_ITEMS.
 */
DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback);
/** The value; the last error is ERROR_SUCCESS. NULL with ERROR_INVALID_PARAMETER: no such index. */
PVOID FlsGetValue(DWORD dwFlsIndex);
/** FALSE: ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY. */
BOOL FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData);
/** FALSE: ERROR_INVALID_PARAMETER. */
BOOL FlsFree(DWORD dwFlsIndex);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
