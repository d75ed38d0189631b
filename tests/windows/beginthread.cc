// A provider in the style of Windows, in C++: a class whose thread comes from _beginthreadex, with
// a reader/writer lock, a condition variable and a queue. Key: File (SZ) for the clients whose
// address ends in an even octet; it rejects the others.
#include <process.h>
#include <windows.h>

#include <wdspxe.h>

#include <deque>
#include <string>

class CLock
{
      public:
	explicit CLock(SRWLOCK &lock) : m_lock(lock)
	{
		AcquireSRWLockExclusive(&m_lock);
	}

	~CLock()
	{
		ReleaseSRWLockExclusive(&m_lock);
	}

	CLock(const CLock &) = delete;
	CLock &operator=(const CLock &) = delete;

      private:
	SRWLOCK &m_lock;
};

struct CRequest {
	HANDLE hRequest;
	PVOID pPacket; // stays until the request is completed
	ULONG uLength;
	PXE_ADDRESS *pLocal;
};

class CDecider
{
      public:
	CDecider(HANDLE hProvider, const std::string &strFile)
	    : m_hProvider(hProvider), m_strFile(strFile)
	{
	}

	DWORD Start()
	{
		m_hThread = reinterpret_cast<HANDLE>(_beginthreadex(
			nullptr, 0, &CDecider::Entry, this, CREATE_SUSPENDED, &m_uId));
		if (m_hThread == nullptr)
			return ERROR_NOT_ENOUGH_MEMORY;
		return ResumeThread(m_hThread) == 1 ? ERROR_SUCCESS : GetLastError();
	}

	void Stop()
	{
		{
			CLock lock(m_lock);
			m_bLeaving = true;
		}
		WakeAllConditionVariable(&m_filled);
		if (WaitForSingleObject(m_hThread, INFINITE) == WAIT_OBJECT_0)
			PxeTrace(m_hProvider, PXE_TRACE_INFO, L"%ld requests, seen by %ls",
				 static_cast<LONG>(m_lCount),
				 m_uSeen == m_uId ? L"its thread" : L"another thread");
		CloseHandle(m_hThread);
	}

	void Add(const CRequest &request)
	{
		{
			CLock lock(m_lock);
			m_queue.push_back(request);
		}
		InterlockedIncrement(&m_lCount);
		WakeConditionVariable(&m_filled);
	}

      private:
	static unsigned __stdcall Entry(void *pThis)
	{
		static_cast<CDecider *>(pThis)->Run();
		_endthreadex(0);
		return 0;
	}

	void Run();
	PXE_BOOT_ACTION Decide(const CRequest &request);

	HANDLE m_hProvider;
	HANDLE m_hThread = nullptr;
	unsigned m_uId = 0;
	DWORD m_uSeen = 0;
	std::string m_strFile;
	SRWLOCK m_lock = SRWLOCK_INIT;
	CONDITION_VARIABLE m_filled = CONDITION_VARIABLE_INIT;
	std::deque<CRequest> m_queue;
	bool m_bLeaving = false;
	volatile LONG m_lCount = 0;
};

void CDecider::Run()
{
	m_uSeen = GetCurrentThreadId();
	AcquireSRWLockExclusive(&m_lock);
	for (;;) {
		while (m_queue.empty() && !m_bLeaving)
			SleepConditionVariableSRW(&m_filled, &m_lock, INFINITE, 0);
		if (m_queue.empty())
			break;
		const CRequest request = m_queue.front();
		m_queue.pop_front();
		ReleaseSRWLockExclusive(&m_lock);
		PxeAsyncRecvDone(request.hRequest, Decide(request));
		AcquireSRWLockExclusive(&m_lock);
	}
	ReleaseSRWLockExclusive(&m_lock);
}

PXE_BOOT_ACTION CDecider::Decide(const CRequest &request)
{
	const ULONG cbReply = 300;
	const BYTE bOffer = 2;
	ULONG cbUsed = 0;

	if (static_cast<PPXE_DHCP_MESSAGE>(request.pPacket)->HardwareAddress[5] % 2 != 0)
		return PXE_BA_REJECTED;
	PVOID pReply = PxePacketAllocate(m_hProvider, request.hRequest, cbReply);
	if (pReply == nullptr)
		return PXE_BA_IGNORE;
	DWORD dwError =
		PxeDhcpInitialize(request.pPacket, request.uLength, pReply, cbReply, &cbUsed);
	if (dwError == ERROR_SUCCESS) {
		PPXE_DHCP_MESSAGE pMessage = static_cast<PPXE_DHCP_MESSAGE>(pReply);
		PXE_ADDRESS to = {};

		pMessage->BootstrapServerAddress = request.pLocal->uIpAddress;
		CopyMemory(pMessage->BootFileName, m_strFile.c_str(), m_strFile.size());
		PxeDhcpAppendOption(pReply, cbReply, &cbUsed, 53, sizeof(bOffer), &bOffer);
		PxeDhcpAppendOption(pReply, cbReply, &cbUsed, 54, 4, request.pLocal->bAddress);
		PxeDhcpAppendOption(pReply, cbReply, &cbUsed, 60, 9, "PXEClient");
		PxeDhcpAppendOption(pReply, cbReply, &cbUsed, 255, 0, NULL);
		to.uFlags = PXE_ADDR_USE_DHCP_RULES;
		dwError = PxeSendReply(request.hRequest, pReply, cbUsed, &to);
	}
	PxePacketFree(m_hProvider, request.hRequest, pReply);
	return dwError == ERROR_SUCCESS ? PXE_BA_NBP : PXE_BA_IGNORE;
}

static CDecider *g_pDecider = nullptr;

static DWORD PXEAPI OnRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
			      PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *, PXE_BOOT_ACTION *pAction,
			      PVOID)
{
	PVOID pType = nullptr;

	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, 53, nullptr, &pType) != ERROR_SUCCESS ||
	    *static_cast<PBYTE>(pType) != 1)
		return ERROR_SUCCESS;
	g_pDecider->Add({ hClientRequest, pPacket, uPacketLen, pLocalAddress });
	return ERROR_IO_PENDING;
}

static DWORD PXEAPI OnShutdown(PVOID)
{
	g_pDecider->Stop();
	delete g_pDecider;
	return ERROR_SUCCESS;
}

static std::string ReadFileName(HKEY hKey)
{
	WCHAR wszValue[PXE_DHCP_FILE_SIZE] = L"begun.0";
	DWORD cbValue = sizeof(wszValue);
	std::string strFile;

	RegQueryValueExW(hKey, L"File", nullptr, nullptr, reinterpret_cast<LPBYTE>(wszValue),
			 &cbValue);
	for (const WCHAR *pwc = wszValue; *pwc != L'\0'; pwc++)
		strFile.push_back(static_cast<char>(*pwc));
	return strFile;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);

	if (dwError == ERROR_SUCCESS)
		dwError = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	if (dwError == ERROR_SUCCESS)
		dwError = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
						  sizeof(uFilter));
	if (dwError != ERROR_SUCCESS)
		return dwError;
	g_pDecider = new CDecider(hProvider, ReadFileName(hProviderKey));
	return g_pDecider->Start();
}
