/* Reads a DHCPv4 request: RFC 4578 (93, 97), PXE 2.1 (43, 60), RFC 3004 (77), RFC 3527 (82.5),
 * RFC 3011 (118), and what firmware really sends. */
#include "boot/client4.h"

#include "boot/codes.h"
#include "boot/option4.h"

/* An option that came in parts, joined. */
struct joined {
	uint8_t code;
	PXE_BOOT_OCTETS whole;
};

enum { JOINED_MAX = 8 };

struct reader {
	const PXE_BOOT *boot;
	const struct request *request;
	PXE_BOOT_CLIENT *client;
	uint8_t n_joined;
	struct joined joined[JOINED_MAX];
};

static PXE_BOOT_OCTETS option(const struct request *request, uint8_t code, ULONG instance)
{
	return option4_of(request->packet, request->len, code, instance);
}

/* Joins an option's parts in the scratch, as far as that goes. */
static PXE_BOOT_OCTETS join(struct reader *reader, uint8_t code, PXE_BOOT_OCTETS first)
{
	struct rest *rest = client_rest(reader->client);
	uint8_t *joined = rest->scratch + rest->scratch_used;
	size_t room = CLIENT_SCRATCH - rest->scratch_used, len = first.cbData;
	PXE_BOOT_OCTETS next = option(reader->request, code, 2);

	if (!next.pData || len > room)
		return first;
	memcpy(joined, first.pData, len);
	for (ULONG i = 3; next.pData && next.cbData <= room - len; i++) {
		memcpy(joined + len, next.pData, next.cbData);
		len += next.cbData;
		next = option(reader->request, code, i);
	}
	rest->scratch_used = (uint16_t)(rest->scratch_used + len);
	return octets_of(joined, len);
}

/* An option that there is: all its parts, joined once, whoever asks. */
static PXE_BOOT_OCTETS whole_of(struct reader *reader, uint8_t code, PXE_BOOT_OCTETS first)
{
	PXE_BOOT_OCTETS whole;

	for (uint8_t i = 0; i < reader->n_joined; i++)
		if (reader->joined[i].code == code)
			return reader->joined[i].whole;
	whole = join(reader, code, first);
	if (whole.pData != first.pData && reader->n_joined < JOINED_MAX)
		reader->joined[reader->n_joined++] = (struct joined){ code, whole };
	return whole;
}

/* Most requests have none of the options that are looked for: that costs no call. */
static inline PXE_BOOT_OCTETS whole_from(struct reader *reader, uint8_t code, PXE_BOOT_OCTETS first)
{
	return first.pData ? whole_of(reader, code, first) : first;
}

/* A list whole: several of one code are one value (RFC 3396). */
static inline PXE_BOOT_OCTETS option_whole(struct reader *reader, uint8_t code)
{
	return whole_from(reader, code, option(reader->request, code, 1));
}

/* RFC 3004 gives each class a length; iPXE sends one class bare. */
static bool tiles(PXE_BOOT_OCTETS whole)
{
	size_t at = 0;

	while (at < whole.cbData && whole.pData[at] > 0)
		at += 1u + whole.pData[at];
	return at == whole.cbData;
}

static void read_user_classes(struct reader *reader)
{
	PXE_BOOT_OCTETS whole = option_whole(reader, PXE_DHCP4_OPT_USER_CLASS);

	if (whole.cbData == 0)
		return;
	if (!tiles(whole)) {
		take_user_class(reader->client, whole);
		return;
	}
	for (size_t at = 0; at < whole.cbData; at += 1u + whole.pData[at])
		take_user_class(reader->client, octets_of(whole.pData + at + 1, whole.pData[at]));
}

/* Who it is, by its hardware address and its options 61 and 97. */
static void identify(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, const PXE_DHCP_MESSAGE *message)
{
	struct rest *rest = client_rest(client);
	PXE_BOOT_OCTETS uuid = rest->sent_uuid;
	size_t hlen = message->HardwareAddressLength;

	if (hlen > PXE_DHCP_HWAADR_SIZE)
		hlen = PXE_DHCP_HWAADR_SIZE;
	rest->key = octets_of(message->HardwareAddress, hlen);
	if (hlen == 0) /* InfiniBand */
		rest->key = rest->sent_id;
	if (message->HardwareAddressType == 1 && hlen == MAC_LEN)
		client->Mac = rest->key;
	client->Uuid = octets_of(NULL, 0);
	if (uuid.cbData == 1 + UUID_LEN && uuid.pData[0] == 0)
		take_uuid(boot, client, uuid.pData + 1);
}

static void read_identity(struct reader *reader, const PXE_DHCP_MESSAGE *message)
{
	struct rest *rest = client_rest(reader->client);

	rest->sent_uuid = option(reader->request, PXE_DHCP4_OPT_UUID, 1);
	rest->sent_id = option(reader->request, PXE_DHCP4_OPT_CLIENT_ID, 1);
	identify(reader->boot, reader->client, message);
}

/* What a relay says that the client's link is; false where it does not. */
static bool link_selection(PXE_BOOT_OCTETS relay, PXE_BOOT_IP *out)
{
	PXE_BOOT_OCTETS link = option4_sub(relay, DHCP4_RELAY_LINK);

	if (link.cbData != 4)
		return false;
	memcpy(out->bAddress, link.pData, 4);
	out->uAddrLen = 4;
	return true;
}

/* The client id was looked for already. */
static inline PXE_BOOT_OCTETS wanted_option(struct reader *reader, uint8_t code)
{
	return code == PXE_DHCP4_OPT_CLIENT_ID
		       ? whole_from(reader, code, client_rest(reader->client)->sent_id)
		       : option_whole(reader, code);
}

static void read_wanted(struct reader *reader)
{
	const struct wanted *wanted = &reader->boot->options.wanted4;

	for (uint8_t i = 0; i < wanted->n; i++) {
		struct option_name name = wanted->at[i];
		PXE_BOOT_OCTETS value = wanted_option(reader, (uint8_t)name.code);

		if (name.sub != 0)
			value = option4_sub(value, name.sub);
		if (value.pData)
			rest_say(client_rest(reader->client), name, value);
	}
}

/* Anybody may write any network into 82.5 or 118. One of ours is believed on its own link only. */
static bool is_believable(const PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
			  const PXE_BOOT_IP *network)
{
	return !locals_on_link(&boot->locals, network) ||
	       locals_one_wire(&boot->locals, &client->Local, network);
}

/* The network that a relay or the client names. False: none that is believed. */
static bool names_network(struct reader *reader, PXE_BOOT_IP *out)
{
	PXE_BOOT_OCTETS subnet = option(reader->request, PXE_DHCP4_OPT_SUBNET, 1);

	*out = reader->client->Local;
	if (link_selection(option_whole(reader, PXE_DHCP4_OPT_RELAY), out) &&
	    is_believable(reader->boot, reader->client, out))
		return true;
	if (subnet.cbData != 4)
		return false;
	*out = (PXE_BOOT_IP){ .uAddrLen = 4 };
	memcpy(out->bAddress, subnet.pData, 4);
	return is_believable(reader->boot, reader->client, out);
}

/* The client's network, where it has no name: its relay's, else the client's own, else ours. */
static void locate(const struct request *request, PXE_BOOT_CLIENT *client,
		   const PXE_DHCP_MESSAGE *message)
{
	client->Network = client->Local;
	if (client->bRelayed)
		memcpy(client->Network.bAddress, &message->RelayAgentIpAddress, 4);
	else if ((client_rest(client)->pxe_port || client->uExchange == PXE_BOOT_EXCHANGE_ITEM) &&
		 request->remote->uIpAddress != 0)
		client->Network = ip_of(request->remote);
}

static void read_network(struct reader *reader, const PXE_DHCP_MESSAGE *message)
{
	PXE_BOOT_CLIENT *client = reader->client;

	client_rest(client)->names_network = names_network(reader, &client->Network);
	if (!client_rest(client)->names_network)
		locate(reader->request, client, message);
}

/* What an answer may have at most, and how much of that the relays' options will take. */
static void read_room(struct reader *reader)
{
	enum { LEAST = 576, MOST = 1500, UDP_IP = 28 };
	struct rest *rest = client_rest(reader->client);
	PXE_BOOT_OCTETS size = option(reader->request, PXE_DHCP4_OPT_MAX_SIZE, 1), relay;
	uint16_t room = size.cbData == 2 ? octets_be16(size.pData) : LEAST;

	rest->room = (uint16_t)((room < LEAST ? LEAST : room > MOST ? MOST : room) - UDP_IP);
	for (ULONG i = 1; (relay = option(reader->request, PXE_DHCP4_OPT_RELAY, i)).pData; i++)
		rest->relays = (uint16_t)(rest->relays + 2 + relay.cbData);
}

/* Seconds; some clients send them with the octets turned. */
static uint32_t waited(const PXE_DHCP_MESSAGE *message)
{
	uint8_t at[2];
	uint16_t seconds;

	memcpy(at, &message->SecondsSinceBoot, sizeof at);
	seconds = octets_be16(at);
	return seconds >= 256 && at[1] == 0 ? at[0] : seconds;
}

/* The item of a menu that is asked for. It may be cut in two where option 43 came in parts. */
static void read_item(struct reader *reader)
{
	struct rest *rest = client_rest(reader->client);
	PXE_BOOT_OCTETS item =
		option4_sub(option_whole(reader, PXE_DHCP4_OPT_VENDOR), PXE43_BOOT_ITEM);

	if (item.cbData < 4)
		return;
	rest->asks_item = true;
	rest->item_type = octets_be16(item.pData);
	rest->item_layer = octets_be16(item.pData + 2);
}

static void read_arch(struct reader *reader)
{
	PXE_BOOT_CLIENT *client = reader->client;

	take_class(reader->boot, client, option(reader->request, PXE_DHCP4_OPT_VENDOR_CLASS, 1));
	take_archs(reader->boot, client, option(reader->request, PXE_DHCP4_OPT_ARCH, 1));
	if (client->uClass == PXE_BOOT_CLASS_PXE && client->uArch == PXE_BOOT_ARCH_NONE)
		client->uArch = PXE_ARCH_X86_BIOS; /* a PXE client of before architectures */
}

/* May a request be for an item? On 67 a client that has no address of its own yet means the lease
 * server, whatever else it says. */
static bool may_ask_item(const PXE_BOOT_CLIENT *client, const PXE_DHCP_MESSAGE *message)
{
	return client->uClass == PXE_BOOT_CLASS_PXE &&
	       (client->uMessageType == DHCP4_INFORM ||
		(client->uMessageType == DHCP4_REQUEST &&
		 (client_rest_of(client)->pxe_port || message->ClientIpAddress != 0)));
}

/* On port 67, or on 4011; 0: nobody here answers it. */
static ULONG exchange_of(const PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
			 const PXE_DHCP_MESSAGE *message)
{
	bool pxe = client->uClass == PXE_BOOT_CLASS_PXE;

	if (client_rest_of(client)->asks_item)
		return may_ask_item(client, message) ? PXE_BOOT_EXCHANGE_ITEM : 0;
	if (!client_rest_of(client)->pxe_port) {
		if (client->uMessageType == DHCP4_DISCOVER)
			return PXE_BOOT_EXCHANGE_DISCOVER;
		return client->uMessageType == DHCP4_REQUEST && pxe && boot->options.lease_requests
			       ? PXE_BOOT_EXCHANGE_LEASE
			       : 0;
	}
	if (!pxe)
		return 0;
	if (client->uMessageType == DHCP4_REQUEST || client->uMessageType == DHCP4_INFORM)
		return PXE_BOOT_EXCHANGE_PXE;
	return client->uMessageType == DHCP4_DISCOVER ? PXE_BOOT_EXCHANGE_LATE : 0;
}

static bool begin(struct reader *reader, const PXE_DHCP_MESSAGE *message)
{
	PXE_BOOT_CLIENT *client = reader->client;
	PXE_BOOT_OCTETS type = option(reader->request, PXE_DHCP4_OPT_TYPE, 1);

	client->uFamily = 4;
	if (type.cbData != 1 || reader->request->local->uAddrLen != 4)
		return false;
	client->uMessageType = type.pData[0];
	client->bRelayed = message->RelayAgentIpAddress != 0;
	client->Local = ip_of(reader->request->local);
	read_arch(reader);
	read_item(reader);
	return client->uClass != PXE_BOOT_CLASS_NONE;
}

void client4_read_own(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out)
{
	const PXE_DHCP_MESSAGE *message = (const PXE_DHCP_MESSAGE *)request->packet;

	identify(boot, out, message);
	if (!client_rest(out)->names_network)
		locate(request, out, message);
	out->uWaited = waited(message);
}

bool client4_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out)
{
	const PXE_DHCP_MESSAGE *message = (const PXE_DHCP_MESSAGE *)request->packet;
	struct reader reader; /* the list in it need not be zero */

	reader.boot = boot;
	reader.request = request;
	reader.client = out;
	reader.n_joined = 0;
	if (!begin(&reader, message))
		return false;
	out->uExchange = exchange_of(boot, out, message);
	if (out->uExchange == 0)
		return false;
	out->bFirst = out->uExchange == PXE_BOOT_EXCHANGE_DISCOVER;
	read_user_classes(&reader);
	out->bIpxe |= option(request, PXE_DHCP4_OPT_IPXE, 1).pData != NULL;
	read_identity(&reader, message);
	read_network(&reader, message);
	out->uWaited = waited(message);
	read_room(&reader);
	read_wanted(&reader);
	return true;
}
