/* Not a provider but a module: threads of libwdspxe-windows run in its code, whether it is unloaded
 * or not. tests/windows-cases loads it. */
#include <windows/windows.h>

static DWORD waits(LPVOID event)
{
	return WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0 ? 77 : 1;
}

/** A thread that returns 77 when the event is set. */
HANDLE start_waiting(HANDLE event);
__attribute__((visibility("default"))) HANDLE start_waiting(HANDLE event)
{
	return CreateThread(NULL, 0, waits, event, 0, NULL);
}

/** A call of the thread pool that returns when the event is set. */
BOOL queue_waiting(HANDLE event);
__attribute__((visibility("default"))) BOOL queue_waiting(HANDLE event)
{
	return QueueUserWorkItem(waits, event, WT_EXECUTELONGFUNCTION);
}

static void waits_when_called(PVOID event, BOOLEAN fired)
{
	(void)fired;
	waits(event);
}

/** A registered wait for the event, which is over when it is set. */
HANDLE register_waiting(HANDLE event);
__attribute__((visibility("default"))) HANDLE register_waiting(HANDLE event)
{
	HANDLE wait = NULL;

	RegisterWaitForSingleObject(&wait, event, waits_when_called, event, INFINITE,
				    WT_EXECUTEONLYONCE);
	return wait;
}

/** A timer of the process's queue, whose callback returns when the event is set. */
HANDLE timer_waiting(HANDLE event);
__attribute__((visibility("default"))) HANDLE timer_waiting(HANDLE event)
{
	HANDLE timer = NULL;

	CreateTimerQueueTimer(&timer, NULL, waits_when_called, event, 0, 0, 0);
	return timer;
}

static void nothing(PVOID value)
{
	(void)value;
}

/** An index whose callback is this module's: 1 beyond it. */
HANDLE index_waiting(HANDLE event);
__attribute__((visibility("default"))) HANDLE index_waiting(HANDLE event)
{
	DWORD index = FlsAlloc(nothing);

	FlsSetValue(index, event);
	return (HANDLE)((ULONG_PTR)index + 1);
}
