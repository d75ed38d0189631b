/* no allocation · no lock · no log */
/* What a request changes in its machine's conversation. */
#include <string.h>

#include "base/path.h"
#include "base/utf.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "request/intake.h"
#include "story/conversation.h"

enum { OFFERS_SOON = 2, DIRECTS_SOON = 3 };

static const struct {
	const char *name, *words;
} states[] = {
#define X(symbol, name_, words_) [CONVERSATION_##symbol] = { name_, words_ },
	CONVERSATION_STATES(X)
#undef X
};

const char *conversation_state_name(enum conversation_state state)
{
	return states[state].name;
}

const char *conversation_state_words(enum conversation_state state)
{
	return states[state].words;
}

struct exchange *conversation_exchange(struct conversation *c, uint8_t family)
{
	return &c->exchange[family == IP_V6];
}

bool exchange_is_open(const struct exchange *x, uint64_t now_ms)
{
	if (x->done || now_ms - x->last_ms >= CONVERSATION_OPEN_MS)
		return false;
	if (x->redirects > 0)
		return x->has_lease || x->redirects >= OFFERS_SOON;
	return x->directs >= DIRECTS_SOON && !x->has_lease;
}

enum conversation_state conversation_state(const struct conversation *c, uint64_t now_ms)
{
	const struct exchange *x = &c->exchange[c->family == IP_V6];
	bool waits = x->state == CONVERSATION_REDIRECTED || x->state == CONVERSATION_LEASED_FIRST;

	if (waits && now_ms - x->last_ms >= CONVERSATION_OPEN_MS)
		return CONVERSATION_SILENT;
	return (enum conversation_state)x->state;
}

bool conversation_was_told(const struct conversation *c, enum finding_kind kind, uint64_t again_ms,
			   uint64_t now_ms)
{
	for (unsigned i = 0; i < CONVERSATION_TOLD; i++)
		if (c->said[i].ms && c->said[i].kind == (uint16_t)kind &&
		    now_ms - c->said[i].ms < again_ms)
			return true;
	return false;
}

static void note_finding(struct conversation *c, const struct finding *f, uint64_t now_ms)
{
	c->finding.ms = now_ms;
	c->finding.family = f->client.family;
	c->finding.kind = f->kind;
	c->finding.n = f->n;
	c->finding.ip = f->ip;
	c->finding.other = f->other;
	memcpy(c->finding.text, f->text, sizeof(f->text));
}

void conversation_found(struct conversation *c, const struct finding *f, uint64_t now_ms)
{
	unsigned oldest = 0;

	for (unsigned i = 1; i < CONVERSATION_TOLD; i++)
		if (c->said[i].ms < c->said[oldest].ms)
			oldest = i;
	c->said[oldest].kind = (uint16_t)f->kind;
	c->said[oldest].ms = now_ms;
	note_finding(c, f, now_ms);
}

void conversation_found_again(struct conversation *c, const struct finding *f, uint64_t now_ms)
{
	if (!c->finding.ms || c->finding.kind == f->kind)
		note_finding(c, f, now_ms);
}

bool conversation_finding(const struct conversation *c, struct finding *out)
{
	if (c->finding.ms == 0)
		return false;
	*out = (struct finding){ .kind = c->finding.kind,
				 .client = c->client,
				 .n = c->finding.n,
				 .ip = c->finding.ip,
				 .other = c->finding.other };
	memcpy(out->text, c->finding.text, sizeof(out->text));
	return true;
}

/* ---- what a request is ---- */

static enum heard heard6(const struct request *req)
{
	enum dhcp6_row row = req->v6.row;

	if (row == DHCP6_ROW_SOLICIT || row == DHCP6_ROW_INFORMATION ||
	    row == DHCP6_ROW_INFORMATION_OFF)
		return HEARD_FIRST;
	return row == DHCP6_ROW_LEASE && req->v6.client.type == DHCP6_REQUEST ? HEARD_LEASE
									      : HEARD_OTHER;
}

enum heard conversation_heard(const struct request *req)
{
	if (req->port == DHCP4_PORT_PXE)
		return HEARD_4011;
	if (req->family == IP_V6)
		return heard6(req);
	if (req->v4.row == DHCP4_ROW_LEASE_REQUEST)
		return HEARD_LEASE;
	if (req->v4.row == DHCP4_ROW_BOOT_ITEM || req->v4.row == DHCP4_ROW_INFORM_ITEM)
		return HEARD_4011; /* by broadcast, what others ask there */
	return req->v4.row == DHCP4_ROW_PXE_DISCOVER || req->v4.row == DHCP4_ROW_HTTP_DISCOVER
		       ? HEARD_FIRST
		       : HEARD_OTHER;
}

static bool is_http(const struct request *req)
{
	return req->family == IP_V6 ? req->v6.client.class == PXE6_CLASS_HTTP
				    : req->v4.client.class == PXE_CLASS_HTTP;
}

static bool is_ipxe(const struct request *req)
{
	return req->family == IP_V6 ? req->v6.client.is_ipxe : req->v4.client.is_ipxe;
}

static uint16_t secs_of(const struct request *req)
{
	if (req->family == IP_V6)
		return (uint16_t)(req->v6.client.elapsed_ms / 1000);
	return load_be16(req->octets + DHCP4_SECS);
}

static uint32_t xid_of(const struct request *req)
{
	return req->family == IP_V6 ? req->v6.client.xid : load_be32(req->octets + DHCP4_XID);
}

static bool was_answered(const struct request *req)
{
	return atomic_load(&req->reply_noted) == REPLY_NOTED;
}

/* An offer that sends the client to 4011: it names neither a boot file nor a menu (IPv4), or it is
 * an ADVERTISE to PXE firmware (IPv6); iPXE never asks there over IPv6. */
static bool sends_to_4011(const struct request *req)
{
	if (req->family == IP_V4)
		return req->reply.type == DHCP4_OFFER && !req->reply.file[0] && !req->reply.menu;
	return req->reply.type == DHCP6_ADVERTISE && req->v6.client.class == PXE6_CLASS_PXE &&
	       !req->v6.client.is_ipxe;
}

/* More than the one item that a Raspberry Pi looks for. */
static bool shows_menu(const struct request *req)
{
	return req->reply.items > 1 && !req->reply.file[0];
}

/* ---- the first stage ---- */

/* Counts what was done before it: boots of the same firmware, rounds of iPXE. */
static void note_boot(struct exchange *x, const struct exchange *before, uint64_t now_ms)
{
	bool fresh = before->boots_ms && now_ms - before->boots_ms < CONVERSATION_BOOTS_MS;

	x->boots = fresh ? before->boots : 0;
	x->boots_ms = fresh ? before->boots_ms : now_ms;
	x->boots_http = fresh ? before->boots_http : x->http;
	if (x->ipxe) {
		x->chains = before->ipxe ? (uint16_t)(before->chains + before->done) : 0;
		x->chains_ms = before->ipxe ? before->chains_ms : now_ms;
	} else if (before->done && x->http == x->boots_http && x->boots < UINT16_MAX) {
		x->boots++;
	}
}

static bool begins(const struct exchange *x, const struct request *req, uint16_t arch,
		   uint64_t now_ms)
{
	return x->began_ms == 0 || x->done || now_ms - x->last_ms >= CONVERSATION_OPEN_MS ||
	       x->http != is_http(req) || x->ipxe != is_ipxe(req) || x->arch != arch;
}

static void begin(struct exchange *x, const struct request *req, const struct log_client *client,
		  uint64_t now_ms)
{
	const struct exchange before = *x;

	*x = (struct exchange){ .began_ms = now_ms,
				.http = is_http(req),
				.ipxe = is_ipxe(req),
				.uefi = client->has_arch && client->arch != 0,
				.arch = client->arch,
				.secs = secs_of(req) };
	note_boot(x, &before, now_ms);
}

static bool is_number(struct span host)
{
	char text[48];
	struct ip ip;

	if (host.len == 0 || host.at[0] == '[' || host.len >= sizeof(text))
		return host.len > 0 && host.at[0] == '[';
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	return ip_parse(text, &ip);
}

/* What a URL asks of firmware: a name server, and HTTP without TLS. */
static void note_url(struct exchange *x, const char *url)
{
	const char *host = strstr(url, "://");

	x->http_url = strncmp(url, "http://", 7) == 0;
	x->name_url = host && !is_number(span_of(host + 3, strcspn(host + 3, ":/")));
	if (host && host[3] == '[')
		x->name_url = false;
}

static void note_first(struct exchange *x, const struct request *req, uint64_t now_ms)
{
	x->xid = xid_of(req);
	x->asked++;
	x->last_ms = now_ms;
	if (req->family == IP_V4)
		x->relay = ip_v4(req->octets + DHCP4_GIADDR);
	else if (req->v6.client.n_relays > 0)
		x->relay = req->from.ip;
	if (req->family == IP_V6 && req->v6.row == DHCP6_ROW_INFORMATION_OFF && x->ipxe)
		x->in_vain_ms = now_ms;
	if (!was_answered(req))
		return;
	if (sends_to_4011(req)) {
		if (x->redirects++ == 0)
			x->has_lease = false;
		x->state = CONVERSATION_REDIRECTED;
	} else {
		x->state = shows_menu(req) ? CONVERSATION_SHOWN : CONVERSATION_OFFERED;
		if (req->reply.file[0]) /* else it is a menu */
			x->directs++;
		note_url(x, req->reply.file);
	}
}

/* ---- what follows ---- */

/* A REQUEST for a lease of a server that is not us; *server is IP_NONE where it is not known. */
static bool takes_lease(const struct request *req, const struct links_view *view, struct ip *server)
{
	struct span id;

	*server = (struct ip){ .family = IP_NONE };
	if (req->family == IP_V6)
		return req->v6.client.server_id == PXE6_SERVER_ID_FOREIGN;
	id = dhcp4_index_get(&req->v4.index, request_packet(req), DHCP4_OPT_SERVER_ID);
	if (id.len != 4)
		return false;
	*server = ip_v4(id.at);
	return !(view && links_is_own(view, server));
}

static void note_lease(struct exchange *x, const struct request *req, const struct links_view *view,
		       uint64_t now_ms)
{
	bool redirected = x->state == CONVERSATION_REDIRECTED;
	struct ip server;

	if (x->has_lease || (!redirected && x->state != CONVERSATION_OFFERED) ||
	    now_ms - x->last_ms >= CONVERSATION_OPEN_MS || !takes_lease(req, view, &server))
		return;
	x->has_lease = true;
	x->lease = server;
	x->lease_ms = x->last_ms = now_ms;
	x->done = !redirected;
	x->state = x->done ? CONVERSATION_LEASED : CONVERSATION_LEASED_FIRST;
}

static void note_4011(struct exchange *x, const struct request *req, uint64_t now_ms)
{
	x->redirects = x->directs = 0;
	x->last_ms = now_ms;
	x->source = req->from.ip;
	x->done = was_answered(req);
	x->state = !x->done          ? CONVERSATION_ASKED_4011
		   : shows_menu(req) ? CONVERSATION_SHOWN
				     : CONVERSATION_ANSWERED;
	if (x->done)
		note_url(x, req->reply.file);
}

/* ---- what was decided ---- */

static void copy(char *out, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memcpy(out, text, len);
	out[len] = '\0';
	if (text[len])
		utf8_trim(out);
}

static void note_decision(struct conversation *c, const struct request *req, enum outcome outcome)
{
	c->outcome = outcome;
	c->provider = req->provider;
	c->line = 0;
	c->reason[0] = '\0';
	if (req->reason) {
		c->provider = req->reason->provider;
		c->line = req->reason->line;
		c->nearest = req->reason->kind == REASON_NEAREST;
		copy(c->file, sizeof(c->file), path_base(req->reason->file));
		copy(c->reason, sizeof(c->reason), req->reason->text);
	}
	if (was_answered(req) && req->reply.file[0])
		copy(c->told, sizeof(c->told), req->reply.file);
}

/* Whose visit took longest. */
static const char *slowest(const struct request *req)
{
	const struct visit *slow = NULL;

	for (uint32_t i = 0; i < request_visits_kept(req); i++)
		if (!slow || req->visit[i].us > slow->us)
			slow = &req->visit[i];
	return slow ? slow->provider : NULL;
}

static void note_answer(struct exchange *x, const struct request *req, uint64_t now_ms)
{
	x->answered_ms = now_ms;
	x->took_ms = (uint32_t)(now_ms - req->arrived_ms);
	x->slow = x->took_ms > 0 ? slowest(req) : NULL;
}

/* ---- what is no longer so ---- */

/* What shows that a finding is over, sooner than a whole boot without it does. */
enum over { OVER_BOOTED, OVER_DECIDED, OVER_ANSWERED, OVER_LEASE, OVER_4011 };

static enum over over_of(enum finding_kind kind)
{
	static const uint8_t overs[FINDING_KINDS] = {
		[FINDING_NO_ENTRY_FITS] = OVER_DECIDED,
		[FINDING_FILE_FOR_HTTP] = OVER_DECIDED,
		[FINDING_PROVIDER_FAILED] = OVER_DECIDED,
		[FINDING_PROVIDER_TIMEOUT] = OVER_DECIDED,
		[FINDING_RELAY_UNREACHABLE] = OVER_ANSWERED,
		[FINDING_TOO_LONG] = OVER_ANSWERED,
		[FINDING_RESPONSE_DELAY] = OVER_ANSWERED,
		[FINDING_LIMITED] = OVER_ANSWERED,
		[FINDING_INFORMATION_OFF] = OVER_ANSWERED,
		[FINDING_NO_LEASE] = OVER_LEASE,
		[FINDING_DIRECT_IGNORED] = OVER_LEASE,
		[FINDING_NAME_WITHOUT_DNS] = OVER_LEASE,
		[FINDING_RELAY_SILENT] = OVER_LEASE,
		[FINDING_WANTS_LEASE_OF_US] = OVER_LEASE,
		[FINDING_LEASE_BUT_NOT_4011] = OVER_4011,
		[FINDING_NEVER_ON_4011] = OVER_4011,
	};

	return (enum over)overs[kind];
}

/* Of an INFORMATION-REQUEST it was said that nobody answers it by any way. */
static bool is_over(const struct conversation *c, const struct request *req, enum heard heard,
		    uint64_t now_ms)
{
	const struct exchange *x = &c->exchange[req->family == IP_V6];
	enum over over = over_of(c->finding.kind);

	if (x->done && c->finding.ms < x->began_ms)
		return true;
	if ((c->finding.family == IP_V6) != (req->family == IP_V6))
		return c->finding.kind == FINDING_INFORMATION_OFF && was_answered(req);
	if (over == OVER_4011 || over == OVER_LEASE)
		return heard == HEARD_4011 || /* it has a lease, then */
		       (over == OVER_LEASE && heard == HEARD_LEASE && x->has_lease &&
			x->lease_ms == now_ms);
	if (over == OVER_DECIDED && req->may_answer && c->outcome == OUTCOME_IGNORED)
		return true;
	return over != OVER_BOOTED && was_answered(req);
}

/* The last finding goes where this request shows that it is over. */
static void drop_finding(struct conversation *c, const struct request *req, enum heard heard,
			 uint64_t now_ms)
{
	if (c->finding.ms && is_over(c, req, heard, now_ms))
		c->finding.ms = 0;
}

void conversation_step(struct conversation *c, const struct request *req, enum outcome outcome,
		       const struct links_view *view, uint64_t now_ms)
{
	struct exchange *x = conversation_exchange(c, req->family);
	enum heard heard = conversation_heard(req);

	if (heard == HEARD_LEASE) {
		note_lease(x, req, view, now_ms);
		if (x->last_ms == now_ms)
			c->last_ms = now_ms;
		drop_finding(c, req, heard, now_ms);
		return;
	}
	c->last_ms = now_ms;
	c->heard++;
	c->family = req->family;
	log_client_of(req, &c->client);
	if (heard == HEARD_FIRST && begins(x, req, c->client.arch, now_ms)) {
		c->chained = is_ipxe(req) && (x->ipxe ? c->chained : x->done);
		begin(x, req, &c->client, now_ms);
	}
	if (heard == HEARD_FIRST)
		note_first(x, req, now_ms);
	else if (heard == HEARD_4011)
		note_4011(x, req, now_ms);
	if (req->may_answer)
		note_decision(c, req, outcome);
	if (was_answered(req))
		note_answer(x, req, now_ms);
	drop_finding(c, req, heard, now_ms);
}
