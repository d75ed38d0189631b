#include "bootfile.h"

#include "match.h"
#include "menu.h"
#include "reason.h"

/* Does the entry wait for clients that have tried longer? On port 4011 it is their turn. */
static bool is_early(const struct entry *entry, const PXE_BOOT_CLIENT *client)
{
	return client->bFirst && client->uWaited < entry->response_delay_s;
}

static DWORD silence(const struct bootfile *bootfile, HANDLE request, const PXE_BOOT_CLIENT *client,
		     const struct entry *entry, PXE_BOOT_ACTION *action)
{
	reason_silence(bootfile, request, client, entry);
	*action = !entry || entry->outcome == OUTCOME_REJECT ? PXE_BA_REJECTED : PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD answer_menu(const struct bootfile *bootfile, HANDLE request,
			 const PXE_BOOT_CLIENT *client, const struct entry *entry,
			 PXE_BOOT_ACTION *action)
{
	const struct surroundings around = { &bootfile->settings, bootfile->boot };
	struct menu_fit fit;

	menu_fit(&around, entry, client, &fit);
	return PxeBootAnswer(bootfile->boot, request, client, &fit.answer, action);
}

DWORD decide(const struct bootfile *bootfile, HANDLE request, const PXE_BOOT_CLIENT *client,
	     PXE_BOOT_ACTION *action)
{
	const struct entry *entry = match_find(&bootfile->settings, bootfile->boot, client);

	reason_passed(bootfile, request, client, entry);
	/* The lease server's own affair, unless the entry says otherwise. */
	if (client->uExchange == PXE_BOOT_EXCHANGE_LEASE &&
	    (!entry || !entry->answer_lease_requests))
		return ERROR_SUCCESS;
	if (!entry || !entry_serves(entry) || is_early(entry, client))
		return silence(bootfile, request, client, entry, action);
	if (entry->menu)
		return answer_menu(bootfile, request, client, entry, action);
	return PxeBootAnswer(bootfile->boot, request, client, &entry->answer, action);
}
