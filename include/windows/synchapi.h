/* Waiting: events, mutexes, semaphores; locks that are variables; Sleep. <windows.h> includes this
 * header.
 *
 * Names of objects are shared by all providers of a process, and by both instances of one during a
 * reload. They have case; "Global\" and "Local\" in front of them make no difference. Security
 * attributes and access rights have no effect. Nothing here runs asynchronous procedure calls, so
 * bAlertable makes no difference either.
 */
#ifndef WDSPXE_WINDOWS_SYNCHAPI_H
#define WDSPXE_WINDOWS_SYNCHAPI_H

#include "handleapi.h"
#include "profileapi.h"
#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- waits -------------------------------------------------------------------------------------
 *
 * Of a wait that has ended, an event without manual reset is reset, a semaphore counted down, a
 * mutex owned by the thread. A thread is signaled when it has ended, and its destructors of
 * thread-local variables, too; the process never. Who waits first is served first.
 */

#ifndef INFINITE
#define INFINITE 0xFFFFFFFF
#endif
#define WAIT_OBJECT_0        0x00000000
#define WAIT_ABANDONED       0x00000080
#define WAIT_ABANDONED_0     0x00000080
#define WAIT_IO_COMPLETION   0x000000C0
#define WAIT_FAILED          0xFFFFFFFF
#define MAXIMUM_WAIT_OBJECTS 64

/**
 * Waits for an object, at most so many milliseconds, or INFINITE.
 *
 * WAIT_OBJECT_0; WAIT_ABANDONED: the mutex is the caller's, and the thread that had it has ended;
 * WAIT_TIMEOUT; WAIT_FAILED: ERROR_INVALID_HANDLE.
 */
DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
DWORD WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable);

/**
 * Waits for one of 1 to 64 objects, the first in the array if there are several, or for all of them
 * at the same moment: until then none of them is changed.
 *
 * WAIT_OBJECT_0 + its index, or WAIT_ABANDONED_0 + its index (of all: + 0); WAIT_TIMEOUT;
 * WAIT_FAILED: ERROR_INVALID_HANDLE, or ERROR_INVALID_PARAMETER for the number of them, no array,
 * or one object twice where all are waited for.
 */
DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
			     DWORD dwMilliseconds);
DWORD WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
			       DWORD dwMilliseconds, BOOL bAlertable);

/**
 * Sets an event, leaves a mutex or counts a semaphore up, and waits for another object, with
 * nothing in between. As WaitForSingleObject; WAIT_FAILED also as SetEvent, ReleaseMutex,
 * ReleaseSemaphore.
 */
DWORD SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn, DWORD dwMilliseconds,
			  BOOL bAlertable);

/* ---- events, mutexes, semaphores ---------------------------------------------------------------
 *
 * Create... returns a handle; the last error is then ERROR_SUCCESS or, if an object of that name
 * existed, ERROR_ALREADY_EXISTS: it is that one, and the other arguments had no effect. NULL:
 *	ERROR_INVALID_HANDLE		the name is of an object of another kind
 *	ERROR_INVALID_PARAMETER		counts that do not fit, unknown flags
 *	ERROR_FILENAME_EXCED_RANGE	the name has more than MAX_PATH characters
 *	ERROR_PATH_NOT_FOUND		the name has a backslash that is not of Global\ or Local\
 *	ERROR_NO_UNICODE_TRANSLATION	the name is not valid Unicode
 *	ERROR_NOT_ENOUGH_MEMORY		no memory, or too many handles
 * Open... returns NULL as well with ERROR_FILE_NOT_FOUND for no such object.
 * The others return FALSE with ERROR_INVALID_HANDLE.
 */

#define EVENT_MODIFY_STATE     0x0002
#define EVENT_ALL_ACCESS       0x1F0003
#define MUTEX_MODIFY_STATE     0x0001
#define MUTEX_ALL_ACCESS       0x1F0001
#define SEMAPHORE_MODIFY_STATE 0x0002
#define SEMAPHORE_ALL_ACCESS   0x1F0003
#ifndef SYNCHRONIZE
#define SYNCHRONIZE 0x00100000
#endif

#define CREATE_EVENT_MANUAL_RESET  0x1
#define CREATE_EVENT_INITIAL_SET   0x2
#define CREATE_MUTEX_INITIAL_OWNER 0x1

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
		    LPCWSTR lpName);
HANDLE CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
		    LPCSTR lpName);
HANDLE CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess);
HANDLE CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess);
HANDLE OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
HANDLE OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
BOOL SetEvent(HANDLE hEvent);
BOOL ResetEvent(HANDLE hEvent);
/** Wakes those that wait now (one, without manual reset), and leaves the event reset. */
BOOL PulseEvent(HANDLE hEvent);

HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName);
HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName);
HANDLE CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess);
HANDLE CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess);
HANDLE OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
HANDLE OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
/** Once for each wait of its owner. FALSE: also ERROR_NOT_OWNER. */
BOOL ReleaseMutex(HANDLE hMutex);

HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			LONG lMaximumCount, LPCWSTR lpName);
HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			LONG lMaximumCount, LPCSTR lpName);
HANDLE CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			  LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess);
HANDLE CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
			  LONG lMaximumCount, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess);
HANDLE OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
HANDLE OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
/**
 * Counts up; *lpPreviousCount, unless it is NULL, is the count before. FALSE: also
 * ERROR_INVALID_PARAMETER for a count below 1, ERROR_TOO_MANY_POSTS for one beyond the maximum:
 * nothing is changed then.
 */
BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount);

/* ---- waitable timers ---------------------------------------------------------------------------
 *
 * Create... and Open... as above. A timer is signaled when it is due, and every period after that;
 * with manual reset it stays so until it is set again, without until a wait for it ends.
 */

#define TIMER_QUERY_STATE                     0x0001
#define TIMER_MODIFY_STATE                    0x0002
#define TIMER_ALL_ACCESS                      0x1F0003
#define CREATE_WAITABLE_TIMER_MANUAL_RESET    0x1
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x2

typedef void (*PTIMERAPCROUTINE)(LPVOID lpArgToCompletionRoutine, DWORD dwTimerLowValue,
				 DWORD dwTimerHighValue);
typedef struct _REASON_CONTEXT *PREASON_CONTEXT; /* has no effect: NULL */

HANDLE CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
			    LPCWSTR lpTimerName);
HANDLE CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
			    LPCSTR lpTimerName);
HANDLE CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName,
			      DWORD dwFlags, DWORD dwDesiredAccess);
HANDLE CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCSTR lpTimerName,
			      DWORD dwFlags, DWORD dwDesiredAccess);
HANDLE OpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName);
HANDLE OpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName);
/**
 * Due at 100 ns since 1601, UTC, or, below 0, from now; lPeriod in milliseconds, 0: once. It is not
 * signaled until then. The last error is ERROR_SUCCESS, or ERROR_NOT_SUPPORTED with fResume, which
 * wakes no computer.
 *
 * FALSE: ERROR_INVALID_HANDLE; ERROR_INVALID_PARAMETER, for a period below 0; ERROR_NOACCESS
 * (NULL); ERROR_NOT_SUPPORTED, for a routine, which would be an asynchronous procedure call.
 */
BOOL SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
		      PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
		      BOOL fResume);
BOOL SetWaitableTimerEx(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
			PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
			PREASON_CONTEXT WakeContext, ULONG TolerableDelay);
/** It will not be due; it stays signaled if it is. */
BOOL CancelWaitableTimer(HANDLE hTimer);

/* ---- critical sections: a lock for one thread, which may enter it again
 * --------------------------
 *
 * It holds nothing but itself, so that one that is never deleted costs nothing. Its members are to
 * be looked at by debuggers only. The spin count has no effect.
 */

typedef struct _RTL_CRITICAL_SECTION {
	PVOID DebugInfo;
	LONG LockCount; /* 0: free; 1: entered; 2: entered, and others may wait */
	LONG RecursionCount;
	HANDLE OwningThread; /* its GetCurrentThreadId() */
	HANDLE LockSemaphore;
	ULONG_PTR SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION, CRITICAL_SECTION, *PCRITICAL_SECTION,
	*LPCRITICAL_SECTION;

#define CRITICAL_SECTION_NO_DEBUG_INFO 0x01000000

void InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
/** TRUE, always. */
BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount);
/** FALSE: ERROR_INVALID_PARAMETER, for unknown flags. */
BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount,
				 DWORD Flags);
/** The spin count that it had. */
DWORD SetCriticalSectionSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount);
void EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
/** FALSE: another thread is in it. */
BOOL TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
/** By the thread that entered it, as often; else it does nothing. */
void LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection);
void DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection);

/* ---- slim reader/writer locks: for one that writes, or for many that read
 * ------------------------
 *
 * A thread may not acquire one again. Readers that come later queue behind a writer that waits.
 */

typedef struct _RTL_SRWLOCK {
	PVOID Ptr;
} RTL_SRWLOCK, *PRTL_SRWLOCK, SRWLOCK, *PSRWLOCK;

#define RTL_SRWLOCK_INIT                                                                           \
	{                                                                                          \
		0                                                                                  \
	}
#define SRWLOCK_INIT RTL_SRWLOCK_INIT

void InitializeSRWLock(PSRWLOCK SRWLock);
void AcquireSRWLockExclusive(PSRWLOCK SRWLock);
void AcquireSRWLockShared(PSRWLOCK SRWLock);
/** FALSE (0): it is held. */
BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK SRWLock);
BOOLEAN TryAcquireSRWLockShared(PSRWLOCK SRWLock);
void ReleaseSRWLockExclusive(PSRWLOCK SRWLock);
void ReleaseSRWLockShared(PSRWLOCK SRWLock);

/* ---- condition variables --------------------------------------------------------------------- */

typedef struct _RTL_CONDITION_VARIABLE {
	PVOID Ptr;
} RTL_CONDITION_VARIABLE, *PRTL_CONDITION_VARIABLE, CONDITION_VARIABLE, *PCONDITION_VARIABLE;

#define RTL_CONDITION_VARIABLE_INIT                                                                \
	{                                                                                          \
		0                                                                                  \
	}
#define CONDITION_VARIABLE_INIT RTL_CONDITION_VARIABLE_INIT

#define CONDITION_VARIABLE_LOCKMODE_SHARED 0x1

void InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable);
/**
 * Leaves the lock, sleeps until it is woken, and has the lock again. A critical section must have
 * been entered once. It may wake for no reason: look at what is waited for in a loop.
 *
 * FALSE: ERROR_TIMEOUT (and the lock is held all the same), ERROR_INVALID_PARAMETER.
 */
BOOL SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
			      PCRITICAL_SECTION CriticalSection, DWORD dwMilliseconds);
BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock,
			       DWORD dwMilliseconds, ULONG Flags);
void WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable);
void WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable);

/* ---- what is done once ----------------------------------------------------------------------- */

typedef union _RTL_RUN_ONCE {
	PVOID Ptr;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE, INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;

#define RTL_RUN_ONCE_INIT                                                                          \
	{                                                                                          \
		0                                                                                  \
	}
#define INIT_ONCE_STATIC_INIT       RTL_RUN_ONCE_INIT
#define INIT_ONCE_CHECK_ONLY        0x1
#define INIT_ONCE_ASYNC             0x2
#define INIT_ONCE_INIT_FAILED       0x4
#define INIT_ONCE_CTX_RESERVED_BITS 2

typedef BOOL (*PINIT_ONCE_FN)(PINIT_ONCE InitOnce, PVOID Parameter, PVOID *Context);

void InitOnceInitialize(PINIT_ONCE InitOnce);
/**
 * Calls the function, unless a call of it has returned TRUE before; others wait meanwhile. What it
 * writes to *Context, whose two lowest bits must be 0, is what everybody gets. FALSE: it returned
 * FALSE (the last error is what it left), ERROR_INVALID_PARAMETER.
 */
BOOL InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter,
			 LPVOID *Context);
/**
 * TRUE with *fPending TRUE: the caller is to do it, and ends it by InitOnceComplete; with
 * INIT_ONCE_ASYNC others may be doing the same, and the first to complete wins. TRUE with FALSE: it
 * has been done, and *lpContext is what there is.
 *
 * FALSE: ERROR_GEN_FAILURE with INIT_ONCE_CHECK_ONLY and not done yet (*fPending is TRUE);
 * ERROR_INVALID_PARAMETER for flags that do not go together or with what was begun.
 */
BOOL InitOnceBeginInitialize(LPINIT_ONCE lpInitOnce, DWORD dwFlags, PBOOL fPending,
			     LPVOID *lpContext);
/** FALSE: ERROR_GEN_FAILURE: it was not begun, or another one was first; ERROR_INVALID_PARAMETER.
 */
BOOL InitOnceComplete(LPINIT_ONCE lpInitOnce, DWORD dwFlags, LPVOID lpContext);

/* ---- sleeping -------------------------------------------------------------------------------- */

/** 0 only lets others run; INFINITE never ends. */
void Sleep(DWORD dwMilliseconds);
/** 0, always. */
DWORD SleepEx(DWORD dwMilliseconds, BOOL bAlertable);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define CreateEvent           CreateEventW
#define CreateEventEx         CreateEventExW
#define OpenEvent             OpenEventW
#define CreateMutex           CreateMutexW
#define CreateMutexEx         CreateMutexExW
#define OpenMutex             OpenMutexW
#define CreateSemaphore       CreateSemaphoreW
#define CreateSemaphoreEx     CreateSemaphoreExW
#define OpenSemaphore         OpenSemaphoreW
#define CreateWaitableTimer   CreateWaitableTimerW
#define CreateWaitableTimerEx CreateWaitableTimerExW
#define OpenWaitableTimer     OpenWaitableTimerW
#else
#define CreateEvent           CreateEventA
#define CreateEventEx         CreateEventExA
#define OpenEvent             OpenEventA
#define CreateMutex           CreateMutexA
#define CreateMutexEx         CreateMutexExA
#define OpenMutex             OpenMutexA
#define CreateSemaphore       CreateSemaphoreA
#define CreateSemaphoreEx     CreateSemaphoreExA
#define OpenSemaphore         OpenSemaphoreA
#define CreateWaitableTimer   CreateWaitableTimerA
#define CreateWaitableTimerEx CreateWaitableTimerExA
#define OpenWaitableTimer     OpenWaitableTimerA
#endif

#endif
