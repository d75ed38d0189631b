/* Reads a DHCPv4 request: RFC 4578 (93, 97), PXE 2.1 (43, 60), RFC 3004 (77), RFC 3527 (82.5),
 * RFC 3011 (118), and what firmware really sends. */
#include "client.h"

#include "arch.h"
#include "dhcp4.h"

struct reader {
	const struct settings *settings;
	const struct request *request;
	uint8_t *scratch;
	size_t used;
	struct client *client;
};

/* One occurrence of an option; empty where there is none. */
static struct octets option(const struct request *request, uint8_t code, ULONG instance)
{
	BYTE len = 0;
	PVOID value = NULL;

	if (PxeDhcpGetOptionValue(request->packet, request->len, instance, code, &len, &value) !=
	    ERROR_SUCCESS)
		return octets_of(NULL, 0);
	return octets_of(value, len);
}

/* A list whole: several of one code are one value (RFC 3396), as far as the scratch goes. */
static struct octets option_whole(struct reader *reader, uint8_t code)
{
	struct octets first = option(reader->request, code, 1), next;
	uint8_t *joined = reader->scratch + reader->used;
	size_t room = CLIENT_SCRATCH - reader->used, len = first.len;

	if (first.len == 0 || first.len > room)
		return first;
	next = option(reader->request, code, 2);
	if (next.len == 0)
		return first;
	memcpy(joined, first.at, first.len);
	for (ULONG i = 3; next.len > 0 && next.len <= room - len; i++) {
		memcpy(joined + len, next.at, next.len);
		len += next.len;
		next = option(reader->request, code, i);
	}
	reader->used += len;
	return octets_of(joined, len);
}

/* RFC 3004 gives each class a length; iPXE sends one class bare. */
static bool tiles(struct octets whole)
{
	size_t at = 0;

	while (at < whole.len && whole.at[at] > 0)
		at += 1u + whole.at[at];
	return at == whole.len;
}

static void read_user_classes(struct reader *reader)
{
	struct octets whole = option_whole(reader, DHCP4_USER_CLASS);

	if (whole.len == 0)
		return;
	if (!tiles(whole)) {
		client_take_user_class(reader->client, whole);
		return;
	}
	for (size_t at = 0; at < whole.len; at += 1u + whole.at[at])
		client_take_user_class(reader->client, octets_of(whole.at + at + 1, whole.at[at]));
}

static void read_identity(struct reader *reader, const PXE_DHCP_MESSAGE *message)
{
	struct client *client = reader->client;
	struct octets uuid = option(reader->request, DHCP4_UUID, 1);
	struct octets id = option(reader->request, DHCP4_CLIENT_ID, 1);
	size_t hlen = message->HardwareAddressLength;

	if (hlen > PXE_DHCP_HWAADR_SIZE)
		hlen = PXE_DHCP_HWAADR_SIZE;
	client->key = octets_of(message->HardwareAddress, hlen);
	if (hlen == 0) /* InfiniBand */
		client->key = id;
	client->sent_uuid = uuid;
	client->sent_id = id;
	if (message->HardwareAddressType == 1 && hlen == MAC_LEN)
		client->mac = client->key;
	if (uuid.len == 1 + UUID_LEN && uuid.at[0] == 0)
		client_take_uuid(reader->settings, client, uuid.at + 1);
}

/* A sub-option of 82 that is an IPv4 address; false where there is none. */
static bool link_selection(struct octets relay, struct address *out)
{
	for (size_t at = 0; at + 2 <= relay.len && relay.at[at + 1] <= relay.len - at - 2;
	     at += 2u + relay.at[at + 1]) {
		if (relay.at[at] != DHCP4_RELAY_LINK || relay.at[at + 1] != 4)
			continue;
		memcpy(out->at, relay.at + at + 2, 4);
		out->len = 4;
		return true;
	}
	return false;
}

/* The client's network: what the relay says, else the client's own address, else ours. */
static void read_network(struct reader *reader, const PXE_DHCP_MESSAGE *message)
{
	struct client *client = reader->client;
	struct octets subnet = option(reader->request, DHCP4_SUBNET, 1);

	client->network = client->local;
	if (link_selection(option_whole(reader, DHCP4_RELAY), &client->network))
		return;
	if (subnet.len == 4)
		memcpy(client->network.at, subnet.at, 4);
	else if (client->relayed)
		memcpy(client->network.at, &message->RelayAgentIpAddress, 4);
	else if (client->pxe_port && reader->request->remote->uIpAddress != 0)
		client->network = address_of(reader->request->remote);
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

static bool asks_boot_item(const struct request *request)
{
	return option(request, DHCP4_VENDOR, 1).at &&
	       PxeDhcpGetVendorOptionValue(request->packet, request->len, PXE43_BOOT_ITEM, 1, NULL,
					   NULL) == ERROR_SUCCESS;
}

static void read_arch(struct reader *reader)
{
	struct client *client = reader->client;

	client_take_class(reader->settings, client, option(reader->request, DHCP4_CLASS, 1));
	client_take_archs(reader->settings, client, option(reader->request, DHCP4_ARCH, 1));
	if (client->class == CLASS_PXE && !client->has_arch) {
		client->has_arch = true; /* a PXE client of before architectures */
		client->arch = ARCH_X86_BIOS;
	}
}

bool client4_read(const struct settings *settings, const struct request *request,
		  uint8_t scratch[CLIENT_SCRATCH], struct client *out)
{
	struct reader reader = { settings, request, scratch, 0, out };
	const PXE_DHCP_MESSAGE *message = (const PXE_DHCP_MESSAGE *)request->packet;
	struct octets type = option(request, DHCP4_TYPE, 1);

	out->family = FAMILY_4;
	if (type.len != 1 || request->local->uAddrLen != 4)
		return false;
	out->type = type.at[0];
	out->pxe_port = request->local->uPort == PXE_SERVER_PORT;
	out->relayed = message->RelayAgentIpAddress != 0;
	out->local = address_of(request->local);
	read_arch(&reader);
	out->asks_item = out->class != CLASS_NONE && asks_boot_item(request);
	if (out->class == CLASS_NONE || out->asks_item)
		return false;
	read_user_classes(&reader);
	out->ipxe |= option(request, DHCP4_IPXE, 1).at != NULL;
	read_identity(&reader, message);
	read_network(&reader, message);
	out->waited_s = waited(message);
	return true;
}
