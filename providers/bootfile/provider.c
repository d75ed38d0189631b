/* The provider's entry and its callbacks. */
#include <errno.h>
#include <stdlib.h>

#include "bootfile.h"
#include "networks.h"

static DWORD PXEAPI bootfile_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				     PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				     PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	struct request request = { hClientRequest, pPacket, uPacketLen, pLocalAddress,
				   pRemoteAddress };

	if (pRemoteAddress->uAddrLen == 4) /* there may be no local one */
		return answer4(pContext, &request, pAction);
	return answer6(pContext, &request, pAction);
}

static DWORD PXEAPI bootfile_control(PVOID pContext, DWORD dwControl)
{
	struct bootfile *bootfile = pContext;

	switch (dwControl) {
	case SERVICE_CONTROL_NETBINDADD:
	case SERVICE_CONTROL_NETBINDREMOVE:
	case SERVICE_CONTROL_NETBINDENABLE:
	case SERVICE_CONTROL_NETBINDDISABLE:
		/* The next request has them read, once for however many changes. */
		atomic_store(&bootfile->locals_changed, true);
		return ERROR_SUCCESS;
	case SERVICE_CONTROL_PARAMCHANGE:
		/* A new instance reads the settings, so that wrong ones never touch this one. */
		return ERROR_CALL_NOT_IMPLEMENTED;
	default:
		return ERROR_SUCCESS;
	}
}

static void bootfile_free(struct bootfile *bootfile)
{
	replies4_done(&bootfile->replies4);
	memory_done(&bootfile->memory);
	locals_done(&bootfile->locals);
	settings_done(&bootfile->settings);
	pthread_mutex_destroy(&bootfile->lock);
	free(bootfile);
}

static DWORD PXEAPI bootfile_shutdown(PVOID pContext)
{
	struct bootfile *bootfile = pContext;

	if (bootfile->settings.has_delays)
		delay_stop(&bootfile->delay);
	bootfile_free(bootfile);
	return ERROR_SUCCESS;
}

/* Everything but the thread. 0, or -errno and it is still to be freed. */
static int bootfile_fill(struct bootfile *bootfile, HKEY key)
{
	DWORD line;
	int r = settings_compile(bootfile->provider, key, &bootfile->settings);

	if (PxeKeyLocationA(key, NULL, bootfile->file, sizeof bootfile->file, &line) !=
	    ERROR_SUCCESS)
		bootfile->file[0] = '\0';
	if (r == 0)
		r = memory_init(&bootfile->memory);
	if (r == 0)
		r = replies4_init(&bootfile->locals, &bootfile->replies4);
	/* Where they cannot be read now, the first request has it tried again. */
	if (r == 0 && locals_read(&bootfile->locals) < 0)
		bootfile->locals_due_s = 1;
	if (r == 0)
		networks_tell(bootfile->provider, &bootfile->settings, &bootfile->locals);
	return r;
}

static DWORD bootfile_register(struct bootfile *bootfile)
{
	ULONG dhcp = PXE_PROV_FILTER_DHCP_ONLY;
	BOOL yes = TRUE;
	HANDLE provider = bootfile->provider;
	DWORD status = PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, bootfile_request,
					   bootfile);

	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, bootfile_shutdown,
					     bootfile);
	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL,
					     bootfile_control, bootfile);
	if (status == ERROR_SUCCESS)
		status =
			PxeProviderSetAttribute(provider, PXE_PROV_ATTR_FILTER, &dhcp, sizeof dhcp);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_FILTER_IPV6, &dhcp,
						 sizeof dhcp);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_IPV6_CAPABLE, &yes,
						 sizeof yes);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &yes,
						 sizeof yes);
	return status;
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

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	struct bootfile *bootfile = calloc(1, sizeof *bootfile);
	DWORD status;

	if (!bootfile)
		return ERROR_NOT_ENOUGH_MEMORY;
	bootfile->provider = hProvider;
	pthread_mutex_init(&bootfile->lock, NULL);
	status = status_of(bootfile_fill(bootfile, hProviderKey));
	if (status == ERROR_SUCCESS)
		status = bootfile_register(bootfile);
	if (status == ERROR_SUCCESS && bootfile->settings.has_delays)
		status = status_of(delay_start(&bootfile->delay, hProvider));
	if (status != ERROR_SUCCESS)
		bootfile_free(bootfile);
	return status;
}
