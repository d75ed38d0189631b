/* The stop: no new packets, the grace for those under way, then Shutdown in reverse order. Packets
 * that come meanwhile stay in the sockets, for the next daemon where systemd holds them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <wdspxe.h>

#include "server/life.h"
#include "server/orders.h"
#include "story/log.h"
#include "server/server.h"

static const double FORCE_S = (int)DRAIN_FORCE_MS / 1e3;

/* The end without an end: what must be said is said, and nothing is waited for any more. */
static _Noreturn void give_up(const char *provider, const char *callback)
{
	log_provider(LOG_ERR, provider ? provider : "",
		     "%s has not returned; exiting without calling its Shutdown",
		     callback ? callback : "a provider's code");
	(void)log_stop(); /* false or not, this is the end */
	_exit(1);
}

void server_stop_watch(struct server *s, uint64_t now_ms)
{
	const struct host_call *call = host_call_of_loop(s->host);
	uint64_t asked = signals_stop_asked_ms();
	uint64_t since = atomic_load(&call->provider) ? atomic_load(&call->since_ms) : 0;

	if (!asked || !since || now_ms < (asked > since ? asked : since) + DRAIN_FORCE_MS)
		return;
	give_up(atomic_load(&call->provider), atomic_load(&call->callback));
}

void server_log_totals(const struct server *s)
{
	struct host_counters c;
	char text[LOG_TEXT_MAX];
	size_t used;

	host_counters(s->host, &c);
	used = (size_t)snprintf(text, sizeof(text), "stopped: received %llu, replies %llu",
				(unsigned long long)c.received, (unsigned long long)c.replies);
	for (int i = 0; i < OUTCOME_COUNT && used < sizeof(text); i++)
		if (c.outcomes[i])
			used += (size_t)snprintf(text + used, sizeof(text) - used, ", %s %llu",
						 outcome_name((enum outcome)i),
						 (unsigned long long)c.outcomes[i]);
	log_line(LOG_NOTICE, "%s", text);
}

/* ---- step by step ---- */

static void abort_requests(struct server *s)
{
	uint32_t pending = host_pending(s->host);

	if (pending)
		log_line(LOG_WARNING, "%u requests were not decided within stop-grace (%g s)",
			 pending, s->config->stop_grace);
	host_abort(s->host);
}

static void shut_down(struct server *s)
{
	if (!s->roster)
		return;
	s->roster = NULL;
	notify_stopping("shutting down the providers", FORCE_S);
	host_set_chain(s->host, NULL);
}

static void force(const struct server *s)
{
	const struct host_call *call = life_call();
	const char *provider = call ? atomic_load(&call->provider) : NULL;

	if (provider)
		give_up(provider, atomic_load(&call->callback));
	give_up(host_busy(s->host), "PxeProviderRecvRequest");
}

static struct drain_left what_is_left(const struct server *s)
{
	return (struct drain_left){
		.requests = host_pending(s->host) > 0 || !hold_is_empty(&s->hold),
		.calls = s->stop_pending || s->reload_running,
		.providers = s->rosters > 0 || life_pending() > 0 || orders_left(s),
	};
}

/* False: it has to wait. */
static bool take_step(struct server *s, enum drain_step step)
{
	switch (step) {
	case DRAIN_WAIT:
		return false;
	case DRAIN_ABORT:
		abort_requests(s);
		break;
	case DRAIN_SHUT_DOWN:
		shut_down(s);
		break;
	case DRAIN_FORCE:
		force(s);
		break;
	case DRAIN_OVER:
		ev_break(s->loop, EVBREAK_ALL);
		return false;
	}
	return true;
}

/* Wakes the loop, and server_stop_turn() follows: a little late, for the loop's clock is another.
 */
static void on_due(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	(void)loop;
	(void)watcher;
	(void)events;
}

static void arm(struct server *s, uint64_t now_ms)
{
	double left_ms = s->drain.until_ms > now_ms ? (double)(s->drain.until_ms - now_ms) : 0;

	ev_timer_stop(s->loop, &s->drain_due);
	ev_timer_init(&s->drain_due, on_due, (left_ms + 1) / 1e3, 0.0);
	ev_timer_start(s->loop, &s->drain_due);
}

void server_stop_turn(struct server *s, uint64_t now_ms)
{
	struct drain_left left;

	do
		left = what_is_left(s);
	while (take_step(s, drain_next(&s->drain, &left, now_ms)));
	arm(s, now_ms);
}

void server_stop(struct server *s, uint64_t now_ms)
{
	if (s->state == SERVER_STOPPING) { /* asked twice */
		drain_hurry(&s->drain, now_ms);
		return;
	}
	s->state = SERVER_STOPPING;
	inlet_stop(s);
	notify_stopping("waiting for requests under way", s->config->stop_grace + FORCE_S);
	log_line(LOG_NOTICE, "stopping: %u requests under way", host_pending(s->host));
	orders_stop(s);
	server_control_all(s, SERVICE_CONTROL_STOP, &s->stop_pending);
	drain_begin(&s->drain, (uint64_t)(s->config->stop_grace * 1000), now_ms);
}
