/* The network: clients that ask, and a device that takes replies when it likes. */
#include "dhcp/made_client.h"
#include "sim/sim.h"

enum { CLIENTS = 6, OCTETS_MAX = 608, RECENT = 8, WAITING_MAX = 256 };

/* How a datagram comes. */
enum way { WAY_BROADCAST, WAY_RELAY, WAY_4011, WAY_LEASE, WAY_BROKEN, WAY_COUNT };

struct datagram {
	enum way way;
	uint32_t client, xid;
	uint32_t len;
	uint8_t octets[OCTETS_MAX];
	uint64_t passed_ms; /* last time that it was let through */
	bool used;
};

static struct {
	struct datagram recent[RECENT];
	unsigned n_recent;
	uint32_t xid;
	struct outgoing *waiting[WAITING_MAX];
	unsigned n_waiting;
	uint64_t place[LIMIT_SLOTS]; /* who was seen there last: the table forgets who shares one */
	uint8_t made[2][OCTETS_MAX]; /* a DISCOVER, a REQUEST to 4011 */
	uint32_t made_len[2];
} net;

static const uint8_t own_address[4] = { 192, 0, 2, 1 }, relay_address[4] = { 192, 0, 2, 254 };

static uint32_t make(enum made_message message, uint8_t octets[static OCTETS_MAX])
{
	struct made_client client = { .family = IP_V4,
				      .firmware = MADE_EDK2,
				      .arch = 7,
				      .mac = { 0x52, 0x54, 0, 0, 0, 1 },
				      .address = ip_v4("\xc0\x00\x02\x64") };
	size_t len = made_client_write(&client, message, octets, OCTETS_MAX - 1, NULL);

	HOLDS(len > 0, "no packet can be made");
	return (uint32_t)len;
}

void net_begin(void)
{
	for (unsigned i = 0; i < RECENT; i++)
		net.recent[i].used = false;
	memset(net.place, 0, sizeof(net.place));
	net.n_recent = net.n_waiting = 0;
	net.xid = 0;
	if (net.made_len[0])
		return;
	net.made_len[0] = make(MADE_DISCOVER, net.made[0]);
	net.made_len[1] = make(MADE_BOOT_REQUEST, net.made[1]);
}

static enum way any_way(void)
{
	if (sim_happens(KIND_STRANGE, 3))
		return sim_below(2) ? WAY_LEASE : WAY_BROKEN;
	return (enum way)sim_below(3);
}

static void address_of_client(uint32_t client, uint8_t address[static 4])
{
	const uint8_t octets[4] = { 192, 0, 2, (uint8_t)(100 + client) };

	memcpy(address, octets, 4);
}

static void option_set(struct datagram *d, uint8_t code, uint8_t value)
{
	struct span at;

	if (dhcp4_option_find(span_of(d->octets, d->len), code, 1, &at) == 0 && at.len == 1)
		d->octets[at.at - d->octets] = value;
}

static void datagram_new(struct datagram *d)
{
	enum way way = any_way();
	unsigned which = way == WAY_4011;

	*d = (struct datagram){ .way = way,
				.client = sim_below(CLIENTS),
				.xid = ++net.xid,
				.len = net.made_len[which],
				.used = true };
	memcpy(d->octets, net.made[which], d->len);
	store_be32(d->octets + DHCP4_XID, d->xid);
	store_be32(d->octets + DHCP4_CHADDR + 2, d->client);
	if (way == WAY_RELAY)
		memcpy(d->octets + DHCP4_GIADDR, relay_address, 4);
	if (way == WAY_4011)
		address_of_client(d->client, d->octets + DHCP4_CIADDR);
	if (way == WAY_LEASE)
		option_set(d, DHCP4_OPT_TYPE, DHCP4_REQUEST);
	if (way == WAY_BROKEN)
		d->len = 100 + sim_below(100);
}

static struct arrival arrival_of(struct datagram *d)
{
	struct arrival in = { .octets = d->octets,
			      .len = d->len,
			      .port = d->way == WAY_4011 ? DHCP4_PORT_PXE : DHCP4_PORT_SERVER,
			      .own = ip_v4(own_address),
			      .on_link = true,
			      .interface = "sim0" };
	uint8_t from[4] = { 0, 0, 0, 0 };

	if (d->way == WAY_RELAY)
		memcpy(from, relay_address, 4);
	if (d->way == WAY_4011)
		address_of_client(d->client, from);
	in.from =
		(struct endpoint){ ip_v4(from),
				   d->way == WAY_RELAY ? DHCP4_PORT_SERVER : DHCP4_PORT_CLIENT, 2 };
	if (d->way == WAY_4011 || d->way == WAY_RELAY)
		in.to = in.own;
	return in;
}

/* Where the answer to it must go. */
static struct endpoint answer_to(const struct datagram *d)
{
	uint8_t address[4];

	if (d->way == WAY_RELAY)
		return (struct endpoint){ ip_v4(relay_address), DHCP4_PORT_SERVER, 0 };
	if (d->way != WAY_4011)
		return (struct endpoint){ ip_broadcast(), DHCP4_PORT_CLIENT, 0 };
	address_of_client(d->client, address);
	return (struct endpoint){ ip_v4(address), DHCP4_PORT_CLIENT, 0 };
}

static void case_fill(struct sim_case *c, const struct datagram *d)
{
	c->client = d->client;
	c->xid = d->xid;
	c->strange = d->way == WAY_LEASE;
	c->foreign = d->way == WAY_BROKEN;
	c->to = answer_to(d);
}

/* ---- trials ---- */

static void trial_sent(void *context, const struct outgoing *out)
{
	const struct sim_case *c = context;

	HOLDS(c->open || c->turn, "a trial's reply has no trial");
	HOLDS(load_be32(out->octets + DHCP4_XID) == c->xid, "a trial gets another's reply");
}

static void trial_ended(void *context, const struct ending *end)
{
	struct sim_case *before = model_arriving;

	model_arriving = context;
	model_ended(end);
	model_arriving = before;
}

static void try(struct datagram *d)
{
	struct arrival in = arrival_of(d);
	struct sim_case *c = model_arrives(true);
	struct host_trial asker = { .context = c, .sent = trial_sent, .ended = trial_ended };

	case_fill(c, d);
	if (host_try(sim.server.host, &in, &asker, sim_ms()) != 0)
		c->open = false;
	model_arriving = NULL;
}

/* ---- in ---- */

/* As limit_duplicate() finds its place. */
static uint64_t hash_of(const struct arrival *in)
{
	const struct hash_key *key = &sim.server.host->limit->key;
	uint8_t source[16 + 2 + 4] = { 0 };

	memcpy(source, in->from.ip.octet, 16);
	store_be16(source + 16, in->from.port);
	store_be32(source + 18, in->from.ifindex);
	return (hash_octets(key, span_of(in->octets, in->len)) ^
		hash_octets(key, span_of(source, sizeof(source))) * 0x9e3779b97f4a7c15u) |
	       1;
}

static void receive(struct datagram *d)
{
	uint64_t hash;
	struct arrival in = arrival_of(d);
	struct sim_case *c = model_arrives(false);

	case_fill(c, d);
	c->again = d->passed_ms && sim_ms() - d->passed_ms < 250;
	hash = hash_of(&in);
	c->forgotten = net.place[hash >> 32 & (LIMIT_SLOTS - 1)] != hash;
	host_receive(sim.server.host, &in, sim_ms());
	model_arriving = NULL;
	if (!c->open && c->outcome == OUTCOME_DUPLICATE)
		return;
	d->passed_ms = sim_ms();
	net.place[hash >> 32 & (LIMIT_SLOTS - 1)] = hash;
}

static void arrive(void)
{
	struct datagram *d = &net.recent[sim_below(RECENT)];

	if (!d->used || !sim_happens(KIND_DUPLICATE, 3)) {
		d = &net.recent[net.n_recent++ % RECENT];
		datagram_new(d);
	}
	if (sim_happens(KIND_TRIAL, 6))
		try(d);
	else
		receive(d);
}

void net_arrive(void)
{
	uint32_t n = sim_happens(KIND_BURST, 6) ? 1 + sim_below(24) : 1;

	while (n-- > 0)
		arrive();
}

/* ---- out ---- */

unsigned net_waiting(void)
{
	return net.n_waiting;
}

void net_flush(bool all)
{
	while (net.n_waiting > 0) {
		outgoing_release(net.waiting[--net.n_waiting]);
		if (!all && sim_below(3) == 0)
			return;
	}
}

static void on_send(void *context, struct outgoing *out)
{
	(void)context;
	model_sent(out);
	HOLDS(net.n_waiting < WAITING_MAX, "more replies wait than there is memory for");
	net.waiting[net.n_waiting++] = out;
}

static void on_wake(void *context)
{
	(void)context;
	sim.woken = true;
}

static const char *on_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	(void)context;
	(void)to;
	(void)named_on;
	return sim_fault(20) ? "no route to" : NULL;
}

static void on_ended(void *context, const struct ending *end)
{
	(void)context;
	model_ended(end);
}

static void on_trace(void *context, const char *provider, const struct request *req,
		     uint32_t severity, const char *utf8)
{
	(void)context;
	(void)req;
	(void)severity;
	if (getenv("SIM_TRACE"))
		printf("%10.3f %s: %s\n", (double)sim.now_us / 1e6, provider, utf8);
}

static bool on_trace_enabled(void *context, uint32_t severity)
{
	(void)context;
	(void)severity;
	return false;
}

static bool on_wanted(void *context, const struct request *req)
{
	(void)context;
	return req->number % 2;
}

struct host_hooks net_hooks(void)
{
	return (struct host_hooks){ .wake = on_wake,
				    .send = on_send,
				    .unreachable = on_unreachable,
				    .ended = on_ended,
				    .trace = on_trace,
				    .trace_enabled = on_trace_enabled,
				    .wanted = on_wanted,
				    .wanted_each = on_wanted };
}
