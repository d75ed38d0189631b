/* Reads a DHCPv6 request: RFC 8415, RFC 5970 (59 to 61), RFC 6939 (79), and what firmware sends. */
#include "boot/client6.h"

#include "boot/codes.h"
#include "boot/request6.h"

struct reader {
	const PXE_BOOT *boot;
	struct request6 *request;
	PXE_BOOT_CLIENT *client;
};

static PXE_BOOT_OCTETS option_of(void *packet, ULONG len, uint16_t code, ULONG instance)
{
	WORD value_len = 0;
	PVOID value = NULL;

	if (PxeDhcpv6GetOptionValue(packet, len, instance, code, &value_len, &value) !=
	    ERROR_SUCCESS)
		return octets_of(NULL, 0);
	return octets_of(value, value_len);
}

static PXE_BOOT_OCTETS option(const struct reader *reader, uint16_t code)
{
	return option_of(reader->request->message, reader->request->len, code, 1);
}

/* Texts with two octets of length before each; the cursor moves past the one that comes out. */
static bool next_text(PXE_BOOT_OCTETS *left, PXE_BOOT_OCTETS *out)
{
	size_t len;

	if (left->cbData < 2)
		return false;
	len = octets_be16(left->pData);
	if (len > left->cbData - 2)
		return false;
	*out = octets_of(left->pData + 2, len);
	*left = octets_of(left->pData + 2 + len, left->cbData - 2 - len);
	return true;
}

static void read_classes(struct reader *reader)
{
	PXE_BOOT_OCTETS left, text;

	for (ULONG i = 1;; i++) {
		left = option_of(reader->request->message, reader->request->len,
				 PXE_DHCP6_OPT_VENDOR_CLASS, i);
		if (left.cbData < 4)
			break;
		left = octets_of(left.pData + 4, left.cbData - 4);
		while (next_text(&left, &text))
			take_class(reader->boot, reader->client, text);
	}
	left = option(reader, PXE_DHCP6_OPT_USER_CLASS);
	while (next_text(&left, &text))
		take_user_class(reader->client, text);
}

static void read_requested(struct reader *reader)
{
	PXE_BOOT_OCTETS list = option(reader, PXE_DHCP6_OPT_ORO);

	for (size_t i = 0; i + 2 <= list.cbData; i += 2) {
		client_rest(reader->client)->wants_url |=
			octets_be16(list.pData + i) == PXE_DHCP6_OPT_BOOTFILE_URL;
		client_rest(reader->client)->wants_params |=
			octets_be16(list.pData + i) == PXE_DHCP6_OPT_BOOTFILE_PARAM;
	}
}

/* An option of a relay: the one next to the client first. */
static PXE_BOOT_OCTETS relay_option(const struct request6 *request, ULONG relay, uint16_t code)
{
	return option_of(request->relays[relay].pRelayMessage,
			 request->relays[relay].cbRelayMessage, code, 1);
}

/* The relay next to the client may say its MAC (hardware type, then the address). */
static PXE_BOOT_OCTETS relay_mac(const struct request6 *request)
{
	for (ULONG i = request->n_relays; i-- > 0;) {
		PXE_BOOT_OCTETS value =
			relay_option(request, i, PXE_DHCP6_OPT_CLIENT_LINKLAYER_ADDR);

		if (value.cbData == 2 + MAC_LEN && octets_be16(value.pData) == 1)
			return octets_of(value.pData + 2, MAC_LEN);
	}
	return octets_of(NULL, 0);
}

static void read_identity(struct reader *reader)
{
	PXE_BOOT_CLIENT *client = reader->client;
	PXE_BOOT_OCTETS duid = option(reader, PXE_DHCP6_OPT_CLIENTID);
	uint16_t type = duid.cbData >= 4 ? octets_be16(duid.pData) : 0;
	bool ethernet = type != 0 && octets_be16(duid.pData + 2) == 1;

	client->Duid = client_rest(client)->key = duid;
	client->Mac = relay_mac(reader->request);
	if (client->Mac.cbData == 0 && type == DUID_LLT && ethernet && duid.cbData == 8 + MAC_LEN)
		client->Mac = octets_of(duid.pData + 8, MAC_LEN);
	if (client->Mac.cbData == 0 && type == DUID_LL && ethernet && duid.cbData == 4 + MAC_LEN)
		client->Mac = octets_of(duid.pData + 4, MAC_LEN);
	if (type == DUID_UUID && duid.cbData == 2 + UUID_LEN)
		take_uuid(reader->boot, client, duid.pData + 2);
}

/* What only a relay may say. */
static bool is_relays(uint16_t code)
{
	return code == PXE_DHCP6_OPT_INTERFACE_ID || code == PXE_DHCP6_OPT_REMOTE_ID ||
	       code == PXE_DHCP6_OPT_SUBSCRIBER_ID;
}

static PXE_BOOT_OCTETS wanted_option(const struct reader *reader, uint16_t code)
{
	PXE_BOOT_OCTETS value = octets_of(NULL, 0);

	if (!is_relays(code))
		return option(reader, code);
	for (ULONG i = reader->request->n_relays; i-- > 0 && !value.pData;)
		value = relay_option(reader->request, i, code);
	return value;
}

static void read_wanted(const struct reader *reader)
{
	const struct wanted *wanted = &reader->boot->options.wanted6;

	for (uint8_t i = 0; i < wanted->n; i++) {
		PXE_BOOT_OCTETS value = wanted_option(reader, wanted->at[i].code);

		if (value.pData)
			rest_say(client_rest(reader->client), wanted->at[i], value);
	}
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
	PXE_BOOT_CLIENT *client = reader->client;

	for (ULONG i = reader->request->n_relays; i-- > 0;) {
		const PXE_DHCPV6_RELAY_MESSAGE *relay = reader->request->relays[i].pRelayMessage;

		if (memcmp(relay->LinkAddress, none, sizeof none) == 0)
			continue;
		memcpy(client->Network.bAddress, relay->LinkAddress, 16);
		client->Network.uAddrLen = 16;
		return;
	}
	client->Network = client->Local;
	if (!client->bRelayed && request->remote->uAddrLen == 16 &&
	    !is_link_local(request->remote->bAddress))
		client->Network = ip_of(request->remote);
}

/* Is the request to this server? `absent`: what it is where it names none. */
static bool is_ours(PXE_BOOT_OCTETS server_id, bool absent)
{
	uint8_t duid[DUID_MAX];
	ULONG len = 0;

	if (server_id.cbData == 0)
		return absent;
	return PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, duid, sizeof duid, &len) == ERROR_SUCCESS &&
	       octets_equal(server_id, octets_of(duid, len));
}

/* 0: nobody here answers it. */
static ULONG exchange_of(const struct reader *reader)
{
	const PXE_BOOT_CLIENT *client = reader->client;
	const struct rest *rest = client_rest_of(client);
	PXE_BOOT_OCTETS server_id = option(reader, PXE_DHCP6_OPT_SERVERID);
	bool pxe = client->uClass == PXE_BOOT_CLASS_PXE;

	if (rest->pxe_port)
		return client->uMessageType == DHCP6_REQUEST && pxe && is_ours(server_id, true)
			       ? PXE_BOOT_EXCHANGE_PXE
			       : 0;
	if (client->uMessageType == DHCP6_SOLICIT && client->Duid.cbData > 0 &&
	    server_id.cbData == 0 && (rest->wants_url || pxe))
		return PXE_BOOT_EXCHANGE_SOLICIT;
	if (client->uMessageType == DHCP6_INFORMATION && rest->wants_url &&
	    client->uClass != PXE_BOOT_CLASS_NONE && is_ours(server_id, true))
		return PXE_BOOT_EXCHANGE_INFORMATION;
	return 0;
}

bool client6_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out)
{
	struct request6 request6 = { .n_relays = 0 };
	struct reader reader = { boot, &request6, out };
	PXE_BOOT_OCTETS elapsed;

	out->uFamily = 6;
	if (request->local->uAddrLen != 16 ||
	    !request6_read(request->packet, request->len, &request6))
		return false;
	out->uMessageType = request6.message[0];
	out->bRelayed = request6.n_relays > 0;
	out->Local = ip_of(request->local);
	read_requested(&reader);
	read_classes(&reader);
	take_archs(boot, out, option(&reader, PXE_DHCP6_OPT_CLIENT_ARCH_TYPE));
	if (out->uClass == PXE_BOOT_CLASS_NONE && !client_rest(out)->wants_url)
		return false;
	read_identity(&reader);
	out->uExchange = exchange_of(&reader);
	if (out->uExchange == 0)
		return false;
	out->bFirst = out->uExchange != PXE_BOOT_EXCHANGE_PXE;
	read_network(&reader, request);
	elapsed = option(&reader, PXE_DHCP6_OPT_ELAPSED_TIME);
	if (elapsed.cbData == 2)
		out->uWaited = octets_be16(elapsed.pData) / 100u;
	read_wanted(&reader);
	return true;
}
