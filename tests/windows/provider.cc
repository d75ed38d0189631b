/* A provider in the style of Windows, in C++: classes, the standard library, no casts. */
#define UNICODE
#include <wdspxe.h>
#include <windows.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <vector>

namespace
{

constexpr BYTE MessageType = 53, ServerId = 54, VendorClass = 60, End = 255;
constexpr BYTE Discover = 1, Offer = 2, Request = 3, Ack = 5;

class Provider
{
      public:
	DWORD Start(_In_ HANDLE hProvider, _In_ HKEY hKey);
	DWORD Receive(_In_ HANDLE hRequest, PVOID pPacket, ULONG uLen, _In_ PPXE_ADDRESS pLocal,
		      _Out_ PXE_BOOT_ACTION *pAction);
	DWORD Stop();

      private:
	DWORD Answer(HANDLE hRequest, PVOID pPacket, ULONG uLen, PPXE_ADDRESS pLocal, BYTE bType);

	HANDLE m_hProvider = nullptr;
	std::wstring m_program = L"undionly.kpxe";
	std::mutex m_lock;
	ULONG m_uAnswered = 0;
};

Provider g_provider;

class Packet
{
      public:
	Packet(HANDLE hProvider, HANDLE hRequest, ULONG uSize)
	    : m_hProvider(hProvider), m_hRequest(hRequest),
	      m_p(PxePacketAllocate(hProvider, hRequest, uSize))
	{
	}
	~Packet()
	{
		if (m_p)
			PxePacketFree(m_hProvider, m_hRequest, m_p);
	}
	Packet(const Packet &) = delete;
	Packet &operator=(const Packet &) = delete;
	PVOID Get() const
	{
		return m_p;
	}

      private:
	HANDLE m_hProvider, m_hRequest;
	PVOID m_p;
};

DWORD Provider::Answer(HANDLE hRequest, PVOID pPacket, ULONG uLen, PPXE_ADDRESS pLocal, BYTE bType)
{
	constexpr ULONG size = 300;
	Packet reply(m_hProvider, hRequest, size);
	PXE_ADDRESS to = {};
	ULONG used = 0;
	DWORD error;

	if (!reply.Get())
		return GetLastError();
	error = PxeDhcpInitialize(pPacket, uLen, reply.Get(), size, &used);
	if (error != ERROR_SUCCESS)
		return error;

	auto *message = static_cast<PPXE_DHCP_MESSAGE>(reply.Get());
	MoveMemory(&message->BootstrapServerAddress, pLocal->bAddress, pLocal->uAddrLen);
	std::transform(m_program.begin(), m_program.end(), message->BootFileName,
		       [](WCHAR c) { return static_cast<BYTE>(c); });

	PxeDhcpAppendOption(reply.Get(), size, &used, MessageType, 1, &bType);
	PxeDhcpAppendOption(reply.Get(), size, &used, ServerId, 4, pLocal->bAddress);
	PxeDhcpAppendOption(reply.Get(), size, &used, VendorClass, 9, "PXEClient");
	error = PxeDhcpAppendOption(reply.Get(), size, &used, End, 0, NULL);
	if (error != ERROR_SUCCESS)
		return error;
	to.uFlags = PXE_ADDR_USE_DHCP_RULES;
	return PxeSendReply(hRequest, reply.Get(), used, &to);
}

DWORD Provider::Receive(_In_ HANDLE hRequest, PVOID pPacket, ULONG uLen, _In_ PPXE_ADDRESS pLocal,
			_Out_ PXE_BOOT_ACTION *pAction)
{
	BYTE length = 0;
	PVOID value = nullptr;
	DWORD error = PxeDhcpGetOptionValue(pPacket, uLen, 1, MessageType, &length, &value);

	*pAction = PXE_BA_REJECTED;
	if (error != ERROR_SUCCESS)
		return error;
	const BYTE type = *static_cast<BYTE *>(value);
	if (type != Discover && type != Request)
		return ERROR_SUCCESS;
	error = Answer(hRequest, pPacket, uLen, pLocal, type == Discover ? Offer : Ack);
	if (error != ERROR_SUCCESS)
		return error;

	std::lock_guard<std::mutex> hold(m_lock);
	PxeTrace(m_hProvider, PXE_TRACE_VERBOSE, L"answered %lu", ++m_uAnswered);
	*pAction = PXE_BA_NBP;
	return ERROR_SUCCESS;
}

DWORD Provider::Stop()
{
	PxeTrace(m_hProvider, PXE_TRACE_INFO, L"%s after %lu", L"bye", m_uAnswered);
	m_hProvider = nullptr;
	return ERROR_SUCCESS;
}

DWORD PXEAPI OnRequest(HANDLE hRequest, PVOID pPacket, ULONG uLen, PXE_ADDRESS *pLocal,
		       PXE_ADDRESS *pRemote, PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	UNREFERENCED_PARAMETER(pRemote);
	return static_cast<Provider *>(pContext)->Receive(hRequest, pPacket, uLen, pLocal, pAction);
}

DWORD PXEAPI OnShutdown(PVOID pContext)
{
	return static_cast<Provider *>(pContext)->Stop();
}

DWORD PXEAPI OnControl(PVOID, DWORD) noexcept
{
	return ERROR_SUCCESS;
}

DWORD Provider::Start(_In_ HANDLE hProvider, _In_ HKEY hKey)
{
	std::array<WCHAR, PXE_DHCP_FILE_SIZE> name;
	DWORD size = sizeof(name), type = REG_NONE;
	ULONG filter = PXE_PROV_FILTER_PXE_ONLY;
	LSTATUS found = RegQueryValueEx(hKey, L"BootProgram", NULL, &type,
					reinterpret_cast<LPBYTE>(name.data()), &size);

	if (found == ERROR_SUCCESS && type == REG_SZ)
		m_program = name.data();
	else if (found != ERROR_FILE_NOT_FOUND)
		return ERROR_INVALID_DATA;

	DWORD error = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, this);
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, &OnShutdown, this);
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_SERVICE_CONTROL, OnControl, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &filter,
						sizeof(filter));
	if (error == ERROR_SUCCESS)
		m_hProvider = hProvider;
	return error;
}

} // namespace

BOOL APIENTRY DllMain(HMODULE hModule, DWORD ul_reason_for_call, LPVOID lpReserved)
{
	UNREFERENCED_PARAMETER(lpReserved);
	switch (ul_reason_for_call) {
	case DLL_PROCESS_ATTACH:
		DisableThreadLibraryCalls(hModule);
		break;
	case DLL_PROCESS_DETACH:
		break;
	}
	return TRUE;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	return g_provider.Start(hProvider, hProviderKey);
}
