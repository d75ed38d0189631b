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
#define WT_EXECUTEINWAITTHREAD       0x00000004
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

/** TimerOrWaitFired: TRUE for a timer, and for a wait whose time is over. */
typedef void (*WAITORTIMERCALLBACK)(PVOID lpParameter, BOOLEAN TimerOrWaitFired);
typedef WAITORTIMERCALLBACK WAITORTIMERCALLBACKFUNC;

/* ---- timer queues ------------------------------------------------------------------------------
 *
 * CompletionEvent of Delete...: NULL, an event that is set when the last callback has returned, or
 * INVALID_HANDLE_VALUE, which waits for that, and must not be said in a callback of that timer. The
 * handles are closed in any case. FALSE with ERROR_IO_PENDING: a callback lasts, or will be made.
 *
 * Another FALSE: ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */

HANDLE CreateTimerQueue(void);
BOOL DeleteTimerQueue(HANDLE TimerQueue);
BOOL DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent);
/**
 * Calls the function on a thread of the pool: after DueTime milliseconds, or never (INFINITE), and
 * then every Period milliseconds, or not again (0). A call that has not begun is not queued twice.
 * TimerQueue may be NULL: the queue of the process. Flags: WT_EXECUTEONLYONCE wants a period of 0,
 * WT_EXECUTELONGFUNCTION means a thread at once; the others have no effect.
 */
BOOL CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue, WAITORTIMERCALLBACK Callback,
			   PVOID Parameter, DWORD DueTime, DWORD Period, ULONG Flags);
/** One that was to be called once, and was, stays as it is. */
BOOL ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period);
BOOL DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent);

/* ---- registered waits --------------------------------------------------------------------------
 */

/**
 * Calls the function whenever a wait for the object has ended, or its time is over, again and
 * again, or once with WT_EXECUTEONLYONCE. The wait has a thread of its own, on which it is called;
 * the other flags have no effect. It holds the object: the caller may close his handle.
 *
 * FALSE: ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
BOOL RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject,
				 WAITORTIMERCALLBACK Callback, PVOID Context, ULONG dwMilliseconds,
				 ULONG dwFlags);
/** Ends the wait. FALSE: ERROR_INVALID_HANDLE; ERROR_IO_PENDING: its callback lasts. */
BOOL UnregisterWait(HANDLE WaitHandle);
/** The same, with a CompletionEvent as above. In the callback itself it never waits. */
BOOL UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
