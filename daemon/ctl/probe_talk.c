/* The conversation of wdspxectl probe. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"
#include "ctl/probe.h"
#include "dhcp/both.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"

/* How long firmware collects before it chooses, or sends again. EDK2 does at 4, 12 and 28 s; a boot
 * server that waits for others answers the second. */
enum { COLLECT_MS = 4000, DISCOVERS = 2 };

/* When it asks on port 4011, and when it gives up: EDK2, iPXE, and EDK2 over IPv6. A server of this
 * host answers at once, or does not answer its own host at all, as wdspxed. */
static const int edk2_times[] = { 0, 1000, 3000, 6000, 10000 };
static const int ipxe_times[] = { 0, 1000, 3100 };
static const int edk2_times6[] = { 0, 4000 };
static const int own_times[] = { 0, 1000 };

struct times {
	const int *ms;
	size_t n;
};

static const char *untried_text(enum probe_untried why)
{
	static const char *const texts[] = {
#define X(symbol, text) [PROBE_##symbol] = (text),
		PROBE_UNTRIED(X)
#undef X
	};

	return texts[why];
}

bool probe_boots(const struct probe *probe)
{
	if (probe->untried != PROBE_NOTHING || !choice_boots(probe->choice.result))
		return false;
	return !probe->fetched || json_is_true(json_object_get(probe->fetched, "boots"));
}

const char *probe_why(const struct probe *probe)
{
	if (probe->untried != PROBE_NOTHING)
		return untried_text(probe->untried);
	if (probe->fetched && !json_is_true(json_object_get(probe->fetched, "boots")))
		return "the boot file is no good";
	return choice_text(probe->choice.result);
}

static uint32_t random_xid(const struct probe *probe)
{
	uint32_t xid = 0;

	while (getrandom(&xid, sizeof(xid), 0) < 0 && errno == EINTR)
		;
	return probe->client.family == IP_V6 ? xid & 0xffffff : xid;
}

static void give_up(struct probe *probe, enum probe_untried why, int r)
{
	probe->untried = why;
	probe->error = -r;
}

static int left_ms(uint64_t end)
{
	uint64_t now = clock_ms();

	return now < end ? (int)(end - now) : 0;
}

/* ---- what is offered --------------------------------------------------------------------------
 */

/* An answer to the client, by its transaction. */
static bool read_answer(const struct probe *probe, const struct wire_datagram *d, struct offer *out)
{
	struct span packet = span_of(d->octets, d->len);

	if (probe->client.family == IP_V6) {
		if (dhcp6_xid_of(packet) != probe->client.xid || offer_read6(packet, out))
			return false;
	} else if (offer_read4(packet, out) || dhcp4_xid(packet.at) != probe->client.xid) {
		return false;
	}
	out->from = d->from;
	return true;
}

/* A host may send through two interfaces, or twice. */
static bool is_known(const struct probe *probe, const struct offer *offer)
{
	for (size_t i = 0; i < probe->n; i++)
		if (ip_equal(&probe->offers[i].from.ip, &offer->from.ip) &&
		    ip_equal(&probe->offers[i].server_id, &offer->server_id) &&
		    probe->offers[i].has_address == offer->has_address)
			return true;
	return false;
}

static void collect(struct probe *probe)
{
	uint64_t begin = clock_ms(), end = begin + COLLECT_MS;

	probe->n = 0;
	for (int ms; probe->n < CHOICE_OFFERS_MAX && (ms = left_ms(end)) > 0;) {
		struct wire_datagram *d = &probe->heard[probe->n];
		struct offer offer;

		if (!wire_hear(&probe->wire, probe->client.family, ms, d) ||
		    !read_answer(probe, d, &offer) || is_known(probe, &offer))
			continue;
		offer.after_ms = (unsigned)(clock_ms() - begin);
		probe->offers[probe->n++] = offer;
	}
}

/* The servers need not know to what interface of theirs they could send to a client whose hardware
 * is not there: by broadcast, whatever this firmware asks for. */
static int send_discover(struct probe *probe)
{
	uint8_t octets[MADE_PACKET_MAX];
	size_t len = made_client_write(&probe->client, MADE_DISCOVER, octets, sizeof(octets), NULL);

	if (len == 0)
		return -EMSGSIZE;
	if (probe->client.family == IP_V4)
		store_be16(octets + DHCP4_FLAGS, DHCP4_FLAG_BROADCAST);
	probe->discovers++;
	return wire_broadcast(&probe->wire, probe->client.family, span_of(octets, len));
}

/* Would it send DISCOVER again? iPXE goes on with an address, whoever boots it. */
static bool asks_again(const struct probe *probe)
{
	const struct choice *choice = &probe->choice;

	if (choice->step != CHOICE_END ||
	    (probe->client.firmware == MADE_IPXE && choice->lease >= 0))
		return false;
	return choice->result == CHOICE_NOBODY || choice->result == CHOICE_NO_LEASE ||
	       choice->result == CHOICE_NO_BOOT;
}

static void discover(struct probe *probe)
{
	int r;

	probe->client.xid = random_xid(probe);
	do {
		probe->client.secs = (uint16_t)(probe->discovers * COLLECT_MS / 1000);
		r = send_discover(probe);
		if (r != 0) {
			give_up(probe, PROBE_NOT_SENT, r);
			return;
		}
		collect(probe);
		choice_make(&probe->client, probe->offers, probe->n, &probe->choice);
	} while (probe->discovers < DISCOVERS && asks_again(probe));
}

/* ---- port 4011 --------------------------------------------------------------------------------
 */

/* Waits until then for the answer to what was asked. */
static bool hear_answer(struct probe *probe, struct asking *asking, uint64_t begin, uint64_t end)
{
	uint8_t type = dhcp_ack_type(probe->client.family);

	for (int ms; (ms = left_ms(end)) > 0;) {
		if (!wire_hear(&probe->wire, probe->client.family, ms, &asking->datagram) ||
		    !read_answer(probe, &asking->datagram, &asking->answer) ||
		    asking->answer.type != type)
			continue;
		asking->answer.after_ms = (unsigned)(clock_ms() - begin);
		return true;
	}
	return false;
}

#define TIMES(table) ((struct times){ table, sizeof(table) / sizeof((table)[0]) })

static struct times times_of(const struct made_client *client, const struct asking *asking)
{
	if (wire_is_own(&asking->to.ip))
		return TIMES(own_times);
	if (client->family == IP_V6)
		return TIMES(edk2_times6);
	return client->firmware == MADE_IPXE ? TIMES(ipxe_times) : TIMES(edk2_times);
}

static int exchange(struct probe *probe, struct asking *asking, struct span request)
{
	uint64_t begin = clock_ms();
	struct times times = times_of(&probe->client, asking);

	for (size_t i = 0; i + 1 < times.n && !asking->is_answered; i++) {
		int r = wire_ask(&probe->wire, &asking->to, &asking->from_port, request);

		if (r != 0)
			return r;
		asking->sent++;
		asking->is_answered =
			hear_answer(probe, asking, begin, begin + (unsigned)times.ms[i + 1]);
	}
	return 0;
}

static enum probe_untried cannot_ask(const struct probe *probe)
{
	const struct choice *choice = &probe->choice;
	const struct wire *wire = &probe->wire;
	const struct ip *own = probe->client.family == IP_V4 ? &wire->address4 : &wire->address6;

	if (choice->step == CHOICE_ITEM && choice->to.family == IP_NONE)
		return PROBE_BROADCAST;
	if (own->family == IP_NONE)
		return PROBE_NO_ADDRESS;
	return PROBE_NOTHING;
}

static void prepare(struct probe *probe, struct asking *asking)
{
	const struct choice *choice = &probe->choice;
	const struct offer *offer = &probe->offers[choice->boot];
	struct made_client *client = &probe->client;

	client->address = client->family == IP_V4 ? probe->wire.address4 : probe->wire.address6;
	client->server = offer->server_id;
	client->server_duid = offer->duid;
	client->has_item = choice->step == CHOICE_ITEM;
	client->item_type = choice->item.type;
	if (client->family == IP_V4) /* DHCPv6's stays that of the ADVERTISE */
		client->xid = random_xid(probe);
	asking->is_item = client->has_item;
	asking->to = (struct endpoint){ .ip = choice->to, .port = DHCP4_PORT_PXE };
}

static void ask(struct probe *probe)
{
	struct asking *asking = &probe->asked[probe->n_asked];
	uint8_t octets[MADE_PACKET_MAX];
	struct made_ports ports;
	size_t len;
	int r;

	probe->untried = cannot_ask(probe);
	if (probe->untried != PROBE_NOTHING)
		return;
	prepare(probe, asking);
	len = made_client_write(&probe->client, MADE_BOOT_REQUEST, octets, sizeof(octets), &ports);
	asking->from_port = ports.from;
	r = len > 0 ? exchange(probe, asking, span_of(octets, len)) : -EMSGSIZE;
	probe->n_asked++;
	if (r != 0) {
		give_up(probe, PROBE_NOT_SENT, r);
		return;
	}
	if (!asking->is_answered && wire_is_own(&asking->to.ip)) {
		give_up(probe, PROBE_OWN, 0);
		return;
	}
	choice_go_on(&probe->client, probe->offers, asking->is_answered ? &asking->answer : NULL,
		     &probe->choice);
}

/* ---- the file ---------------------------------------------------------------------------------
 */

static void put_escaped(struct span name, char *out, size_t size)
{
	size_t used = strlen(out);

	for (size_t i = 0; i < name.len && used + 4 < size; i++) {
		bool plain = isalnum(name.at[i]) || (name.at[i] && strchr("-._~/", name.at[i]));

		used += (size_t)snprintf(out + used, size - used, plain ? "%c" : "%%%02X",
					 name.at[i]);
	}
}

/* A name of TFTP as a URL. */
static void make_url(struct probe *probe)
{
	const struct choice *choice = &probe->choice;
	char server[IP_TEXT_MAX];

	if (choice->file.len == 0)
		return;
	if (offer_is_url(choice->file)) {
		snprintf(probe->url, sizeof(probe->url), "%.*s", (int)choice->file.len,
			 (const char *)choice->file.at);
		return;
	}
	snprintf(probe->url, sizeof(probe->url), "tftp://%s/", ip_text(&choice->server, server));
	put_escaped(choice->file, probe->url, sizeof(probe->url));
}

void probe_talk(struct probe *probe)
{
	if (probe->client.family == IP_V6 && probe->wire.link_local.family == IP_NONE) {
		probe->untried = PROBE_NO_LINK_LOCAL;
		return;
	}
	discover(probe);
	while (probe->untried == PROBE_NOTHING && probe->choice.step != CHOICE_END &&
	       probe->n_asked < PROBE_ASKED_MAX)
		ask(probe);
	if (probe->client.family == IP_V6 && probe->wire.is_served6 && !probe_boots(probe) &&
	    probe->untried == PROBE_NOTHING)
		probe->untried = PROBE_HERE6;
	make_url(probe);
}
