/* The loop: datagrams in, one batch a wake-up, and what is due each turn and each second. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "provider/crash.h"
#include "server/descriptors.h"
#include "server/life.h"
#include "story/log.h"
#include "story/log_source.h"
#include "server/server.h"

enum { FINDINGS_PER_SECOND = 20 };

void server_wake(void *context)
{
	struct server *s = context;

	ev_async_send(s->loop, &s->wake);
}

/* ---- in ---------------------------------------------------------------------------------------
 */

/* One of our own packets that came back. On loopback, client and server may share an address. */
static bool is_own(const struct links_view *view, const struct rx_datagram *d,
		   const struct link *link)
{
	return !link->loopback && links_is_own(view, &d->source.ip);
}

static void take(struct server *s, const struct rx_datagram *d, const struct links_view *view,
		 uint64_t now_ms)
{
	const struct link *link = links_by_index(view, d->source.ifindex);
	struct arrival in = { .octets = d->at,
			      .len = (uint32_t)d->len,
			      .from = d->source,
			      .port = d->port,
			      .interface = link ? link->name : "?" };

	if (!link || !config_serves(s->config, link->name, link->loopback)) {
		host_drop(s->host, &in, OUTCOME_INTERFACE);
		return;
	}
	if (is_own(view, d, link)) {
		host_drop(s->host, &in, OUTCOME_OWN);
		return;
	}
	if (d->cast == RX_UNICAST)
		in.to = d->to;
	in.on_link = links_on_link(view, &d->source.ip, d->source.ifindex);
	links_own_address(view, d->source.ifindex, d->source.ip.family, &d->source.ip, &in.own);
	host_receive(s->host, &in, now_ms);
}

enum { PORT_NAME_MAX = 32 };

/* What a message calls it. Returns `name`. */
static const char *port_name(const struct port *port, char name[static PORT_NAME_MAX])
{
	snprintf(name, PORT_NAME_MAX, "UDP port %u over IPv%u", port->socket->port,
		 port->socket->family);
	return name;
}

static void receive(struct port *port)
{
	struct server *s = port->server;
	uint64_t truncated = port->socket->truncated, now_ms = clock_ms();
	const struct links_view *view = links_now(s->links);
	int r = rx_receive(s->rx, port->socket);

	if (r < 0) {
		if (log_source_take(""))
			log_line(LOG_ERR, "cannot receive on UDP port %u: %s", port->socket->port,
				 strerror(-r));
		return;
	}
	for (unsigned i = 0; i < s->rx->count; i++)
		take(s, &s->rx->datagram[i], view, now_ms);
	for (; truncated < port->socket->truncated; truncated++) {
		struct arrival in = { .port = port->socket->port, .interface = "?" };

		host_drop(s->host, &in, OUTCOME_OVERSIZED);
	}
}

static void on_readable(struct ev_loop *loop, struct ev_io *watcher, int events)
{
	struct port *port = watcher->data;
	char name[PORT_NAME_MAX];

	(void)loop;
	if (!(events & EV_ERROR) || ear_heard(&port->ear, events, port_name(port, name)))
		receive(port);
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
		server_stop_turn(s);
}

static void on_tick(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	struct server *s = watcher->data;

	(void)events;
	host_tick(s->host, clock_ms());
	if (host_pending(s->host) == 0)
		ev_timer_stop(loop, watcher);
}

static void ports_watch_again(struct server *s)
{
	char name[PORT_NAME_MAX];

	for (int i = 0; i < PORT_COUNT && s->receiving; i++)
		if (s->port[i])
			ear_again(&s->port[i]->ear, s->loop, &s->port[i]->readable,
				  port_name(s->port[i], name));
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
		finding_log(&found); /* the rest in the next second: none is withheld */
	outlet_second(s, now_ms);
	server_links_second(s);
	ports_watch_again(s);
	host_watch(s->host, now_ms);
	if (s->control) {
		control_tick(s->control, now_ms);
		ear_again(&s->control_ear, loop, &s->control_readable, "the control socket");
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
	port->socket = &s->ports.socket[i];
	ev_io_init(&port->readable, on_readable, port->socket->fd, EV_READ);
	port->readable.data = port;
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
	static const char *const names[PORT_COUNT] = {
		[PORT_DHCP4] = "UDP port 67 over IPv4",
		[PORT_PXE4] = "UDP port 4011 over IPv4",
		[PORT_PXE6] = "UDP port 4011 over IPv6",
		[PORT_DHCP6] = "UDP port 547 over IPv6",
	};

	for (int i = 0; i < PORT_COUNT; i++) {
		descriptors_note(ports->socket[i].fd, names[i]);
		descriptors_note(ports->unicast[i].fd, names[i]);
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

void server_receive_start(struct server *s)
{
	s->receiving = true;
	for (int i = 0; i < PORT_COUNT; i++)
		if (s->port[i])
			ev_io_start(s->loop, &s->port[i]->readable);
}

void server_receive_stop(struct server *s)
{
	s->receiving = false;
	for (int i = 0; i < PORT_COUNT; i++)
		if (s->port[i])
			ev_io_stop(s->loop, &s->port[i]->readable);
}

void server_loop_done(struct server *s)
{
	outlet_done(s);
	for (int i = 0; i < PORT_COUNT; i++) {
		if (!s->port[i])
			continue;
		outlet_port_done(s->port[i]);
		ev_io_stop(s->loop, &s->port[i]->readable);
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
