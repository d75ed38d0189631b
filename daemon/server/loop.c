/* The loop: what is due each turn and each second. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "provider/crash.h"
#include "server/descriptors.h"
#include "server/life.h"
#include "server/orders.h"
#include "story/log.h"
#include "story/log_source.h"
#include "server/server.h"

enum { FINDINGS_PER_SECOND = 20 };

void server_wake(void *context)
{
	struct server *s = context;

	ev_async_send(s->loop, &s->wake);
}

/* ---- each turn --------------------------------------------------------------------------------
 */

static void on_wake(struct ev_loop *loop, struct ev_async *watcher, int events)
{
	struct server *s = watcher->data;

	(void)loop;
	(void)events;
	host_turn(s->host, clock_ms());
	life_turn();
	orders_turn(s);
	if (s->control)
		control_pump(s->control, clock_ms());
}

/* Before the loop sleeps. */
static void on_flush(struct ev_loop *loop, struct ev_prepare *watcher, int events)
{
	struct server *s = watcher->data;

	(void)events;
	outlet_flush(s);
	if (host_pending(s->host) > 0 && !ev_is_active(&s->tick)) {
		ev_timer_set(&s->tick, 0.1, 0.1);
		ev_timer_start(loop, &s->tick);
	}
	if (s->state == SERVER_STOPPING)
		server_stop_turn(s, clock_ms());
}

static void on_tick(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	struct server *s = watcher->data;

	(void)events;
	host_tick(s->host, clock_ms());
	if (host_pending(s->host) == 0)
		ev_timer_stop(loop, watcher);
}

static struct server *loop_owner; /* for libev's callback, which has no context */

/* Who did it is not known: it was one of those that ran since the last look. The next daemon gets
 * its ports from systemd again. */
static void end_without(struct server *s, const char *what, int error)
{
	char why[384], asked[128];

	snprintf(why, sizeof(why),
		 "a descriptor of the daemon was closed, %s%s%s: a provider has closed what is not "
		 "its own; asked in the last second: %s",
		 what, error ? ": " : "", error ? strerror(error) : "",
		 host_asked_lately(s->host, asked, sizeof(asked)));
	crash_end(why);
}

static void descriptors_look(struct server *s)
{
	const char *lost = descriptors_lost();

	if (lost)
		end_without(s, lost, 0);
}

static void on_second(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	struct server *s = watcher->data;
	uint64_t now_ms = clock_ms();
	struct finding found;

	(void)loop;
	(void)events;
	descriptors_look(s);
	log_turn();
	log_source_turn();
	signals_claim();
	for (int i = 0; i < FINDINGS_PER_SECOND && diag_turn(s->diag, now_ms, &found); i++)
		server_tell(&found); /* the rest in the next second: none is withheld */
	outlet_second(s, now_ms);
	server_links_second(s);
	inlet_second(s);
	overhear_second(s);
	host_watch(s->host, now_ms);
	if (s->control) {
		control_tick(s->control, now_ms);
		polled_again(&s->control_polled, loop, &s->control_readable, "the control sockets");
	}
}

/* ---- set up -----------------------------------------------------------------------------------
 */

static struct port *port_new(struct server *s, int i)
{
	struct port *port = calloc(1, sizeof(*port));

	if (!port)
		return NULL;
	port->server = s;
	port->transport = &transports[i];
	port->socket = &s->ports.socket[i];
	inlet_port_init(port);
	if (outlet_port_init(port, &s->ports.unicast[i]) < 0) {
		free(port);
		return NULL;
	}
	return port;
}

/* libev cannot wait any more. Without this it would call abort(). */
static void on_loop_failure(const char *what)
{
	end_without(loop_owner, what, errno);
}

static void note_sockets(const struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		descriptors_note(ports->socket[i].fd, transports[i].name);
		descriptors_note(ports->unicast[i].fd, transports[i].name);
	}
}

int server_loop_init(struct server *s)
{
	note_sockets(&s->ports);
	s->rx = calloc(1, sizeof(*s->rx));
	s->diag = diag_new();
	if (!s->rx || !s->diag)
		return -ENOMEM;
	rx_init(s->rx);
	for (int i = 0; i < PORT_COUNT; i++) {
		if (s->ports.socket[i].fd < 0)
			continue;
		s->port[i] = port_new(s, i);
		if (!s->port[i])
			return -ENOMEM;
	}
	outlet_init(s);
	ev_prepare_init(&s->flush, on_flush);
	ev_timer_init(&s->tick, on_tick, 0.1, 0.1);
	ev_timer_init(&s->second, on_second, 1.0, 1.0);
	s->flush.data = s->tick.data = s->second.data = s;
	ev_prepare_start(s->loop, &s->flush);
	ev_timer_start(s->loop, &s->second);
	return 0;
}

void server_loop_done(struct server *s)
{
	inlet_stop(s);
	outlet_done(s);
	for (int i = 0; i < PORT_COUNT; i++) {
		if (!s->port[i])
			continue;
		outlet_port_done(s->port[i]);
		free(s->port[i]);
		s->port[i] = NULL;
	}
	ev_prepare_stop(s->loop, &s->flush);
	ev_timer_stop(s->loop, &s->tick);
	ev_timer_stop(s->loop, &s->second);
	diag_free(TAKE(s->diag));
	free(TAKE(s->rx));
}

void server_wake_init(struct server *s)
{
	loop_owner = s;
	ev_set_syserr_cb(on_loop_failure);
	ev_async_init(&s->wake, on_wake);
	s->wake.data = s;
	ev_async_start(s->loop, &s->wake);
	descriptors_note_loop();
}
