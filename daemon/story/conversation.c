/* no allocation on the way of a packet: the table of machines. */
#include "story/conversation.h"

#include <string.h>

#include "base/hash.h"
#include "base/lazy.h"
#include "dhcp/dhcp4.h"
#include "request/intake.h"

enum { WAYS = 16, NAME_MAX_LEN = 40 };

/* What keeps a place: of two that weigh the same, the older goes. Who invents machines, one request
 * each, displaces neither those that are about to be told of nor those that were. */
enum weight { WEIGHT_ONCE, WEIGHT_PAST, WEIGHT_BEGUN, WEIGHT_TOLD, WEIGHT_SOON };

struct conversations {
	struct hash_key key;
	uint64_t hash[CONVERSATIONS]; /* 0: free */
	struct conversation at[CONVERSATIONS];
	/* What keeps each place, so that a newcomer needs no look at all of them when the table is
	 * full: as weigh() found it, until a time; 0: somebody may have changed the conversation.
	 */
	struct weighed {
		uint64_t until_ms, rank;
	} weighed[CONVERSATIONS];
	uint8_t taken[CONVERSATIONS / WAYS]; /* places of each set */
	unsigned missed;
	unsigned by_uuid; /* known by a DUID that is their UUID, for want of a MAC */
};

struct conversations *conversations_new(void)
{
	struct conversations *all = lazy_new(sizeof(*all));

	if (all)
		hash_key_random(&all->key);
	return all;
}

void conversations_free(struct conversations *all)
{
	lazy_free(all);
}

/* ---- names ---- */

static bool is_relayed(const struct request *req)
{
	if (req->family == IP_V6)
		return req->v6.client.n_relays > 0;
	return dhcp4_has_addr(req->octets, DHCP4_GIADDR);
}

enum { INTERFACE_LEN = sizeof(((struct request *)0)->interface) };

/* `interface`: where it was heard itself, filled with zeros; NULL: a relay heard it. */
static uint64_t hash_of(const struct conversations *all, struct span name, const char *interface)
{
	uint8_t key[INTERFACE_LEN + NAME_MAX_LEN] = { 0 };

	if (interface)
		memcpy(key, interface, INTERFACE_LEN);
	name = span_take(name, NAME_MAX_LEN);
	if (name.len > 0)
		memcpy(key + INTERFACE_LEN, name.at, name.len);
	return hash_octets(&all->key, span_of(key, INTERFACE_LEN + name.len)) | 1;
}

static struct span name_of(const struct request *req)
{
	if (req->family == IP_V6 && req->v6.client.has_mac)
		return span_of(req->v6.client.mac, 6);
	return request_client_id(req);
}

static unsigned set_of(uint64_t hash)
{
	return (unsigned)(hash >> 32) % (CONVERSATIONS / WAYS) * WAYS;
}

/* For somebody who may change it. */
static struct conversation *handed_out(struct conversations *all, unsigned i)
{
	all->weighed[i].until_ms = 0;
	return &all->at[i];
}

static struct conversation *find(struct conversations *all, uint64_t hash)
{
	unsigned set = set_of(hash);

	for (unsigned i = set; i < set + WAYS; i++)
		if (all->hash[i] == hash)
			return handed_out(all, i);
	return NULL;
}

static struct conversation *find_by(struct conversations *all, const struct request *req,
				    uint64_t hash, bool relayed)
{
	struct conversation *c = find(all, hash);

	if (!c && !relayed && req->port == DHCP4_PORT_PXE)
		c = find(all, hash_of(all, name_of(req), NULL));
	return c;
}

struct conversation *conversation_find(struct conversations *all, const struct request *req)
{
	bool relayed = is_relayed(req);
	uint64_t hash = hash_of(all, name_of(req), relayed ? NULL : req->interface);

	return find_by(all, req, hash, relayed);
}

struct conversation *conversations_at(struct conversations *all, unsigned i)
{
	return all->hash[i] ? &all->at[i] : NULL;
}

void conversations_changed(struct conversations *all, unsigned i)
{
	all->weighed[i].until_ms = 0;
}

unsigned conversations_missed(const struct conversations *all)
{
	return all->missed;
}

/* ---- places ---- */

/* It has an offer, and is yet to do something. */
static bool has_begun(const struct exchange *x, uint64_t now_ms)
{
	return x->redirects + x->directs > 0 && !x->done &&
	       now_ms - x->last_ms < CONVERSATION_OPEN_MS;
}

static enum weight weight_of(const struct conversation *c, uint64_t now_ms)
{
	const struct exchange *x = c->exchange;

	if (exchange_is_open(&x[0], now_ms) || exchange_is_open(&x[1], now_ms))
		return WEIGHT_SOON;
	if (c->finding.ms && now_ms - c->finding.ms < CONVERSATION_KEPT_MS)
		return WEIGHT_TOLD;
	if (has_begun(&x[0], now_ms) || has_begun(&x[1], now_ms))
		return WEIGHT_BEGUN;
	return c->heard > 1 ? WEIGHT_PAST : WEIGHT_ONCE;
}

/* Who has the least goes. */
static uint64_t rank(enum weight weight, uint64_t last_ms)
{
	return (uint64_t)weight << 56 | last_ms;
}

/* A time at which something ends, if it is still to come, and comes before that other time. */
static uint64_t sooner(uint64_t from_ms, uint64_t for_ms, uint64_t now_ms, uint64_t than_ms)
{
	uint64_t at_ms = from_ms + for_ms;

	return at_ms > now_ms && at_ms < than_ms ? at_ms : than_ms;
}

static void weigh(struct conversations *all, unsigned i, uint64_t now_ms)
{
	const struct conversation *c = &all->at[i];
	uint64_t until_ms = UINT64_MAX;

	for (unsigned family = 0; family < 2; family++)
		until_ms =
			sooner(c->exchange[family].last_ms, CONVERSATION_OPEN_MS, now_ms, until_ms);
	until_ms = sooner(c->finding.ms, CONVERSATION_KEPT_MS, now_ms, until_ms);
	all->weighed[i] = (struct weighed){ until_ms, rank(weight_of(c, now_ms), c->last_ms) };
}

static unsigned free_in(const struct conversations *all, unsigned set)
{
	while (all->hash[set])
		set++;
	return set;
}

/* The place in a set that a newcomer may take; -1: there is none. */
static int place_in(struct conversations *all, unsigned set, uint64_t now_ms)
{
	uint64_t least = rank(WEIGHT_SOON, 0);
	int found = -1;

	if (all->taken[set / WAYS] < WAYS)
		return (int)free_in(all, set);
	for (unsigned i = set; i < set + WAYS; i++) {
		if (now_ms >= all->weighed[i].until_ms)
			weigh(all, i, now_ms);
		if (all->weighed[i].rank < least) {
			least = all->weighed[i].rank;
			found = (int)i;
		}
	}
	if (found < 0 || (least >= rank(WEIGHT_BEGUN, 0) && least < rank(WEIGHT_TOLD, 0) &&
			  (all->at[found].exchange[0].redirects > 0 ||
			   all->at[found].exchange[1].redirects > 0)))
		all->missed++;
	return found;
}

/* Known by a DUID that is its UUID (RFC 6355). */
static bool is_by_uuid(const struct request *req)
{
	return req->family == IP_V6 && req->v6.client.has_uuid && !req->v6.client.has_mac;
}

static void leave(struct conversations *all, struct conversation *c)
{
	all->by_uuid -= c->by_uuid;
	all->hash[c - all->at] = 0;
	all->taken[(c - all->at) / WAYS]--;
}

/* Nothing is known of it. Only what has a meaning then is written: it is a kilobyte, and a storm
 * has one for each machine. */
static void begin(struct conversation *c, uint64_t now_ms)
{
	memset(c, 0, offsetof(struct conversation, finding));
	c->first_ms = now_ms;
	c->finding.ms = 0;
	memset(&c->client, 0, offsetof(struct log_client, id));
	c->told[0] = c->file[0] = c->reason[0] = '\0';
}

/* A place in the set of that name. */
static struct conversation *place_of(struct conversations *all, uint64_t hash, uint64_t now_ms)
{
	int place = place_in(all, set_of(hash), now_ms);

	if (place < 0)
		return NULL;
	if (all->hash[place])
		leave(all, &all->at[place]);
	all->hash[place] = hash;
	all->taken[place / WAYS]++;
	begin(&all->at[place], now_ms);
	return handed_out(all, (unsigned)place);
}

/* It was known by its UUID, and has now said its MAC beside it: the two are one machine. */
static void join(struct conversations *all, const struct request *req, const char *interface,
		 struct conversation *c)
{
	uint8_t duid[2 + PXE_UUID_LEN] = { 0, 4 };
	struct conversation *six;

	memcpy(duid + 2, req->v4.client.uuid, PXE_UUID_LEN);
	six = find(all, hash_of(all, span_of(duid, sizeof(duid)), interface));
	if (!six || six == c)
		return;
	c->exchange[1] = six->exchange[1];
	if (six->first_ms < c->first_ms)
		c->first_ms = six->first_ms;
	if (six->finding.ms > c->finding.ms) {
		c->finding = six->finding;
		memcpy(c->said, six->said, sizeof(c->said));
	}
	c->heard += six->heard;
	leave(all, six);
}

struct conversation *conversation_of(struct conversations *all, const struct request *req,
				     uint64_t now_ms)
{
	const char *interface = is_relayed(req) ? NULL : req->interface;
	uint64_t hash = hash_of(all, name_of(req), interface);
	struct conversation *c = find_by(all, req, hash, !interface);

	if (!c) {
		c = place_of(all, hash, now_ms);
		if (!c)
			return NULL;
		c->by_uuid = is_by_uuid(req);
		all->by_uuid += c->by_uuid;
	}
	if (all->by_uuid > 0 && req->family == IP_V4 && req->v4.client.has_uuid &&
	    req->v4.client.has_mac)
		join(all, req, interface, c);
	return c;
}

struct conversation *conversation_of_client(struct conversations *all,
					    const struct log_client *client, uint64_t now_ms)
{
	struct span name = client->has_mac ? span_of(client->mac, sizeof(client->mac))
					   : span_of(client->id, client->id_len);
	uint64_t hash = hash_of(all, name, client->interface);
	struct conversation *c = find(all, hash);

	if (!c)
		c = find(all, hash_of(all, name, NULL));
	return c ? c : place_of(all, hash, now_ms);
}
