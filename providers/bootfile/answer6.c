/* DHCPv6: which request is answered, and with what. */
#include "bootfile.h"

#include "dhcp6.h"
#include "reason.h"
#include "reply6.h"

enum exchange {
	EXCHANGE_NONE,
	EXCHANGE_SOLICIT,     /* on 547: an ADVERTISE */
	EXCHANGE_INFORMATION, /* on 547: a REPLY, where the daemon lets it be answered */
	EXCHANGE_PXE          /* REQUEST on 4011: a REPLY */
};

/* Is the request to this server? `absent`: what it is where it names none. */
static bool is_ours(const struct request6 *request, bool absent)
{
	uint8_t duid[DUID_MAX];
	ULONG len = 0;

	if (request->server_id.len == 0)
		return absent;
	return PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, duid, sizeof duid, &len) == ERROR_SUCCESS &&
	       octets_equal(request->server_id, octets_of(duid, len));
}

static enum exchange exchange_of(const struct request6 *request, const struct client *client)
{
	bool solicit = client->type == DHCP6_SOLICIT && client->duid.len > 0;

	if (client->pxe_port)
		return client->type == DHCP6_REQUEST && client->class == CLASS_PXE &&
				       is_ours(request, true)
			       ? EXCHANGE_PXE
			       : EXCHANGE_NONE;
	if (solicit && request->server_id.len == 0 &&
	    (request->wants_url || client->class == CLASS_PXE))
		return EXCHANGE_SOLICIT;
	if (client->type == DHCP6_INFORMATION && request->wants_url &&
	    client->class != CLASS_NONE && is_ours(request, true))
		return EXCHANGE_INFORMATION;
	return EXCHANGE_NONE;
}

/* Firmware asks the URL's host again on port 4011, and that is we. iPXE does not. */
static bool sends_to_us(enum exchange exchange, const struct client *client)
{
	return exchange == EXCHANGE_SOLICIT && client->class == CLASS_PXE && !client->ipxe;
}

/* The answer in a packet of the API's; NULL and *status where it cannot be. */
static PVOID build(struct bootfile *bootfile, const struct request *request,
		   const struct reply6 *reply, ULONG *len, DWORD *status)
{
	uint8_t answer[REPLY6_MAX];
	ULONG answer_len = 0, size;
	PVOID packet;

	*status = reply6_build(reply, answer, &answer_len);
	if (*status != ERROR_SUCCESS) {
		reason_failed(bootfile, request, reply->entry,
			      "cannot build an answer from the entry");
		return NULL;
	}
	size = reply6_wrapped_len(reply->request, answer_len);
	packet = PxePacketAllocate(bootfile->provider, request->handle, size);
	if (!packet) {
		*status = ERROR_NOT_ENOUGH_MEMORY;
		return NULL;
	}
	*status = reply6_wrap(reply->request, answer, answer_len, packet, size, len);
	if (*status == ERROR_SUCCESS)
		return packet;
	PxePacketFree(bootfile->provider, request->handle, packet);
	return NULL;
}

/* Decides. True: not to answer, and *action is for that. */
static bool decide(struct bootfile *bootfile, const struct request *request, enum exchange exchange,
		   struct client *client, struct decision *decision, PXE_BOOT_ACTION *action)
{
	bool silence;

	pthread_mutex_lock(&bootfile->lock);
	*decision = exchange == EXCHANGE_PXE ? decide_second(bootfile, client, clock_s())
					     : decide_first(bootfile, client, clock_s());
	silence = decision_is_silence(bootfile, request, client, decision, action);
	pthread_mutex_unlock(&bootfile->lock);
	return silence;
}

/* The address by which an answer by the entry names us. */
static struct address own_of(struct bootfile *bootfile, const struct entry *entry,
			     const struct client *client)
{
	struct address own;

	pthread_mutex_lock(&bootfile->lock);
	own = *server_identity(&entry->server, &bootfile->locals, &client->local);
	pthread_mutex_unlock(&bootfile->lock);
	return own;
}

DWORD answer6(struct bootfile *bootfile, const struct request *request, PXE_BOOT_ACTION *action)
{
	struct request6 request6 = { .n_relays = 0 };
	struct client client = { .family = 0 };
	struct decision decision;
	struct address own;
	enum exchange exchange;
	DWORD status = ERROR_SUCCESS;
	PVOID packet;
	ULONG len = 0;

	*action = PXE_BA_REJECTED;
	if (!client6_read(&bootfile->settings, request, &request6, &client))
		return ERROR_SUCCESS;
	exchange = exchange_of(&request6, &client);
	if (exchange == EXCHANGE_NONE)
		return ERROR_SUCCESS;
	if (decide(bootfile, request, exchange, &client, &decision, action))
		return ERROR_SUCCESS;
	own = own_of(bootfile, decision.entry, &client);
	packet = build(bootfile, request,
		       &(struct reply6){
			       .client = &client,
			       .request = &request6,
			       .entry = decision.entry,
			       .own = &own,
			       .names_us = sends_to_us(exchange, &client),
			       .wants_url = request6.wants_url || exchange == EXCHANGE_PXE,
		       },
		       &len, &status);
	if (!packet)
		return status;
	return answer_send(bootfile, request, decision.entry, packet, len, action);
}
