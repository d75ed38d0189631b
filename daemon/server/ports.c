#include "server/ports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/cleanup.h"
#include "story/log.h"
#include "server/notify_socket.h"

enum {
	RECEIVE_BUFFER = 64 << 20, /* a boot storm: 1.3 KB a packet */
	SEND_BUFFER = 2 << 20,     /* what waits for neighbours; see net/neighbours.h */
};

void ports_init(struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++)
		ports->socket[i] = ports->unicast[i] = NET_SOCKET_NONE;
	ports->join_again = false;
}

void ports_close(struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		net_socket_close(&ports->unicast[i]);
		net_socket_close(&ports->socket[i]);
	}
}

int ports_find(const struct ports *ports, uint8_t family, uint16_t number)
{
	int i = transport_find(family, number);

	return i >= 0 && ports->socket[i].fd >= 0 ? i : -1;
}

/* ---- what comes back from the descriptor store ---- */

static int find_stored(const char *name)
{
	for (int i = 0; i < PORT_COUNT; i++)
		if (!strcmp(transports[i].stored, name))
			return i;
	return -1;
}

static bool suits(const struct net_socket *socket, int i)
{
	return socket->family == transports[i].family && socket->port == transports[i].number;
}

/* A port that the configuration does not want any more is let go, in the store too: another
 * program may be waiting for it. */
static void take_back(struct ports *ports, const struct config *config, int i, int fd)
{
	struct net_socket taken = NET_SOCKET_NONE;
	const char *step = "";

	if (!transports[i].wanted(config))
		log_line(LOG_NOTICE, "%s is closed, because %s = false", transports[i].name,
			 transports[i].key);
	else if (ports->socket[i].fd < 0 &&
		 net_socket_adopt(fd, RECEIVE_BUFFER, &taken, &step) == 0 && suits(&taken, i)) {
		ports->socket[i] = taken;
		return;
	}
	close(fd);
	notify_forget(transports[i].stored);
	if (ports->socket[i].fd >= 0) /* two under one name: the first stays */
		notify_keep(transports[i].stored, ports->socket[i].fd);
}

/* ---- what a socket unit hands over ---- */

static int adopt(struct ports *ports, const struct config *config, int fd, char *why, size_t size)
{
	struct net_socket taken = NET_SOCKET_NONE;
	const char *step = "";
	int r = net_socket_adopt(fd, RECEIVE_BUFFER, &taken, &step);

	if (r < 0) {
		snprintf(why, size, "the socket passed as fd %d cannot be used: %s: %s", fd, step,
			 strerror(-r));
		return r;
	}
	for (int i = 0; i < PORT_COUNT; i++) {
		if (!suits(&taken, i))
			continue;
		if (ports->socket[i].fd >= 0)
			break;
		if (!transports[i].wanted(config)) {
			log_line(LOG_WARNING,
				 "UDP port %u was passed by a socket unit, but is not served, "
				 "because %s = false; disable that unit",
				 taken.port, transports[i].key);
			net_socket_close(&taken);
			return 0;
		}
		ports->socket[i] = taken;
		return 0;
	}
	snprintf(why, size,
		 "UDP port %u over IPv%u was passed as fd %d, but is not one that wdspxed uses, or "
		 "was passed twice",
		 taken.port, taken.family, fd);
	net_socket_close(&taken);
	return -EINVAL;
}

/* ---- what is opened here ---- */

static void explain_open(int i, int r, const char *step, char *why, size_t size)
{
	if (r == -EADDRINUSE)
		snprintf(why, size, "%s", transports[i].in_use);
	else if (r == -EACCES || r == -EPERM)
		snprintf(why, size,
			 "%s: permission denied; run as root, grant CAP_NET_BIND_SERVICE, or use "
			 "a socket unit",
			 transports[i].name);
	else
		snprintf(why, size, "%s: %s: %s", transports[i].name, step, strerror(-r));
}

static int open_one(struct ports *ports, int i, char *why, size_t size)
{
	const char *step = "";
	int r = net_socket_open(transports[i].family, transports[i].number, RECEIVE_BUFFER,
				&ports->socket[i], &step);

	if (r == -EAFNOSUPPORT && transports[i].family == IP_V6) {
		log_line(LOG_NOTICE, "this host has no IPv6: UDP port %u is served over IPv4 only",
			 transports[i].number);
		return 0;
	}
	if (r < 0)
		explain_open(i, r, step, why, size);
	return r;
}

/* Opens what was not handed over, and has it kept once all of it is open. All ports in use are told
 * at once: each but the first, which `why` tells, has a line here. */
static int open_rest(struct ports *ports, const struct config *config, char *why, size_t size)
{
	bool opened[PORT_COUNT] = { false };
	char more[512];
	int first = 0;

	for (int i = 0; i < PORT_COUNT && (first == 0 || first == -EADDRINUSE); i++) {
		int r;

		if (!transports[i].wanted(config) || ports->socket[i].fd >= 0)
			continue;
		r = open_one(ports, i, first ? more : why, first ? sizeof(more) : size);
		opened[i] = ports->socket[i].fd >= 0;
		if (r == -EADDRINUSE && first)
			log_line(LOG_ERR, "%s", more);
		else if (r < 0 && !first)
			first = r;
	}
	for (int i = 0; i < PORT_COUNT && first == 0; i++)
		if (opened[i])
			notify_keep(transports[i].stored, ports->socket[i].fd);
	return first;
}

/* The second socket of each port. Without it a port has one large send buffer. */
static void open_senders(struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		struct net_socket *socket = &ports->socket[i];
		const char *step = "";
		int r;

		if (socket->fd < 0)
			continue;
		r = net_socket_open_sender(socket, SEND_BUFFER, &ports->unicast[i], &step);
		if (r >= 0)
			continue;
		(void)net_socket_grow_sndbuf(socket, SEND_BUFFER);
		log_line(LOG_INFO,
			 "UDP port %u over IPv%u: cannot open a second socket for unicast replies, "
			 "so all replies share one: %s: %s",
			 socket->port, socket->family, step, strerror(-r));
	}
}

static void tell_small_buffer(const struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		const struct net_socket *socket = &ports->socket[i];

		if (socket->fd < 0 || socket->rcvbuf >= 2u * RECEIVE_BUFFER)
			continue;
		log_line(LOG_NOTICE,
			 "the receive buffer of UDP port %u has %u KB instead of %u, so a boot "
			 "storm may lose packets; raise net.core.rmem_max to %d",
			 socket->port, socket->rcvbuf / 1024, 2 * RECEIVE_BUFFER / 1024,
			 RECEIVE_BUFFER);
		return;
	}
}

static void names_free(char ***names)
{
	for (char **name = *names; name && *name; name++)
		free(*name);
	free(*names);
}

int ports_open(struct ports *ports, const struct config *config, char *why, size_t size)
{
	_cleanup_(names_free) char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names), r = 0;

	if (n < 0) {
		snprintf(why, size, "cannot read the sockets passed by the service manager: %s",
			 strerror(-n));
		return n;
	}
	for (int i = 0; i < n && r >= 0; i++) {
		int fd = SD_LISTEN_FDS_START + i, port = find_stored(names[i]);

		if (port >= 0)
			take_back(ports, config, port, fd);
		else
			r = adopt(ports, config, fd, why, size);
	}
	if (r >= 0)
		r = open_rest(ports, config, why, size);
	if (r < 0) {
		ports_close(ports);
		return r;
	}
	open_senders(ports);
	tell_small_buffer(ports);
	return 0;
}

static bool has_family(const struct links_view *view, const struct link *link, uint8_t family)
{
	size_t n;
	const struct link_address *address = links_addresses(view, link, &n);

	for (size_t i = 0; i < n; i++)
		if (address[i].ip.family == family)
			return true;
	return false;
}

/* 0, or the -errno of the last group that should be joined and is not. */
static int join_groups(const char *const *groups, const struct net_socket *socket,
		       const struct link *link, bool join)
{
	int failed = 0;

	for (; *groups; groups++) {
		struct ip group;
		int r;

		ip_parse(*groups, &group);
		if (!join) {
			net_socket_leave(socket, &group, link->ifindex);
			continue;
		}
		r = net_socket_join(socket, &group, link->ifindex);
		if (r < 0 && r != -ENODEV) /* it has gone, and that is told soon */
			failed = r;
	}
	return failed;
}

static void join_link(struct ports *ports, const struct config *config,
		      const struct links_view *view, const struct link *link, bool tell)
{
	bool join = link->up && (link->multicast || link->loopback) &&
		    config_serves(config, link->name, link->loopback);

	for (int i = 0; i < PORT_COUNT; i++) {
		const struct net_socket *socket = &ports->socket[i];
		int r;

		if (socket->fd < 0 || !transports[i].groups)
			continue;
		r = join_groups(transports[i].groups(config), socket, link, join);
		if (r == 0 || !has_family(view, link, socket->family))
			continue;
		ports->join_again = true;
		if (tell)
			log_line(LOG_WARNING,
				 "%s: UDP port %u cannot join the multicast groups of %s servers: "
				 "%s; requests sent to them are not received; retrying every "
				 "second",
				 link->name, socket->port,
				 socket->family == IP_V6 ? "DHCPv6" : "boot", strerror(-r));
	}
}

static void join_all(struct ports *ports, const struct config *config,
		     const struct links_view *view, bool tell)
{
	size_t n;
	const struct link *link = links_all(view, &n);

	for (size_t i = 0; i < n; i++)
		join_link(ports, config, view, &link[i], tell);
}

void ports_join(struct ports *ports, const struct config *config, const struct links_view *view,
		const struct link *link)
{
	join_link(ports, config, view, link, true);
}

void ports_join_all(struct ports *ports, const struct config *config, const struct links_view *view)
{
	join_all(ports, config, view, true);
}

void ports_turn(struct ports *ports, const struct config *config, const struct links_view *view)
{
	if (!ports->join_again)
		return;
	ports->join_again = false;
	join_all(ports, config, view, false);
	if (!ports->join_again)
		log_line(LOG_NOTICE, "joined all multicast groups");
}
