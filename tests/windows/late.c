/* A provider in the style of Windows, in C, that finds the API at run time: wdspxe.dll by
 * LoadLibrary, each function by GetProcAddress, as programs do that must start where WDS is not
 * installed. Its memory is a heap's, its errors are FormatMessage's. Key: File (SZ) for the clients
 * whose address ends in an even octet; it rejects the others.
 */
#define UNICODE
#include <windows.h>

#include <wdspxe.h>

#define REPLY_SIZE 300
#define DHCP_OFFER 2

typedef DWORD(PXEAPI *PFN_REGISTER)(HANDLE, ULONG, PVOID, PVOID);
typedef DWORD(PXEAPI *PFN_ATTRIBUTE)(HANDLE, ULONG, PVOID, ULONG);
typedef PVOID(PXEAPI *PFN_ALLOCATE)(HANDLE, HANDLE, ULONG);
typedef DWORD(PXEAPI *PFN_FREE)(HANDLE, HANDLE, PVOID);
typedef DWORD(PXEAPI *PFN_SEND)(HANDLE, PVOID, ULONG, PXE_ADDRESS *);
typedef DWORD(PXEAPI *PFN_INITIALIZE)(PVOID, ULONG, PVOID, ULONG, PULONG);
typedef DWORD(PXEAPI *PFN_APPEND)(PVOID, ULONG, PULONG, BYTE, BYTE, PVOID);
typedef DWORD(PXEAPI *PFN_OPTION)(PVOID, ULONG, ULONG, BYTE, PBYTE, PVOID *);

typedef struct _API {
	HMODULE hModule;
	PFN_REGISTER pfnRegister;
	PFN_ATTRIBUTE pfnAttribute;
	PFN_ALLOCATE pfnAllocate;
	PFN_FREE pfnFree;
	PFN_SEND pfnSend;
	PFN_INITIALIZE pfnInitialize;
	PFN_APPEND pfnAppend;
	PFN_OPTION pfnOption;
} API;

typedef struct _STATE {
	HANDLE hProvider;
	HANDLE hHeap;
	SYSTEMTIME stStarted;
	CHAR szFile[PXE_DHCP_FILE_SIZE];
} STATE, *PSTATE;

static API g_Api;

static VOID Say(_In_z_ LPCWSTR pwszWhat, _In_ DWORD dwError)
{
	LPWSTR pwszError = NULL;
	WCHAR wszLine[300];
	DWORD_PTR args[2] = { (DWORD_PTR)pwszWhat, 0 };

	FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
			      FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
		      NULL, dwError, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPWSTR)&pwszError,
		      0, NULL);
	args[1] = (DWORD_PTR)(pwszError != NULL ? pwszError : L"?");
	if (FormatMessage(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, L"%1: %2", 0,
			  0, wszLine, ARRAYSIZE(wszLine), (va_list *)args) > 0)
		OutputDebugString(wszLine);
	LocalFree(pwszError);
}

static VOID Report(_In_ WORD wType, _In_z_ LPCWSTR pwszWhat)
{
	HANDLE hLog = RegisterEventSource(NULL, TEXT("Late Provider"));
	LPCWSTR rgStrings[] = { pwszWhat };

	if (hLog == NULL)
		return;
	ReportEvent(hLog, wType, 0, 1, NULL, ARRAYSIZE(rgStrings), 0, rgStrings, NULL);
	DeregisterEventSource(hLog);
}

static FARPROC Find(_In_z_ LPCSTR pszName, _Inout_ PDWORD pdwError)
{
	FARPROC pfn = GetProcAddress(g_Api.hModule, pszName);

	if (pfn == NULL)
		*pdwError = GetLastError();
	return pfn;
}

static DWORD LoadApi(VOID)
{
	DWORD dwError = ERROR_SUCCESS;

	g_Api.hModule = LoadLibrary(TEXT("wdspxe.dll"));
	if (g_Api.hModule == NULL)
		return GetLastError();
	g_Api.pfnRegister = (PFN_REGISTER)Find("PxeRegisterCallback", &dwError);
	g_Api.pfnAttribute = (PFN_ATTRIBUTE)Find("PxeProviderSetAttribute", &dwError);
	g_Api.pfnAllocate = (PFN_ALLOCATE)Find("PxePacketAllocate", &dwError);
	g_Api.pfnFree = (PFN_FREE)Find("PxePacketFree", &dwError);
	g_Api.pfnSend = (PFN_SEND)Find("PxeSendReply", &dwError);
	g_Api.pfnInitialize = (PFN_INITIALIZE)Find("PxeDhcpInitialize", &dwError);
	g_Api.pfnAppend = (PFN_APPEND)Find("PxeDhcpAppendOption", &dwError);
	g_Api.pfnOption = (PFN_OPTION)Find("PxeDhcpGetOptionValue", &dwError);
	return dwError;
}

static DWORD Offer(_In_ const STATE *pState, _In_ HANDLE hRequest, _In_ PVOID pPacket,
		   _In_ ULONG uLength, _In_ PXE_ADDRESS *pLocal, _Inout_ PVOID pReply)
{
	PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pReply;
	BYTE bType = DHCP_OFFER, bClass[] = "PXEClient";
	ULONG cbUsed = 0;
	PXE_ADDRESS to;
	DWORD dwError;

	dwError = g_Api.pfnInitialize(pPacket, uLength, pReply, REPLY_SIZE, &cbUsed);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	pMessage->BootstrapServerAddress = pLocal->uIpAddress;
	CopyMemory(pMessage->BootFileName, pState->szFile, sizeof(pState->szFile));
	g_Api.pfnAppend(pReply, REPLY_SIZE, &cbUsed, 53, sizeof(bType), &bType);
	g_Api.pfnAppend(pReply, REPLY_SIZE, &cbUsed, 54, 4, pLocal->bAddress);
	g_Api.pfnAppend(pReply, REPLY_SIZE, &cbUsed, 60, sizeof(bClass) - 1, bClass);
	g_Api.pfnAppend(pReply, REPLY_SIZE, &cbUsed, 255, 0, NULL);
	ZeroMemory(&to, sizeof(to));
	to.uFlags = PXE_ADDR_USE_DHCP_RULES;
	return g_Api.pfnSend(hRequest, pReply, cbUsed, &to);
}

static DWORD PXEAPI OnRequest(_In_ HANDLE hClientRequest, _In_ PVOID pPacket, _In_ ULONG uPacketLen,
			      _In_ PXE_ADDRESS *pLocalAddress, _In_ PXE_ADDRESS *pRemoteAddress,
			      _Out_ PXE_BOOT_ACTION *pAction, _In_opt_ PVOID pContext)
{
	PSTATE pState = (PSTATE)pContext;
	PBYTE pbType = NULL;
	PVOID pReply;
	DWORD dwError;

	UNREFERENCED_PARAMETER(pRemoteAddress);
	*pAction = PXE_BA_REJECTED;
	dwError = g_Api.pfnOption(pPacket, uPacketLen, 1, 53, NULL, (PVOID *)&pbType);
	if (dwError != ERROR_SUCCESS || *pbType != 1 ||
	    ((PPXE_DHCP_MESSAGE)pPacket)->HardwareAddress[5] % 2 != 0)
		return ERROR_SUCCESS;
	pReply = g_Api.pfnAllocate(pState->hProvider, hClientRequest, REPLY_SIZE);
	if (pReply == NULL)
		return GetLastError();
	dwError = Offer(pState, hClientRequest, pPacket, uPacketLen, pLocalAddress, pReply);
	g_Api.pfnFree(pState->hProvider, hClientRequest, pReply);
	if (dwError == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP;
	else
		Say(L"an offer", dwError);
	return dwError;
}

static DWORD PXEAPI OnShutdown(_In_opt_ PVOID pContext)
{
	PSTATE pState = (PSTATE)pContext;
	HANDLE hHeap = pState->hHeap;
	FILETIME ftStarted, ftNow;

	GetSystemTimeAsFileTime(&ftNow);
	if (!SystemTimeToFileTime(&pState->stStarted, &ftStarted) ||
	    CompareFileTime(&ftStarted, &ftNow) > 0)
		Say(L"the clock", ERROR_INVALID_DATA);
	HeapFree(hHeap, 0, pState);
	HeapDestroy(hHeap);
	FreeLibrary(g_Api.hModule);
	return ERROR_SUCCESS;
}

static PSTATE NewState(_In_ HANDLE hProvider, _In_ HKEY hKey)
{
	HANDLE hHeap = HeapCreate(0, 4096, 0);
	WCHAR wszValue[PXE_DHCP_FILE_SIZE] = L"late.0";
	DWORD cbValue = sizeof(wszValue);
	LSTATUS lStatus;
	PSTATE pState;

	if (hHeap == NULL)
		return NULL;
	pState = (PSTATE)HeapAlloc(hHeap, HEAP_ZERO_MEMORY, sizeof(*pState));
	if (pState == NULL)
		return NULL;
	pState->hHeap = hHeap;
	pState->hProvider = hProvider;
	GetSystemTime(&pState->stStarted);
	lStatus = RegQueryValueEx(hKey, L"File", NULL, NULL, (LPBYTE)wszValue, &cbValue);
	if (lStatus == ERROR_FILE_NOT_FOUND)
		Report(EVENTLOG_WARNING_TYPE, L"has no File, and offers late.0");
	else if (lStatus != ERROR_SUCCESS)
		Report(EVENTLOG_ERROR_TYPE, L"cannot read File");
	WideCharToMultiByte(CP_ACP, 0, wszValue, -1, pState->szFile, sizeof(pState->szFile), NULL,
			    NULL);
	return pState;
}

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD dwError = LoadApi();
	PSTATE pState;

	if (dwError != ERROR_SUCCESS) {
		Say(L"wdspxe.dll", dwError);
		return dwError;
	}
	pState = NewState(hProvider, hProviderKey);
	if (pState == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;
	Report(EVENTLOG_INFORMATION_TYPE, L"begins");
	Say(L"initialised", ERROR_SUCCESS);
	dwError = g_Api.pfnRegister(hProvider, PXE_CALLBACK_RECV_REQUEST, (PVOID)OnRequest, pState);
	if (dwError == ERROR_SUCCESS)
		dwError = g_Api.pfnRegister(hProvider, PXE_CALLBACK_SHUTDOWN, (PVOID)OnShutdown,
					    pState);
	if (dwError == ERROR_SUCCESS)
		dwError = g_Api.pfnAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
					     sizeof(uFilter));
	return dwError;
}
