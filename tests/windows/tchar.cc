/* A filter that is built for either kind of text, in the style of 2008: tchar.h, the old source
 * annotations, an INI file of its module's name, read as a list. Policy.ini has sections of its
 * kinds, and each a line for a client.
 */
#include <stdlib.h>

#include <windows.h>
#include <tchar.h>
#include <strsafe.h>
#include <wdspxe.h>

#pragma warning(disable : 4100)

class CPolicy
{
      public:
	CPolicy() : m_pszDenied(NULL)
	{
		m_szFile[0] = _T('\0');
	}
	~CPolicy()
	{
		delete[] m_pszDenied;
	}

	DWORD Load(__in HMODULE hModule);
	BOOL Denies(__in_z LPCTSTR pszAddress) const;
	LPCTSTR File() const
	{
		return m_szFile;
	}

      private:
	TCHAR m_szFile[MAX_PATH];
	LPTSTR m_pszDenied; /* lines, as the section has them */
};

static HMODULE g_hModule;
static HANDLE g_hProvider;
static CPolicy g_Policy;

extern "C" BOOL WINAPI DllMain(__in HINSTANCE hInstance, __in DWORD fdwReason, __in_opt LPVOID)
{
	if (fdwReason == DLL_PROCESS_ATTACH)
		g_hModule = hInstance;
	return TRUE;
}

DWORD CPolicy::Load(__in HMODULE hModule)
{
	const DWORD cchDenied = 32767;
	TCHAR szModule[MAX_PATH], szDrive[_MAX_DRIVE], szDir[_MAX_DIR];

	if (!GetModuleFileName(hModule, szModule, _countof(szModule)))
		return GetLastError();
	_tsplitpath_s(szModule, szDrive, _countof(szDrive), szDir, _countof(szDir), NULL, 0, NULL,
		      0);
	_tmakepath_s(m_szFile, _countof(m_szFile), szDrive, szDir, _T("policy"), _T("ini"));
	if (GetFileAttributes(m_szFile) == INVALID_FILE_ATTRIBUTES)
		return GetLastError();
	m_pszDenied = new TCHAR[cchDenied];
	if (GetPrivateProfileSection(_T("Denied"), m_pszDenied, cchDenied, m_szFile) ==
	    cchDenied - 2)
		return ERROR_INSUFFICIENT_BUFFER;
	return ERROR_SUCCESS;
}

BOOL CPolicy::Denies(__in_z LPCTSTR pszAddress) const
{
	for (LPCTSTR psz = m_pszDenied; *psz; psz += _tcslen(psz) + 1) {
		LPCTSTR pszEqual = _tcschr(psz, _T('='));

		if (pszEqual && !_tcsnicmp(psz, pszAddress, pszEqual - psz) &&
		    _ttoi(pszEqual + 1) != 0)
			return TRUE;
	}
	return FALSE;
}

static void ToText(__in_ecount(cb) const BYTE *pb, __in ULONG cb, __out_ecount_z(cch) LPTSTR psz,
		   __in size_t cch)
{
	*psz = _T('\0');
	for (ULONG i = 0; i < cb; i++) {
		TCHAR szOctet[4];

		_stprintf_s(szOctet, _countof(szOctet), i ? _T(":%02X") : _T("%02X"), pb[i]);
		_tcscat_s(psz, cch, szOctet);
	}
}

static DWORD PXEAPI PolicyRequest(__in HANDLE, __in PVOID pPacket, __in ULONG, __in PXE_ADDRESS *,
				  __in PXE_ADDRESS *, __out PXE_BOOT_ACTION *pAction, __in PVOID)
{
	PPXE_DHCP_MESSAGE pMessage = static_cast<PPXE_DHCP_MESSAGE>(pPacket);
	TCHAR szAddress[64], szText[128];
	BOOL bDenied;

	ToText(pMessage->HardwareAddress, pMessage->HardwareAddressLength, szAddress,
	       _countof(szAddress));
	bDenied = g_Policy.Denies(szAddress);
	*pAction = bDenied ? PXE_BA_IGNORE : PXE_BA_REJECTED;
	StringCchPrintf(szText, _countof(szText), _T("%s is %s by %s"), szAddress,
			bDenied ? _T("denied") : _T("let through"),
			_tcsrchr(g_Policy.File(), _T('\\')) + 1);
#ifdef UNICODE
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"%s", szText);
#else
	PxeTrace(g_hProvider, PXE_TRACE_INFO, L"%S", szText);
#endif
	return ERROR_SUCCESS;
}

static DWORD PXEAPI PolicyShutdown(__in PVOID)
{
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(__in HANDLE hProvider, __in HKEY)
{
	DWORD dwError = g_Policy.Load(g_hModule);

	g_hProvider = hProvider;
	if (dwError != ERROR_SUCCESS)
		return dwError;
	dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, (PVOID)PolicyRequest,
				      NULL);
	if (dwError != ERROR_SUCCESS)
		return dwError;
	return PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, (PVOID)PolicyShutdown, NULL);
}
