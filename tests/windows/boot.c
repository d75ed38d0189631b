/* A boot provider in the style of Windows, in C: answers PXE clients over IPv4 with the boot
 * program of their architecture, with what Microsoft's boot programs want to know beside it.
 *
 * Key: BootProgram (SZ), BootPrograms\ARCHITECTURE (SZ), ServerName (SZ), BcdPath (SZ)
 */
#include <windows.h>

#include <wdsbp.h>
#include <wdspxe.h>

#define DHCP_DISCOVER 1
#define DHCP_OFFER    2
#define DHCP_REQUEST  3
#define DHCP_INFORM   8
#define DHCP_ACK      5

#define OPT_MESSAGE_TYPE 53
#define OPT_SERVER_ID    54
#define OPT_VENDOR_CLASS 60
#define OPT_CLIENT_ARCH  93
#define OPT_END          255

#define REPLY_SIZE  300 /* the least that every client takes */
#define BIG_REPLY   548
#define MAX_PROGRAM PXE_DHCP_FILE_SIZE

typedef struct _BOOT_CONFIG {
	CHAR szProgram[MAX_PROGRAM];
	CHAR szProgramX64[MAX_PROGRAM];
	CHAR szServerName[PXE_DHCP_SERVER_SIZE];
	CHAR szBcdPath[MAX_PROGRAM];
} BOOT_CONFIG, *PBOOT_CONFIG;

static HANDLE g_hProvider = NULL;
static HKEY g_hKey = NULL;
static HINSTANCE g_hInstance = NULL;
static BOOT_CONFIG g_Config;
static BOOL g_bTracing = FALSE;

BOOL WINAPI DllMain(_In_ HINSTANCE hinstDLL, _In_ DWORD fdwReason, _In_opt_ LPVOID lpvReserved)
{
	UNREFERENCED_PARAMETER(lpvReserved);

	switch (fdwReason) {
	case DLL_PROCESS_ATTACH:
		g_hInstance = hinstDLL;
		DisableThreadLibraryCalls(hinstDLL);
		PxeTrace(g_hProvider, PXE_TRACE_VERBOSE, L"%s: attached", L"boot");
		break;
	case DLL_PROCESS_DETACH:
		break;
	default:
		return FALSE;
	}
	return TRUE;
}

/* DHCP speaks octets, the registry wide characters. */
static BOOL WideToOctets(_In_z_ LPCWSTR pwszFrom, _Out_writes_z_(cbTo) LPSTR pszTo, _In_ ULONG cbTo)
{
	ULONG i;

	for (i = 0; pwszFrom[i] != L'\0'; i++) {
		if (i + 1 >= cbTo || pwszFrom[i] > 0x7e)
			return FALSE;
		pszTo[i] = (CHAR)pwszFrom[i];
	}
	pszTo[i] = '\0';
	return TRUE;
}

static DWORD ReadString(_In_ HKEY hKey, _In_ LPCWSTR pwszValue, _Inout_updates_z_(cbTo) LPSTR pszTo,
			_In_ ULONG cbTo)
{
	WCHAR wszValue[MAX_PATH];
	DWORD dwType = REG_NONE, cbValue = sizeof(wszValue);
	LONG lResult;

	lResult = RegQueryValueExW(hKey, pwszValue, NULL, &dwType, (LPBYTE)wszValue, &cbValue);
	if (lResult == ERROR_FILE_NOT_FOUND)
		return ERROR_SUCCESS; /* keep the default */
	if (lResult != ERROR_SUCCESS)
		return (DWORD)lResult;
	if (dwType != REG_SZ || !WideToOctets(wszValue, pszTo, cbTo)) {
		PxeTrace(g_hProvider, PXE_TRACE_ERROR, L"Value %s is of type %lu or no path",
			 pwszValue, dwType);
		return ERROR_INVALID_DATA;
	}
	return ERROR_SUCCESS;
}

static HRESULT ReadConfig(_In_ HKEY hKey, _Out_ PBOOT_CONFIG pConfig)
{
	HKEY hPrograms = NULL;
	DWORD dwError;

	ZeroMemory(pConfig, sizeof(*pConfig));
	dwError = ReadString(hKey, L"BootProgram", pConfig->szProgram, MAX_PROGRAM);
	if (dwError == ERROR_SUCCESS)
		dwError = ReadString(hKey, L"ServerName", pConfig->szServerName,
				     ARRAYSIZE(pConfig->szServerName));
	if (dwError == ERROR_SUCCESS)
		dwError = ReadString(hKey, L"BcdPath", pConfig->szBcdPath, MAX_PROGRAM);
	if (dwError != ERROR_SUCCESS)
		return HRESULT_FROM_WIN32(dwError);

	CopyMemory(pConfig->szProgramX64, pConfig->szProgram, MAX_PROGRAM);
	if (RegOpenKeyExW(hKey, L"BootPrograms", 0, KEY_READ, &hPrograms) == ERROR_SUCCESS) {
		dwError = ReadString(hPrograms, L"x64uefi", pConfig->szProgramX64, MAX_PROGRAM);
		RegCloseKey(hPrograms);
	}
	return HRESULT_FROM_WIN32(dwError);
}

static BOOL IsX64Uefi(_In_reads_bytes_(cbRequest) PVOID pRequest, _In_ ULONG cbRequest)
{
	PBYTE pbArch = NULL;
	BYTE cbArch = 0;

	return PxeDhcpGetOptionValue(pRequest, cbRequest, 1, OPT_CLIENT_ARCH, &cbArch,
				     (PVOID *)&pbArch) == ERROR_SUCCESS &&
	       cbArch >= 2 && pbArch[0] == 0 && (pbArch[1] == 7 || pbArch[1] == 9);
}

/* The path of the BCD store, and an answer to wdsnbp.com where it asks. */
static DWORD AppendBootProgramData(_In_reads_bytes_(cbRequest) PVOID pRequest, _In_ ULONG cbRequest,
				   _Inout_ PVOID pReply, _In_ ULONG cbReply, _Inout_ PULONG pcbUsed)
{
	HANDLE hParser = NULL, hBuilder = NULL;
	BYTE bPacketType = 0, bAction = WDSBP_OPTVAL_ACTION_ABORT, Buffer[257];
	ULONG uWritten = 0;
	DWORD dwError;

	dwError = WdsBpParseInitialize(pRequest, cbRequest, &bPacketType, &hParser);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	WdsBpCloseHandle(hParser);

	if (WDSBP_IS_PK_TYPE(bPacketType, WDSBP_PK_TYPE_WDSNBP)) {
		dwError = WdsBpInitialize(WDSBP_PK_TYPE_WDSNBP, &hBuilder);
		if (dwError != ERROR_SUCCESS)
			return dwError;
		dwError =
			WdsBpAddOption(hBuilder, WDSBP_OPT_NEXT_ACTION, sizeof(bAction), &bAction);
		if (dwError == ERROR_SUCCESS)
			dwError = WdsBpAddOption(hBuilder, WDSBP_OPT_MESSAGE, 7, "Go away");
		if (dwError == ERROR_SUCCESS)
			dwError = WdsBpGetOptionBuffer(hBuilder, sizeof(Buffer), Buffer, &uWritten);
		WdsBpCloseHandle(hBuilder);
		if (dwError == ERROR_SUCCESS)
			dwError = PxeDhcpAppendOptionRaw(pReply, cbReply, pcbUsed, (USHORT)uWritten,
							 Buffer);
	}
	if (dwError == ERROR_SUCCESS && g_Config.szBcdPath[0] != '\0') {
		dwError = WdsBpInitialize(WDSBP_PK_TYPE_BCD, &hBuilder);
		if (dwError != ERROR_SUCCESS)
			return dwError;
		dwError = WdsBpAddOption(hBuilder, WDSBP_OPT_BCD_FILE_PATH,
					 (ULONG)strlen(g_Config.szBcdPath), g_Config.szBcdPath);
		if (dwError == ERROR_SUCCESS &&
		    WdsBpGetOptionBuffer(hBuilder, 0, NULL, &uWritten) != ERROR_INSUFFICIENT_BUFFER)
			dwError = ERROR_GEN_FAILURE;
		if (dwError == ERROR_SUCCESS)
			dwError = WdsBpGetOptionBuffer(hBuilder, sizeof(Buffer), Buffer, &uWritten);
		WdsBpCloseHandle(hBuilder);
		if (dwError == ERROR_SUCCESS)
			dwError = PxeDhcpAppendOptionRaw(pReply, cbReply, pcbUsed, (USHORT)uWritten,
							 Buffer);
	}
	return dwError;
}

static DWORD FillReply(_In_reads_bytes_(cbRequest) PVOID pRequest, _In_ ULONG cbRequest,
		       _In_ BYTE bType, _In_ PXE_ADDRESS *pLocalAddress, _Inout_ PVOID pReply,
		       _In_ ULONG cbReply, _Out_ PULONG pcbUsed)
{
	PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pReply;
	DWORD dwError;

	dwError = PxeDhcpInitialize(pRequest, cbRequest, pReply, cbReply, pcbUsed);
	if (dwError != ERROR_SUCCESS)
		return dwError;

	MoveMemory(&pMessage->BootstrapServerAddress, pLocalAddress->bAddress,
		   pLocalAddress->uAddrLen);
	MoveMemory(pMessage->HostName, g_Config.szServerName, sizeof(g_Config.szServerName));
	MoveMemory(pMessage->BootFileName,
		   IsX64Uefi(pRequest, cbRequest) ? g_Config.szProgramX64 : g_Config.szProgram,
		   sizeof(pMessage->BootFileName));

	dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPT_MESSAGE_TYPE, 1, &bType);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPT_VENDOR_CLASS, 9,
					      "PXEClient");
	if (dwError == ERROR_SUCCESS)
		dwError =
			PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPT_SERVER_ID,
					    (BYTE)pLocalAddress->uAddrLen, pLocalAddress->bAddress);
	if (dwError == ERROR_SUCCESS)
		dwError = AppendBootProgramData(pRequest, cbRequest, pReply, cbReply, pcbUsed);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, cbReply, pcbUsed, OPT_END, 0, NULL);
	return dwError;
}

DWORD PXEAPI BootRecvRequest(_In_ HANDLE hClientRequest, _In_reads_bytes_(uPacketLen) PVOID pPacket,
			     _In_ ULONG uPacketLen, _In_ PXE_ADDRESS *pLocalAddress,
			     _In_ PXE_ADDRESS *pRemoteAddress, _Out_ PXE_BOOT_ACTION *pAction,
			     _In_opt_ PVOID pContext)
{
	PXE_ADDRESS Address = { 0 };
	ULONG cbReply, cbUsed = 0;
	PVOID pReply = NULL, pType = NULL;
	BYTE cbType = 0, bReply;
	DWORD dwError;

	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);

	*pAction = PXE_BA_IGNORE;
	dwError = PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, OPT_MESSAGE_TYPE, &cbType, &pType);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	switch (*(PBYTE)pType) {
	case DHCP_DISCOVER:
		bReply = DHCP_OFFER;
		break;
	case DHCP_REQUEST:
	case DHCP_INFORM:
		bReply = DHCP_ACK;
		break;
	default:
		*pAction = PXE_BA_REJECTED;
		return ERROR_SUCCESS;
	}

	cbReply = g_Config.szBcdPath[0] != '\0' ? BIG_REPLY : REPLY_SIZE;
	pReply = PxePacketAllocate(g_hProvider, hClientRequest, cbReply);
	if (pReply == NULL)
		return GetLastError();
	dwError = FillReply(pPacket, uPacketLen, bReply, pLocalAddress, pReply, cbReply, &cbUsed);
	if (dwError == ERROR_SUCCESS) {
		Address.uFlags = PXE_ADDR_USE_DHCP_RULES;
		dwError = PxeSendReply(hClientRequest, pReply, cbUsed, &Address);
	}
	PxePacketFree(g_hProvider, hClientRequest, pReply);

	if (dwError == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP;
	else
		PxeTrace(g_hProvider, PXE_TRACE_ERROR, L"%S: no reply, Error=0x%lX",
			 "BootRecvRequest", dwError);
	return dwError;
}

DWORD PXEAPI BootServiceControl(_In_opt_ PVOID pContext, _In_ DWORD dwControl)
{
	BOOT_CONFIG Config;

	UNREFERENCED_PARAMETER(pContext);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"service control %lu", dwControl);
	if (dwControl != SERVICE_CONTROL_PARAMCHANGE)
		return ERROR_SUCCESS;
	if (FAILED(ReadConfig(g_hKey, &Config)))
		return ERROR_INVALID_DATA;
	g_Config = Config;
	return ERROR_SUCCESS;
}

DWORD PXEAPI BootShutdown(_In_opt_ PVOID pContext)
{
	UNREFERENCED_PARAMETER(pContext);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"BootShutdown");
	g_hProvider = NULL;
	return ERROR_SUCCESS;
}

/* Where in the list this module is. */
static DWORD TracePlace(_In_ HANDLE hProvider, _In_z_ LPCWSTR pwszModule)
{
	PPXE_PROVIDER pProvider = NULL;
	HANDLE hEnum = NULL;
	ULONG uIndex = 0;
	DWORD dwError = PxeProviderEnumFirst(&hEnum);

	if (dwError != ERROR_SUCCESS)
		return dwError;
	while (PxeProviderEnumNext(hEnum, &pProvider) == ERROR_SUCCESS) {
		if (wcscmp(pProvider->pwszFilePath, pwszModule) == 0 &&
		    PxeProviderQueryIndex(pProvider->pwszName, &uIndex) == ERROR_SUCCESS &&
		    uIndex == pProvider->uIndex)
			PxeTrace(hProvider, PXE_TRACE_INFO, L"%s is provider %lu%s",
				 pProvider->pwszName, uIndex,
				 pProvider->bIsCritical ? L", critical" : L"");
		PxeProviderFreeInfo(pProvider);
	}
	return PxeProviderEnumClose(hEnum);
}

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	WCHAR wszModule[MAX_PATH];
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD dwError;
	HRESULT hr;

	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"Initialize with handle %p", g_hProvider);
	if (GetModuleFileNameW(g_hInstance, wszModule, ARRAYSIZE(wszModule)) == 0)
		return GetLastError();
	dwError = PxeGetServerInfo(PXE_GSI_TRACE_ENABLED, &g_bTracing, sizeof(g_bTracing));
	if (dwError != ERROR_SUCCESS)
		return dwError;
	PxeTrace(hProvider, PXE_TRACE_INFO, L"module %s, tracing %d", wszModule, g_bTracing);
	dwError = TracePlace(hProvider, wszModule);
	if (dwError != ERROR_SUCCESS)
		return dwError;

	hr = ReadConfig(hProviderKey, &g_Config);
	if (FAILED(hr)) {
		PxeTrace(hProvider, PXE_TRACE_ERROR, L"No configuration, hr=0x%08lx", hr);
		return ERROR_INVALID_DATA;
	}
	g_hKey = hProviderKey;

	dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, BootRecvRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, BootShutdown, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SERVICE_CONTROL,
					      BootServiceControl, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
						  sizeof(uFilter));
	if (dwError == ERROR_SUCCESS)
		g_hProvider = hProvider;
	return dwError;
}
