#include "server/hooks.h"

#include <wdspxe.h>

#include "server/life.h"
#include "story/journey.h"
#include "story/log.h"
#include "story/log_format.h"
#include "story/log_rate.h"
#include "story/log_source.h"
#include "story/log_watch.h"
#include "story/malformed.h"
#include "story/unserved.h"

enum { LIFE_HANG_MS = 10000 };

enum { REASONS_PER_SECOND = 200 };

/* A provider that was not asked about a request that nobody answered. NULL: there is none. */
static const char *paused_name(const struct server *s, enum outcome outcome)
{
	struct provider *running[PROVIDERS_MAX];
	unsigned n;

	if (outcome != OUTCOME_REJECTED && outcome != OUTCOME_FAILED && outcome != OUTCOME_UNSEEN)
		return NULL;
	n = roster_running(s->roster, running);
	for (unsigned i = 0; i < n; i++)
		if (provider_paused(running[i]))
			return provider_name_kept(running[i]);
	return NULL;
}

/* A request's journey is over. */
static void tell_request(struct server *s, const struct request *req, enum outcome outcome)
{
	uint64_t now_ms = req->ended_us / 1000;
	const char *paused = paused_name(s, outcome);
	struct finding found[DIAG_FINDINGS];
	unsigned n;

	log_request(req, outcome, paused, now_ms);
	if (req->foreign && req->unread == OUTCOME_MALFORMED)
		malformed_note_foreign(req);
	if (journey_is_watched())
		journey_request(req, outcome, paused);
	if (!s->diag)
		return;
	n = diag_ended(s->diag, req, outcome, links_now(s->links), now_ms, found);
	for (unsigned i = 0; i < n; i++)
		server_tell(&found[i]);
	overhear_ended(s, req, now_ms);
}

static void tell_unserved(struct server *s, const struct arrival *in)
{
	uint64_t now_ms = clock_ms();
	struct finding found;

	if (!unserved_heard(in, now_ms, &found))
		return;
	finding_say(&found, s->config->interfaces_line ? "%s:%d" : "%s", s->config->path,
		    s->config->interfaces_line);
	server_tell(&found);
	if (s->diag)
		diag_note(s->diag, &found, now_ms);
}

static void tell_dropped(struct server *s, const struct arrival *in, const struct request *req,
			 enum outcome outcome)
{
	struct finding found;

	if (req && s->diag && diag_dropped(s->diag, req, outcome, clock_ms(), &found))
		server_tell(&found);
	if (outcome == OUTCOME_INTERFACE)
		tell_unserved(s, in);
	if (log_wants(log_outcome_level(outcome, true)))
		log_dropped(in, req, outcome, clock_ms());
	if (outcome == OUTCOME_MALFORMED)
		malformed_note(in, NULL);
	if (journey_is_watched())
		journey_dropped(in, req, outcome);
}

static void mended(void *context, const struct arrival *in, const struct request *req)
{
	(void)context;
	malformed_note(in, req);
	journey_mended(in, req);
}

static void ended(void *context, const struct ending *end)
{
	if (end->dropped)
		tell_dropped(context, end->dropped, end->req, end->outcome);
	else
		tell_request(context, end->req, end->outcome);
}

static void trace(void *context, const char *provider, const struct request *req, uint32_t severity,
		  const char *utf8)
{
	struct log_client client;
	int level = severity & (PXE_TRACE_ERROR | PXE_TRACE_FATAL) ? LOG_ERR
		    : severity & PXE_TRACE_WARNING                 ? LOG_WARNING
		    : severity & PXE_TRACE_INFO                    ? LOG_INFO
								   : LOG_DEBUG;

	(void)context;
	if (!log_wants(level))
		return;
	if (req)
		log_client_of(req, &client);
	log_trace(level, log_takes(level) && log_source_take(provider, clock_ms()), provider,
		  req ? &client : NULL, utf8);
}

static bool is_watched(const struct request *req)
{
	struct log_client client;

	if (journey_wants(req))
		return true;
	if (log_watch_level() < 0)
		return false;
	log_client_of(req, &client);
	return log_watch_names(&client);
}

/* Where a line of it is logged, and in a storm as often as lines are; of a machine that somebody
 * watches always. */
static bool wanted(void *context, const struct request *req)
{
	static struct log_rate rate;
	bool boots = log_request_boots(req);

	(void)context;
	if (!req->may_answer)
		return false;
	if (is_watched(req))
		return true;
	return log_wants(boots ? LOG_INFO : LOG_DEBUG) &&
	       log_rate_take(&rate, REASONS_PER_SECOND, req->arrived_ms);
}

static bool wanted_each(void *context, const struct request *req)
{
	(void)context;
	return journey_wants_each(req);
}

static bool trace_enabled(void *context, uint32_t severity)
{
	struct server *s = context;
	uint32_t mask = atomic_load_explicit(&s->trace_mask, memory_order_relaxed);

	return severity == 0 ? mask != 0 : (severity & mask) != 0;
}

static void tell(void *context, int level, const char *provider, const char *text)
{
	(void)context;
	log_provider(level, provider, "%s", text);
}

const struct teller server_teller = { .tell = tell };

void server_hooks(struct server *s, struct host_hooks *out)
{
	*out = (struct host_hooks){ .context = s,
				    .wake = server_wake,
				    .send = server_send,
				    .unreachable = server_unreachable,
				    .ended = ended,
				    .trace = trace,
				    .trace_enabled = trace_enabled,
				    .wanted = wanted,
				    .mended = mended,
				    .wanted_each = wanted_each };
}

/* Names the provider and the callback that `call` is in when it has taken longer than limit_ms,
 * once for each call: `since_ms` is the memory of that, 0 at first. */
static void watch_call(const struct host_call *call, const char *where, uint64_t limit_ms,
		       uint64_t now_ms, uint64_t *since_ms)
{
	const char *provider = call ? atomic_load(&call->provider) : NULL;
	uint64_t since = provider ? atomic_load(&call->since_ms) : 0;
	const char *callback;
	char client[40];

	if (!provider || since == *since_ms || now_ms < since + limit_ms)
		return;
	*since_ms = since;
	callback = atomic_load(&call->callback);
	log_provider(LOG_CRIT, provider, "%s has not returned for %.1f s %s; client %s",
		     callback ? callback : "a callback", (double)(now_ms - since) / 1000, where,
		     host_call_client(call, client));
}

void server_watch(void *context)
{
	static uint64_t loop_told, life_told;
	struct server *s = context;
	uint64_t now_ms = clock_ms();

	watch_call(host_call_of_loop(s->host),
		   "on the main loop: no client is answered until it returns", s->hang_ms, now_ms,
		   &loop_told);
	watch_call(life_call(), "on the life-cycle thread: reloads wait until it returns",
		   LIFE_HANG_MS, now_ms, &life_told);
	server_stop_watch(s, now_ms);
}
