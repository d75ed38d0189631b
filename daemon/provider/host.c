#include "provider/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "provider/admit.h"
#include "provider/chain.h"
#include "provider/entries.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/reply.h"
#include "provider/seat.h"
#include "provider/send.h"
#include "provider/share.h"
#include "provider/trial.h"
#include "provider/walk.h"

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
	if (host->intake.kinds)
		kinds_forget(host->intake.kinds);
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

int host_set_limits(struct host *host, const struct host_limits *limits)
{
	int r = set_classes(host, limits->classes);

	if (r == 0)
		r = admit_relays(host, limits->relays);
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

struct span host_duid(const struct host *host)
{
	return host->intake.self.duid;
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
	sem_init(&host->life_news, 0, 0);
	sem_init(&host->counting, 0, 1);
	known_init(&host->known);
	host->intake.known = &host->known;
	host->intake.kinds = kinds_new();
	host->replies_read = replies_new();
	host->limit = limit_new();
	r = host->limit ? host_set_limits(host, limits) : -ENOMEM;
	if (r == 0)
		r = request_table_init(&host->table, limits->table);
	if (r == 0)
		r = packet_store_init(&host->packets, limits->packets,
				      PACKET_SMALL + PACKET_AROUND);
	if (r == 0)
		r = packet_store_init(&host->replies_store, limits->packets, OUTGOING_SMALL);
	if (r == 0)
		r = remark_books_init(&host->books);
	if (r < 0)
		return r;
	if (PxeHostAttach(&host_entries) != ERROR_SUCCESS)
		return -EBUSY;
	process_set(host);
	host->loop_call = host_call_current();
	host->settle = walk_settled;
	host->turn = host_turn;
	*out = TAKE(host);
	return 0;
}

void host_free(struct host *host)
{
	if (host_the == host) {
		host_set_chain(host, NULL);
		host_turn(host, host->now_ms);
		PxeHostDetach();
		process_set(NULL);
	}
	request_table_done(&host->table);
	packet_store_done(&host->packets);
	packet_store_done(&host->replies_store);
	remark_books_done(&host->books);
	limit_free(host->limit);
	kinds_free(host->intake.kinds);
	replies_free(host->replies_read);
	host_shelf_close(host);
	for (size_t i = 0; i < ARRAY_LEN(host->name) && atomic_load(&host->name[i].text); i++) {
		free(atomic_load(&host->name[i].text));
		free(atomic_load(&host->name[i].counters));
	}
	sem_destroy(&host->quarantine_over);
	sem_destroy(&host->life_news);
	sem_destroy(&host->counting);
	free(host->relays);
	free(host->class_prefix);
	free(host);
}

void host_set_chain(struct host *host, struct chain *chain)
{
	struct chain *old = host->chain;

	host->chain = chain ? chain_ref(chain) : NULL;
	note_information(host);
	chain_unref(old);
}

void host_names(const struct host *host, const char *names[], size_t size)
{
	uint32_t n = host->chain ? host->chain->n : 0;

	names[0] = NULL;
	for (uint32_t i = 0; i < n && i + 1 < size; i++) {
		names[i] = host->chain->provider[i]->name;
		names[i + 1] = NULL;
	}
}

void host_drop(struct host *host, const struct arrival *in, enum outcome outcome)
{
	count_up_loop(&host->count.received);
	count_up_loop(&host->count.outcomes[outcome]);
	host->hooks.ended(host->hooks.context, &(struct ending){ outcome, NULL, in });
}

/* Was it read, so that somebody can be told what it says? */
static bool was_read(enum outcome outcome)
{
	return outcome != OUTCOME_MALFORMED && outcome != OUTCOME_BOOTP &&
	       outcome != OUTCOME_OVERSIZED;
}

/* Ends it before any provider is looked for. */
static void request_refuse(struct host *host, struct request *req, const struct arrival *in,
			   enum outcome outcome)
{
	struct ending end = { outcome, was_read(outcome) ? req : NULL, in };

	if (in->trial) {
		trial_end(host, in->trial, &end);
	} else {
		count_up_loop(&host->count.outcomes[outcome]);
		host->hooks.ended(host->hooks.context, &end);
	}
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
		trial_end(host, marked.trial, &(struct ending){ OUTCOME_TABLE_FULL, NULL, in });
		return 0;
	}
	req->number = 0;
	outcome = read_whole(host, req, &marked);
	if (outcome < 0)
		outcome = admit_relay(host, req);
	if (outcome < 0)
		outcome = without_address(req);
	if (outcome >= 0) {
		request_refuse(host, req, &marked, (enum outcome)outcome);
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
	if (!host->limits.take_duplicates && admit_is_duplicate(host, in)) {
		host_drop(host, in, OUTCOME_DUPLICATE);
		return;
	}
	req = request_take(&host->table);
	if (!req) {
		host_drop(host, in, OUTCOME_TABLE_FULL);
		return;
	}
	count_up_loop(&host->count.received);
	req->number = atomic_load_explicit(&host->count.received, memory_order_relaxed);
	outcome = read_whole(host, req, in);
	if (req->mended && host->hooks.mended)
		host->hooks.mended(host->hooks.context, in, req);
	if (outcome < 0)
		outcome = admit_limits(host, req);
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

bool host_has_abandoned(const struct host *host)
{
	return atomic_load(&host->abandoned) > 0;
}

const char *host_busy(struct host *host)
{
	const char *name = NULL;

	for (uint32_t i = 0; i < PROVIDERS_MAX && !name; i++) {
		struct provider *p = provider_pin_at(host, i);

		if (!p)
			continue;
		if (seat_of(p)->inside(p) || atomic_load(&p->pending) > 0)
			name = atomic_load(&p->log_name);
		provider_unpin(p);
	}
	return name;
}

static void expire_all(struct host *host, bool aborted)
{
	for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
		struct provider *p = provider_pin_at(host, i);

		if (!p)
			continue;
		walk_expire(host, p, host->now_ms, aborted);
		provider_unpin(p);
	}
}

void host_tick(struct host *host, uint64_t now_ms)
{
	host->now_ms = now_ms;
	expire_all(host, false);
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
		seat_of(p)->watch(p, host->chain && !chain_has(host->chain, p),
				  now_ms); /* or it stops */
		provider_unpin(p);
	}
}

void host_abort(struct host *host)
{
	expire_all(host, true);
}

uint32_t host_pending(const struct host *host)
{
	return request_table_used(&host->table) - atomic_load(&host->quarantined);
}

void host_counters(const struct host *host, struct host_counters *out)
{
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		out->outcomes[i] = atomic_load(&host->count.outcomes[i]);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		out->latency[i] = atomic_load(&host->count.latency.bucket[i]);
	out->latency_us_sum = atomic_load(&host->count.latency.us_sum);
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
