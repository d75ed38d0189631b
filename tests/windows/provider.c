/* A provider in the style of Windows, in C. */
#include <windows.h>
#include <wdspxe.h>

#define OPTION_MESSAGE_TYPE 53
#define OPTION_SERVER_ID    54
#define OPTION_VENDOR_CLASS 60
#define OPTION_END	    255

#define DHCP_DISCOVER 1
#define DHCP_OFFER    2
#define DHCP_REQUEST  3
#define DHCP_ACK      5

#define REPLY_SIZE 300

static HANDLE g_hProvider = NULL;
static HINSTANCE g_hInstance = NULL;
static WCHAR g_szBootProgram[PXE_DHCP_FILE_SIZE] = L"undionly.kpxe";
static volatile LONG g_lControls = 0;

BOOL WINAPI DllMain(_In_ HINSTANCE hinstDLL, _In_ DWORD fdwReason, _In_opt_ LPVOID lpvReserved)
{
	UNREFERENCED_PARAMETER(lpvReserved);

	if (fdwReason == DLL_PROCESS_ATTACH) {
		g_hInstance = hinstDLL;
		DisableThreadLibraryCalls(hinstDLL);
	}
	return TRUE;
}

static HRESULT ReadBootProgram(_In_ HKEY hKey, _Out_writes_(cchName) LPWSTR pszName, DWORD cchName)
{
	DWORD dwType = REG_NONE;
	DWORD cbName = cchName * sizeof(WCHAR);
	LONG lResult;

	lResult = RegQueryValueExW(hKey, L"BootProgram", NULL, &dwType, (LPBYTE)pszName, &cbName);
	if (lResult == ERROR_FILE_NOT_FOUND)
		return S_FALSE;
	if (lResult == ERROR_SUCCESS && dwType != REG_SZ)
		lResult = ERROR_INVALID_DATA;
	return HRESULT_FROM_WIN32((DWORD)lResult);
}

static DWORD BuildReply(_In_reads_bytes_(cbRequest) PVOID pRequest, ULONG cbRequest, BYTE bType,
			_In_ PXE_ADDRESS *pLocal, _Out_writes_bytes_(cbReply) PVOID pReply,
			ULONG cbReply, _Out_ PULONG pcbUsed)
{
	PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pReply;
	DWORD dwError;
	size_t i;

	dwError = PxeDhcpInitialize(pRequest, cbRequest, pReply, cbReply, pcbUsed);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	pMessage->BootstrapServerAddress = pLocal->uIpAddress;
	for (i = 0; g_szBootProgram[i] != L'\0' && i < ARRAYSIZE(pMessage->BootFileName) - 1; i++)
		pMessage->BootFileName[i] = (BYTE)g_szBootProgram[i];

	dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPTION_MESSAGE_TYPE, sizeof(bType),
				      &bType);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPTION_SERVER_ID,
					      (BYTE)pLocal->uAddrLen, pLocal->bAddress);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPTION_VENDOR_CLASS, 9,
					      "PXEClient");
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPTION_END, 0, NULL);
	return dwError;
}

static DWORD SendOffer(_In_ HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
		       _In_ PXE_ADDRESS *pLocal, BYTE bType)
{
	PXE_ADDRESS address;
	ULONG cbUsed = 0;
	DWORD dwError;
	PVOID pReply;

	pReply = PxePacketAllocate(g_hProvider, hClientRequest, REPLY_SIZE);
	if (pReply == NULL)
		return GetLastError();
	dwError = BuildReply(pPacket, uPacketLen, bType, pLocal, pReply, REPLY_SIZE, &cbUsed);
	if (dwError == ERROR_SUCCESS) {
		ZeroMemory(&address, sizeof(address));
		address.uFlags = PXE_ADDR_USE_DHCP_RULES;
		dwError = PxeSendReply(hClientRequest, pReply, cbUsed, &address);
	}
	PxePacketFree(g_hProvider, hClientRequest, pReply);
	return dwError;
}

DWORD PXEAPI RecvRequest(_In_ HANDLE hClientRequest, _In_reads_bytes_(uPacketLen) PVOID pPacket,
			 _In_ ULONG uPacketLen, _In_ PXE_ADDRESS *pLocalAddress,
			 _In_ PXE_ADDRESS *pRemoteAddress, _Out_ PXE_BOOT_ACTION *pAction,
			 _In_opt_ PVOID pContext)
{
	BYTE *pbType = NULL;
	BYTE bLen = 0;
	DWORD dwError;

	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);

	*pAction = PXE_BA_REJECTED;
	dwError = PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, OPTION_MESSAGE_TYPE, &bLen,
					(PVOID *)&pbType);
	if (dwError != ERROR_SUCCESS || bLen != sizeof(BYTE))
		return ERROR_SUCCESS;
	if (*pbType != DHCP_DISCOVER && *pbType != DHCP_REQUEST)
		return ERROR_SUCCESS;

	dwError = SendOffer(hClientRequest, pPacket, uPacketLen, pLocalAddress,
			    (BYTE)(*pbType == DHCP_DISCOVER ? DHCP_OFFER : DHCP_ACK));
	if (dwError != ERROR_SUCCESS) {
		PxeTrace(g_hProvider, PXE_TRACE_ERROR, L"%s: sending failed, error %lu",
			 L"RecvRequest", dwError);
		return dwError;
	}
	*pAction = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

DWORD PXEAPI ServiceControl(_In_opt_ PVOID pContext, _In_ DWORD dwControl)
{
	UNREFERENCED_PARAMETER(pContext);
	UNREFERENCED_PARAMETER(dwControl);
	g_lControls++;
	return ERROR_SUCCESS;
}

DWORD PXEAPI Shutdown(_In_opt_ PVOID pContext)
{
	UNREFERENCED_PARAMETER(pContext);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"bye");
	g_hProvider = NULL;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	WCHAR szModule[MAX_PATH];
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD dwError;
	HRESULT hr;

	PxeTrace(NULL, PXE_TRACE_VERBOSE, L"Initialize begins");
	hr = ReadBootProgram(hProviderKey, g_szBootProgram, ARRAYSIZE(g_szBootProgram));
	if (FAILED(hr)) {
		PxeTrace(hProvider, PXE_TRACE_ERROR, L"BootProgram: 0x%08lx", hr);
		return ERROR_INVALID_DATA;
	}
	if (GetModuleFileNameW(g_hInstance, szModule, MAX_PATH) != 0)
		PxeTrace(hProvider, PXE_TRACE_INFO, L"%s offers %s", szModule, g_szBootProgram);

	dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, RecvRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, Shutdown, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SERVICE_CONTROL,
					      ServiceControl, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
						  sizeof(uFilter));
	if (dwError == ERROR_SUCCESS)
		g_hProvider = hProvider;
	return dwError;
}
