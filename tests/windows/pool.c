/* A provider in the style of Windows, in C, that decides on the thread pool: an instance of work
 * for each request, in a cleanup group, so that Shutdown waits for all of them in one call.
 * Requests of clients whose address ends in an odd octet go by QueueUserWorkItem, and are rejected.
 * Key: File (SZ)
 */
#include <windows.h>

#include <wdspxe.h>

#include <stdlib.h>

#define REPLY_SIZE 300
#define DHCP_OFFER 2

typedef struct _REQUEST {
	HANDLE hRequest;
	PVOID pPacket; /* stays until the request is completed */
	ULONG uLength;
	PXE_ADDRESS *pLocal;
} REQUEST, *PREQUEST;

static HANDLE g_hProvider = NULL;
static TP_CALLBACK_ENVIRON g_Environment;
static PTP_CLEANUP_GROUP g_pGroup = NULL;
static PTP_TIMER g_pTimer = NULL;
static HANDLE g_hIdle = NULL;
static volatile LONG g_cItems = 1; /* of QueueUserWorkItem; one is Shutdown's */
static volatile LONG g_cTicks = 0;
static CHAR g_szFile[PXE_DHCP_FILE_SIZE] = "pool.0";
static INIT_ONCE g_Told = INIT_ONCE_STATIC_INIT;

static BOOL CALLBACK TellOnce(PINIT_ONCE pOnce, PVOID pParameter, PVOID *ppContext)
{
	UNREFERENCED_PARAMETER(pOnce);
	UNREFERENCED_PARAMETER(ppContext);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"the first client ends in %02x",
		 *(const BYTE *)pParameter);
	return TRUE;
}

static DWORD SendOffer(_In_ const REQUEST *pWork, _Inout_ PVOID pReply)
{
	PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pReply;
	BYTE bType = DHCP_OFFER;
	ULONG cbUsed = 0;
	PXE_ADDRESS to;
	DWORD dwError;

	dwError = PxeDhcpInitialize(pWork->pPacket, pWork->uLength, pReply, REPLY_SIZE, &cbUsed);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	pMessage->BootstrapServerAddress = pWork->pLocal->uIpAddress;
	CopyMemory(pMessage->BootFileName, g_szFile, sizeof(g_szFile));
	PxeDhcpAppendOption(pReply, REPLY_SIZE, &cbUsed, 53, sizeof(bType), &bType);
	PxeDhcpAppendOption(pReply, REPLY_SIZE, &cbUsed, 54, 4, pWork->pLocal->bAddress);
	PxeDhcpAppendOption(pReply, REPLY_SIZE, &cbUsed, 60, 9, "PXEClient");
	PxeDhcpAppendOption(pReply, REPLY_SIZE, &cbUsed, 255, 0, NULL);
	ZeroMemory(&to, sizeof(to));
	to.uFlags = PXE_ADDR_USE_DHCP_RULES;
	return PxeSendReply(pWork->hRequest, pReply, cbUsed, &to);
}

static VOID CALLBACK OnWork(_Inout_ PTP_CALLBACK_INSTANCE pInstance, _Inout_opt_ PVOID pContext,
			    _Inout_ PTP_WORK pWork)
{
	PREQUEST pRequest = (PREQUEST)pContext;
	PVOID pReply = PxePacketAllocate(g_hProvider, pRequest->hRequest, REPLY_SIZE);
	DWORD dwError = ERROR_NOT_ENOUGH_MEMORY;

	CallbackMayRunLong(pInstance);
	if (pReply != NULL) {
		dwError = SendOffer(pRequest, pReply);
		PxePacketFree(g_hProvider, pRequest->hRequest, pReply);
	}
	PxeAsyncRecvDone(pRequest->hRequest, dwError == ERROR_SUCCESS ? PXE_BA_NBP : PXE_BA_IGNORE);
	free(pRequest);
	CloseThreadpoolWork(pWork);
}

static DWORD WINAPI OnItem(_In_ LPVOID lpParameter)
{
	PREQUEST pRequest = (PREQUEST)lpParameter;

	PxeAsyncRecvDone(pRequest->hRequest, PXE_BA_REJECTED);
	free(pRequest);
	if (InterlockedDecrement(&g_cItems) == 0)
		SetEvent(g_hIdle);
	return 0;
}

static VOID CALLBACK OnTimer(_Inout_ PTP_CALLBACK_INSTANCE pInstance, _Inout_opt_ PVOID pContext,
			     _Inout_ PTP_TIMER pTimer)
{
	UNREFERENCED_PARAMETER(pInstance);
	UNREFERENCED_PARAMETER(pContext);
	UNREFERENCED_PARAMETER(pTimer);
	InterlockedIncrement(&g_cTicks);
}

static DWORD Submit(_In_ PREQUEST pRequest)
{
	const BYTE *pbAddress = ((PPXE_DHCP_MESSAGE)pRequest->pPacket)->HardwareAddress;
	PTP_WORK pWork;

	InitOnceExecuteOnce(&g_Told, TellOnce, (PVOID)&pbAddress[5], NULL);
	if (pbAddress[5] % 2 != 0) {
		InterlockedIncrement(&g_cItems);
		if (QueueUserWorkItem(OnItem, pRequest, WT_EXECUTEDEFAULT))
			return ERROR_IO_PENDING;
		InterlockedDecrement(&g_cItems);
		return GetLastError();
	}
	pWork = CreateThreadpoolWork(OnWork, pRequest, &g_Environment);
	if (pWork == NULL)
		return GetLastError();
	SubmitThreadpoolWork(pWork);
	return ERROR_IO_PENDING;
}

static DWORD PXEAPI OnRequest(_In_ HANDLE hClientRequest, _In_ PVOID pPacket, _In_ ULONG uPacketLen,
			      _In_ PXE_ADDRESS *pLocalAddress, _In_ PXE_ADDRESS *pRemoteAddress,
			      _Out_ PXE_BOOT_ACTION *pAction, _In_opt_ PVOID pContext)
{
	PBYTE pbType = NULL;
	PREQUEST pRequest;
	DWORD dwError;

	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);
	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, 53, NULL, (PVOID *)&pbType) !=
		    ERROR_SUCCESS ||
	    *pbType != 1)
		return ERROR_SUCCESS;
	pRequest = (PREQUEST)malloc(sizeof(*pRequest));
	if (pRequest == NULL)
		return ERROR_OUTOFMEMORY;
	pRequest->hRequest = hClientRequest;
	pRequest->pPacket = pPacket;
	pRequest->uLength = uPacketLen;
	pRequest->pLocal = pLocalAddress;
	dwError = Submit(pRequest);
	if (dwError != ERROR_IO_PENDING)
		free(pRequest);
	return dwError;
}

static DWORD PXEAPI OnShutdown(_In_opt_ PVOID pContext)
{
	UNREFERENCED_PARAMETER(pContext);
	SetThreadpoolTimer(g_pTimer, NULL, 0, 0);
	CloseThreadpoolCleanupGroupMembers(g_pGroup, FALSE, NULL); /* the timer is one */
	CloseThreadpoolCleanupGroup(g_pGroup);
	DestroyThreadpoolEnvironment(&g_Environment);
	if (InterlockedDecrement(&g_cItems) != 0)
		WaitForSingleObject(g_hIdle, INFINITE);
	CloseHandle(g_hIdle);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"the timer ticked: %ls",
		 g_cTicks > 0 ? L"yes" : L"no");
	return ERROR_SUCCESS;
}

static DWORD StartPool(VOID)
{
	FILETIME ftAtOnce = { 0, 0 };

	g_hIdle = CreateEventEx(NULL, NULL, CREATE_EVENT_MANUAL_RESET, EVENT_ALL_ACCESS);
	g_pGroup = CreateThreadpoolCleanupGroup();
	if (g_hIdle == NULL || g_pGroup == NULL)
		return GetLastError();
	InitializeThreadpoolEnvironment(&g_Environment);
	SetThreadpoolCallbackCleanupGroup(&g_Environment, g_pGroup, NULL);
	g_pTimer = CreateThreadpoolTimer(OnTimer, NULL, &g_Environment);
	if (g_pTimer == NULL)
		return GetLastError();
	SetThreadpoolTimer(g_pTimer, &ftAtOnce, 50, 0);
	return ERROR_SUCCESS;
}

static VOID ReadFileName(_In_ HKEY hKey)
{
	WCHAR wszValue[PXE_DHCP_FILE_SIZE];
	DWORD cbValue = sizeof(wszValue), i;

	if (RegQueryValueExW(hKey, L"File", NULL, NULL, (LPBYTE)wszValue, &cbValue) !=
	    ERROR_SUCCESS)
		return;
	ZeroMemory(g_szFile, sizeof(g_szFile));
	for (i = 0; i < cbValue / sizeof(WCHAR); i++)
		g_szFile[i] = (CHAR)wszValue[i];
}

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD dwError;

	g_hProvider = hProvider;
	ReadFileName(hProviderKey);
	dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
						  sizeof(uFilter));
	return dwError == ERROR_SUCCESS ? StartPool() : dwError;
}
