/* A provider in the style of Windows, in C, that decides later: two threads of its own wait for a
 * stop event and for a semaphore that counts the requests in a queue, which a critical section
 * guards. Key: File (SZ) for the clients whose address ends in an even octet; it rejects the
 * others.
 */
#include <windows.h>

#include <wdspxe.h>

#define QUEUE_MAX    64
#define WORKERS      2
#define REPLY_SIZE   300
#define DHCP_OFFER   2
#define STOP_TIMEOUT 30000

typedef struct _WORK_ITEM {
	HANDLE hRequest;
	PVOID pPacket; /* stays until the request is completed */
	ULONG uLength;
	PXE_ADDRESS *pLocal;
} WORK_ITEM, *PWORK_ITEM;

static HANDLE g_hProvider = NULL;
static HANDLE g_hStop = NULL;   /* manual: for all workers */
static HANDLE g_hQueued = NULL; /* counts what is in the queue */
static HANDLE g_hWorkers[WORKERS];
static CRITICAL_SECTION g_csQueue;
static WORK_ITEM g_Queue[QUEUE_MAX];
static ULONG g_uFirst = 0, g_cQueued = 0;
static CHAR g_szFile[PXE_DHCP_FILE_SIZE] = "threads.0";
static volatile LONG g_lAnswered = 0;

static BOOL QueuePut(_In_ const WORK_ITEM *pItem)
{
	BOOL bPut;

	EnterCriticalSection(&g_csQueue);
	bPut = g_cQueued < QUEUE_MAX;
	if (bPut)
		g_Queue[(g_uFirst + g_cQueued++) % QUEUE_MAX] = *pItem;
	LeaveCriticalSection(&g_csQueue);
	return bPut && ReleaseSemaphore(g_hQueued, 1, NULL);
}

static WORK_ITEM QueueGet(VOID)
{
	WORK_ITEM item;

	EnterCriticalSection(&g_csQueue);
	item = g_Queue[g_uFirst];
	g_uFirst = (g_uFirst + 1) % QUEUE_MAX;
	g_cQueued--;
	LeaveCriticalSection(&g_csQueue);
	return item;
}

static DWORD BuildOffer(_In_ const WORK_ITEM *pItem, _Out_ PVOID pReply, _Out_ PULONG pcbUsed)
{
	PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pReply;
	BYTE bType = DHCP_OFFER;
	DWORD dwError;

	dwError = PxeDhcpInitialize(pItem->pPacket, pItem->uLength, pReply, REPLY_SIZE, pcbUsed);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	pMessage->BootstrapServerAddress = pItem->pLocal->uIpAddress;
	CopyMemory(pMessage->BootFileName, g_szFile, sizeof(g_szFile));
	PxeDhcpAppendOption(pReply, REPLY_SIZE, pcbUsed, 53, sizeof(bType), &bType);
	PxeDhcpAppendOption(pReply, REPLY_SIZE, pcbUsed, 54, 4, pItem->pLocal->bAddress);
	PxeDhcpAppendOption(pReply, REPLY_SIZE, pcbUsed, 60, 9, "PXEClient");
	return PxeDhcpAppendOption(pReply, REPLY_SIZE, pcbUsed, 255, 0, NULL);
}

static PXE_BOOT_ACTION Decide(_In_ const WORK_ITEM *pItem)
{
	PPXE_DHCP_MESSAGE pRequest = (PPXE_DHCP_MESSAGE)pItem->pPacket;
	PXE_ADDRESS to;
	PVOID pReply;
	ULONG cbUsed = 0;
	DWORD dwError;

	if (pRequest->HardwareAddress[5] % 2 != 0)
		return PXE_BA_REJECTED;
	pReply = PxePacketAllocate(g_hProvider, pItem->hRequest, REPLY_SIZE);
	if (pReply == NULL)
		return PXE_BA_IGNORE;
	dwError = BuildOffer(pItem, pReply, &cbUsed);
	if (dwError == ERROR_SUCCESS) {
		ZeroMemory(&to, sizeof(to));
		to.uFlags = PXE_ADDR_USE_DHCP_RULES;
		dwError = PxeSendReply(pItem->hRequest, pReply, cbUsed, &to);
	}
	PxePacketFree(g_hProvider, pItem->hRequest, pReply);
	if (dwError != ERROR_SUCCESS)
		return PXE_BA_IGNORE;
	InterlockedIncrement(&g_lAnswered);
	return PXE_BA_NBP;
}

static DWORD WINAPI Worker(_In_opt_ LPVOID lpParameter)
{
	HANDLE hWaits[2] = { g_hQueued, g_hStop };
	DWORD dwWait;

	UNREFERENCED_PARAMETER(lpParameter);
	/* What is queued comes first, so that nothing is left when all have stopped. */
	while ((dwWait = WaitForMultipleObjects(ARRAYSIZE(hWaits), hWaits, FALSE, INFINITE)) ==
	       WAIT_OBJECT_0) {
		WORK_ITEM item = QueueGet();

		PxeAsyncRecvDone(item.hRequest, Decide(&item));
	}
	return dwWait == WAIT_OBJECT_0 + 1 ? ERROR_SUCCESS : GetLastError();
}

static DWORD PXEAPI OnRequest(_In_ HANDLE hClientRequest, _In_ PVOID pPacket, _In_ ULONG uPacketLen,
			      _In_ PXE_ADDRESS *pLocalAddress, _In_ PXE_ADDRESS *pRemoteAddress,
			      _Out_ PXE_BOOT_ACTION *pAction, _In_opt_ PVOID pContext)
{
	WORK_ITEM item = { hClientRequest, pPacket, uPacketLen, pLocalAddress };
	PBYTE pbType = NULL;

	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);
	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, 53, NULL, (PVOID *)&pbType) !=
		    ERROR_SUCCESS ||
	    *pbType != 1)
		return ERROR_SUCCESS;
	return QueuePut(&item) ? ERROR_IO_PENDING : ERROR_BUSY;
}

static DWORD PXEAPI OnShutdown(_In_opt_ PVOID pContext)
{
	DWORD dwWait, i;

	UNREFERENCED_PARAMETER(pContext);
	SetEvent(g_hStop);
	dwWait = WaitForMultipleObjects(WORKERS, g_hWorkers, TRUE, STOP_TIMEOUT);
	if (dwWait == WAIT_TIMEOUT)
		PxeTrace(g_hProvider, PXE_TRACE_ERROR, L"A worker does not stop");
	for (i = 0; i < WORKERS; i++) {
		DWORD dwCode = STILL_ACTIVE;

		GetExitCodeThread(g_hWorkers[i], &dwCode);
		PxeTrace(g_hProvider, PXE_TRACE_INFO, L"Worker %lu ended with %lu", i, dwCode);
		CloseHandle(g_hWorkers[i]);
	}
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"%ld answered", g_lAnswered);
	CloseHandle(g_hQueued);
	CloseHandle(g_hStop);
	DeleteCriticalSection(&g_csQueue);
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

static DWORD StartWorkers(VOID)
{
	DWORD dwId, i;

	InitializeCriticalSectionAndSpinCount(&g_csQueue, 4000);
	g_hStop = CreateEvent(NULL, TRUE, FALSE, NULL);
	g_hQueued = CreateSemaphore(NULL, 0, QUEUE_MAX, NULL);
	if (g_hStop == NULL || g_hQueued == NULL)
		return GetLastError();
	for (i = 0; i < WORKERS; i++) {
		g_hWorkers[i] = CreateThread(NULL, 0, Worker, NULL, 0, &dwId);
		if (g_hWorkers[i] == NULL)
			return GetLastError();
		PxeTrace(g_hProvider, PXE_TRACE_VERBOSE, L"Worker %lu is thread %lu", i, dwId);
	}
	return ERROR_SUCCESS;
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
	return dwError == ERROR_SUCCESS ? StartWorkers() : dwError;
}
