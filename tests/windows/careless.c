/* A provider in the style of Windows, in C, that is careless: Shutdown returns while a thread of
 * its own and a callback of the thread pool still run in it. Each says when it has ended. It
 * rejects every client. Key: Milliseconds (DWORD)
 */
#include <windows.h>

#include <wdspxe.h>

static DWORD g_dwMilliseconds = 0;

static DWORD WINAPI Straggle(_In_ LPVOID lpParameter)
{
	LPCWSTR pwszWhat = (LPCWSTR)lpParameter;

	Sleep(g_dwMilliseconds);
	PxeTrace(NULL, PXE_TRACE_INFO, L"careless: %ls has ended", pwszWhat);
	return 0;
}

static DWORD PXEAPI OnRequest(_In_ HANDLE hClientRequest, _In_ PVOID pPacket, _In_ ULONG uPacketLen,
			      _In_ PXE_ADDRESS *pLocalAddress, _In_ PXE_ADDRESS *pRemoteAddress,
			      _Out_ PXE_BOOT_ACTION *pAction, _In_opt_ PVOID pContext)
{
	UNREFERENCED_PARAMETER(hClientRequest);
	UNREFERENCED_PARAMETER(pPacket);
	UNREFERENCED_PARAMETER(uPacketLen);
	UNREFERENCED_PARAMETER(pLocalAddress);
	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);
	*pAction = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI OnShutdown(_In_opt_ PVOID pContext)
{
	HANDLE hThread;

	UNREFERENCED_PARAMETER(pContext);
	hThread = CreateThread(NULL, 0, Straggle, (LPVOID)L"a thread", 0, NULL);
	if (hThread != NULL)
		CloseHandle(hThread);
	QueueUserWorkItem(Straggle, (PVOID)L"a callback", WT_EXECUTELONGFUNCTION);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	DWORD dwError, cbValue = sizeof(g_dwMilliseconds);

	dwError = (DWORD)RegQueryValueExW(hProviderKey, L"Milliseconds", NULL, NULL,
					  (LPBYTE)&g_dwMilliseconds, &cbValue);
	if (dwError == ERROR_SUCCESS)
		dwError =
			PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	return dwError;
}
