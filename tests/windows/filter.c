/* A filter in the style of Windows, in C: it sends nothing, and keeps clients from the providers
 * behind it. Key: Blocked (MULTI_SZ), addresses as 52-54-00-12-34-56.
 */
#include <wdspxe.h>
#include <windows.h>

#define MAX_BLOCKED 16

static HANDLE g_hProvider;
static BYTE g_Blocked[MAX_BLOCKED][6];
static ULONG g_cBlocked;

static int HexDigit(WCHAR wch)
{
	if (wch >= L'0' && wch <= L'9')
		return wch - L'0';
	if (wch >= L'a' && wch <= L'f')
		return wch - L'a' + 10;
	if (wch >= L'A' && wch <= L'F')
		return wch - L'A' + 10;
	return -1;
}

static BOOL ParseAddress(_In_z_ PCWSTR pwsz, _Out_writes_all_(6) PBYTE pbAddress)
{
	int i;

	for (i = 0; i < 6; i++, pwsz += 3) {
		if (HexDigit(pwsz[0]) < 0 || HexDigit(pwsz[1]) < 0)
			return FALSE;
		if (pwsz[2] != (i < 5 ? L'-' : L'\0'))
			return FALSE;
		pbAddress[i] = (BYTE)(HexDigit(pwsz[0]) << 4 | HexDigit(pwsz[1]));
	}
	return TRUE;
}

static DWORD ReadBlocked(_In_ HKEY hKey)
{
	WCHAR wszList[1024];
	DWORD dwType, cbList = sizeof(wszList);
	PCWSTR pwsz;
	LSTATUS lStatus;

	lStatus = RegQueryValueExW(hKey, L"Blocked", NULL, &dwType, (LPBYTE)wszList, &cbList);
	if (lStatus == ERROR_FILE_NOT_FOUND)
		return ERROR_SUCCESS;
	if (lStatus != ERROR_SUCCESS)
		return (DWORD)lStatus;
	if (dwType != REG_MULTI_SZ)
		return ERROR_INVALID_DATA;
	for (pwsz = wszList; *pwsz != L'\0' && g_cBlocked < MAX_BLOCKED; pwsz += wcslen(pwsz) + 1) {
		if (!ParseAddress(pwsz, g_Blocked[g_cBlocked])) {
			PxeTrace(NULL, PXE_TRACE_ERROR, L"\"%ls\" is not an address", pwsz);
			return ERROR_INVALID_DATA;
		}
		g_cBlocked++;
	}
	return ERROR_SUCCESS;
}

static DWORD CALLBACK FilterRecvRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
					PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
					PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	PPXE_DHCP_MESSAGE pMessage = pPacket;
	BOOL bPxe = FALSE;
	ULONG i;

	UNREFERENCED_PARAMETER(hClientRequest);
	UNREFERENCED_PARAMETER(pLocalAddress);
	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);

	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpIsValid(pPacket, uPacketLen, TRUE, &bPxe) != ERROR_SUCCESS || !bPxe)
		return ERROR_SUCCESS;
	for (i = 0; i < g_cBlocked; i++) {
		if (memcmp(pMessage->HardwareAddress, g_Blocked[i], sizeof(g_Blocked[i])) == 0) {
			PxeTrace(g_hProvider, PXE_TRACE_INFO, L"client %lu is blocked", i);
			*pAction = PXE_BA_IGNORE;
		}
	}
	return ERROR_SUCCESS;
}

static DWORD CALLBACK FilterShutdown(PVOID pContext)
{
	UNREFERENCED_PARAMETER(pContext);
	return ERROR_SUCCESS;
}

__declspec(dllexport) DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	DWORD dwError = ReadBlocked(hProviderKey);

	RegCloseKey(hProviderKey); /* as the samples do with keys that they were given */
	g_hProvider = hProvider;
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST,
					      FilterRecvRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError =
			PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, FilterShutdown, NULL);
	return dwError;
}
