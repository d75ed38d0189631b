/* The provider's entry and its callbacks. */
#include <errno.h>
#include <stdlib.h>

#include "bootfile.h"
#include "doubts.h"
#include "menu.h"
#include "networks.h"

static DWORD PXEAPI bootfile_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				     PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				     PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	const struct bootfile *bootfile = pContext;
	PXE_BOOT_CLIENT client;

	client.cbSize = sizeof client; /* the kit fills in the rest */
	*pAction = PXE_BA_REJECTED;
	if (PxeBootClient(bootfile->boot, hClientRequest, pPacket, uPacketLen, pLocalAddress,
			  pRemoteAddress, &client) != ERROR_SUCCESS)
		return ERROR_SUCCESS;
	return decide(bootfile, hClientRequest, &client, pAction);
}

static void bootfile_free(struct bootfile *bootfile)
{
	PxeBootClose(bootfile->boot);
	machines_free(bootfile->machines);
	settings_done(&bootfile->settings);
	free(bootfile);
}

static DWORD PXEAPI bootfile_shutdown(PVOID pContext)
{
	bootfile_free(pContext);
	return ERROR_SUCCESS;
}

static DWORD status_of(int r)
{
	switch (r) {
	case 0:
		return ERROR_SUCCESS;
	case -EINVAL:
		return ERROR_INVALID_DATA;
	case -ENOMEM:
		return ERROR_NOT_ENOUGH_MEMORY;
	default:
		return ERROR_GEN_FAILURE;
	}
}

static DWORD bootfile_fill(struct bootfile *bootfile, HANDLE provider, HKEY key)
{
	int r = settings_compile(provider, key, &bootfile->settings);

	if (r < 0)
		return status_of(r);
	r = settings_machines(provider, &bootfile->settings, &bootfile->machines);
	if (r < 0)
		return status_of(r);
	doubts_groups(provider, &bootfile->settings, bootfile->machines);
	settings_settle(&bootfile->settings);
	bootfile->boot = PxeBootOpen(provider);
	if (!bootfile->boot)
		return GetLastError();
	r = settings_configure(&bootfile->settings, bootfile->boot);
	if (r == 0)
		r = settings_turn(&bootfile->settings, bootfile->boot);
	if (r < 0)
		return status_of(r);
	networks_tell(provider, &bootfile->settings, bootfile->boot);
	menus_tell(provider, &bootfile->settings, bootfile->boot);
	return PxeBootRegister(bootfile->boot, (PVOID)bootfile_request, (PVOID)bootfile_shutdown,
			       bootfile, PXE_BOOT_NONBLOCKING | PXE_BOOT_TRIALS);
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	struct bootfile *bootfile = calloc(1, sizeof *bootfile);
	DWORD status;

	if (!bootfile)
		return ERROR_NOT_ENOUGH_MEMORY;
	status = bootfile_fill(bootfile, hProvider, hProviderKey);
	if (status != ERROR_SUCCESS)
		bootfile_free(bootfile);
	return status;
}
