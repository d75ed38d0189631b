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
	struct bootfile *bootfile = pContext;
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
	machines_free(atomic_load(&bootfile->machines.at));
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

/* Reads the lists, and puts them in force. */
static int lists_take(struct bootfile *bootfile)
{
	struct machines *machines;
	int r = settings_machines(bootfile->provider, &bootfile->settings,
				  atomic_load(&bootfile->machines.at), &machines);

	if (r < 0)
		return r;
	doubts_groups(bootfile->provider, &bootfile->settings, machines);
	current_replace(&bootfile->machines, machines);
	return 0;
}

/* A reload that leaves the settings: those lists that have changed are taken without a new
 * instance, which would be one for a hundred thousand entries too. */
static DWORD lists_reload(struct bootfile *bootfile)
{
	const struct machines *machines = atomic_load(&bootfile->machines.at);
	int r;

	if (!machines || !machines_changed(machines, &bootfile->settings.sources))
		return ERROR_SUCCESS;
	r = lists_take(bootfile);
	if (r == 0)
		PxeTrace(bootfile->provider, PXE_TRACE_INFO, L"new lists of machines: %u lines",
			 machines_count(atomic_load(&bootfile->machines.at)));
	return status_of(r);
}

static DWORD PXEAPI bootfile_control(PVOID pContext, DWORD dwControl)
{
	struct bootfile *bootfile = pContext;

	return dwControl == PXE_CONTROL_FILES ? lists_reload(bootfile)
					      : PxeBootControl(bootfile->boot, dwControl);
}

/* The kit's registration, and a ServiceControl that takes lists too. */
static DWORD bootfile_register(struct bootfile *bootfile)
{
	BOOL files = bootfile->settings.sources.n > 0;
	DWORD status =
		PxeBootRegister(bootfile->boot, (PVOID)bootfile_request, (PVOID)bootfile_shutdown,
				bootfile, PXE_BOOT_NONBLOCKING | PXE_BOOT_TRIALS);

	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(bootfile->provider, PXE_CALLBACK_SERVICE_CONTROL,
					     (PVOID)bootfile_control, bootfile);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(bootfile->provider, PXE_PROV_ATTR_FILES, &files,
						 sizeof files);
	return status;
}

static DWORD bootfile_fill(struct bootfile *bootfile, HANDLE provider, HKEY key)
{
	int r = settings_compile(provider, key, &bootfile->settings);

	bootfile->provider = provider;
	if (r == 0)
		r = lists_take(bootfile);
	if (r < 0)
		return status_of(r);
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
	return bootfile_register(bootfile);
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
