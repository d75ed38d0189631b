/* DHCPv4: which request is answered, and in which form. */
#include "bootfile.h"

#include "arch.h"
#include "dhcp4.h"
#include "reason.h"

/* What kind of exchange a request belongs to. */
enum exchange {
	EXCHANGE_NONE,
	EXCHANGE_DISCOVER, /* DISCOVER on 67: an OFFER */
	EXCHANGE_LEASE,    /* REQUEST on 67: an ACK, for a few old ROMs where an entry says so */
	EXCHANGE_PXE,      /* REQUEST or INFORM on 4011: an ACK */
	EXCHANGE_LATE      /* DISCOVER on 4011: an OFFER that says all */
};

static enum exchange exchange_of(const struct client *client)
{
	if (!client->pxe_port) {
		if (client->type == DHCP4_DISCOVER)
			return EXCHANGE_DISCOVER;
		return client->type == DHCP4_REQUEST && client->class == CLASS_PXE ? EXCHANGE_LEASE
										   : EXCHANGE_NONE;
	}
	if (client->class != CLASS_PXE)
		return EXCHANGE_NONE;
	if (client->type == DHCP4_REQUEST || client->type == DHCP4_INFORM)
		return EXCHANGE_PXE;
	return client->type == DHCP4_DISCOVER ? EXCHANGE_LATE : EXCHANGE_NONE;
}

static bool redirects(const struct decision *decision, const struct client *client)
{
	const struct entry *entry = decision->entry;

	if (entry->raspberry_pi || entry->shape == SHAPE_DIRECT)
		return false;
	if (entry->shape == SHAPE_REDIRECT)
		return true;
	return !decision->ipxe && client->has_arch && arch_wants_redirect(client->arch);
}

static unsigned form_of(enum exchange exchange, const struct decision *decision,
			const struct client *client)
{
	unsigned form = decision->ipxe ? REPLY4_IPXE : 0;

	if (client->class == CLASS_HTTP)
		return form | REPLY4_OFFER | REPLY4_HTTP;
	if (exchange == EXCHANGE_DISCOVER || exchange == EXCHANGE_LATE)
		form |= REPLY4_OFFER;
	if (exchange == EXCHANGE_DISCOVER && redirects(decision, client))
		form |= REPLY4_REDIRECT;
	return form;
}

/* The prepared answer, less what may be left out where the client's limit asks for that. */
static const struct prepared4 *fitting(struct bootfile *bootfile, const struct request *request,
				       const struct client *client, const struct entry *entry,
				       unsigned form)
{
	const struct prepared4 *prepared = reply4_prepare(&bootfile->replies4, entry, client, form);
	ULONG room;

	if (!prepared)
		return NULL;
	room = reply4_room(request);
	if (reply4_len(prepared, client) > room)
		prepared = reply4_prepare(&bootfile->replies4, entry, client, form | REPLY4_SLIM);
	return reply4_len(prepared, client) <= room ? prepared : NULL;
}

/* Builds the answer; NULL and *status where there can be none. The lock is held. */
static PVOID build(struct bootfile *bootfile, const struct request *request,
		   const struct client *client, const struct entry *entry, unsigned form,
		   ULONG *len, DWORD *status)
{
	const struct prepared4 *prepared = fitting(bootfile, request, client, entry, form);
	PVOID packet;

	if (!prepared) {
		reason_failed(bootfile, request, entry,
			      "the answer is longer than the client accepts");
		*status = ERROR_INSUFFICIENT_BUFFER;
		return NULL;
	}
	*len = reply4_len(prepared, client);
	packet = PxePacketAllocate(bootfile->provider, request->handle, *len);
	if (packet)
		reply4_write(prepared, client, request, packet);
	else
		*status = ERROR_NOT_ENOUGH_MEMORY;
	return packet;
}

static struct decision decide(struct bootfile *bootfile, enum exchange exchange,
			      struct client *client)
{
	struct decision decision;

	if (exchange == EXCHANGE_DISCOVER)
		return decide_first(bootfile, client, clock_s());
	decision = decide_second(bootfile, client, clock_s());
	if (exchange == EXCHANGE_LEASE && decision.entry && !decision.entry->answer_lease_requests)
		decision.entry = NULL;
	return decision;
}

/* Decides, and builds the answer. NULL: there is none, and *action and *status are what RecvRequest
 * gives back. The lock is held. */
static PVOID answer(struct bootfile *bootfile, const struct request *request, struct client *client,
		    enum exchange exchange, const struct entry **entry, ULONG *len,
		    PXE_BOOT_ACTION *action, DWORD *status)
{
	struct decision decision = decide(bootfile, exchange, client);

	if (exchange == EXCHANGE_LEASE && !decision.entry)
		return NULL;
	if (decision_is_silence(bootfile, request, client, &decision, action))
		return NULL;
	*entry = decision.entry;
	return build(bootfile, request, client, decision.entry,
		     form_of(exchange, &decision, client), len, status);
}

DWORD answer4(struct bootfile *bootfile, const struct request *request, PXE_BOOT_ACTION *action)
{
	uint8_t scratch[CLIENT_SCRATCH];
	const struct entry *entry = NULL;
	struct client client = { .family = 0 };
	enum exchange exchange;
	DWORD status = ERROR_SUCCESS;
	PVOID packet;
	ULONG len = 0;

	*action = PXE_BA_REJECTED;
	if (!client4_read(&bootfile->settings, request, scratch, &client)) {
		if (client.asks_item)
			reason_boot_item(bootfile, request);
		else if (request->local->uAddrLen != 4)
			reason_no_address(bootfile, request);
		return ERROR_SUCCESS;
	}
	exchange = exchange_of(&client);
	if (exchange == EXCHANGE_NONE ||
	    (exchange == EXCHANGE_LEASE && !bootfile->settings.answers_lease_requests))
		return ERROR_SUCCESS;
	pthread_mutex_lock(&bootfile->lock);
	packet = answer(bootfile, request, &client, exchange, &entry, &len, action, &status);
	pthread_mutex_unlock(&bootfile->lock);
	if (!packet)
		return status;
	return answer_send(bootfile, request, entry, packet, len, action);
}
