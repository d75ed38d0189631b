/* An installer in the style of Windows, in C: a program of its own that puts providers into the
 *list, writes their settings, and takes them out again.
 *
 *	installer add NAME MODULE [BEFORE]	installer set NAME VALUE DATA
 *	installer remove NAME			installer block NAME ADDRESS...
 *	installer list
 */
#include <windows.h>

#include <wdspxe.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOT L"SYSTEM\\CurrentControlSet\\Services\\WDSServer\\Providers\\WDSPXE\\Providers\\"

static DWORD SetString(_In_ HKEY hKey, _In_ LPCWSTR pwszValue, _In_ LPCWSTR pwszData)
{
	return (DWORD)RegSetValueExW(hKey, pwszValue, 0, REG_SZ, (const BYTE *)pwszData,
				     (DWORD)((wcslen(pwszData) + 1) * sizeof(WCHAR)));
}

static DWORD WriteDefaults(_In_ HKEY hKey)
{
	HKEY hPrograms = NULL;
	DWORD dwVersion = 3, dwDisposition = 0, dwError;

	dwError = SetString(hKey, L"BootProgram", L"boot\\x86\\wdsnbp.com");
	if (dwError == ERROR_SUCCESS)
		dwError = SetString(hKey, L"ServerName", L"deploy");
	if (dwError == ERROR_SUCCESS)
		dwError = (DWORD)RegSetValueExW(hKey, L"Version", 0, REG_DWORD, (LPBYTE)&dwVersion,
						sizeof(dwVersion));
	if (dwError == ERROR_SUCCESS)
		dwError = (DWORD)RegCreateKeyExW(hKey, L"BootPrograms", 0, NULL,
						 REG_OPTION_NON_VOLATILE, KEY_WRITE, NULL,
						 &hPrograms, &dwDisposition);
	if (dwError == ERROR_SUCCESS) {
		dwError = SetString(hPrograms, L"x64uefi", L"boot\\x64\\wdsmgfw.efi");
		RegCloseKey(hPrograms);
	}
	return dwError;
}

static DWORD Add(_In_ LPCWSTR pwszName, _In_ LPCWSTR pwszModule, _In_opt_ LPCWSTR pwszBefore)
{
	ULONG uIndex = PXE_REG_INDEX_BOTTOM;
	HKEY hKey = NULL;
	DWORD dwError = ERROR_SUCCESS;

	if (pwszBefore != NULL)
		dwError = PxeProviderQueryIndex(pwszBefore, &uIndex);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeProviderRegister(pwszName, pwszModule, uIndex, FALSE, &hKey);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	dwError = WriteDefaults(hKey);
	RegCloseKey(hKey);
	return dwError;
}

static DWORD OpenProvider(_In_ LPCWSTR pwszName, _Out_ PHKEY phKey)
{
	WCHAR wszPath[MAX_PATH] = ROOT;

	wcsncat(wszPath, pwszName, ARRAYSIZE(wszPath) - wcslen(wszPath) - 1);
	return (DWORD)RegOpenKeyExW(HKEY_LOCAL_MACHINE, wszPath, 0, KEY_READ | KEY_WRITE, phKey);
}

static DWORD Set(_In_ LPCWSTR pwszName, _In_ LPCWSTR pwszValue, _In_ LPCWSTR pwszData)
{
	HKEY hKey = NULL;
	DWORD dwError = OpenProvider(pwszName, &hKey);

	if (dwError == ERROR_SUCCESS) {
		dwError = SetString(hKey, pwszValue, pwszData);
		RegCloseKey(hKey);
	}
	return dwError;
}

static DWORD Block(_In_ LPCWSTR pwszName, int cAddresses,
		   _In_reads_(cAddresses) WCHAR Addresses[][MAX_PATH])
{
	WCHAR wszList[1024];
	DWORD cchList = 0, dwError;
	HKEY hKey = NULL;
	int i;

	for (i = 0; i < cAddresses; i++) {
		size_t cch = wcslen(Addresses[i]) + 1;

		CopyMemory(wszList + cchList, Addresses[i], cch * sizeof(WCHAR));
		cchList += (DWORD)cch;
	}
	wszList[cchList++] = L'\0';
	dwError = OpenProvider(pwszName, &hKey);
	if (dwError == ERROR_SUCCESS) {
		dwError = (DWORD)RegSetValueExW(hKey, L"Blocked", 0, REG_MULTI_SZ, (LPBYTE)wszList,
						cchList * sizeof(WCHAR));
		RegCloseKey(hKey);
	}
	return dwError;
}

static DWORD List(void)
{
	PPXE_PROVIDER pProvider = NULL;
	HANDLE hEnum = NULL;
	DWORD dwError = PxeProviderEnumFirst(&hEnum);

	if (dwError != ERROR_SUCCESS)
		return dwError;
	while ((dwError = PxeProviderEnumNext(hEnum, &pProvider)) == ERROR_SUCCESS) {
		if (pProvider->uSizeOfStruct != sizeof(*pProvider))
			dwError = ERROR_BAD_LENGTH;
		printf("%u %ls %ls %s\n", pProvider->uIndex, pProvider->pwszName,
		       pProvider->pwszFilePath, pProvider->bIsCritical ? "critical" : "");
		PxeProviderFreeInfo(pProvider);
	}
	PxeProviderEnumClose(hEnum);
	return dwError == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : dwError;
}

int main(int argc, char *argv[])
{
	static WCHAR Words[8][MAX_PATH];
	DWORD dwError = ERROR_INVALID_PARAMETER;
	int i;

	setlocale(LC_ALL, "C.UTF-8");
	for (i = 1; i < argc && i < 8; i++)
		mbstowcs(Words[i], argv[i], MAX_PATH - 1);
	if (argc >= 4 && wcscmp(Words[1], L"add") == 0)
		dwError = Add(Words[2], Words[3], argc > 4 ? Words[4] : NULL);
	else if (argc == 3 && wcscmp(Words[1], L"remove") == 0)
		dwError = PxeProviderUnRegister(Words[2]);
	else if (argc == 5 && wcscmp(Words[1], L"set") == 0)
		dwError = Set(Words[2], Words[3], Words[4]);
	else if (argc >= 4 && argc <= 8 && wcscmp(Words[1], L"block") == 0)
		dwError = Block(Words[2], argc - 3, Words + 3);
	else if (argc == 2 && wcscmp(Words[1], L"list") == 0)
		dwError = List();
	if (dwError != ERROR_SUCCESS)
		fprintf(stderr, "error %u\n", dwError);
	return dwError == ERROR_SUCCESS ? 0 : 1;
}
