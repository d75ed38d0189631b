/* The stop: no new packets, the grace for those under way, then Shutdown in reverse order. Packets
 * that come meanwhile stay in the sockets, for the next daemon where systemd holds them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <wdspxe.h>

#include "server/life.h"
#include "story/log.h"
#include "server/server.h"

enum { FORCE_S = 10 }; /* after the grace: a provider's code never returned */

static void abort_requests(struct server *s)
{
	uint32_t pending = host_pending(s->host);

	s->aborted = true;
	if (pending)
		log_line(LOG_WARNING, "%u requests were not decided within stop-grace (%g s)",
			 pending, s->config->stop_grace);
	host_abort(s->host);
}

/* The end without an end: what must be said is said, and nothing is waited for any more. */
static _Noreturn void give_up(const char *provider, const char *callback)
{
	log_provider(LOG_ERR, provider ? provider : "",
		     "%s has not returned; exiting without calling its Shutdown",
		     callback ? callback : "a provider's code");
	(void)log_stop(); /* false or not, this is the end */
	_exit(1);
}

static void on_force(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	struct server *s = watcher->data;
	const struct host_call *call = life_call();
	const char *provider = call ? atomic_load(&call->provider) : NULL;

	(void)loop;
	(void)events;
	if (provider)
		give_up(provider, atomic_load(&call->callback));
	give_up(host_busy(s->host), "PxeProviderRecvRequest");
}

/* The grace is over: from here on only the providers' Shutdown is waited for, and not for ever. */
static void end_grace(struct server *s)
{
	abort_requests(s);
	ev_timer_stop(s->loop, &s->grace);
	ev_timer_init(&s->grace, on_force, FORCE_S, 0.0);
	s->grace.data = s;
	ev_timer_start(s->loop, &s->grace);
}

static void on_grace(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	(void)loop;
	(void)events;
	end_grace(watcher->data);
}

void server_stop_watch(struct server *s, uint64_t now_ms)
{
	const struct host_call *call = host_call_of_loop(s->host);
	uint64_t asked = signals_stop_asked_ms();
	uint64_t since = atomic_load(&call->provider) ? atomic_load(&call->since_ms) : 0;

	if (!asked || !since || now_ms < (asked > since ? asked : since) + (uint64_t)FORCE_S * 1000)
		return;
	give_up(atomic_load(&call->provider), atomic_load(&call->callback));
}

void server_stop(struct server *s)
{
	if (s->state == SERVER_STOPPING) { /* asked twice: no more grace */
		if (!s->aborted)
			end_grace(s);
		return;
	}
	s->state = SERVER_STOPPING;
	server_receive_stop(s);
	notify_stopping("waiting for requests under way", s->config->stop_grace + FORCE_S);
	log_line(LOG_NOTICE, "stopping: %u requests under way", host_pending(s->host));
	server_control_all(s, SERVICE_CONTROL_STOP, &s->stop_pending);
	ev_timer_init(&s->grace, on_grace, s->config->stop_grace, 0.0);
	s->grace.data = s;
	ev_timer_start(s->loop, &s->grace);
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

void server_stop_turn(struct server *s)
{
	if (!s->aborted && (host_pending(s->host) > 0 || !hold_is_empty(&s->hold)))
		return;
	if (!s->aborted)
		end_grace(s); /* it is the requests', and they have gone */
	if (s->stop_pending || s->reload_running)
		return;
	if (s->roster) {
		s->roster = NULL;
		notify_stopping("shutting down the providers", FORCE_S);
		host_set_chain(s->host, NULL);
	}
	if (s->rosters == 0 && life_pending() == 0)
		ev_break(s->loop, EVBREAK_ALL);
}
