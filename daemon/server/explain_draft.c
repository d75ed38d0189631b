/* A made-up client, or a packet that was recorded, as a datagram. */
#include "server/explain_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dhcp/made_client.h"
#include "dhcp/pxe_arch.h"

enum { IDENTIFIER_MAX = 130 };

bool draft_fail(struct draft *d, const char *why)
{
	snprintf(d->why, sizeof(d->why), "explain: %s", why);
	return false;
}

static struct ip address_of(const struct draft *d, int which)
{
	return word(d, which) ? word_address(word(d, which)) : (struct ip){ .family = IP_NONE };
}

static uint8_t family_of(const struct draft *d)
{
	struct ip known = address_of(d, RELAY);

	if (word(d, FAMILY))
		return (uint8_t)word_count(word(d, FAMILY));
	if (known.family == IP_NONE)
		known = address_of(d, ADDRESS);
	return known.family == IP_V6 || word(d, DUID) ? IP_V6 : IP_V4;
}

static bool is_served(const struct draft *d, const struct link *link, uint8_t family)
{
	struct ip unused;

	return link->up && config_serves(d->server->config, link->name, link->loopback) &&
	       links_own_address(d->view, link->ifindex, family, NULL, &unused);
}

/* By which a datagram from there would come in: as the route back goes. */
static unsigned way_to(const struct draft *d, const struct ip *ip)
{
	struct endpoint hop, to = { .ip = *ip };

	return links_neighbour(d->view, &to, &hop) ? hop.ifindex : 0;
}

static unsigned first_served(const struct draft *d, uint8_t family)
{
	size_t n;
	const struct link *link = links_all(d->view, &n);

	for (size_t i = 0; i < n; i++)
		if (is_served(d, &link[i], family))
			return link[i].ifindex;
	return 0;
}

static bool choose_interface(struct draft *d, uint8_t family)
{
	const char *name = word(d, INTERFACE);
	const struct link *link = name ? links_by_name(d->view, name) : NULL;
	struct ip relay = address_of(d, RELAY), *from = &d->datagram.source.ip;

	if (name && !link)
		return draft_fail(d, "there is no such interface");
	if (link)
		d->datagram.source.ifindex = link->ifindex;
	else if (relay.family != IP_NONE)
		d->datagram.source.ifindex = way_to(d, &relay);
	else if (!ip_is_any(from) && !ip_is_linklocal(from))
		d->datagram.source.ifindex = way_to(d, from);
	if (d->datagram.source.ifindex == 0)
		d->datagram.source.ifindex = first_served(d, family);
	return d->datagram.source.ifindex != 0 ||
	       draft_fail(d, "no interface that is served has an address of that family");
}

/* The address of a client without one of its own: link-local of its MAC, or a neighbour of ours. */
static struct ip made_address(const struct draft *d, const struct made_client *client)
{
	struct ip ip = { .family = IP_V6, .octet = { 0xfe, 0x80 } };

	if (client->family == IP_V4) {
		links_own_address(d->view, d->datagram.source.ifindex, IP_V4, NULL, &ip);
		ip.octet[3] ^= 1;
		return ip;
	}
	memcpy(ip.octet + 8, client->mac, 3);
	memcpy(ip.octet + 13, client->mac + 3, 3);
	ip.octet[8] ^= 2;
	ip.octet[11] = 0xff;
	ip.octet[12] = 0xfe;
	return ip;
}

/* To whom it goes: our address on 4011 and from a relay, else everybody. */
static void address_datagram(struct draft *d, bool to_us)
{
	struct rx_datagram *out = &d->datagram;
	struct ip own;

	out->cast = out->source.ip.family == IP_V4 ? RX_BROADCAST : RX_MULTICAST;
	if (!to_us || !links_own_address(d->view, out->source.ifindex, out->source.ip.family,
					 &out->source.ip, &own))
		return;
	out->to = own;
	out->cast = RX_UNICAST;
}

static struct span text_of(const struct draft *d, int which)
{
	return word(d, which) ? span_str(word(d, which)) : SPAN_NONE;
}

static struct span hex_of(const struct draft *d, int which, uint8_t out[static IDENTIFIER_MAX])
{
	size_t n = word(d, which) ? word_hex(word(d, which), out, IDENTIFIER_MAX) : 0;

	return span_of(out, n < IDENTIFIER_MAX ? n : IDENTIFIER_MAX);
}

/* ---- what conditions look at --------------------------------------------------------------------
 */

/* Octets of options that the words give. */
struct given {
	uint8_t octets[4 * IDENTIFIER_MAX];
	size_t used;
};

/* Octets as 00:04:00:01 or 0x00040001; anything else is a text, and what stands behind "text:". */
static struct span id_of(const char *text, struct given *given)
{
	size_t room = sizeof(given->octets) - given->used;
	uint8_t *at = given->octets + given->used;
	bool digits = strncmp(text, "0x", 2) == 0;
	size_t n = digits || strchr(text, ':') ? word_hex(text + (digits ? 2 : 0), at, room) : 0;

	if (strncmp(text, "text:", 5) == 0 || n == 0 || n > room)
		return span_str(text + (strncmp(text, "text:", 5) == 0 ? 5 : 0));
	given->used += n;
	return span_of(at, n);
}

static struct span id_word(const struct draft *d, int which, struct given *given)
{
	return word(d, which) ? id_of(word(d, which), given) : SPAN_NONE;
}

/* DHCPv6 has an enterprise number before a relay's remote-id: ours is 0. */
static struct span remote_id_of(const struct draft *d, uint8_t family, struct given *given)
{
	struct span id = id_word(d, REMOTE_ID, given);
	uint8_t *at = given->octets + given->used;

	if (family != IP_V6 || id.len == 0 ||
	    sizeof(given->octets) - given->used < sizeof(uint32_t) + id.len)
		return id;
	store_be32(at, 0);
	memcpy(at + sizeof(uint32_t), id.at, id.len);
	given->used += sizeof(uint32_t) + id.len;
	return span_of(at, sizeof(uint32_t) + id.len);
}

static uint8_t feature_code(const char *name, size_t len)
{
	static const struct {
		uint8_t code;
		const char *name;
	} features[] = {
#define X(code, name) { code, name },
		PXE_IPXE_FEATURES(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_LEN(features); i++)
		if (strlen(features[i].name) == len && memcmp(features[i].name, name, len) == 0)
			return features[i].code;
	return 0;
}

/* iPXE's own option: its version, and each feature that is named; with "none", no feature. */
static bool features_of(struct draft *d, struct given *given, struct span *out)
{
	static const uint8_t version[] = { 0xeb, 3, 1, 0, 0 };
	const char *names = word(d, IPXE_FEATURES);
	uint8_t *at = given->octets + given->used;
	size_t room = sizeof(given->octets) - given->used, len = 0;

	if (!names)
		return true;
	if (room < sizeof(version))
		return draft_fail(d, "there is no room for so much");
	memcpy(at, version, sizeof(version));
	for (len = sizeof(version); *names && strcmp(names, "none") != 0; len += 3) {
		size_t n = strcspn(names, ",");
		uint8_t code = feature_code(names, n);

		if (code == 0 || len + 3 > room)
			return draft_fail(d, "--ipxe-features takes names such as http,menu,efi");
		at[len] = code;
		at[len + 1] = at[len + 2] = 1;
		names += n + (names[n] == ',');
	}
	given->used += len;
	*out = span_of(at, len);
	return true;
}

/* CODE=ID */
static bool option_of(struct draft *d, struct given *given, struct made_option *out)
{
	const char *text = word(d, OPTION);
	char *end;
	unsigned long code;

	if (!text)
		return true;
	code = strtoul(text, &end, 10);
	if (*end != '=' || end == text || code == 0 || code > UINT16_MAX)
		return draft_fail(d, "--option takes CODE=VALUE, such as 12=pc01 or 94=01:03:10");
	*out = (struct made_option){ (uint16_t)code, id_of(end + 1, given) };
	return true;
}

static bool describe_more(struct draft *d, struct given *given, struct made_client *client)
{
	client->circuit_id = id_word(d, CIRCUIT_ID, given);
	client->remote_id = remote_id_of(d, client->family, given);
	client->subscriber_id = id_word(d, SUBSCRIBER_ID, given);
	return features_of(d, given, &client->ipxe) && option_of(d, given, &client->option[0]);
}

/* ---- the client ---------------------------------------------------------------------------------
 */

static bool is_ipxe(const struct draft *d)
{
	return word(d, USER_CLASS) && strcmp(word(d, USER_CLASS), "iPXE") == 0;
}

static void describe(const struct draft *d, struct made_client *client)
{
	uint16_t arch = word_arch(word(d, ARCH));

	*client = (struct made_client){ .family = family_of(d),
					.firmware = made_firmware_of(arch, is_ipxe(d)),
					.http = word(d, HTTP) ||
						pxe_arch_by_class(arch, false) != arch,
					.user_class = text_of(d, USER_CLASS),
					.vendor_class = text_of(d, VENDOR_CLASS),
					.has_uuid = word(d, UUID) != NULL,
					.xid = 0x77647370,
					.relay = address_of(d, RELAY) };
	client->arch = pxe_arch_by_class(arch, client->http);
	word_mac(word(d, MAC), client->mac);
	if (word(d, UUID))
		word_uuid(word(d, UUID), client->uuid);
	if (word(d, SECS))
		client->secs = (uint16_t)word_count(word(d, SECS));
}

static bool is_boot_request(const struct draft *d)
{
	return word(d, PORT) && word_count(word(d, PORT)) == DHCP4_PORT_PXE;
}

/* Does it have words that only a relay can say? */
static bool has_relays_words(const struct draft *d)
{
	return word(d, CIRCUIT_ID) || word(d, REMOTE_ID) || word(d, SUBSCRIBER_ID);
}

static bool check_client(struct draft *d, const struct made_client *client)
{
	uint32_t port = word(d, PORT) ? word_count(word(d, PORT)) : 0;

	if (client->relay.family != IP_NONE && client->relay.family != client->family)
		return draft_fail(d, "--relay is of the other family");
	if (word(d, ADDRESS) && address_of(d, ADDRESS).family != client->family)
		return draft_fail(d, "--address is of the other family");
	if (client->relay.family != IP_NONE && is_boot_request(d))
		return draft_fail(d, "what goes to port 4011 is not relayed");
	if (has_relays_words(d) && is_boot_request(d))
		return draft_fail(d, "what goes to port 4011 is not relayed");
	if (has_relays_words(d) && client->family == IP_V6 && client->relay.family == IP_NONE)
		return draft_fail(d, "over IPv6 only a relay says that: add --relay");
	if (client->ipxe.len > 0 && client->family == IP_V6)
		return draft_fail(d, "over IPv6 iPXE does not say its features");
	if (port != 0 && port != 4011 && port != (client->family == IP_V6 ? 547u : 67u))
		return draft_fail(d, "--port must be 67 (IPv6: 547) or 4011");
	return true;
}

/* Who the client is to the servers: its address, and on 4011 ours. */
static void settle_client(struct draft *d, struct made_client *client)
{
	struct ip given = address_of(d, ADDRESS), ip;
	bool boot = is_boot_request(d);

	ip = given.family != IP_NONE ? given : made_address(d, client);
	client->address = ip;
	client->peer = ip;
	if (boot)
		client->server_duid = host_duid(d->server->host);
	d->datagram.source.ip = ip;
	if (client->relay.family != IP_NONE)
		d->datagram.source.ip = client->relay;
	else if (!boot && client->family == IP_V4)
		d->datagram.source.ip = ip_v4("\0\0\0\0");
}

static bool make_client(struct draft *d)
{
	enum made_message message = is_boot_request(d) ? MADE_BOOT_REQUEST : MADE_DISCOVER;
	uint8_t client_id[IDENTIFIER_MAX], duid[IDENTIFIER_MAX];
	struct given given = { .used = 0 };
	struct made_client client;
	struct made_ports ports;

	if (!word(d, MAC) || !word(d, ARCH))
		return draft_fail(d, "--mac and --arch are needed, or --packet");
	describe(d, &client);
	client.client_id = hex_of(d, CLIENT_ID, client_id);
	client.duid = hex_of(d, DUID, duid);
	if (!describe_more(d, &given, &client) || !check_client(d, &client) ||
	    !choose_interface(d, client.family))
		return false;
	settle_client(d, &client);
	d->datagram.len = made_client_write(&client, message, d->octets, RX_SIZE, &ports);
	if (d->datagram.len == 0)
		return draft_fail(d, "a value is longer than its option can be");
	d->datagram.port = ports.to;
	d->datagram.source.port = ports.from;
	address_datagram(d, message == MADE_BOOT_REQUEST || client.relay.family != IP_NONE);
	return true;
}

/* From whom a packet comes that does not say it: 0.0.0.0, or any neighbour. */
static struct ip nobody(uint8_t family)
{
	struct ip ip = { .family = family };

	if (family == IP_V6)
		ip = (struct ip){ IP_V6, { 0xfe, 0x80, [15] = 1 } };
	return ip;
}

/* A packet as it was recorded: from --address and --from-port, to --to and --port. */
static bool take_octets(struct draft *d)
{
	struct ip from = address_of(d, ADDRESS), to = address_of(d, TO);
	uint8_t family = from.family ? from.family : family_of(d);
	size_t len = word_hex(word(d, OCTETS), d->octets, RX_SIZE);

	if (len > RX_SIZE)
		return draft_fail(d, "the packet is longer than any request that is taken");
	d->datagram.len = len;
	d->datagram.source.ip = from;
	if (from.family == IP_NONE)
		d->datagram.source.ip = nobody(family);
	d->datagram.port = family == IP_V6 ? 547 : 67;
	if (word(d, PORT))
		d->datagram.port = (uint16_t)word_count(word(d, PORT));
	d->datagram.source.port = family == IP_V6 ? 546 : 68;
	if (word(d, FROM_PORT))
		d->datagram.source.port = (uint16_t)word_count(word(d, FROM_PORT));
	if (!choose_interface(d, family))
		return false;
	address_datagram(d, to.family != IP_NONE && !ip_is_multicast(&to) &&
				    !ip_is_limited_broadcast(&to));
	return true;
}

/* A word that would be passed over in silence. */
static bool is_free_of(struct draft *d, const int *words, size_t n, const char *why)
{
	for (size_t i = 0; i < n; i++)
		if (word(d, words[i]))
			return draft_fail(d, why);
	return true;
}

static bool fits_together(struct draft *d)
{
	static const int of_client[] = { MAC,           ARCH,          UUID,       USER_CLASS,
					 VENDOR_CLASS,  HTTP,          SECS,       RELAY,
					 CLIENT_ID,     DUID,          CIRCUIT_ID, REMOTE_ID,
					 SUBSCRIBER_ID, IPXE_FEATURES, OPTION };
	static const int of_packet[] = { FRAME, FROM_PORT, TO };

	return word(d, OCTETS) ? is_free_of(d, of_client, ARRAY_LEN(of_client),
					    "a packet says itself who sends it: leave out what "
					    "describes a client")
			       : is_free_of(d, of_packet, ARRAY_LEN(of_packet),
					    "--frame goes with --packet, --from-port and --to with "
					    "--octets");
}

bool draft_make(struct draft *d)
{
	d->datagram.at = d->octets;
	if (!fits_together(d))
		return false;
	if (word(d, PACKET))
		return draft_fail(d,
				  "wdspxectl reads the file of --packet, and gives its --octets");
	return word(d, OCTETS) ? take_octets(d) : make_client(d);
}
