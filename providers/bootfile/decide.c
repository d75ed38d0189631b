#include "bootfile.h"

#include <time.h>

#include "facts.h"
#include "match.h"
#include "reason.h"

uint32_t clock_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint32_t)now.tv_sec + 1;
}

static bool serves(const struct entry *entry)
{
	return entry && (entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_URL);
}

/* Addresses came or went. What cannot be read now stays as it was, for a while. */
static void locals_settle(struct bootfile *bootfile, uint32_t now_s)
{
	struct locals fresh;

	if (atomic_load_explicit(&bootfile->locals_changed, memory_order_relaxed) &&
	    atomic_exchange(&bootfile->locals_changed, false))
		bootfile->locals_due_s = now_s;
	if (bootfile->locals_due_s == 0 || now_s < bootfile->locals_due_s)
		return;
	bootfile->locals_due_s = now_s + 1;
	if (locals_read(&fresh) < 0)
		return;
	locals_done(&bootfile->locals);
	bootfile->locals = fresh;
	bootfile->locals_due_s = 0;
	replies4_forget(&bootfile->replies4);
}

struct decision decide_first(struct bootfile *bootfile, const struct client *client, uint32_t now_s)
{
	struct decision decision = { .ipxe = client->ipxe };

	locals_settle(bootfile, now_s);
	decision.entry = match_find(&bootfile->settings, &bootfile->locals, client);
	decision.too_early =
		serves(decision.entry) && client->waited_s < decision.entry->response_delay_s;
	/* No other class comes to port 4011. */
	if (serves(decision.entry) && !decision.too_early && client->class == CLASS_PXE)
		memory_note(&bootfile->memory, &bootfile->locals, client, now_s);
	else
		memory_forget(&bootfile->memory, &bootfile->locals, client);
	return decision;
}

struct decision decide_second(struct bootfile *bootfile, struct client *client, uint32_t now_s)
{
	const struct facts *said;

	locals_settle(bootfile, now_s);
	said = memory_find(&bootfile->memory, &bootfile->locals, client, now_s);
	if (said) {
		client->recalled = *said;
		facts_fill(&client->recalled, client);
	}
	return (struct decision){
		.entry = match_find(&bootfile->settings, &bootfile->locals, client),
		.ipxe = client->ipxe,
	};
}

bool decision_is_silence(const struct bootfile *bootfile, const struct request *request,
			 const struct client *client, const struct decision *decision,
			 PXE_BOOT_ACTION *action)
{
	if (serves(decision->entry) && !decision->too_early)
		return false;
	reason_silence(bootfile, request, client, decision);
	if (!decision->entry || decision->entry->outcome == OUTCOME_REJECT)
		*action = PXE_BA_REJECTED;
	else
		*action = PXE_BA_IGNORE;
	return true;
}

DWORD answer_send(struct bootfile *bootfile, const struct request *request,
		  const struct entry *entry, PVOID packet, ULONG len, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	DWORD status;

	reason_entry(bootfile, request, entry, NULL);
	if (entry->delay_ms > 0 &&
	    delay_add(&bootfile->delay, request->handle, packet, len, entry->delay_ms))
		return ERROR_IO_PENDING;
	status = PxeSendReply(request->handle, packet, len, &rules);
	PxePacketFree(bootfile->provider, request->handle, packet);
	*action = status == ERROR_SUCCESS ? PXE_BA_NBP : PXE_BA_REJECTED;
	if (status == ERROR_ACCESS_DENIED) /* the daemon does not let this kind be answered */
		return ERROR_SUCCESS;
	return status;
}
