/* Datagrams on their way in: one batch a wake-up of a socket; who may not be heard ends here.
 * [loop] */
#include <stdio.h>
#include <string.h>

#include "server/server.h"
#include "story/log.h"
#include "story/log_source.h"

/* One of our own packets that came back. On loopback, client and server may share an address. */
static bool is_own(const struct links_view *view, const struct rx_datagram *d,
		   const struct link *link)
{
	return !link->loopback && links_is_own(view, &d->source.ip);
}

/* Its link, and whether that is served: found once for each interface, until the links or the
 * configuration change. */
static const struct link *link_of(struct server *s, const struct links_view *view, unsigned ifindex,
				  bool *served)
{
	if (s->heard_on.view != links_serial(view) || s->heard_on.config != s->config_serial ||
	    s->heard_on.ifindex != ifindex) {
		const struct link *link = links_by_index(view, ifindex);

		s->heard_on.view = links_serial(view);
		s->heard_on.config = s->config_serial;
		s->heard_on.ifindex = ifindex;
		s->heard_on.link = link;
		s->heard_on.served = link && config_serves(s->config, link->name, link->loopback);
	}
	*served = s->heard_on.served;
	return s->heard_on.link;
}

int inlet_look(struct server *s, const struct rx_datagram *d, const struct links_view *view,
	       struct arrival *in)
{
	bool served;
	const struct link *link = link_of(s, view, d->source.ifindex, &served);

	*in = (struct arrival){ .octets = d->at,
				.len = (uint32_t)d->len,
				.from = d->source,
				.port = d->port,
				.interface = link ? link->name : "?" };
	if (!link || !served)
		return OUTCOME_INTERFACE;
	if (is_own(view, d, link))
		return OUTCOME_OWN;
	if (d->cast == RX_UNICAST)
		in->to = d->to;
	in->on_link = links_on_link(view, &d->source.ip, d->source.ifindex);
	links_own_address(view, d->source.ifindex, d->source.ip.family, &d->source.ip, &in->own);
	return -1;
}

static void take(struct server *s, const struct rx_datagram *d, const struct links_view *view,
		 uint64_t now_ms)
{
	struct arrival in;
	int outcome = inlet_look(s, d, view, &in);

	if (outcome < 0)
		host_receive(s->host, &in, now_ms);
	else
		host_drop(s->host, &in, (enum outcome)outcome);
}

static void receive(struct port *port)
{
	struct server *s = port->server;
	uint64_t truncated = port->socket->truncated, now_ms = clock_ms();
	const struct links_view *view = links_now(s->links);
	int r = rx_receive(s->rx, port->socket);

	if (r < 0) {
		if (log_source_take("", now_ms))
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

	(void)loop;
	if (!(events & EV_ERROR) || polled_ready(&port->polled, events, port->transport->name))
		receive(port);
}

void inlet_port_init(struct port *port)
{
	ev_io_init(&port->readable, on_readable, port->socket->fd, EV_READ);
	port->readable.data = port;
}

void inlet_start(struct server *s)
{
	s->receiving = true;
	for (int i = 0; i < PORT_COUNT; i++)
		if (s->port[i])
			ev_io_start(s->loop, &s->port[i]->readable);
}

void inlet_stop(struct server *s)
{
	s->receiving = false;
	for (int i = 0; i < PORT_COUNT; i++)
		if (s->port[i])
			ev_io_stop(s->loop, &s->port[i]->readable);
}

void inlet_second(struct server *s)
{
	for (int i = 0; i < PORT_COUNT && s->receiving; i++)
		if (s->port[i])
			polled_again(&s->port[i]->polled, s->loop, &s->port[i]->readable,
				     s->port[i]->transport->name);
}
