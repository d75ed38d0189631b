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
