/* wdspxectl explain: a made-up client, or a packet, as a trial through the chain that serves.
 *
 * What is looked at is what a datagram on the wire would be: an rx_datagram, which the inlet judges
 * as it judges those.
 */
#include "server/explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "dhcp/made_client.h"
#include "dhcp/pxe_arch.h"
#include "server/commands.h"
#include "story/explain.h"

/* The words of its row. */
enum {
	MAC,
	ARCH,
	UUID,
	USER_CLASS,
	VENDOR_CLASS,
	HTTP,
	FAMILY,
	PORT,
	SECS,
	RELAY,
	INTERFACE,
	ADDRESS,
	CLIENT_ID,
	DUID,
	ASSUME,
	ASK_ALL,
	PACKET,
	FRAME,
	OCTETS,
	FROM_PORT,
	TO
};

enum { ASSUME_MAX = 512, IDENTIFIER_MAX = 130, WHY_MAX = 256 };

/* A trial that is under way. */
struct explaining {
	bool used;
	struct server *server;
	struct explain_asker asker;
	json_t *replies;
	char assume[ASSUME_MAX];
};

static struct explaining under_way[HOST_TRIALS_MAX];

/* ---- what it asks ------------------------------------------------------------------------------
 */

/* A datagram under construction. */
struct draft {
	struct server *server;
	const struct arguments *arguments;
	const struct links_view *view;
	struct rx_datagram datagram;
	uint8_t octets[RX_SIZE + RX_SPARE];
	char why[WHY_MAX];
};

static const char *word(const struct draft *d, int which)
{
	return d->arguments->word[which];
}

static bool fail(struct draft *d, const char *why)
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
		return fail(d, "there is no such interface");
	if (link)
		d->datagram.source.ifindex = link->ifindex;
	else if (relay.family != IP_NONE)
		d->datagram.source.ifindex = way_to(d, &relay);
	else if (!ip_is_any(from) && !ip_is_linklocal(from))
		d->datagram.source.ifindex = way_to(d, from);
	if (d->datagram.source.ifindex == 0)
		d->datagram.source.ifindex = first_served(d, family);
	return d->datagram.source.ifindex != 0 ||
	       fail(d, "no interface that is served has an address of that family");
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

static bool check_client(struct draft *d, const struct made_client *client)
{
	uint32_t port = word(d, PORT) ? word_count(word(d, PORT)) : 0;

	if (client->relay.family != IP_NONE && client->relay.family != client->family)
		return fail(d, "--relay is of the other family");
	if (word(d, ADDRESS) && address_of(d, ADDRESS).family != client->family)
		return fail(d, "--address is of the other family");
	if (client->relay.family != IP_NONE && is_boot_request(d))
		return fail(d, "what goes to port 4011 is not relayed");
	if (port != 0 && port != 4011 && port != (client->family == IP_V6 ? 547u : 67u))
		return fail(d, "--port must be 67 (IPv6: 547) or 4011");
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
	struct made_client client;
	struct made_ports ports;

	if (!word(d, MAC) || !word(d, ARCH))
		return fail(d, "--mac and --arch are needed, or --packet");
	describe(d, &client);
	client.client_id = hex_of(d, CLIENT_ID, client_id);
	client.duid = hex_of(d, DUID, duid);
	if (!check_client(d, &client) || !choose_interface(d, client.family))
		return false;
	settle_client(d, &client);
	d->datagram.len = made_client_write(&client, message, d->octets, RX_SIZE, &ports);
	if (d->datagram.len == 0)
		return fail(d, "a value is longer than its option can be");
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
		return fail(d, "the packet is longer than any request that is taken");
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

static bool draft_make(struct draft *d)
{
	d->datagram.at = d->octets;
	if (word(d, PACKET))
		return fail(d, "wdspxectl reads the file of --packet, and gives its --octets");
	return word(d, OCTETS) ? take_octets(d) : make_client(d);
}

/* ---- the trial --------------------------------------------------------------------------------
 */

static struct explaining *explaining_new(struct server *s, const struct explain_asker *asker,
					 const char *assume)
{
	for (size_t i = 0; i < ARRAY_LEN(under_way); i++) {
		struct explaining *it = &under_way[i];

		if (it->used)
			continue;
		*it = (struct explaining){ true, s, *asker, json_array(), "" };
		snprintf(it->assume, sizeof(it->assume), "%s", assume ? assume : "");
		return it;
	}
	return NULL;
}

static void on_sent(void *context, const struct outgoing *out)
{
	const struct explaining *it = context;
	const struct link *link = links_by_index(links_now(it->server->links), out->to.ifindex);

	json_array_append_new(it->replies, explain_reply(out, link ? link->name : ""));
}

static void on_ended(void *context, const struct ending *end)
{
	struct explaining *it = context;

	it->used = false;
	it->asker.answer(it->asker.context, it->asker.number, explain_ending(end, it->replies));
}

/* "inventory=ignore,other=rejected" */
static bool assumes_ignore(void *context, const char *provider)
{
	const struct explaining *it = context;
	size_t len = strlen(provider);

	for (const char *at = it->assume; *at; at += strcspn(at, ","), at += *at == ',')
		if (strncmp(at, provider, len) == 0 && at[len] == '=')
			return strncmp(at + len + 1, "ignore", 6) == 0;
	return false;
}

static bool assume_is_right(const char *assume)
{
	for (const char *at = assume; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t name = strcspn(at, "=,");
		const char *verdict = at + name + (at[name] == '=');
		size_t len = strcspn(verdict, ",");

		if (name == 0 || at[name] != '=' ||
		    !((len == 6 && strncmp(verdict, "ignore", 6) == 0) ||
		      (len == 8 && strncmp(verdict, "rejected", 8) == 0)))
			return false;
	}
	return true;
}

static void try(struct draft *d, const struct arrival *in, struct explaining *it)
{
	struct host_trial trial = { .context = it,
				    .ask_all = word(d, ASK_ALL) != NULL,
				    .ignores = assumes_ignore,
				    .sent = on_sent,
				    .ended = on_ended };
	struct explain_asker asker = it->asker;

	if (host_try(d->server->host, in, &trial, clock_ms()) == 0)
		return;
	it->used = false;
	json_decref(it->replies);
	asker.refuse(asker.context, asker.number, "too many explanations are under way already");
}

void server_explain(struct server *s, const struct arguments *arguments,
		    const struct explain_asker *asker)
{
	struct draft d = { .server = s, .arguments = arguments, .view = links_now(s->links) };
	struct explaining *it;
	struct arrival in;
	int outcome;

	if (!assume_is_right(arguments->word[ASSUME]))
		(void)fail(&d,
			   "--assume must be NAME=rejected or NAME=ignore, with commas between");
	if (d.why[0] || !draft_make(&d)) {
		asker->refuse(asker->context, asker->number, d.why);
		return;
	}
	outcome = inlet_look(s, &d.datagram, d.view, &in);
	it = explaining_new(s, asker, arguments->word[ASSUME]);
	if (!it)
		asker->refuse(asker->context, asker->number,
			      "too many explanations are under way already");
	else if (outcome >= 0)
		on_ended(it, &(struct ending){ (enum outcome)outcome, NULL, &in });
	else
		try(&d, &in, it);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static void answer(void *context, uint64_t client, json_t *json)
{
	struct server *s = context;
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (text)
		control_answer(s->control, client, text);
	else
		control_refuse(s->control, client, "out of memory for the answer");
	free(text);
	json_decref(json);
}

static void refuse(void *context, uint64_t client, const char *why)
{
	struct server *s = context;

	control_refuse(s->control, client, why);
}

void server_command_explain(struct server *s, uint64_t client, const struct arguments *arguments)
{
	server_explain(s, arguments, &(struct explain_asker){ s, client, answer, refuse });
}
