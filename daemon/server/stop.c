/* The stop: no new packets, the grace for those under way, then Shutdown in reverse order. Packets
 * that come meanwhile stay in the sockets, for the next daemon where systemd holds them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <wdspxe.h>

#include "server/life.h"
#include "server/log.h"
#include "server/server.h"

enum { FORCE_S = 10 }; /* after the grace: a provider's code never returned */

static void abort_requests(struct server *s)
{
	uint32_t pending = host_pending(s->host);

	s->aborted = true;
	if (pending)
		log_line(LOG_WARNING, "%u requests were not decided within the grace of %g s",
			 pending, s->config->stop_grace);
	host_abort(s->host);
}

static void on_grace(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	struct server *s = watcher->data;
	const struct host_call *call = host_call_of_loop(s->host);
	const char *provider = call ? atomic_load(&call->provider) : NULL;

	(void)events;
	if (!s->aborted) {
		abort_requests(s);
		ev_timer_set(watcher, FORCE_S, 0.0);
		ev_timer_start(loop, watcher);
		return;
	}
	log_line(LOG_ERR, "a provider's code does not return%s%s: ending without its Shutdown",
		 provider ? ": " : "", provider ? provider : "");
	log_stop();
	_exit(1);
}

void server_stop(struct server *s)
{
	if (s->state == SERVER_STOPPING) { /* asked twice: no more grace */
		if (!s->aborted)
			abort_requests(s);
		return;
	}
	s->state = SERVER_STOPPING;
	server_receive_stop(s);
	notify_stopping("waiting for requests under way");
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
	if (s->stop_pending || s->reload_running)
		return;
	if (!s->aborted && (host_pending(s->host) > 0 || !hold_is_empty(&s->hold)))
		return;
	if (s->roster) {
		s->roster = NULL;
		notify_stopping("shutting providers down");
		host_set_chain(s->host, NULL);
	}
	if (s->rosters == 0 && life_pending() == 0)
		ev_break(s->loop, EVBREAK_ALL);
}
