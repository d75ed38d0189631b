#include "provider/host.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "provider/state.h"

struct host *host_the;

static _Thread_local bool is_loop;

bool host_on_loop(void)
{
	return is_loop;
}

void host_say(struct host *host, const char *provider, PXE_SEVERITY severity, const char *format,
	      ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	utf8_trim(line);
	host->hooks.trace(host->hooks.context, provider, NULL, severity, line);
}

void host_say_of(struct host *host, const char *provider, const struct request *req,
		 PXE_SEVERITY severity, const char *format, ...)
{
	char line[1024], client[40];
	size_t room = sizeof(line) - 80, used;
	va_list args;

	va_start(args, format);
	vsnprintf(line, room, format, args);
	va_end(args);
	used = strlen(line);
	snprintf(line + used, sizeof(line) - used, " (client %s, xid %08x%s)",
		 request_client_text(req, client), request_xid(req), req->trial ? ", trial" : "");
	host->hooks.trace(host->hooks.context, provider, req, severity, line);
}

/* The place of a name, or the first free one; NULL: it has none, and none is free. */
static struct provider_name *name_place(struct host *host, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(host->name); i++) {
		const char *text = atomic_load(&host->name[i].text);

		if (!text || strcmp(text, name) == 0)
			return &host->name[i];
	}
	return NULL;
}

struct provider_name *host_name_keep(struct host *host, const char *name)
{
	struct provider_name *place = name_place(host, name);

	if (place && !atomic_load(&place->text))
		atomic_store(&place->text, strdup(name));
	return host_name_find(host, name);
}

struct provider_name *host_name_find(struct host *host, const char *name)
{
	struct provider_name *place = name_place(host, name);

	return place && atomic_load(&place->text) ? place : &host->nameless;
}

/* The prefixes lie in one block: the spans, then their text. */
static int set_classes(struct host *host, const char *const *classes)
{
	size_t n = 0, octets = 0;
	struct span *prefix;
	char *text;

	while (classes && classes[n])
		octets += strlen(classes[n++]) + 1;
	prefix = malloc(n * sizeof(*prefix) + octets + 1);
	if (!prefix)
		return -ENOMEM;
	text = (char *)(prefix + n);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(classes[i]);

		prefix[i] = span_of(memcpy(text, classes[i], len + 1), len);
		text += len + 1;
	}
	free(host->class_prefix);
	host->class_prefix = prefix;
	host->intake.aliases = (struct pxe_aliases){ prefix, n };
	host->intake.self.alias = prefix;
	host->intake.self.n_aliases = (unsigned)n;
	return 0;
}

/* One provider that may answer makes it a request; which one that is, PxeSendReply looks at. */
static void note_information(struct host *host)
{
	const struct chain *chain = host->chain;
	bool any = atomic_load(&host->information_request);

	for (uint32_t i = 0; chain && i < chain->n; i++)
		any = any || atomic_load(&chain->provider[i]->information_request);
	host->intake.information_request = any;
}

static int set_relays(struct host *host, const char *const *relays)
{
	struct ip_prefix *prefix;
	size_t n = 0;

	while (relays && relays[n])
		n++;
	prefix = calloc(n + 1, sizeof(*prefix));
	if (!prefix)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (ip_prefix_parse(relays[i], &prefix[i]) == IP_PREFIX_MALFORMED) {
			free(prefix);
			return -EINVAL;
		}
	free(host->relays);
	host->relays = prefix;
	host->n_relays = n;
	return 0;
}

int host_set_limits(struct host *host, const struct host_limits *limits)
{
	int r = set_classes(host, limits->classes);

	if (r == 0)
		r = set_relays(host, limits->relays);
	if (r < 0)
		return r;
	host->limits = *limits;
	host->limits.classes = host->limits.relays = NULL;
	atomic_store(&host->finish_replies, limits->finish_replies);
	atomic_store(&host->information_request, limits->information_request);
	note_information(host);
	return 0;
}

int host_set_duid(struct host *host, struct span duid)
{
	if (duid.len < 3 || duid.len > sizeof(host->duid))
		return -EINVAL;
	memcpy(host->duid, duid.at, duid.len);
	atomic_store_explicit(&host->duid_len, (uint32_t)duid.len, memory_order_release);
	host->intake.self.duid = span_of(host->duid, duid.len);
	return 0;
}

static void host_freep(struct host **host)
{
	if (*host)
		host_free(*host);
}

int host_new(const struct host_limits *limits, const struct host_hooks *hooks, struct host **out)
{
	_cleanup_(host_freep) struct host *host = calloc(1, sizeof(*host));
	int r;

	if (!host)
		return -ENOMEM;
	host->hooks = *hooks;
	sem_init(&host->quarantine_over, 0, 0);
	known_init(&host->known);
	host->intake.known = &host->known;
	host->limit = limit_new();
	r = host->limit ? host_set_limits(host, limits) : -ENOMEM;
	if (r == 0)
		r = request_table_init(&host->table, limits->table);
	if (r == 0)
		r = packet_store_init(&host->packets, limits->packets,
				      PACKET_SMALL + PACKET_AROUND);
	if (r == 0)
		r = packet_store_init(&host->replies_store, limits->packets, OUTGOING_SMALL);
	if (r < 0)
		return r;
	if (PxeHostAttach(&host_entries) != ERROR_SUCCESS)
		return -EBUSY;
	is_loop = true;
	host->loop_call = host_call_current();
	host_the = host;
	*out = TAKE(host);
	return 0;
}

void host_free(struct host *host)
{
	if (host_the == host) {
		host_set_chain(host, NULL);
		host_turn(host, host->now_ms);
		PxeHostDetach();
		host_the = NULL;
		is_loop = false;
	}
	request_table_done(&host->table);
	packet_store_done(&host->packets);
	packet_store_done(&host->replies_store);
	limit_free(host->limit);
	if (host->keep_modules)
		shelf_leave(host->shelf);
	else
		shelf_close(host->shelf);
	for (size_t i = 0; i < ARRAY_LEN(host->name); i++)
		free(atomic_load(&host->name[i].text));
	sem_destroy(&host->quarantine_over);
	free(host->relays);
	free(host->class_prefix);
	free(host);
}

void host_set_modules_dir(struct host *host, const char *folder)
{
	if (shelf_open(folder, &host->shelf, host->no_shelf, sizeof(host->no_shelf)) < 0)
		host->shelf = NULL;
}

void host_keep_modules(struct host *host)
{
	host->keep_modules = host->packets.exact;
}

struct shelf *host_shelf(struct host *host)
{
	if (!host->shelf && !host->no_shelf[0] &&
	    shelf_open_temporary(&host->shelf, host->no_shelf, sizeof(host->no_shelf)) < 0)
		host->shelf = NULL;
	return host->shelf;
}

void host_say_no_shelf(struct host *host, const char *why)
{
	if (host->no_shelf_said)
		return;
	host->no_shelf_said = true;
	host_say(host, "", PXE_TRACE_INFO,
		 "modules are loaded from memory, where valgrind, perf and core dumps cannot find "
		 "them: %s",
		 why[0] ? why : host->no_shelf);
}

void host_set_chain(struct host *host, struct chain *chain)
{
	struct chain *old = host->chain;

	host->chain = chain ? chain_ref(chain) : NULL;
	note_information(host);
	chain_unref(old);
}

void host_drop(struct host *host, const struct arrival *in, enum outcome outcome)
{
	count_up_loop(&host->count.received);
	count_up_loop(&host->count.outcomes[outcome]);
	host->hooks.dropped(host->hooks.context, in, NULL, outcome);
}

static bool is_duplicate(struct host *host, const struct arrival *in)
{
	uint8_t source[16 + 2 + 4] = { 0 };

	memcpy(source, in->from.ip.octet, 16);
	store_be16(source + 16, in->from.port);
	store_be32(source + 18, in->from.ifindex);
	return limit_duplicate(host->limit, span_of(source, sizeof(source)),
			       span_of(in->octets, in->len), host->now_ms);
}

/* The relay that a request names; no address: it names none. */
static struct ip relay_of(const struct request *req)
{
	if (req->foreign)
		return (struct ip){ 0 };
	if (req->family == IP_V6)
		return req->v6.client.n_relays > 0 ? req->from.ip : (struct ip){ 0 };
	return req->port == DHCP4_PORT_SERVER && dhcp4_has_addr(req->octets, DHCP4_GIADDR)
		       ? dhcp4_giaddr(req->octets)
		       : (struct ip){ 0 };
}

/* Where else a packet may want its answer sent, to whom it likes; no address: to all on the wire.
 */
static struct ip named_by(const struct request *req)
{
	struct ip nobody = { 0 };

	if (req->family == IP_V6 || req->port == DHCP4_PORT_PXE || req->foreign)
		return ip_is_any(&req->from.ip) ? nobody : req->from.ip;
	return req->v4.index.type != DHCP4_DISCOVER && dhcp4_has_addr(req->octets, DHCP4_CIADDR)
		       ? dhcp4_ciaddr(req->octets)
		       : nobody;
}

/* Nobody is to get more answers than he can have asked for. -1: within the limits. */
static int over_destination(struct host *host, const struct request *req)
{
	struct ip relay = relay_of(req), to = relay.family ? relay : named_by(req);

	for (size_t i = 0; i < host->n_relays && relay.family; i++)
		if (ip_in_prefix(&relay, &host->relays[i].net, host->relays[i].bits))
			return -1;
	if (host->n_relays > 0 && relay.family)
		return OUTCOME_RELAY;
	if (host->limits.per_destination == 0 || to.family == IP_NONE)
		return -1;
	return limit_destination(host->limit, span_of(to.octet, sizeof(to.octet)),
				 host->limits.per_destination, host->now_ms)
		       ? (int)OUTCOME_DESTINATION_RATE
		       : -1;
}

/* Limits hold for what may be answered: the rest costs nothing but a look. -1: within them. */
static int over_limit(struct host *host, const struct request *req)
{
	uint8_t key[64];

	if (!req->may_answer && !req->foreign)
		return -1;
	if (host->limits.rate > 0 && limit_rate(host->limit, host->limits.rate, host->now_ms))
		return OUTCOME_GLOBAL_RATE;
	if (host->limits.per_client > 0 && limit_client(host->limit, request_client_key(req, key),
							host->limits.per_client, host->now_ms))
		return OUTCOME_CLIENT_RATE;
	return over_destination(host, req);
}

/* Was it read, so that somebody can be told what it says? */
static bool was_read(enum outcome outcome)
{
	return outcome != OUTCOME_MALFORMED && outcome != OUTCOME_BOOTP &&
	       outcome != OUTCOME_OVERSIZED;
}

static void request_refuse(struct host *host, struct request *req, const struct arrival *in,
			   enum outcome outcome)
{
	count_up_loop(&host->count.outcomes[outcome]);
	host->hooks.dropped(host->hooks.context, in, was_read(outcome) ? req : NULL, outcome);
	request_give(&host->table, req);
}

/* What is no DHCP becomes a request only where a provider asked for every packet. -1: it did. */
static int read_foreign(struct host *host, struct request *req, const struct arrival *in,
			enum outcome unread)
{
	if (unread != OUTCOME_MALFORMED && unread != OUTCOME_BOOTP)
		return (int)unread;
	request_read_foreign(req, in, unread);
	return walk_is_wanted(host, req) ? -1 : (int)unread;
}

static int read_whole(struct host *host, struct request *req, const struct arrival *in)
{
	int outcome;

	host->intake.now_ms = host->now_ms;
	outcome = request_read(req, in, &host->intake);
	return outcome < 0 ? outcome : read_foreign(host, req, in, (enum outcome)outcome);
}

/* What a provider copies into a reply is not there. */
static int without_address(const struct request *req)
{
	return req->local.family == IP_NONE && !req->foreign ? (int)OUTCOME_NO_ADDRESS : -1;
}

int host_try(struct host *host, const struct arrival *in, const struct host_trial *asker,
	     uint64_t now_ms)
{
	struct arrival marked = *in;
	struct request *req;
	int outcome;

	marked.trial = trial_open(host, asker);
	if (marked.trial == 0)
		return -EBUSY;
	host->now_ms = now_ms;
	req = request_take(&host->table);
	if (!req) {
		trial_end(host, marked.trial, NULL, OUTCOME_TABLE_FULL);
		return 0;
	}
	outcome = read_whole(host, req, &marked);
	if (outcome < 0)
		outcome = without_address(req);
	if (outcome >= 0) {
		trial_end(host, marked.trial, was_read((enum outcome)outcome) ? req : NULL,
			  (enum outcome)outcome);
		request_give(&host->table, req);
		return 0;
	}
	walk_begin(host, req);
	return 0;
}

void host_receive(struct host *host, const struct arrival *in, uint64_t now_ms)
{
	struct request *req;
	int outcome;

	host->now_ms = now_ms;
	if (is_duplicate(host, in)) {
		host_drop(host, in, OUTCOME_DUPLICATE);
		return;
	}
	req = request_take(&host->table);
	if (!req) {
		host_drop(host, in, OUTCOME_TABLE_FULL);
		return;
	}
	count_up_loop(&host->count.received);
	outcome = read_whole(host, req, in);
	if (outcome < 0)
		outcome = over_limit(host, req);
	if (outcome < 0)
		outcome = without_address(req);
	if (outcome >= 0) {
		request_refuse(host, req, in, (enum outcome)outcome);
		return;
	}
	level_move(&host->count.pending, 1);
	walk_begin(host, req);
}

void host_turn(struct host *host, uint64_t now_ms)
{
	struct letter *letter, *next;

	host->now_ms = now_ms;
	for (letter = mailbox_take(&host->replies); letter; letter = next) {
		next = letter->next;
		send_now(host, CONTAINER_OF(letter, struct outgoing, letter));
	}
	quarantine_turn(host);
	for (letter = mailbox_take(&host->verdicts); letter; letter = next) {
		next = letter->next;
		walk_settled(host, CONTAINER_OF(letter, struct request, letter));
	}
}

const char *host_busy(struct host *host)
{
	const char *name = NULL;

	for (uint32_t i = 0; i < PROVIDERS_MAX && !name; i++) {
		struct provider *p = provider_pin_at(host, i);

		if (!p)
			continue;
		if (workers_inside(p) || atomic_load(&p->pending) > 0)
			name = atomic_load(&p->log_name);
		provider_unpin(p);
	}
	return name;
}

static void expire_all(struct host *host, enum verdict verdict)
{
	for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
		struct provider *p = provider_pin_at(host, i);

		if (!p)
			continue;
		walk_expire(host, p, host->now_ms, verdict);
		provider_unpin(p);
	}
}

void host_tick(struct host *host, uint64_t now_ms)
{
	host->now_ms = now_ms;
	expire_all(host, VERDICT_TIMEOUT);
}

static bool chain_has(const struct chain *chain, const struct provider *p)
{
	for (uint32_t i = 0; chain && i < chain->n; i++)
		if (chain->provider[i] == p)
			return true;
	return false;
}

static uint64_t asked(const struct provider_name *name)
{
	return atomic_load_explicit(&name->count.asked, memory_order_relaxed);
}

const char *host_asked_lately(const struct host *host, char *out, size_t size)
{
	size_t used = 0;

	snprintf(out, size, "none");
	for (size_t i = 0; i < ARRAY_LEN(host->name) && used < size; i++) {
		const char *text = atomic_load(&host->name[i].text);

		if (text && asked(&host->name[i]) != host->name[i].asked_before)
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
						 text);
	}
	return out;
}

void host_watch(struct host *host, uint64_t now_ms)
{
	for (size_t i = 0; i < ARRAY_LEN(host->name) && atomic_load(&host->name[i].text); i++)
		host->name[i].asked_before = asked(&host->name[i]);
	for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
		struct provider *p = provider_pin_at(host, i);

		if (!p)
			continue;
		workers_watch(p, host->chain && !chain_has(host->chain, p),
			      now_ms); /* or it stops */
		provider_unpin(p);
	}
}

void host_abort(struct host *host)
{
	expire_all(host, VERDICT_ABORTED);
}

uint32_t host_pending(const struct host *host)
{
	return request_table_used(&host->table) - atomic_load(&host->quarantined);
}

void host_counters(const struct host *host, struct host_counters *out)
{
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		out->outcomes[i] = atomic_load(&host->count.outcomes[i]);
	for (size_t i = 0; i < ARRAY_LEN(out->latency); i++)
		out->latency[i] = atomic_load(&host->count.latency[i]);
	out->latency_us_sum = atomic_load(&host->count.latency_us_sum);
	out->received = atomic_load(&host->count.received);
	out->replies = atomic_load(&host->count.replies);
	out->replies_refused = atomic_load(&host->count.refused);
	out->pending = atomic_load(&host->count.pending);
	out->quarantined = atomic_load(&host->quarantined);
	out->table = host->table.count;
	out->packets_used =
		packet_store_used(&host->packets) + packet_store_used(&host->replies_store);
	out->packets = host->packets.small.count + host->replies_store.small.count;
}
