/* A provider with DllMain, which writes down what it is called for: a line a call, into the file
 * that the environment names in DLLMAIN_LOG. DLLMAIN_REFUSE: it refuses to be attached;
 * DLLMAIN_FAIL: Initialize fails.
 */
#include <stdio.h>
#include <stdlib.h>

#include <wdspxe.h>
#include <windows/windows.h>

static void note(const char *what, const char *path)
{
	FILE *log = fopen(getenv("DLLMAIN_LOG"), "ae");

	fprintf(log, "%s%s\n", what, path);
	fclose(log);
}

BOOL DllMain(HINSTANCE module, DWORD reason, LPVOID reserved);

BOOL DllMain(HINSTANCE module, DWORD reason, LPVOID reserved)
{
	char path[256] = "";
	DWORD len = GetModuleFileNameA(module, path, sizeof(path));

	note(reason == DLL_PROCESS_ATTACH   ? "attach "
	     : reason == DLL_PROCESS_DETACH ? "detach "
					    : "? ",
	     len && !reserved ? path : "?");
	if (!getenv("DLLMAIN_REFUSE"))
		return TRUE;
	if (reason == DLL_PROCESS_ATTACH)
		PxeTrace(NULL, PXE_TRACE_ERROR, L"not on this machine");
	return FALSE;
}

static DWORD PXEAPI receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	note("shutdown", context);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	static char empty[] = "";

	(void)key;
	note("initialize", "");
	if (getenv("DLLMAIN_FAIL"))
		return ERROR_GEN_FAILURE;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, empty);
}
