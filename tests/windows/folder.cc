/* A boot provider with a file for each machine, in the style of Windows, in C++: in the folder
 * "machines" beside its module, 52-54-00-12-34-56.ini has [Boot] Program. The files are
 * found by FindFirstFile, when the provider starts, and read again when one has been written since.
 */
#define UNICODE
#define _UNICODE
#include <windows.h>
#include <wdspxe.h>

#include <map>
#include <string>

namespace
{

constexpr ULONG ReplySize = 300;

struct Machine {
	std::wstring file;
	FILETIME written;
	std::string program;
};

std::string Narrow(const std::wstring &wide)
{
	int size = WideCharToMultiByte(CP_ACP, 0, wide.c_str(), -1, nullptr, 0, nullptr, nullptr);
	std::string narrow(size > 0 ? size : 1, '\0');

	WideCharToMultiByte(CP_ACP, 0, wide.c_str(), -1, &narrow[0], size, nullptr, nullptr);
	narrow.resize(narrow.size() - 1);
	return narrow;
}

class CMachines
{
      public:
	DWORD Load(const std::wstring &folder);
	std::string Program(const std::wstring &address);
	size_t Count() const
	{
		return m_machines.size();
	}

      private:
	void Add(const WIN32_FIND_DATA &found);
	static std::string Read(const std::wstring &file);

	std::wstring m_folder;
	std::map<std::wstring, Machine> m_machines;
	SRWLOCK m_lock = SRWLOCK_INIT;
};

std::string CMachines::Read(const std::wstring &file)
{
	WCHAR program[PXE_DHCP_FILE_SIZE];

	GetPrivateProfileString(L"Boot", L"Program", L"", program, ARRAYSIZE(program),
				file.c_str());
	return Narrow(program);
}

void CMachines::Add(const WIN32_FIND_DATA &found)
{
	const std::wstring name(found.cFileName), file = m_folder + L"\\" + name;

	if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
		return;
	m_machines[name.substr(0, name.find(L'.'))] = { file, found.ftLastWriteTime, Read(file) };
}

DWORD CMachines::Load(const std::wstring &folder)
{
	WIN32_FIND_DATA found;
	HANDLE search;
	DWORD error;

	m_folder = folder;
	search = FindFirstFile((folder + L"\\*.ini").c_str(), &found);
	if (search == INVALID_HANDLE_VALUE)
		return GetLastError() == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : GetLastError();
	do {
		Add(found);
	} while (FindNextFile(search, &found));
	error = GetLastError();
	FindClose(search);
	return error == ERROR_NO_MORE_FILES ? ERROR_SUCCESS : error;
}

std::string CMachines::Program(const std::wstring &address)
{
	std::string program;
	WIN32_FIND_DATA found;
	HANDLE search;

	AcquireSRWLockExclusive(&m_lock);
	const auto machine = m_machines.find(address);
	if (machine != m_machines.end()) {
		search = FindFirstFile(machine->second.file.c_str(), &found);
		if (search != INVALID_HANDLE_VALUE) {
			if (CompareFileTime(&found.ftLastWriteTime, &machine->second.written) != 0)
				Add(found);
			FindClose(search);
			program = machine->second.program;
		}
	}
	ReleaseSRWLockExclusive(&m_lock);
	return program;
}

CMachines *g_pMachines;
HMODULE g_hModule;
HANDLE g_hProvider;

DWORD Answer(HANDLE hRequest, PVOID pPacket, ULONG uLength, PXE_ADDRESS *pLocal, BYTE bType,
	     const std::string &program)
{
	const PVOID pReply = PxePacketAllocate(g_hProvider, hRequest, ReplySize);
	auto *pMessage = static_cast<PPXE_DHCP_MESSAGE>(pReply);
	PXE_ADDRESS to = {};
	ULONG uUsed = 0;
	DWORD error;

	if (pReply == nullptr)
		return GetLastError();
	error = PxeDhcpInitialize(pPacket, uLength, pReply, ReplySize, &uUsed);
	if (error == ERROR_SUCCESS) {
		CopyMemory(&pMessage->BootstrapServerAddress, pLocal->bAddress, 4);
		CopyMemory(pMessage->BootFileName, program.c_str(), program.size() + 1);
		PxeDhcpAppendOption(pReply, ReplySize, &uUsed, 53, 1, &bType);
		PxeDhcpAppendOption(pReply, ReplySize, &uUsed, 54, 4, pLocal->bAddress);
		PxeDhcpAppendOption(pReply, ReplySize, &uUsed, 60, 9, "PXEClient");
		error = PxeDhcpAppendOption(pReply, ReplySize, &uUsed, 255, 0, NULL);
	}
	to.uFlags = PXE_ADDR_USE_DHCP_RULES;
	if (error == ERROR_SUCCESS)
		error = PxeSendReply(hRequest, pReply, uUsed, &to);
	PxePacketFree(g_hProvider, hRequest, pReply);
	return error;
}

DWORD PXEAPI OnRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
		       PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *, PXE_BOOT_ACTION *pAction, PVOID)
{
	const auto *pMessage = static_cast<const PXE_DHCP_MESSAGE *>(pPacket);
	const BYTE *pb = pMessage->HardwareAddress;
	PBYTE pbType = nullptr;
	WCHAR address[18];
	DWORD error;

	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpGetOptionValue(pPacket, uPacketLen, 1, 53, nullptr,
				  reinterpret_cast<PVOID *>(&pbType)) != ERROR_SUCCESS ||
	    (*pbType != 1 && *pbType != 3))
		return ERROR_SUCCESS;
	swprintf_s(address, ARRAYSIZE(address), L"%02x-%02x-%02x-%02x-%02x-%02x", pb[0], pb[1],
		   pb[2], pb[3], pb[4], pb[5]);
	const std::string program = g_pMachines->Program(address);
	if (program.empty())
		return ERROR_SUCCESS;
	error = Answer(hClientRequest, pPacket, uPacketLen, pLocalAddress, *pbType == 1 ? 2 : 5,
		       program);
	if (error == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP;
	return error;
}

DWORD PXEAPI OnShutdown(PVOID)
{
	delete g_pMachines;
	g_pMachines = nullptr;
	return ERROR_SUCCESS;
}

} // namespace

BOOL APIENTRY DllMain(HMODULE hModule, DWORD dwReason, LPVOID)
{
	if (dwReason == DLL_PROCESS_ATTACH)
		g_hModule = hModule;
	return TRUE;
}

EXTERN_C DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY)
{
	ULONG uFilter = PXE_PROV_FILTER_PXE_ONLY;
	WCHAR module[MAX_PATH];
	DWORD error;

	if (GetModuleFileName(g_hModule, module, ARRAYSIZE(module)) == 0)
		return GetLastError();
	*wcsrchr(module, L'\\') = L'\0';
	g_hProvider = hProvider;
	g_pMachines = new CMachines;
	error = g_pMachines->Load(std::wstring(module) + L"\\machines");
	PxeTrace(hProvider, PXE_TRACE_INFO, L"%lu machines",
		 static_cast<DWORD>(g_pMachines->Count()));
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, OnRequest, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeRegisterCallback(hProvider, PXE_CALLBACK_SHUTDOWN, OnShutdown, NULL);
	if (error == ERROR_SUCCESS)
		error = PxeProviderSetAttribute(hProvider, PXE_PROV_ATTR_FILTER, &uFilter,
						sizeof(uFilter));
	if (error != ERROR_SUCCESS)
		OnShutdown(NULL);
	return error;
}
