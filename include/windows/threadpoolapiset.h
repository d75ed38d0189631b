/* The thread pool: work, timers. <windows.h> includes this header.
 *
 * Threads start when there is something to do, and end when there has been nothing for a while.
 * Callbacks that block are no harm: if nothing moves, threads are added, up to 500 in each pool.
 *
 * What is created here is a pointer, as on Windows: closed twice, or used after that, it is an
 * error of the program's. A module is not unloaded while work, a timer or a callback of it is left;
 * what it has created it closes in PxeProviderShutdown, after WaitFor...Callbacks.
 */
#ifndef WDSPXE_WINDOWS_THREADPOOLAPISET_H
#define WDSPXE_WINDOWS_THREADPOOLAPISET_H

#include "synchapi.h"
#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef DWORD TP_VERSION, *PTP_VERSION;
typedef struct _TP_CALLBACK_INSTANCE TP_CALLBACK_INSTANCE, *PTP_CALLBACK_INSTANCE;
typedef struct _TP_POOL TP_POOL, *PTP_POOL;
typedef struct _TP_WORK TP_WORK, *PTP_WORK;
typedef struct _TP_TIMER TP_TIMER, *PTP_TIMER;
typedef struct _TP_CLEANUP_GROUP TP_CLEANUP_GROUP, *PTP_CLEANUP_GROUP;

typedef void (*PTP_SIMPLE_CALLBACK)(PTP_CALLBACK_INSTANCE Instance, PVOID Context);
typedef void (*PTP_WORK_CALLBACK)(PTP_CALLBACK_INSTANCE Instance, PVOID Context, PTP_WORK Work);
typedef void (*PTP_TIMER_CALLBACK)(PTP_CALLBACK_INSTANCE Instance, PVOID Context, PTP_TIMER Timer);
typedef void (*PTP_CLEANUP_GROUP_CANCEL_CALLBACK)(PVOID ObjectContext, PVOID CleanupContext);

typedef enum _TP_CALLBACK_PRIORITY {
	TP_CALLBACK_PRIORITY_HIGH,
	TP_CALLBACK_PRIORITY_NORMAL,
	TP_CALLBACK_PRIORITY_LOW,
	TP_CALLBACK_PRIORITY_INVALID,
	TP_CALLBACK_PRIORITY_COUNT = TP_CALLBACK_PRIORITY_INVALID
} TP_CALLBACK_PRIORITY;

/* ---- where callbacks run: filled by the functions below it; NULL in place of it is the process's
 * pool */

typedef struct _TP_CALLBACK_ENVIRON_V3 {
	TP_VERSION Version;
	PTP_POOL Pool;
	PTP_CLEANUP_GROUP CleanupGroup;
	PTP_CLEANUP_GROUP_CANCEL_CALLBACK CleanupGroupCancelCallback;
	PVOID RaceDll;
	PVOID ActivationContext;
	PTP_SIMPLE_CALLBACK FinalizationCallback;
	union {
		DWORD Flags;
		struct {
			DWORD LongFunction : 1;
			DWORD Persistent : 1;
			DWORD Private : 30;
		} s;
	} u;
	TP_CALLBACK_PRIORITY CallbackPriority;
	DWORD Size;
} TP_CALLBACK_ENVIRON_V3, TP_CALLBACK_ENVIRON, *PTP_CALLBACK_ENVIRON;

static inline void InitializeThreadpoolEnvironment(PTP_CALLBACK_ENVIRON pcbe)
{
	pcbe->Version = 3;
	pcbe->Pool = NULL;
	pcbe->CleanupGroup = NULL;
	pcbe->CleanupGroupCancelCallback = NULL;
	pcbe->RaceDll = NULL;
	pcbe->ActivationContext = NULL;
	pcbe->FinalizationCallback = NULL;
	pcbe->u.Flags = 0;
	pcbe->CallbackPriority = TP_CALLBACK_PRIORITY_NORMAL;
	pcbe->Size = sizeof(*pcbe);
}

static inline void DestroyThreadpoolEnvironment(PTP_CALLBACK_ENVIRON pcbe)
{
	(void)pcbe;
}

static inline void SetThreadpoolCallbackPool(PTP_CALLBACK_ENVIRON pcbe, PTP_POOL ptpp)
{
	pcbe->Pool = ptpp;
}

static inline void SetThreadpoolCallbackCleanupGroup(PTP_CALLBACK_ENVIRON pcbe,
						     PTP_CLEANUP_GROUP ptpcg,
						     PTP_CLEANUP_GROUP_CANCEL_CALLBACK pfng)
{
	pcbe->CleanupGroup = ptpcg;
	pcbe->CleanupGroupCancelCallback = pfng;
}

/** A thread for it at once, however many there are. */
static inline void SetThreadpoolCallbackRunsLong(PTP_CALLBACK_ENVIRON pcbe)
{
	pcbe->u.s.LongFunction = 1;
}

/** Has no effect: the module of a callback stays as long as it is left. */
static inline void SetThreadpoolCallbackLibrary(PTP_CALLBACK_ENVIRON pcbe, PVOID mod)
{
	pcbe->RaceDll = mod;
}

/** Has no effect. */
static inline void SetThreadpoolCallbackPriority(PTP_CALLBACK_ENVIRON pcbe,
						 TP_CALLBACK_PRIORITY Priority)
{
	pcbe->CallbackPriority = Priority;
}

/* ---- pools of one's own. The functions that create return NULL with ERROR_NOT_ENOUGH_MEMORY or,
 * where there is no callback or no pool, ERROR_INVALID_PARAMETER. */

/** `reserved` is NULL. */
PTP_POOL CreateThreadpool(PVOID reserved);
/** It goes when what was created in it is closed. */
void CloseThreadpool(PTP_POOL ptpp);
void SetThreadpoolThreadMaximum(PTP_POOL ptpp, DWORD cthrdMost);
/** FALSE: ERROR_NOT_ENOUGH_MEMORY. */
BOOL SetThreadpoolThreadMinimum(PTP_POOL ptpp, DWORD cthrdMic);

/* ---- work ---- */

/** Calls the function once. FALSE: as NULL above. */
BOOL TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK pfns, PVOID pv, PTP_CALLBACK_ENVIRON pcbe);

PTP_WORK CreateThreadpoolWork(PTP_WORK_CALLBACK pfnwk, PVOID pv, PTP_CALLBACK_ENVIRON pcbe);
/** One call of it more: several may run at the same time. It cannot fail. */
void SubmitThreadpoolWork(PTP_WORK pwk);
/** Waits until no call of it is left; with fCancelPendingCallbacks those that have not begun are
 * dropped. Not from a callback of the same object. */
void WaitForThreadpoolWorkCallbacks(PTP_WORK pwk, BOOL fCancelPendingCallbacks);
/** It goes at once or, when calls of it are left, after them. */
void CloseThreadpoolWork(PTP_WORK pwk);

/* ---- timers ---- */

PTP_TIMER CreateThreadpoolTimer(PTP_TIMER_CALLBACK pfnti, PVOID pv, PTP_CALLBACK_ENVIRON pcbe);
/**
 * Calls it at that time: negative is so many times 100 ns from now, positive the time of day since
 * 1601, 0 at once; then every msPeriod milliseconds, unless that is 0. A call that has not begun
 * when the next is due is that one, too. NULL stops it: calls that are waiting are still made.
 */
void SetThreadpoolTimer(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod, DWORD msWindowLength);
/** The same; was it set before? */
BOOL SetThreadpoolTimerEx(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod,
			  DWORD msWindowLength);
BOOL IsThreadpoolTimerSet(PTP_TIMER pti);
void WaitForThreadpoolTimerCallbacks(PTP_TIMER pti, BOOL fCancelPendingCallbacks);
void CloseThreadpoolTimer(PTP_TIMER pti);

/* ---- groups: closed together ---- */

PTP_CLEANUP_GROUP CreateThreadpoolCleanupGroup(void);
/**
 * Waits for the calls of all members, and closes them. With fCancelPendingCallbacks calls that have
 * not begun are dropped; for a member that lost one its environment's cancel callback is called,
 * once, with pvCleanupContext.
 */
void CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP ptpcg, BOOL fCancelPendingCallbacks,
					PVOID pvCleanupContext);
/** It has no members. */
void CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP ptpcg);

/* ---- in a callback: for when it has returned ---- */

void SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE evt);
void ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE sem, DWORD crel);
void ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE mut);
void LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, PCRITICAL_SECTION pcs);
/** Nobody waits for this call any more; the module stays nevertheless. */
void DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE pci);
/** TRUE: there is a thread for others. FALSE: the pool has as many as it may have. */
BOOL CallbackMayRunLong(PTP_CALLBACK_INSTANCE pci);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
