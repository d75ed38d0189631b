/* A first provider: it boots every client, BIOS and UEFI, PXE and HTTP Boot, over IPv4 and IPv6.
 * The kit, <wdspxe-boot.h>, reads the requests and builds the answers; the decision is in
 * hello_request. Its settings, in its file in providers.d, each of which may be left out:
 *
 *	settings: {
 *		bios = "undionly.kpxe";
 *		uefi = "ipxe.efi";
 *		http = "http://${server}/ipxe.efi";
 *	};
 *
 * C11, and C++17 if you rename it to hello.cc. PxeBootOpen(3) is the overview.
 */
#include <stdlib.h>
#include <string.h>

#include <wdspxe-boot.h>

/* One loaded instance. A reload may load a second one while the first still has requests to finish:
 * so nothing here is a global, and every callback gets its instance as pContext. */
struct hello {
	PXE_BOOT *boot;
	LPCSTR bios, uefi, http;
};

/* A request. This may run on several threads at once. */
static DWORD PXEAPI hello_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				  PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				  PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	const struct hello *hello = (const struct hello *)pContext;
	PXE_BOOT_CLIENT client;
	PXE_BOOT_ANSWER answer;

	client.cbSize = sizeof(client);
	*pAction = PXE_BA_REJECTED; /* not mine: the next provider, please */
	if (PxeBootClient(hello->boot, hClientRequest, pPacket, uPacketLen, pLocalAddress,
			  pRemoteAddress, &client) != ERROR_SUCCESS)
		return ERROR_SUCCESS;

	memset(&answer, 0, sizeof(answer));
	answer.cbSize = sizeof(answer);
	answer.pszFile = client.uArch == PXE_ARCH_X86_BIOS ? hello->bios : hello->uefi;
	answer.pszUrl = hello->http; /* with a file beside it, for HTTP Boot alone */
	return PxeBootAnswer(hello->boot, hClientRequest, &client, &answer, pAction);
}

/* The last call: no other callback runs any more. */
static DWORD PXEAPI hello_shutdown(PVOID pContext)
{
	struct hello *hello = (struct hello *)pContext;

	PxeBootClose(hello->boot);
	free(hello);
	return ERROR_SUCCESS;
}

/* The one exported function: called once, when the daemon loads the provider. If it returns an
 * error the provider is not used, and its shutdown is not called. */
DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	struct hello *hello = (struct hello *)calloc(1, sizeof(*hello));
	PXE_BOOT_SETTINGS *settings;
	DWORD status;

	if (!hello)
		return ERROR_NOT_ENOUGH_MEMORY;
	hello->boot = PxeBootOpen(hProvider);
	settings = PxeBootSettings(hello->boot, hProviderKey);
	hello->bios = PxeBootSettingString(settings, "bios", "undionly.kpxe");
	hello->uefi = PxeBootSettingString(settings, "uefi", "ipxe.efi");
	hello->http = PxeBootSettingString(settings, "http", "http://${server}/ipxe.efi");
	status = PxeBootSettingsDone(settings); /* mistakes are told with file and line */

	/* Two promises: hello_request never waits, for a file or a database; and to be asked what
	 * would be answered (a trial) changes nothing. */
	if (status == ERROR_SUCCESS)
		status = PxeBootRegister(hello->boot, (PVOID)hello_request, (PVOID)hello_shutdown,
					 hello, PXE_BOOT_NONBLOCKING | PXE_BOOT_TRIALS);
	if (status != ERROR_SUCCESS)
		hello_shutdown(hello);
	return status;
}
