/* The provider's entry and its callbacks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "find.h"
#include "worker.h"

/* What the thread has to do. */
static __attribute__((noinline)) DWORD hand_over(struct turn *turn, enum turned turned,
						 const struct id *id, PVOID packet, ULONG len,
						 const PXE_ADDRESS *local,
						 const PXE_ADDRESS *remote)
{
	struct worker *worker = turn->inventory->worker;
	struct asker asker;

	if (turned == TURN_LIST) {
		answer_describe(turn->inventory, turn->request, turn->client, &asker);
		worker_list(worker, &asker);
		return turn->status;
	}
	if (worker_give(worker, turn->request, packet, len, local, remote, turned, id))
		return ERROR_IO_PENDING;
	PxeRequestReason(turn->request, PXE_REASON_FAILED, "too many requests wait for the disk",
			 NULL, 0);
	turn->action = PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI inventory_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				      PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				      PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	struct inventory *inventory = pContext;
	PXE_BOOT_CLIENT client;
	struct turn turn = { .inventory = inventory, .request = hClientRequest, .client = &client };
	enum turned turned;
	struct id id;

	client.cbSize = sizeof client; /* the kit fills in the rest */
	*pAction = PXE_BA_REJECTED;
	if (PxeBootClient(inventory->boot, hClientRequest, pPacket, uPacketLen, pLocalAddress,
			  pRemoteAddress, &client) != ERROR_SUCCESS)
		return ERROR_SUCCESS;
	turned = answer_request(&turn, &id);
	if (turned != TURN_DONE)
		turn.status = hand_over(&turn, turned, &id, pPacket, uPacketLen, pLocalAddress,
					pRemoteAddress);
	if (turn.status != ERROR_IO_PENDING)
		*pAction = turn.action;
	return turn.status;
}

/* ---- mistakes ----------------------------------------------------------------------------------
 */

static void tell(void *context, bool wrong, const char *where, uint32_t line, const char *what)
{
	const struct inventory *inventory = context;
	ULONG severity = wrong ? PXE_TRACE_ERROR : PXE_TRACE_WARNING;
	const WCHAR *id = wrong ? L"W0165" : L"W0167";

	if (line > 0)
		PxeTrace(inventory->provider, severity, L"%S:%u: %S [%s]", where, (unsigned)line,
			 what, id);
	else
		PxeTrace(inventory->provider, severity, L"%S: %S [%s]", where, what, id);
}

static DWORD status_of(const struct inventory *inventory, int r, const char *why)
{
	if (r >= 0)
		return ERROR_SUCCESS;
	if (r == -EBADMSG || r == -EPROTO || r == -EPERM)
		PxeTrace(inventory->provider, PXE_TRACE_ERROR, L"%S [W0198]", why);
	else
		PxeTrace(inventory->provider, PXE_TRACE_ERROR, L"%S [W0166]", why);
	return r == -ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_DATA;
}

/* ---- an instance -------------------------------------------------------------------------------
 */

struct store *inventory_store(struct inventory *inventory)
{
	return inventory->store;
}

struct pending *inventory_pending(struct inventory *inventory)
{
	return inventory->pending;
}

static void inventory_free(struct inventory *inventory)
{
	worker_stop(inventory->worker);
	PxeBootClose(inventory->boot);
	store_close(inventory->store);
	pending_close(inventory->pending);
	talks_free(inventory->talks);
	settings_done(&inventory->settings);
	free(inventory);
}

static DWORD PXEAPI inventory_shutdown(PVOID pContext)
{
	inventory_free(pContext);
	return ERROR_SUCCESS;
}

/* A reload that leaves the settings: the CSV may be another one. */
static DWORD csv_reload(struct inventory *inventory)
{
	const struct store_told told = { inventory, tell };
	char why[WHY_SIZE] = "";
	const struct snapshot *snapshot;
	int r = store_reload(inventory->store, &told, why);

	if (r <= 0)
		return status_of(inventory, r, why);
	snapshot = store_hold(inventory->store);
	PxeTrace(inventory->provider, PXE_TRACE_INFO, L"%S: %u devices",
		 store_csv_path(inventory->store), snapshot_count(snapshot));
	store_release(inventory->store, snapshot);
	counters_tell(inventory);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI inventory_control(PVOID pContext, DWORD dwControl)
{
	struct inventory *inventory = pContext;

	return dwControl == PXE_CONTROL_FILES ? csv_reload(inventory)
					      : PxeBootControl(inventory->boot, dwControl);
}

static DWORD open_state(struct inventory *inventory)
{
	const struct settings *settings = &inventory->settings;
	const struct store_told told = { inventory, tell };
	char why[WHY_SIZE] = "";
	int r = store_open(settings->devices, !settings->devices_asked, settings->state_path, &told,
			   &inventory->store, why);

	if (r == 0)
		r = pending_open(settings->pending_path, settings->pending_most,
				 &inventory->pending, why);
	return status_of(inventory, r, why);
}

static DWORD configure(struct inventory *inventory)
{
	static const PXE_BOOT_WANTED wanted = { 4, CLIENT_ID_OPTION, 0 };
	const struct settings *settings = &inventory->settings;
	const PXE_BOOT_OPTIONS options = {
		.cbSize = sizeof options,
		.pszFile = settings->file[0] ? settings->file : NULL,
		.nBannedUuids = settings->n_banned,
		.pBannedUuids = (const BYTE(*)[16])settings->banned,
		.nWanted = 1,
		.pWanted = &wanted,
	};

	return PxeBootConfigure(inventory->boot, &options);
}

static DWORD enlist(struct inventory *inventory)
{
	BOOL files = TRUE;
	DWORD status = PxeBootRegister(inventory->boot, (PVOID)inventory_request,
				       (PVOID)inventory_shutdown, inventory,
				       PXE_BOOT_NONBLOCKING | PXE_BOOT_TRIALS);

	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(inventory->provider, PXE_CALLBACK_SERVICE_CONTROL,
					     (PVOID)inventory_control, inventory);
	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(inventory->provider, PXE_CALLBACK_COMMAND,
					     (PVOID)inventory_command, inventory);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(inventory->provider, PXE_PROV_ATTR_FILES, &files,
						 sizeof files);
	return status;
}

static DWORD fill(struct inventory *inventory, HKEY key)
{
	DWORD status;

	inventory->boot = PxeBootOpen(inventory->provider);
	if (!inventory->boot)
		return GetLastError();
	status = settings_read(inventory->provider, inventory->boot, key, &inventory->settings);
	if (status == ERROR_SUCCESS)
		status = open_state(inventory);
	if (status == ERROR_SUCCESS)
		status = configure(inventory);
	if (status == ERROR_SUCCESS)
		status = counters_register(inventory->provider, inventory->counter);
	if (status != ERROR_SUCCESS)
		return status;
	counters_tell(inventory);
	inventory->talks = talks_new();
	inventory->worker = worker_new(inventory);
	if (!inventory->talks || !inventory->worker)
		return ERROR_NOT_ENOUGH_MEMORY;
	return enlist(inventory);
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	struct inventory *inventory = calloc(1, sizeof *inventory);
	DWORD status;

	if (!inventory)
		return ERROR_NOT_ENOUGH_MEMORY;
	inventory->provider = hProvider;
	status = fill(inventory, hProviderKey);
	if (status != ERROR_SUCCESS)
		inventory_free(inventory);
	return status;
}
