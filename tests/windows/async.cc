// A provider in the style of Windows, in C++, that decides later: a thread of its own takes the
// requests from a queue. Key: File (SZ) for the clients whose address ends in an even octet; it
// rejects the others.
#include <windows.h>

#include <wdspxe.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace
{

struct Work {
	HANDLE hRequest;
	PVOID pPacket; // stays until the request is completed
	ULONG uLength;
	PXE_ADDRESS *pLocal;
};

class Worker
{
      public:
	Worker(HANDLE hProvider, std::string file) : m_hProvider(hProvider), m_file(std::move(file))
	{
		m_thread = std::thread([this] { Run(); });
	}

	~Worker()
	{
		{
			std::lock_guard<std::mutex> lock(m_lock);
			m_leaving = true;
		}
		m_filled.notify_all();
		m_thread.join();
	}

	void Add(const Work &work)
	{
		std::lock_guard<std::mutex> lock(m_lock);
		m_work.push_back(work);
		m_filled.notify_one();
	}

      private:
	void Run();
	PXE_BOOT_ACTION Decide(const Work &work);

	HANDLE m_hProvider;
	std::string m_file;
	std::mutex m_lock;
	std::condition_variable m_filled;
	std::deque<Work> m_work;
	bool m_leaving = false;
	std::thread m_thread;
};

void Worker::Run()
{
	std::unique_lock<std::mutex> lock(m_lock);

	for (;;) {
		m_filled.wait(lock, [this] { return m_leaving || !m_work.empty(); });
		if (m_work.empty())
			return;
		const Work work = m_work.front();
		m_work.pop_front();
		lock.unlock();
		const DWORD error = PxeAsyncRecvDone(work.hRequest, Decide(work));
		if (error != ERROR_SUCCESS)
			PxeTrace(m_hProvider, PXE_TRACE_WARNING, L"too late: %u", error);
		lock.lock();
	}
}

PXE_BOOT_ACTION Worker::Decide(const Work &work)
{
	constexpr ULONG size = 300;
	const auto *request = static_cast<PXE_DHCP_MESSAGE *>(work.pPacket);
	const PVOID reply = PxePacketAllocate(m_hProvider, work.hRequest, size);
	ULONG used = 0;

	if (request->HardwareAddress[5] % 2 != 0 || reply == nullptr)
		return PXE_BA_REJECTED; // with a packet in hand: the server takes it back
	if (PxeDhcpInitialize(work.pPacket, work.uLength, reply, size, &used) != ERROR_SUCCESS)
		return PXE_BA_REJECTED;

	auto *message = static_cast<PPXE_DHCP_MESSAGE>(reply);
	message->BootstrapServerAddress = work.pLocal->uIpAddress;
	CopyMemory(message->BootFileName, m_file.c_str(), m_file.size());

	const BYTE offer = 2;
	PxeDhcpAppendOption(reply, size, &used, 53, sizeof(offer), &offer);
	PxeDhcpAppendOption(reply, size, &used, 54, 4, work.pLocal->bAddress);
	PxeDhcpAppendOption(reply, size, &used, 60, 9, "PXEClient");
	PxeDhcpAppendOption(reply, size, &used, 255, 0, NULL);

	PXE_ADDRESS to = {};
	to.uFlags = PXE_ADDR_USE_DHCP_RULES;
	const DWORD error = PxeSendReply(work.hRequest, reply, used, &to);
	PxePacketFree(m_hProvider, work.hRequest, reply);
	return error == ERROR_SUCCESS ? PXE_BA_NBP : PXE_BA_IGNORE;
}

std::unique_ptr<Worker> g_worker;

DWORD PXEAPI OnRequest(_In_ HANDLE hClientRequest, _In_ PVOID pPacket, _In_ ULONG uPacketLen,
		       _In_ PXE_ADDRESS *pLocalAddress, _In_ PXE_ADDRESS *,
		       _Out_ PXE_BOOT_ACTION *pAction, _In_opt_ PVOID)
{
	PVOID type = nullptr;

	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, 53, nullptr, &type) != ERROR_SUCCESS ||
	    *static_cast<PBYTE>(type) != 1)
		return ERROR_SUCCESS;
	g_worker->Add({ hClientRequest, pPacket, uPacketLen, pLocalAddress });
	return ERROR_IO_PENDING;
}

DWORD PXEAPI OnShutdown(PVOID)
{
	g_worker.reset();
	return ERROR_SUCCESS;
}

std::string ReadFile(HKEY hKey)
{
	wchar_t value[PXE_DHCP_FILE_SIZE] = L"async.0";
	DWORD type = 0, size = sizeof(value);

	RegQueryValueExW(hKey, L"File", nullptr, &type, reinterpret_cast<LPBYTE>(value), &size);
	const std::wstring wide(value);
	std::string narrow;
	for (const wchar_t c : wide)
		narrow.push_back(static_cast<char>(c));
	return narrow;
}

} // namespace

DWORD PXEAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hProviderKey)
{
	ULONG filter = PXE_PROV_FILTER_PXE_ONLY;
	DWORD error;

	error = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, &OnRequest, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, &OnShutdown, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &filter,
						sizeof(filter));
	if (error == ERROR_SUCCESS)
		g_worker.reset(new Worker(hProvider, ReadFile(hProviderKey)));
	return error;
}
