#include "story/hearing_judge.h"

#include <stdio.h>

enum {
	BURST_MS = 8000,  /* 8 findings at once, and then one a second */
	OUR_PRIORITY = 1, /* in option 175, as the kit sends it */
};

/* ---- what is told ---- */

/* Findings of one event, as they are found. */
struct found {
	struct heard_told *told;
	struct heard_client *client;
	uint64_t now_ms;
	struct finding *out;
	unsigned n;
};

static bool bucket_take(struct heard_told *t, uint64_t now_ms)
{
	uint64_t from = t->bucket_full_ms > now_ms ? t->bucket_full_ms : now_ms;

	if (from >= now_ms + BURST_MS)
		return false;
	t->bucket_full_ms = from + 1000;
	return true;
}

/* By kind, server and link; `of` is what else it is told for. */
static uint64_t hash_of(const struct found *f, enum finding_kind kind, const struct ip *server,
			uint64_t of)
{
	struct {
		uint64_t of;
		uint32_t kind;
		char interface[16];
		struct ip server;
	} key;

	memset(&key, 0, sizeof(key));
	key.of = of;
	key.kind = kind;
	memcpy(key.interface, f->client->who.interface, sizeof(key.interface));
	key.server = *server;
	return hash_octets(&f->told->key, span_of(&key, sizeof(key)));
}

/* Once in a while. False: it was told, of whichever client, or, *later, there is no room now. */
static bool may_tell(struct found *f, uint64_t hash, bool *later)
{
	uint64_t place = hash % HEARING_TOLD;

	*later = false;
	if (f->told->told[place].hash == hash &&
	    f->now_ms - f->told->told[place].ms < HEARING_AGAIN_MS)
		return false;
	*later = !bucket_take(f->told, f->now_ms);
	if (*later)
		return false;
	f->told->told[place].hash = hash;
	f->told->told[place].ms = f->now_ms;
	return true;
}

static void tell(struct found *f, enum finding_kind kind, struct heard_answer *a, uint64_t of,
		 const char *text)
{
	uint32_t bit = 1u << (kind - FINDING_LEASE_CLASS);
	bool later, quiet;

	if (a->noted & bit || f->n == HEARING_FINDINGS)
		return;
	quiet = !may_tell(f, hash_of(f, kind, &a->server, of), &later);
	if (later)
		return;
	a->noted |= bit;
	f->out[f->n] = (struct finding){ .kind = kind,
					 .client = f->client->who,
					 .ip = a->server,
					 .other = a->next,
					 .quiet = quiet };
	finding_say(&f->out[f->n++], "%s", text);
}

_Static_assert(FINDING_OTHER_URL6 - FINDING_LEASE_CLASS < 32, "a bit for each kind");

/* ---- what follows from an answer ---- */

static enum heard_class class_wanted(const struct heard_client *c)
{
	return c->http ? HEARD_CLASS_HTTP : HEARD_CLASS_PXE;
}

static bool is_fresh(const struct heard_answer *a, uint64_t now_ms)
{
	return a->server.family != IP_NONE && now_ms - a->ms < HEARING_ATTEMPT_MS;
}

/* Which of the two iPXE takes: it compares what option 175 says. */
static void which_for_ipxe(const struct heard_answer *a, char text[static FINDING_TEXT_MAX])
{
	if (a->priority < OUR_PRIORITY)
		snprintf(text, FINDING_TEXT_MAX, "ours, for its priority (option 175)");
	else if (a->priority > OUR_PRIORITY)
		snprintf(text, FINDING_TEXT_MAX, "theirs, for its priority (option 175) is %d",
			 a->priority);
	else
		snprintf(text, FINDING_TEXT_MAX, "the later one, for both have priority 1");
}

/* Closer together than this, each can be the first where the client is. */
enum { TIE_US = 1000 };

static void which(const struct heard_client *c, const struct heard_answer *a,
		  char text[static FINDING_TEXT_MAX])
{
	if (c->who.is_ipxe)
		which_for_ipxe(a, text);
	else if (c->who.has_arch && c->who.arch == 0)
		snprintf(text, FINDING_TEXT_MAX, "one of the two, as its boot ROM likes");
	else if (a->xid != c->xid)
		snprintf(text, FINDING_TEXT_MAX, "the one that comes first");
	else if (a->us < c->ours_us + TIE_US && c->ours_us < a->us + TIE_US)
		snprintf(text, FINDING_TEXT_MAX,
			 "the one that comes first, and both came within a millisecond");
	else
		snprintf(text, FINDING_TEXT_MAX, "the one that comes first, which was %s",
			 a->us < c->ours_us ? "theirs" : "ours");
}

static void judge_proxy(struct found *f, struct heard_answer *a)
{
	char text[FINDING_TEXT_MAX];

	which(f->client, a, text);
	tell(f, FINDING_OTHER_PROXY, a, f->client->who.is_ipxe, text);
}

/* A file or a server that comes with the address, from who does not say that it boots clients. */
static void judge_names(struct found *f, struct heard_answer *a)
{
	if (f->client->who.family == IP_V6) {
		if (a->file[0])
			tell(f, FINDING_OTHER_URL6, a, 0, a->file);
	} else if (f->client->http) {
		return; /* HTTP Boot and what it loads read none of it */
	} else if (a->file[0]) {
		tell(f, FINDING_LEASE_FILE, a, 0, a->file);
	} else if (!ip_is_any(&a->next)) {
		tell(f, FINDING_LEASE_NEXT_SERVER, a, 0, "");
	}
}

static bool has_dns(const struct heard_client *c, uint64_t now_ms)
{
	for (int i = 0; i < HEARING_SERVERS; i++)
		if (is_fresh(&c->answer[i], now_ms) && c->answer[i].lease && c->answer[i].dns)
			return true;
	return false;
}

static void judge_lease(struct found *f, struct heard_answer *a)
{
	struct heard_client *c = f->client;

	if (a->class == class_wanted(c))
		tell(f, a->boots || a->file[0] ? FINDING_LEASE_BOOTS : FINDING_LEASE_CLASS, a, 0,
		     c->http ? "HTTPClient" : "PXEClient");
	else
		judge_names(f, a);
	/* Over IPv6 iPXE learns it from the routers too. */
	if (c->url[0] && !has_dns(c, f->now_ms) && !(c->who.family == IP_V6 && c->who.is_ipxe))
		tell(f, FINDING_NO_DNS, a, 0, c->url);
}

/* Both were offered to one request. */
static void judge_pairs(struct found *f)
{
	struct heard_client *c = f->client;
	struct heard_answer pair;

	for (int i = 0; i < HEARING_SERVERS; i++)
		for (int j = i + 1; j < HEARING_SERVERS; j++) {
			struct heard_answer *a = &c->answer[i], *b = &c->answer[j];

			if (!is_fresh(a, f->now_ms) || !is_fresh(b, f->now_ms) || !a->lease ||
			    !b->lease || a->xid != b->xid)
				continue;
			if (memcmp(a->server.octet, b->server.octet, sizeof(a->server.octet)) > 0)
				a = &c->answer[j], b = &c->answer[i];
			pair = *a;
			pair.next = b->server;
			tell(f, FINDING_TWO_LEASE_SERVERS, &pair, load_be32(b->server.octet), "");
			a->noted = pair.noted;
		}
}

static void judge_refusal(struct found *f, struct heard_answer *a)
{
	char text[FINDING_TEXT_MAX + 2] = "";

	if (a->file[0])
		snprintf(text, sizeof(text), ": %s", a->file);
	tell(f, FINDING_LEASE_REFUSED, a, f->client->hash, text);
}

static void judge_answer(struct found *f, struct heard_answer *a)
{
	if (a->refused)
		judge_refusal(f, a);
	else if (a->lease)
		judge_lease(f, a);
	else if (a->proxy && a->class == class_wanted(f->client))
		judge_proxy(f, a);
}

/* Nothing of a client that we do not answer: its boot is somebody else's. */
unsigned hearing_judge(struct heard_told *told, struct heard_client *c, uint64_t now_ms,
		       struct finding out[static HEARING_FINDINGS])
{
	struct found f = { .told = told, .client = c, .now_ms = now_ms, .out = out };

	if (!c->ours_ms || now_ms - c->ours_ms >= HEARING_ATTEMPT_MS)
		return 0;
	for (int i = 0; i < HEARING_SERVERS; i++)
		if (is_fresh(&c->answer[i], now_ms))
			judge_answer(&f, &c->answer[i]);
	judge_pairs(&f);
	return f.n;
}
