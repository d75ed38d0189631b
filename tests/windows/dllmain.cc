/* A provider that keeps its module's handle, as DllMain gave it, and says at its start which file
 * that is. DLLMAIN is DllMain's head, in one of the forms that Microsoft's compiler takes.
 */
#include <windows.h>
#include <wdspxe.h>

#ifndef DLLMAIN
#define DLLMAIN BOOL APIENTRY DllMain(HANDLE hModule, DWORD dwReason, LPVOID lpReserved)
#endif

static HINSTANCE g_hInstance;

DLLMAIN
{
	UNREFERENCED_PARAMETER(lpReserved);
	if (dwReason == DLL_PROCESS_ATTACH)
		g_hInstance = (HINSTANCE)hModule;
	return TRUE;
}

static DWORD PXEAPI RecvRequest(HANDLE, PVOID, ULONG, PXE_ADDRESS *, PXE_ADDRESS *,
				PXE_BOOT_ACTION *pAction, PVOID)
{
	*pAction = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI Shutdown(PVOID)
{
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	WCHAR szFile[MAX_PATH] = L"";

	UNREFERENCED_PARAMETER(hProviderKey);
	GetModuleFileNameW(g_hInstance, szFile, MAX_PATH);
	PxeTrace(hProvider, PXE_TRACE_WARNING, L"attached as %s", szFile);
	PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, (PVOID)RecvRequest, NULL);
	return PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, (PVOID)Shutdown, NULL);
}
