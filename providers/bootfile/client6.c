/* Reads a DHCPv6 request: RFC 8415, RFC 5970 (59 to 61), RFC 6939 (79), and what firmware sends. */
#include "client.h"

#include "dhcp6.h"

struct reader {
	const struct settings *settings;
	struct request6 *request;
	struct client *client;
};

static struct octets option_of(void *packet, ULONG len, uint16_t code, ULONG instance)
{
	WORD value_len = 0;
	PVOID value = NULL;

	if (PxeDhcpv6GetOptionValue(packet, len, instance, code, &value_len, &value) !=
	    ERROR_SUCCESS)
		return octets_of(NULL, 0);
	return octets_of(value, value_len);
}

static struct octets option(const struct reader *reader, uint16_t code)
{
	return option_of(reader->request->message, reader->request->len, code, 1);
}

/* Texts with two octets of length before each; the cursor moves past the one that comes out. */
static bool next_text(struct octets *left, struct octets *out)
{
	size_t len;

	if (left->len < 2)
		return false;
	len = octets_be16(left->at);
	if (len > left->len - 2)
		return false;
	*out = octets_of(left->at + 2, len);
	*left = octets_of(left->at + 2 + len, left->len - 2 - len);
	return true;
}

static void read_classes(struct reader *reader)
{
	struct octets left, text;

	for (ULONG i = 1;; i++) {
		left = option_of(reader->request->message, reader->request->len, DHCP6_VENDOR_CLASS,
				 i);
		if (left.len < 4)
			break;
		left = octets_of(left.at + 4, left.len - 4);
		while (next_text(&left, &text))
			client_take_class(reader->settings, reader->client, text);
	}
	left = option(reader, DHCP6_USER_CLASS);
	while (next_text(&left, &text))
		client_take_user_class(reader->client, text);
}

static void read_requested(struct reader *reader)
{
	struct octets list = option(reader, DHCP6_REQUESTED);

	for (size_t i = 0; i + 2 <= list.len; i += 2) {
		reader->request->wants_url |= octets_be16(list.at + i) == DHCP6_URL;
		reader->request->wants_params |= octets_be16(list.at + i) == DHCP6_PARAMS;
	}
}

/* The relay next to the client may say its MAC (hardware type, then the address). */
static struct octets relay_mac(const struct request6 *request)
{
	for (ULONG i = request->n_relays; i-- > 0;) {
		struct octets value =
			option_of(request->relays[i].pRelayMessage,
				  request->relays[i].cbRelayMessage, DHCP6_LINK_LAYER, 1);
		if (value.len == 2 + MAC_LEN && octets_be16(value.at) == 1)
			return octets_of(value.at + 2, MAC_LEN);
	}
	return octets_of(NULL, 0);
}

static void read_identity(struct reader *reader)
{
	struct client *client = reader->client;
	struct octets duid = option(reader, DHCP6_CLIENT_ID);
	uint16_t type = duid.len >= 4 ? octets_be16(duid.at) : 0;
	bool ethernet = type != 0 && octets_be16(duid.at + 2) == 1;

	client->duid = client->key = duid;
	client->mac = relay_mac(reader->request);
	if (client->mac.len == 0 && type == DUID_LLT && ethernet && duid.len == 8 + MAC_LEN)
		client->mac = octets_of(duid.at + 8, MAC_LEN);
	if (client->mac.len == 0 && type == DUID_LL && ethernet && duid.len == 4 + MAC_LEN)
		client->mac = octets_of(duid.at + 4, MAC_LEN);
	if (type == DUID_UUID && duid.len == 2 + UUID_LEN)
		client_take_uuid(reader->settings, client, duid.at + 2);
}

static bool is_link_local(const uint8_t *at)
{
	return at[0] == 0xfe && (at[1] & 0xc0) == 0x80;
}

/* The client's network: the link that the relay next to it names, else its own address where that
 * is more than link-local, else ours. */
static void read_network(struct reader *reader, const struct request *request)
{
	static const uint8_t none[16];
	struct client *client = reader->client;

	for (ULONG i = reader->request->n_relays; i-- > 0;) {
		const PXE_DHCPV6_RELAY_MESSAGE *relay = reader->request->relays[i].pRelayMessage;

		if (memcmp(relay->LinkAddress, none, sizeof none) == 0)
			continue;
		memcpy(client->network.at, relay->LinkAddress, 16);
		client->network.len = 16;
		return;
	}
	client->network = client->local;
	if (!client->relayed && request->remote->uAddrLen == 16 &&
	    !is_link_local(request->remote->bAddress))
		client->network = address_of(request->remote);
}

/* Takes the relays off. */
static bool unwrap(const struct request *request, struct request6 *out)
{
	PBYTE inner = NULL;
	ULONG len = 0;

	out->message = request->packet;
	out->len = request->len;
	if (request->len < 4)
		return false;
	if (request->packet[0] != DHCP6_RELAY_FORW)
		return true;
	if (PxeDhcpv6ParseRelayForw(request->packet, request->len, out->relays,
				    PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT, &out->n_relays, &inner,
				    &len) != ERROR_SUCCESS ||
	    len < 4)
		return false;
	out->message = inner;
	out->len = len;
	return true;
}

bool client6_read(const struct settings *settings, const struct request *request,
		  struct request6 *out6, struct client *out)
{
	struct reader reader = { settings, out6, out };
	struct octets elapsed;

	out->family = FAMILY_6;
	if (request->local->uAddrLen != 16 || !unwrap(request, out6))
		return false;
	out->type = out6->message[0];
	out->pxe_port = request->local->uPort == PXE_SERVER_PORT;
	out->relayed = out6->n_relays > 0;
	out->local = address_of(request->local);
	out6->server_id = option(&reader, DHCP6_SERVER_ID);
	read_requested(&reader);
	read_classes(&reader);
	client_take_archs(settings, out, option(&reader, DHCP6_ARCH));
	if (out->class == CLASS_NONE && !out6->wants_url)
		return false;
	read_identity(&reader);
	read_network(&reader, request);
	elapsed = option(&reader, DHCP6_ELAPSED);
	if (elapsed.len == 2)
		out->waited_s = octets_be16(elapsed.at) / 100u;
	return true;
}
