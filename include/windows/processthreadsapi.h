/* Threads, and what each of them has of its own. <windows.h> includes this header.
 *
 * A module is not unloaded while a thread that CreateThread or _beginthreadex started runs in it.
 * It is still the provider that ends its threads, and waits for them in PxeProviderShutdown: what
 * comes after that finds neither its settings nor its requests.
 */
#ifndef WDSPXE_WINDOWS_PROCESSTHREADSAPI_H
#define WDSPXE_WINDOWS_PROCESSTHREADSAPI_H

#include "handleapi.h"
#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define CREATE_SUSPENDED                  0x00000004
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x00010000
#define STILL_ACTIVE                      259

typedef DWORD (*PTHREAD_START_ROUTINE)(LPVOID lpThreadParameter);
typedef PTHREAD_START_ROUTINE LPTHREAD_START_ROUTINE;

/**
 * Starts a thread. Its stack has the size that threads have here (ulimit -s), or dwStackSize if
 * that is more. With CREATE_SUSPENDED it runs when ResumeThread says so. *lpThreadId, unless
 * lpThreadId is NULL, is written before the thread runs. Signals of the process are not delivered
 * to it.
 *
 * NULL: ERROR_INVALID_PARAMETER (no routine, unknown flags), ERROR_NOT_ENOUGH_MEMORY.
 */
HANDLE CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
		    LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
		    DWORD dwCreationFlags, LPDWORD lpThreadId);
/** The number of times that it had to be resumed: 1 or, when it runs, 0. (DWORD)-1:
 * ERROR_INVALID_HANDLE. */
DWORD ResumeThread(HANDLE hThread);
/**
 * Ends the calling thread: destructors of thread-local variables are called, those of variables on
 * its stack are not. In a callback of the thread pool it ends that callback. On a thread that the
 * library did not start it is pthread_exit(3).
 */
__attribute__((noreturn)) void ExitThread(DWORD dwExitCode);
/** *lpExitCode is STILL_ACTIVE until the thread has ended. FALSE: ERROR_INVALID_HANDLE,
 * ERROR_NOACCESS (NULL). */
BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode);

/** The number by which Linux knows the thread, which is what gdb and top show. */
DWORD GetCurrentThreadId(void);
/** 0: ERROR_INVALID_HANDLE. */
DWORD GetThreadId(HANDLE Thread);
DWORD GetCurrentProcessId(void);
/** Pseudo handles: whoever uses them means himself by them. They need not be closed. */
HANDLE GetCurrentThread(void);
HANDLE GetCurrentProcess(void);
/** Lets another thread run. FALSE: Linux does not tell whether one did. */
BOOL SwitchToThread(void);

/* Thread-local storage. 1,088 indexes for all modules of the process; each module frees its own. */

#define TLS_MINIMUM_AVAILABLE 64
#define TLS_OUT_OF_INDEXES    0xFFFFFFFF

/** An index, whose value is NULL on each thread; TLS_OUT_OF_INDEXES: ERROR_NO_MORE_ITEMS. */
DWORD TlsAlloc(void);
/** The value; the last error is ERROR_SUCCESS. NULL with ERROR_INVALID_PARAMETER: no such index. */
LPVOID TlsGetValue(DWORD dwTlsIndex);
/** FALSE: ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY. */
BOOL TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue);
/** What the values point to remains the caller's. FALSE: ERROR_INVALID_PARAMETER. */
BOOL TlsFree(DWORD dwTlsIndex);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
