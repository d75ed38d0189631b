/* A filter in ANSI strings and C: blocked.txt, in the folder of its module, has an address a line,
 * and what it sees is counted in counts.ini, beside it.
 */
#include <windows.h>
#include <wdspxe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCKED 32

static HINSTANCE g_hModule;
static HANDLE g_hProvider;
static char g_szFolder[MAX_PATH];
static char g_szComputer[MAX_COMPUTERNAME_LENGTH + 1];
static char g_Blocked[MAX_BLOCKED][20];
static int g_cBlocked;

BOOL APIENTRY DllMain(HMODULE hModule, DWORD ulReason, LPVOID lpReserved)
{
	(void)lpReserved;
	switch (ulReason) {
	case DLL_PROCESS_ATTACH:
		g_hModule = hModule;
		DisableThreadLibraryCalls(hModule);
		break;
	case DLL_PROCESS_DETACH:
		break;
	}
	return TRUE;
}

static DWORD FindFolder(void)
{
	char *pszLast;

	if (GetModuleFileNameA(g_hModule, g_szFolder, MAX_PATH) == 0)
		return GetLastError();
	pszLast = strrchr(g_szFolder, '\\');
	if (pszLast == NULL)
		return ERROR_BAD_PATHNAME;
	pszLast[1] = '\0';
	return ERROR_SUCCESS;
}

static DWORD ReadBlocked(void)
{
	char szFile[MAX_PATH], szLine[128], *pszLine, *pszContext = NULL;
	FILE *pFile;

	_snprintf(szFile, sizeof(szFile), "%sblocked.txt", g_szFolder);
	szFile[sizeof(szFile) - 1] = '\0';
	pFile = fopen(szFile, "rt");
	if (pFile == NULL)
		return ERROR_FILE_NOT_FOUND;
	while (fgets(szLine, sizeof(szLine), pFile) != NULL && g_cBlocked < MAX_BLOCKED) {
		pszLine = strtok_s(szLine, " \t\r\n", &pszContext);
		if (pszLine == NULL || *pszLine == '#')
			continue;
		if (strcpy_s(g_Blocked[g_cBlocked], sizeof(g_Blocked[0]), pszLine) == 0)
			g_cBlocked++;
	}
	fclose(pFile);
	return ERROR_SUCCESS;
}

static void Count(const char *pszAddress)
{
	char szFile[MAX_PATH], szCount[16];
	UINT uCount;

	sprintf_s(szFile, sizeof(szFile), "%scounts.ini", g_szFolder);
	uCount = GetPrivateProfileIntA("Seen", pszAddress, 0, szFile) + 1;
	_itoa_s((int)uCount, szCount, sizeof(szCount), 10);
	if (!WritePrivateProfileStringA("Seen", pszAddress, szCount, szFile))
		PxeTrace(g_hProvider, PXE_TRACE_ERROR, L"%S: error %lu", szFile, GetLastError());
}

static DWORD PXEAPI FilterRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				  PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				  PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	const BYTE *pb = ((PPXE_DHCP_MESSAGE)pPacket)->HardwareAddress;
	char szAddress[20];
	int i;

	UNREFERENCED_PARAMETER(hClientRequest);
	UNREFERENCED_PARAMETER(uPacketLen);
	UNREFERENCED_PARAMETER(pLocalAddress);
	UNREFERENCED_PARAMETER(pRemoteAddress);
	UNREFERENCED_PARAMETER(pContext);
	sprintf_s(szAddress, sizeof(szAddress), "%02x-%02x-%02x-%02x-%02x-%02x", pb[0], pb[1],
		  pb[2], pb[3], pb[4], pb[5]);
	*pAction = PXE_BA_REJECTED;
	for (i = 0; i < g_cBlocked; i++)
		if (_stricmp(szAddress, g_Blocked[i]) == 0)
			*pAction = PXE_BA_IGNORE;
	Count(szAddress);
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"%S on %S: %S", szAddress, g_szComputer,
		 *pAction == PXE_BA_IGNORE ? "blocked" : "passed on");
	return ERROR_SUCCESS;
}

static DWORD PXEAPI FilterShutdown(PVOID pContext)
{
	UNREFERENCED_PARAMETER(pContext);
	return ERROR_SUCCESS;
}

DWORD WINAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	DWORD dwSize = sizeof(g_szComputer), dwError = FindFolder();

	(void)hProviderKey;
	g_hProvider = hProvider;
	if (!GetComputerNameA(g_szComputer, &dwSize))
		dwError = GetLastError();
	if (dwError == ERROR_SUCCESS)
		dwError = ReadBlocked();
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST,
					      (PVOID)FilterRequest, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN,
					      (PVOID)FilterShutdown, NULL);
	return dwError;
}
