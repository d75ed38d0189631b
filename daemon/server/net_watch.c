/* Interfaces that come and go: groups are joined, providers and the log are told. */
#include <string.h>

#include <wdspxe.h>

#include "server/polled.h"
#include "story/log.h"
#include "provider/process.h"
#include "server/server.h"

static bool served(const struct server *s, const struct link *link)
{
	return config_serves(s->config, link->name, link->loopback);
}

static void tell_providers(struct server *s, bool up)
{
	server_control_net(s, up ? SERVICE_CONTROL_NETBINDADD : SERVICE_CONTROL_NETBINDREMOVE);
}

/* The status line counts interfaces. */
static void tell_systemd(struct server *s)
{
	if (s->state == SERVER_RUNNING)
		notify_ready(s);
}

static void link_changed(struct server *s, const struct links_change *change)
{
	const struct link *link = change->link;
	bool now = link->up && served(s, link);
	bool before = change->old && change->old->up && served(s, change->old);

	ports_join(&s->ports, s->config, links_now(s->links), link);
	if (change->event == LINKS_LINK_RENAMED)
		log_line(LOG_INFO, "interface %s was renamed to %s%s", change->old->name,
			 link->name,
			 now && !before   ? " and is now served"
			 : before && !now ? " and is no longer served"
					  : "");
	else if (now != before)
		log_line(LOG_INFO, "interface %s is %s", link->name, now ? "served" : "down");
	if (now != before) {
		tell_providers(s, now);
		tell_systemd(s);
	} else if (now && change->event == LINKS_LINK_RENAMED) {
		tell_providers(s, true);
	}
}

static void on_change(void *arg, const struct links_change *change)
{
	struct server *s = arg;
	char ip[IP_TEXT_MAX];

	if (s->state == SERVER_STARTING)
		return; /* everything is told as new; the joins come at the end of the start */
	switch (change->event) {
	case LINKS_LINK_NEW:
	case LINKS_LINK_RENAMED:
	case LINKS_LINK_CHANGED:
		link_changed(s, change);
		break;
	case LINKS_LINK_GONE:
		if (served(s, change->link)) {
			log_line(LOG_INFO, "interface %s was removed", change->link->name);
			tell_providers(s, false);
			tell_systemd(s);
		}
		break;
	case LINKS_ADDRESS_NEW:
	case LINKS_ADDRESS_GONE:
		if (!change->link || !served(s, change->link))
			break;
		if (change->event == LINKS_ADDRESS_NEW)
			ports_join(&s->ports, s->config, links_now(s->links), change->link);
		log_line(LOG_DEBUG, "interface %s: address %s %s", change->link->name,
			 ip_text(&change->address->ip, ip),
			 change->event == LINKS_ADDRESS_NEW ? "was added" : "was removed");
		tell_providers(s, change->event == LINKS_ADDRESS_NEW); /* a binding is an address */
		break;
	}
}

static void read_links(struct server *s)
{
	int r, delay_ms;

	ev_timer_stop(s->loop, &s->links_later);
	r = links_read(s->links);
	if (r < 0) { /* for the next second */
		if (r != s->links_error)
			log_line(LOG_WARNING,
				 "cannot read the interfaces of this host: %s; retrying every "
				 "second",
				 strerror(-r));
		s->links_error = r;
		return;
	}
	delay_ms = links_delay_ms(s->links);
	if (delay_ms >= 0) {
		ev_timer_set(&s->links_later, delay_ms / 1e3, 0.0);
		ev_timer_start(s->loop, &s->links_later);
	} else if (s->links_error != 0) {
		log_line(LOG_NOTICE, "reading the interfaces of this host works again");
		s->links_error = 0;
	}
}

static void on_later(struct ev_loop *loop, struct ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	read_links(timer->data);
}

static void on_readable(struct ev_loop *loop, struct ev_io *watcher, int events)
{
	struct server *s = watcher->data;

	(void)loop;
	if (polled_ready(&s->links_polled, events, "changes of the interfaces"))
		read_links(s);
}

void server_links_second(struct server *s)
{
	polled_again(&s->links_polled, s->loop, &s->links_readable, "changes of the interfaces");
	if (links_delay_ms(s->links) >= 0 && !ev_is_active(&s->links_later))
		read_links(s);
	ports_turn(&s->ports, s->config, links_now(s->links));
}

int server_links_init(struct server *s)
{
	struct links_owner owner = { .changed = on_change, .arg = s };
	int r = links_new(&owner, &s->links);

	if (r < 0)
		return r;
	ev_timer_init(&s->links_later, on_later, 0.0, 0.0);
	s->links_later.data = s;
	ev_io_init(&s->links_readable, on_readable, links_fd(s->links), EV_READ);
	s->links_readable.data = s;
	ev_io_start(s->loop, &s->links_readable);
	return 0;
}

void server_links_done(struct server *s)
{
	if (!s->links)
		return;
	ev_io_stop(s->loop, &s->links_readable);
	ev_timer_stop(s->loop, &s->links_later);
	links_free(s->links);
	s->links = NULL;
}

/* Could a stranger make us send there? Not to a whole network, and not to ourselves, where the
 * firewall trusts us; but a client on this host, on its loopback, may. */
static bool may_be_named(const struct links_view *view, const struct ip *ip, unsigned named_on)
{
	const struct link *link = links_by_index(view, named_on);

	if (ip_is_limited_broadcast(ip) || (link && link->loopback))
		return true;
	return !ip_is_loopback(ip) && !links_is_own(view, ip) && !links_is_broadcast(view, ip);
}

static const char *unreachable(struct server *s, const struct endpoint *to, unsigned named_on)
{
	struct links_loan loan = links_enter(s->links);
	const char *why = NULL;

	if (!links_reachable(loan.view, &to->ip, to->ifindex))
		why = "no route to";
	else if (named_on != 0 && !may_be_named(loan.view, &to->ip, named_on))
		why = "this host or a whole network, not a client, is at";
	links_leave(s->links, loan);
	return why;
}

/* What was found for the last reply holds for the next one to the same place: to all on a wire, or
 * to a relay. [loop] */
static const char *unreachable_again(struct server *s, const struct endpoint *to, unsigned named_on)
{
	uint64_t view = links_serial(links_now(s->links));

	if (s->reached.view == view && s->reached.named_on == named_on &&
	    s->reached.to.ifindex == to->ifindex && ip_equal(&s->reached.to.ip, &to->ip))
		return s->reached.why;
	s->reached.view = view;
	s->reached.named_on = named_on;
	s->reached.to = *to;
	s->reached.why = unreachable(s, to, named_on);
	return s->reached.why;
}

const char *server_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	return host_on_loop() ? unreachable_again(context, to, named_on)
			      : unreachable(context, to, named_on);
}
