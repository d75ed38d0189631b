/* Replies on their way out: by which socket, and whether their neighbour may be waited for. One
 * batch a turn for each socket. [loop] */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "story/journey.h"
#include "story/log.h"
#include "story/log_format.h"
#include "story/log_source.h"
#include "server/server.h"

/* ---- the sockets -------------------------------------------------------------------------- */

/* A reply that was decided, and does not leave. */
static void tell_unsent(const struct outgoing *out, const char *why)
{
	char who[LOG_WHO_MAX], ip[IP_TEXT_MAX];

	if (!log_source_take("", clock_ms()))
		return;
	log_format_who(&out->client, who, sizeof(who));
	log_client_line(LOG_WARNING, "", &out->client,
			"%s: the reply to %s port %u could not be sent: %s", who,
			ip_text(&out->to.ip, ip), out->to.port, why);
}

/* To those who watch: a reply has left, or why it has not. */
static void show(const struct outgoing *out, const char *why)
{
	if (journey_is_watched())
		journey_sent(out, why);
}

static void sent(void *arg, const struct tx_datagram *datagram, int error)
{
	struct port *port = arg;

	if (error) {
		port->refused++;
		tell_unsent(datagram->cookie, strerror(-error));
	} else {
		port->sent++;
	}
	show(datagram->cookie, error ? strerror(-error) : NULL);
	outgoing_release(datagram->cookie);
}

static void flush_sender(struct sender *sender)
{
	struct ev_loop *loop = sender->port->server->loop;

	sender->dirty = false;
	if (tx_flush(&sender->tx) == TX_E_WAIT)
		ev_io_start(loop, &sender->writable);
	else
		ev_io_stop(loop, &sender->writable);
}

static void on_writable(struct ev_loop *loop, struct ev_io *watcher, int events)
{
	(void)loop;
	if (events & EV_ERROR) /* it was stopped; set anew, outlet_second() starts it again */
		ev_io_set(watcher, watcher->fd, EV_WRITE);
	else
		flush_sender(watcher->data);
}

static void sender_init(struct sender *sender, struct port *port, struct net_socket *socket)
{
	struct tx_owner owner = { .done = sent, .arg = port };

	sender->port = port;
	tx_init(&sender->tx, socket, &owner);
	ev_io_init(&sender->writable, on_writable, socket->fd, EV_WRITE);
	sender->writable.data = sender;
}

static void sender_done(struct sender *sender)
{
	tx_cancel(&sender->tx);
	ev_io_stop(sender->port->server->loop, &sender->writable);
}

int outlet_port_init(struct port *port, struct net_socket *unicast)
{
	sender_init(&port->wide, port, port->socket);
	if (unicast->fd < 0) {
		port->wide.tx.when_full = TX_FULL_DROP;
		return 0;
	}
	port->single = calloc(1, sizeof(*port->single));
	if (!port->single)
		return -ENOMEM;
	sender_init(port->single, port, unicast);
	return 0;
}

void outlet_port_done(struct port *port)
{
	sender_done(&port->wide);
	if (port->single)
		sender_done(port->single);
	free(TAKE(port->single));
}

/* ---- one reply ---------------------------------------------------------------------------- */

static void drop(struct port *port, struct outgoing *out, const char *why)
{
	if (port)
		port->refused++;
	tell_unsent(out, why);
	show(out, why);
	outgoing_release(out);
}

/* One that may not wait for its neighbour: there may be thousands, which are told together. */
static void drop_absent(struct port *port, struct outgoing *out)
{
	struct server *s = port->server;

	port->refused++;
	s->absent.n++;
	s->absent.where = out->to.ip;
	s->absent.client = out->client;
	show(out, "no host answers at that address");
	outgoing_release(out);
}

static bool is_to_many(const struct ip *ip)
{
	return ip_is_limited_broadcast(ip) || ip_is_multicast(ip);
}

/* Is it a link of software, behind which somebody may see what the kernel has not yet cut? */
static bool is_whole(const struct links_view *view, unsigned ifindex)
{
	const struct link *link = links_by_index(view, ifindex);

	return !link || link->software || link->loopback;
}

/* Where a reply goes, in s->way: its neighbour, if there is one that would have to be found. Only
 * what follows from the links: a reload may change anything else. */
static void way_find(struct server *s, const struct endpoint *to)
{
	const struct links_view *view = links_now(s->links);

	if (s->way.view == links_serial(view) && s->way.to.ifindex == to->ifindex &&
	    ip_equal(&s->way.to.ip, &to->ip))
		return;
	s->way.view = links_serial(view);
	s->way.to = *to;
	s->way.has = !is_to_many(&to->ip) && links_neighbour(view, to, &s->way.hop);
	s->way.whole = is_whole(view, s->way.has ? s->way.hop.ifindex : to->ifindex);
}

/* May what goes that way be joined to runs? The kernel cuts a run into datagrams only where it
 * leaves the host; a program that reads packets on a link of software, as ISC dhcrelay does behind
 * a bridge, sees it in one piece, and drops it. */
static bool may_join(const struct server *s)
{
	return s->config->gso == CONFIG_GSO_AUTO ? !s->way.whole : s->config->gso == CONFIG_GSO_ON;
}

/* May it go to its neighbour now? */
static bool neighbour_lets(struct server *s, const struct outgoing *out)
{
	return !s->neighbours || !s->way.has ||
	       neighbours_let(s->neighbours, &s->way.hop, out->client.from.ifindex, out->len,
			      clock_ms());
}

/* The socket for a reply. One to a single host needs a named source there: the kernel would take
 * that socket's own, which is loopback's. */
static struct sender *sender_for(struct server *s, struct port *port, struct tx_datagram *datagram)
{
	if (!port->single || is_to_many(&datagram->to.ip))
		return &port->wide;
	if (datagram->from.family == IP_NONE &&
	    !links_source(links_now(s->links), &datagram->to.ip, datagram->to.ifindex,
			  &datagram->from))
		return &port->wide;
	return port->single;
}

/* Into the queue of its socket, for the end of the turn. */
static void send_now(void *context, struct outgoing *out)
{
	struct server *s = context;
	int i = ports_find(&s->ports, out->to.ip.family, out->from_port);
	struct port *port = i < 0 ? NULL : s->port[i];
	struct tx_datagram datagram = {
		.at = out->octets, .len = out->len, .to = out->to, .from = out->from, .cookie = out
	};
	struct sender *sender;
	int r;

	if (!port) {
		drop(NULL, out, "its own port is not served");
		return;
	}
	way_find(s, &out->to);
	if (!neighbour_lets(s, out)) {
		drop_absent(port, out);
		return;
	}
	datagram.may_join = may_join(s);
	sender = sender_for(s, port, &datagram);
	r = tx_put(&sender->tx, &datagram);
	if (r == -ENOBUFS) { /* more than a turn's worth: send what waits; then the oldest goes */
		flush_sender(sender);
		if (sender->tx.count == TX_QUEUE)
			tx_drop_oldest(&sender->tx, -ENOBUFS);
		r = tx_put(&sender->tx, &datagram);
	}
	if (r == 0)
		sender->dirty = true;
	else
		drop(port, out, strerror(-r));
}

/* ---- replies that wait a moment --- */

/* For the first of them; one that follows is due later. */
static void arm_held(struct server *s)
{
	uint64_t due_ms = hold_due_ms(&s->hold), now_ms = clock_ms();

	if (ev_is_active(&s->held) || hold_is_empty(&s->hold))
		return;
	ev_timer_set(&s->held, due_ms > now_ms ? (double)(due_ms - now_ms) / 1e3 : 0.0, 0.0);
	ev_timer_start(s->loop, &s->held);
}

static void on_held(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	struct server *s = timer->data;

	(void)loop;
	(void)events;
	hold_turn(&s->hold, clock_ms());
	arm_held(s);
}

static bool has_to_wait(const struct outgoing *out)
{
	int i = transport_find(out->to.ip.family, out->from_port);

	return i >= 0 && transports[i].holds;
}

void server_send(void *context, struct outgoing *out)
{
	struct server *s = context;

	if (!has_to_wait(out)) {
		send_now(s, out);
		return;
	}
	hold_put(&s->hold, out, clock_ms());
	arm_held(s);
}

void outlet_flush(struct server *s)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		struct port *port = s->port[i];

		if (port && port->wide.dirty)
			flush_sender(&port->wide);
		if (port && port->single && port->single->dirty)
			flush_sender(port->single);
	}
}

/* ---- neighbours --------------------------------------------------------------------------- */

static void read_neighbours(struct server *s, uint64_t now_ms)
{
	int r = neighbours_read(s->neighbours, now_ms);

	if (r < 0 && log_source_take("", now_ms))
		log_line(LOG_WARNING, "cannot read the neighbour table: %s", strerror(-r));
}

static void on_neighbours(struct ev_loop *loop, struct ev_io *watcher, int events)
{
	struct server *s = watcher->data;

	(void)loop;
	if (polled_ready(&s->neighbours_polled, events, "changes of the neighbours"))
		read_neighbours(s, clock_ms());
}

/* What may wait for neighbours: three quarters of the smallest send buffer, so that the rest of
 * each is free for those who are there. */
static size_t waiting_room(const struct ports *ports)
{
	size_t least = SIZE_MAX;

	for (int i = 0; i < PORT_COUNT; i++) {
		const struct net_socket *one = &ports->unicast[i];

		if (one->fd < 0)
			one = &ports->socket[i];
		if (one->fd >= 0 && one->sndbuf < least)
			least = one->sndbuf;
	}
	return least / 4 * 3;
}

void outlet_init(struct server *s)
{
	int r = neighbours_new(waiting_room(&s->ports), &s->neighbours);

	hold_init(&s->hold, send_now, s);
	ev_timer_init(&s->held, on_held, 0.0, 0.0);
	s->held.data = s;
	if (r < 0) {
		log_line(LOG_WARNING, "cannot watch the neighbour table: %s", strerror(-r));
		return;
	}
	ev_io_init(&s->neighbours_readable, on_neighbours, neighbours_fd(s->neighbours), EV_READ);
	s->neighbours_readable.data = s;
	ev_io_start(s->loop, &s->neighbours_readable);
	read_neighbours(s, clock_ms());
}

void outlet_done(struct server *s)
{
	ev_timer_stop(s->loop, &s->held);
	hold_done(&s->hold);
	if (!s->neighbours)
		return;
	ev_io_stop(s->loop, &s->neighbours_readable);
	neighbours_free(TAKE(s->neighbours));
}

/* What waits for a socket that the kernel would not watch. */
static void flush_unwatched(struct server *s)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		struct port *port = s->port[i];

		if (port && !ev_is_active(&port->wide.writable))
			flush_sender(&port->wide);
		if (port && port->single && !ev_is_active(&port->single->writable))
			flush_sender(port->single);
	}
}

void outlet_second(struct server *s, uint64_t now_ms)
{
	char who[LOG_WHO_MAX], ip[IP_TEXT_MAX];

	if (s->neighbours) {
		polled_again(&s->neighbours_polled, s->loop, &s->neighbours_readable,
			     "changes of the neighbours");
		read_neighbours(s, now_ms);
	}
	flush_unwatched(s);
	if (s->absent.n == 0)
		return;
	log_format_who(&s->absent.client, who, sizeof(who));
	log_client_line(LOG_WARNING, "", &s->absent.client,
			"%u replies were dropped: no host answers at their addresses (the last one "
			"was %s, for %s), and enough replies are waiting for such addresses "
			"already",
			s->absent.n, ip_text(&s->absent.where, ip), who);
	s->absent.n = 0;
}
