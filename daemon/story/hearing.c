#include "story/hearing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/plain.h"
#include "dhcp/both.h"
#include "story/hearing_judge.h"

enum {
	WAYS = 8, /* places that a client may take */
	ID_MAX = 40,
	FRESH_US = 10000000,
};

/* One that hands over what it hears. */
struct ear {
	uint32_t id;
	uint64_t record_ms; /* its last; 0: none, or it said that it ends */
	uint64_t lost;      /* as it said last */
};

struct hearing {
	struct heard_client client[HEARING_CLIENTS];
	struct heard_told told;
	struct ear ear[HEARING_EARS];
	struct hearing_state count;
};

struct hearing *hearing_new(void)
{
	struct hearing *hearing = calloc(1, sizeof(*hearing));

	if (hearing)
		hash_key_random(&hearing->told.key);
	return hearing;
}

void hearing_free(struct hearing *hearing)
{
	free(hearing);
}

static bool hears(const struct hearing *h, uint64_t now_ms)
{
	for (unsigned i = 0; i < HEARING_EARS; i++)
		if (h->ear[i].record_ms && now_ms - h->ear[i].record_ms < HEARING_SILENCE_MS)
			return true;
	return false;
}

void hearing_read_state(const struct hearing *h, uint64_t now_ms, struct hearing_state *out)
{
	*out = h->count;
	out->hears = hears(h, now_ms);
}

/* ---- clients ---- */

/* By the link too, for one MAC may be many machines'. */
static uint64_t hash_of(const struct hearing *h, uint8_t family, unsigned ifindex, struct span id)
{
	uint8_t key[1 + 4 + ID_MAX] = { family };

	store_be32(key + 1, ifindex);
	id = span_take(id, ID_MAX);
	if (id.len > 0)
		memcpy(key + 5, id.at, id.len);
	return hash_octets(&h->told.key, span_of(key, 5 + id.len)) | 1;
}

/* What keeps a place: a client that we have answered, and then the one heard of last. */
static bool goes_before(const struct heard_client *a, const struct heard_client *b, uint64_t now_ms)
{
	bool a_ours = a->ours_ms && now_ms - a->ours_ms < HEARING_ATTEMPT_MS;
	bool b_ours = b->ours_ms && now_ms - b->ours_ms < HEARING_ATTEMPT_MS;

	return a_ours != b_ours ? b_ours : a->last_ms < b->last_ms;
}

static struct heard_client *client_of(struct hearing *h, uint64_t hash, uint64_t now_ms)
{
	struct heard_client *way = &h->client[(hash >> 32) % (HEARING_CLIENTS / WAYS) * WAYS];
	struct heard_client *found = way;

	for (int i = 0; i < WAYS; i++) {
		if (way[i].hash == hash && now_ms - way[i].last_ms < HEARING_ATTEMPT_MS) {
			way[i].last_ms = now_ms;
			return &way[i];
		}
		if (way[i].hash == hash || goes_before(&way[i], found, now_ms))
			found = &way[i];
		if (way[i].hash == hash)
			break;
	}
	*found = (struct heard_client){ .hash = hash, .last_ms = now_ms };
	return found;
}

/* ---- what was heard ---- */

/* The server's place, or the one that was heard longest ago. */
static struct heard_answer *answer_of(struct heard_client *c, const struct ip *server,
				      uint64_t now_ms)
{
	struct heard_answer *oldest = &c->answer[0];

	for (struct heard_answer *a = c->answer; a < c->answer + HEARING_SERVERS; a++) {
		if (ip_equal(&a->server, server) && now_ms - a->ms < HEARING_ATTEMPT_MS)
			return a;
		if (a->ms < oldest->ms)
			oldest = a;
	}
	*oldest = (struct heard_answer){ .server = *server };
	return oldest;
}

static bool is_offer(const struct overheard *heard)
{
	return heard->type == dhcp_offer_type(heard->family);
}

/* Is it what a server that gives addresses sends? One that answers on port 4011 may repeat the
 * client's address. */
static bool is_lease(const struct overheard *heard)
{
	bool v4 = heard->family == IP_V4;

	return heard->gives_address &&
	       heard->from.port == (v4 ? DHCP4_PORT_SERVER : DHCP6_PORT_SERVER) &&
	       (is_offer(heard) || heard->type == dhcp_ack_type(heard->family));
}

/* An offer without an address and with option 108 tells the client to do without IPv4. */
static bool is_proxy(const struct overheard *heard)
{
	return is_offer(heard) && !heard->gives_address && !heard->only_ipv6 &&
	       heard->class != HEARD_CLASS_NONE;
}

static bool is_refusal(const struct overheard *heard)
{
	return heard->family == IP_V4 && heard->type == DHCP4_NAK;
}

static bool is_own(const struct links_view *view, const struct ip *ip)
{
	return view && links_is_own(view, ip);
}

static void note(struct heard_answer *a, const struct overheard *heard,
		 const struct links_view *view, uint64_t now_ms)
{
	uint64_t now_us = now_ms * 1000;

	a->us = heard->us > now_us || now_us - heard->us > FRESH_US ? now_us : heard->us;
	a->ms = now_ms;
	a->xid = heard->xid;
	a->class = heard->class;
	a->priority = heard->priority;
	a->refused = is_refusal(heard);
	a->lease = is_lease(heard) || (a->lease && a->refused);
	a->proxy = is_proxy(heard);
	a->dns |= heard->has_dns;
	a->boots = heard->boots;
	a->next = (struct ip){ .family = IP_NONE };
	if (!ip_equal(&heard->next, &heard->server) && !ip_equal(&heard->next, &heard->from.ip) &&
	    !is_own(view, &heard->next))
		a->next = heard->next;
	/* A message has ": " before it. */
	plain_text(a->refused ? heard->message : heard->file, a->file,
		   sizeof(a->file) - (a->refused ? 2 : 0));
}

static unsigned note_packet(struct hearing *h, const struct overheard *heard,
			    const struct links_view *view, uint64_t now_ms, struct finding *out)
{
	struct heard_client *c;

	if (is_own(view, &heard->from.ip) || is_own(view, &heard->server) ||
	    heard->client.len == 0 || !(is_lease(heard) || is_proxy(heard) || is_refusal(heard)))
		return 0;
	c = client_of(h, hash_of(h, heard->family, heard->from.ifindex, heard->client), now_ms);
	note(answer_of(c, &heard->server, now_ms), heard, view, now_ms);
	return hearing_judge(&h->told, c, now_ms, out);
}

/* The ear's place, or that of the one that was heard of longest ago. */
static struct ear *ear_of(struct hearing *h, uint32_t id)
{
	struct ear *oldest = &h->ear[0];

	for (struct ear *ear = h->ear; ear < h->ear + HEARING_EARS; ear++) {
		if (ear->record_ms && ear->id == id)
			return ear;
		if (ear->record_ms < oldest->record_ms)
			oldest = ear;
	}
	*oldest = (struct ear){ .id = id };
	return oldest;
}

/* An ear counts from its own start; what was lost before ours is not ours. */
static void note_ear(struct hearing *h, uint32_t id, const struct overheard *heard, uint64_t now_ms)
{
	struct ear *ear = ear_of(h, id);
	bool known = ear->record_ms != 0;

	if (heard->lost < ear->lost)
		h->count.lost += heard->lost;
	else if (known)
		h->count.lost += heard->lost - ear->lost;
	ear->lost = heard->lost;
	ear->record_ms = heard->kind == HEARD_BYE ? 0 : now_ms;
}

unsigned hearing_record(struct hearing *h, uint32_t ear, struct span record,
			const struct links_view *view, uint64_t now_ms,
			struct finding out[static HEARING_FINDINGS])
{
	struct overheard heard;
	int r = overheard_read(record, &heard);

	if (r)
		h->count.unread++;
	if (r == OVERHEARD_E_RECORD)
		return 0;
	note_ear(h, ear, &heard, now_ms);
	h->count.heard += heard.kind == HEARD_PACKET;
	if (r || heard.kind != HEARD_PACKET)
		return 0;
	return note_packet(h, &heard, view, now_ms, out);
}

/* ---- what we answered ---- */

/* An URL whose host is to be looked up. */
static bool has_name(const char *url)
{
	const char *host = strstr(url, "://");
	char name[IP_TEXT_MAX];
	struct ip ip;

	if (!host || host[3] == '[')
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(host + 3, ":/?#"), host + 3);
	return name[0] && !ip_parse(name, &ip);
}

/* A host that has a DHCP server too may see a client on port 4011 alone. */
static bool is_our_answer(const struct request *req)
{
	if (req->trial || req->foreign || atomic_load(&req->reply_noted) != REPLY_NOTED)
		return false;
	if (req->port == DHCP4_PORT_PXE) /* of either family: from its own link, with an address */
		return req->on_link && req->reply.type == dhcp_ack_type(req->family);
	if (req->family == IP_V4)
		return req->reply.type == DHCP4_OFFER && !dhcp4_has_addr(req->octets, DHCP4_GIADDR);
	return req->reply.type == DHCP6_ADVERTISE && req->v6.client.n_relays == 0;
}

static struct span id_of(const struct request *req)
{
	return req->family == IP_V4 ? dhcp4_chaddr(req->octets) : req->v6.client.duid;
}

static void note_ours(struct heard_client *c, const struct request *req, uint64_t now_ms)
{
	bool v4 = req->family == IP_V4, offered = c->ours_ms != 0;

	c->ours_ms = now_ms;
	if (offered && req->port == DHCP4_PORT_PXE)
		return; /* what the offer said is what the others' answers are compared with */
	c->ours_us = req->ended_us;
	c->xid = v4 ? dhcp4_xid(req->octets) : req->v6.client.xid;
	c->http = v4 ? req->v4.client.class == PXE_CLASS_HTTP
		     : req->v6.client.class == PXE6_CLASS_HTTP;
	c->url[0] = '\0';
	if (has_name(req->reply.file))
		plain_text(span_str(req->reply.file), c->url, sizeof(c->url));
	log_client_of(req, &c->who);
}

unsigned hearing_ended(struct hearing *h, const struct request *req, uint64_t now_ms,
		       struct finding out[static HEARING_FINDINGS])
{
	struct heard_client *c;

	if (!hears(h, now_ms) || !is_our_answer(req) || id_of(req).len == 0)
		return 0;
	c = client_of(h, hash_of(h, req->family, req->from.ifindex, id_of(req)), now_ms);
	note_ours(c, req, now_ms);
	return hearing_judge(&h->told, c, now_ms, out);
}
