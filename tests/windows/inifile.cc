/* A boot provider whose settings are an INI file beside its module, in wide strings:
 * MODULE.boot.ini has [Configuration] Server, DefaultProgram and Policy, and [Devices] with a
 * program for each address.
 */
#include <windows.h>
#include <strsafe.h>
#include <wdspxe.h>

#define INI_SUFFIX   L".boot.ini"
#define REPLY_SIZE   300
#define COUNT(array) (sizeof(array) / sizeof(array[0]))

HANDLE g_hInstance = NULL;
HANDLE g_hProvider = NULL;
WCHAR g_wszIniFile[MAX_PATH] = { 0 };
UINT g_uPolicy = 0;
char g_szServer[PXE_DHCP_SERVER_SIZE] = { 0 };

BOOL WINAPI DllMain(_In_ HANDLE hInstance, _In_ DWORD dwReason, _In_ LPVOID pReserved)
{
	UNREFERENCED_PARAMETER(pReserved);
	if (dwReason == DLL_PROCESS_ATTACH)
		g_hInstance = hInstance;
	return TRUE;
}

static DWORD ReadNarrow(_In_ LPCWSTR pwszSection, _In_ LPCWSTR pwszKey, _In_ LPCWSTR pwszDefault,
			_Out_writes_z_(cchOut) LPSTR pszOut, int cchOut)
{
	WCHAR wszValue[MAX_PATH];

	GetPrivateProfileString(pwszSection, pwszKey, pwszDefault, wszValue, COUNT(wszValue),
				g_wszIniFile);
	if (!WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, wszValue, -1, pszOut, cchOut, NULL,
				 NULL))
		return GetLastError();
	return ERROR_SUCCESS;
}

static DWORD ReadConfiguration()
{
	HRESULT hr;

	if (!GetModuleFileName((HMODULE)g_hInstance, g_wszIniFile, COUNT(g_wszIniFile)))
		return GetLastError();
	hr = StringCchCat(g_wszIniFile, COUNT(g_wszIniFile), INI_SUFFIX);
	if (FAILED(hr))
		return ERROR_BUFFER_OVERFLOW;
	if (GetFileAttributes(g_wszIniFile) == INVALID_FILE_ATTRIBUTES)
		return GetLastError();
	g_uPolicy = GetPrivateProfileInt(L"Configuration", L"Policy", 2, g_wszIniFile);
	if (g_uPolicy > 1)
		return ERROR_INVALID_DATA;
	return ReadNarrow(L"Configuration", L"Server", L"", g_szServer, COUNT(g_szServer));
}

static BYTE TypeOf(PVOID pPacket, ULONG uPacketLen)
{
	BYTE bLen = 0;
	PVOID pValue = NULL;

	if (PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, 53, &bLen, &pValue) != ERROR_SUCCESS)
		return 0;
	return bLen == 1 ? *(PBYTE)pValue : 0;
}

static DWORD Answer(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen, PXE_ADDRESS *pLocal,
		    BYTE bType, LPCSTR pszProgram)
{
	PXE_ADDRESS Destination = {};
	ULONG uUsed = 0;
	DWORD dwError = ERROR_SUCCESS;
	PVOID pReply = PxePacketAllocate(g_hProvider, hClientRequest, REPLY_SIZE);

	if (pReply == NULL)
		return ERROR_NOT_ENOUGH_MEMORY;
	dwError = PxeDhcpInitialize(pPacket, uPacketLen, pReply, REPLY_SIZE, &uUsed);
	if (dwError == ERROR_SUCCESS) {
		PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pReply;

		MoveMemory(&pMessage->BootstrapServerAddress, pLocal->bAddress, pLocal->uAddrLen);
		if (FAILED(StringCchCopyA((LPSTR)pMessage->BootFileName, PXE_DHCP_FILE_SIZE,
					  pszProgram)) ||
		    FAILED(StringCchCopyA((LPSTR)pMessage->HostName, PXE_DHCP_SERVER_SIZE,
					  g_szServer)))
			dwError = ERROR_BUFFER_OVERFLOW;
	}
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, REPLY_SIZE, &uUsed, 53, 1, &bType);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, REPLY_SIZE, &uUsed, 60, 9, "PXEClient");
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, REPLY_SIZE, &uUsed, 54,
					      (BYTE)pLocal->uAddrLen, pLocal->bAddress);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeDhcpAppendOption(pReply, REPLY_SIZE, &uUsed, 255, 0, NULL);
	Destination.uFlags = PXE_ADDR_USE_DHCP_RULES;
	if (dwError == ERROR_SUCCESS)
		dwError = PxeSendReply(hClientRequest, pReply, uUsed, &Destination);
	PxePacketFree(g_hProvider, hClientRequest, pReply);
	return dwError;
}

DWORD PXEAPI OnRequest(_In_ HANDLE hClientRequest, _In_ PVOID pPacket, _In_ ULONG uPacketLen,
		       _In_ PXE_ADDRESS *pLocalAddress, _In_ PXE_ADDRESS *pRemoteAddress,
		       _Out_ PXE_BOOT_ACTION *pAction, _In_ PVOID pContext)
{
	PPXE_DHCP_MESSAGE pMessage = (PPXE_DHCP_MESSAGE)pPacket;
	WCHAR wszAddress[2 * PXE_DHCP_HWAADR_SIZE + 1] = { 0 };
	char szProgram[PXE_DHCP_FILE_SIZE] = { 0 };
	BYTE bType = TypeOf(pPacket, uPacketLen);
	DWORD dwError;

	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);
	*pAction = PXE_BA_REJECTED;
	if (bType != 1 && bType != 3)
		return ERROR_SUCCESS;
	for (ULONG i = 0; i < pMessage->HardwareAddressLength; i++)
		StringCchPrintf(wszAddress + 2 * i, COUNT(wszAddress) - 2 * i, L"%02X",
				pMessage->HardwareAddress[i]);
	dwError = ReadNarrow(L"Devices", wszAddress, g_uPolicy == 1 ? L"default.0" : L"", szProgram,
			     COUNT(szProgram));
	if (dwError != ERROR_SUCCESS || szProgram[0] == '\0')
		return dwError;
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"%s boots %S", wszAddress, szProgram);
	dwError = Answer(hClientRequest, pPacket, uPacketLen, pLocalAddress, bType == 1 ? 2 : 5,
			 szProgram);
	if (dwError == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP;
	return dwError;
}

DWORD PXEAPI OnShutdown(_In_ PVOID pContext)
{
	UNREFERENCED_PARAMETER(pContext);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD dwError = ReadConfiguration();

	UNREFERENCED_PARAMETER(hProviderKey);
	g_hProvider = hProvider;
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError =
			PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
						  sizeof(uFilter));
	return dwError;
}
