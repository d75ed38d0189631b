#include "bootfile.h"

#include "machine_answer.h"
#include "match.h"
#include "menu.h"
#include "reason.h"

/* Does the entry wait for clients that have tried longer? On port 4011 it is their turn. */
static bool is_early(const struct entry *entry, const PXE_BOOT_CLIENT *client)
{
	return client->bFirst && client->uWaited < entry->gives->response_delay_s;
}

static DWORD silence(const struct surroundings *around, HANDLE request,
		     const PXE_BOOT_CLIENT *client, const struct entry *entry,
		     PXE_BOOT_ACTION *action)
{
	reason_silence(around, request, client, entry);
	*action = !entry || entry->outcome == OUTCOME_REJECT ? PXE_BA_REJECTED : PXE_BA_IGNORE;
	return ERROR_SUCCESS;
}

static DWORD answer_menu(const struct surroundings *around, HANDLE request,
			 const PXE_BOOT_CLIENT *client, const struct entry *entry,
			 PXE_BOOT_ACTION *action)
{
	struct menu_fit fit;
	DWORD status;

	menu_fit(around, entry, client, &fit);
	if (answer_names_machine(around, &fit.answer))
		answer_put_machine(around, &fit.answer);
	status = PxeBootAnswer(around->boot, request, client, &fit.answer, action);
	/* It met the entry, so it is left to its disk, unless it asks for what is no item. */
	if (status == ERROR_SUCCESS && *action == PXE_BA_REJECTED &&
	    client->uExchange != PXE_BOOT_EXCHANGE_ITEM)
		*action = PXE_BA_IGNORE;
	return status;
}

static DWORD answer_machine(const struct surroundings *around, HANDLE request,
			    const PXE_BOOT_CLIENT *client, const struct entry *entry,
			    PXE_BOOT_ACTION *action)
{
	PXE_BOOT_ANSWER answer;

	if (!machine_answer(around, entry, &answer)) /* it was chosen because there is one */
		return ERROR_GEN_FAILURE;
	return PxeBootAnswer(around->boot, request, client, &answer, action);
}

/* With the name and the group of the machine: the kit keeps what it builds of the entry's own. */
static DWORD answer_named(const struct surroundings *around, HANDLE request,
			  const PXE_BOOT_CLIENT *client, const struct entry *entry,
			  PXE_BOOT_ACTION *action)
{
	PXE_BOOT_ANSWER answer = entry->gives->answer; /* it has variables: nobody shares it */

	answer_put_machine(around, &answer);
	answer.uFlags = entry->gives->answer.uFlags;
	if (!answer.pOriginal)
		answer.pOriginal = &entry->gives->answer;
	return PxeBootAnswer(around->boot, request, client, &answer, action);
}

/* What thousands of entries share is put together for this one, apart from what others need. */
static __attribute__((noinline)) DWORD answer_shared(const struct surroundings *around,
						     HANDLE request, const PXE_BOOT_CLIENT *client,
						     const struct entry *entry,
						     PXE_BOOT_ACTION *action)
{
	PXE_BOOT_ANSWER answer;

	entry_answer(entry, around->settings->file, &answer);
	return PxeBootAnswer(around->boot, request, client, &answer, action);
}

static DWORD decide_for(const struct surroundings *around, HANDLE request,
			const PXE_BOOT_CLIENT *client, PXE_BOOT_ACTION *action)
{
	const struct entry *entry = match_find(around, client);

	reason_passed(around, request, client, entry);
	/* The lease server's own affair, unless the entry says otherwise. */
	if (client->uExchange == PXE_BOOT_EXCHANGE_LEASE &&
	    (!entry || !entry->gives->answer_lease_requests))
		return ERROR_SUCCESS;
	if (!entry || !entry_serves(entry) || is_early(entry, client))
		return silence(around, request, client, entry, action);
	if (entry->gives->users > 1)
		return answer_shared(around, request, client, entry, action);
	if (entry->gives->menu)
		return answer_menu(around, request, client, entry, action);
	if (entry->outcome == OUTCOME_MACHINE)
		return answer_machine(around, request, client, entry, action);
	if (answer_names_machine(around, &entry->gives->answer))
		return answer_named(around, request, client, entry, action);
	return PxeBootAnswer(around->boot, request, client, &entry->gives->answer, action);
}

/* With what lists say of the machine, which stay as they are until it is decided. */
static DWORD decide_by_lists(struct bootfile *bootfile, HANDLE request,
			     const PXE_BOOT_CLIENT *client, PXE_BOOT_ACTION *action)
{
	struct whose whose;
	const struct surroundings around = { &bootfile->settings, bootfile->boot, &whose };
	unsigned turn = current_enter(&bootfile->machines);
	DWORD status;

	machines_find(atomic_load(&bootfile->machines.at), client, &whose);
	status = decide_for(&around, request, client, action);
	current_leave(&bootfile->machines, turn);
	return status;
}

DWORD decide(struct bootfile *bootfile, HANDLE request, const PXE_BOOT_CLIENT *client,
	     PXE_BOOT_ACTION *action)
{
	const struct surroundings around = { &bootfile->settings, bootfile->boot, NULL };

	return bootfile->settings.sources.n > 0 ? decide_by_lists(bootfile, request, client, action)
						: decide_for(&around, request, client, action);
}
