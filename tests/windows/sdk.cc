/* What a source may assume of the SDK's header beside calling it (A10): its own declarations stand
 * again beside ours, functions have the SDK's types, structures its tags, literals go in as values.
 */
#include <windows.h>
#include <wdspxe.h>

extern "C" DWORD PXEAPI PxeDhcpAppendOption(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
					    PULONG puReplyPacketLen, BYTE bOption, BYTE bOptionLen,
					    PVOID pValue);
extern "C" DWORD PXEAPI PxeSendReply(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				     struct tagPXE_ADDRESS *pAddress);

typedef DWORD(PXEAPI *PFNAPPENDOPTION)(PVOID, ULONG, PULONG, BYTE, BYTE, PVOID);
typedef DWORD(PXEAPI *PFNAPPENDOPTIONV6)(PVOID, ULONG, PULONG, WORD, WORD, PVOID);
typedef DWORD(PXEAPI *PFNREGISTERCALLBACK)(HANDLE, PXE_CALLBACK_TYPE, PVOID, PVOID);

C_ASSERT(sizeof(GUID) == 16);
C_ASSERT(FIELD_OFFSET(PXE_DHCP_MESSAGE, BootFileName) == 108);

static PFNAPPENDOPTION const append = PxeDhcpAppendOption;
static PFNAPPENDOPTIONV6 const append6 = PxeDhcpv6AppendOption;
static PFNREGISTERCALLBACK const registerCallback = PxeRegisterCallback;

static DWORD PXEAPI Shutdown(PVOID)
{
	return ERROR_SUCCESS;
}

static DWORD PXEAPI Receive(HANDLE hRequest, PVOID pPacket, ULONG uLen, PXE_ADDRESS *pLocal,
			    PXE_ADDRESS *, PXE_BOOT_ACTION *pAction, PVOID)
{
	struct tagPXE_ADDRESS everybody = *pLocal;
	BYTE reply[300];
	ULONG uUsed = 0;

	*pAction = PXE_BA_REJECTED;
	if (PxeDhcpInitialize(pPacket, uLen, reply, sizeof(reply), &uUsed) != ERROR_SUCCESS)
		return ERROR_SUCCESS;
	PxeDhcpAppendOption(reply, sizeof(reply), &uUsed, 60, 9, "PXEClient");
	append(reply, sizeof(reply), &uUsed, 255, 0, NULL);
	append6(NULL, 0, NULL, 0, 0, NULL);
	return hRequest && everybody.uFlags ? ERROR_SUCCESS : ERROR_GEN_FAILURE;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY)
{
	DWORD r = registerCallback(hProvider, PXE_CALLBACK_SHUTDOWN,
				   reinterpret_cast<PVOID>(&Shutdown), NULL);

	return r == ERROR_SUCCESS
		       ? PxeRegisterCallback(hProvider, PXE_CALLBACK_RECV_REQUEST, Receive, NULL)
		       : r;
}
