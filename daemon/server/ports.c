#include "server/ports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "base/cleanup.h"
#include "server/log.h"

enum { RECEIVE_BUFFER = 64 << 20 }; /* a boot storm: 1.3 KB a packet */

static const struct {
	uint8_t family;
	uint16_t number;
	const char *key; /* that switches it off */
} table[PORT_COUNT] = {
	[PORT_DHCP4] = { IP_V4, 67, "listen.dhcp" },
	[PORT_PXE4] = { IP_V4, 4011, "listen.pxe" },
	[PORT_PXE6] = { IP_V6, 4011, "listen.pxe" },
	[PORT_DHCP6] = { IP_V6, 547, "listen.dhcpv6" },
};

void ports_init(struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++)
		ports->socket[i] = NET_SOCKET_NONE;
}

void ports_close(struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++)
		net_socket_close(&ports->socket[i]);
}

int ports_find(const struct ports *ports, uint8_t family, uint16_t number)
{
	for (int i = 0; i < PORT_COUNT; i++)
		if (table[i].family == family && table[i].number == number &&
		    ports->socket[i].fd >= 0)
			return i;
	return -1;
}

static bool wanted(const struct config *config, int i)
{
	if (table[i].number == 67)
		return config->dhcp;
	return table[i].number == 547 ? config->dhcpv6 : config->pxe;
}

static int adopt(struct ports *ports, const struct config *config, int fd, char *why, size_t size)
{
	struct net_socket taken = NET_SOCKET_NONE;
	const char *step = "";
	int r = net_socket_adopt(fd, RECEIVE_BUFFER, &taken, &step);

	if (r < 0) {
		snprintf(why, size,
			 "the socket that was handed over as fd %d does not suit: %s: %s", fd, step,
			 strerror(-r));
		return r;
	}
	for (int i = 0; i < PORT_COUNT; i++) {
		if (table[i].family != taken.family || table[i].number != taken.port)
			continue;
		if (ports->socket[i].fd >= 0)
			break;
		if (!wanted(config, i)) {
			log_line(LOG_WARNING,
				 "UDP port %u was handed over, but %s = false: it is not served; "
				 "disable its socket unit",
				 taken.port, table[i].key);
			net_socket_close(&taken);
			return 0;
		}
		ports->socket[i] = taken;
		return 0;
	}
	snprintf(why, size,
		 "UDP port %u over IPv%u was handed over as fd %d, and is not one of ours "
		 "or is there twice",
		 taken.port, taken.family, fd);
	net_socket_close(&taken);
	return -EINVAL;
}

static void explain_open(int i, int r, const char *step, char *why, size_t size)
{
	if (r == -EADDRINUSE && table[i].number == 67)
		snprintf(why, size,
			 "UDP port 67 is in use: a DHCP server runs on this host. Set "
			 "listen.dhcp = false to serve port 4011 beside it");
	else if (r == -EADDRINUSE)
		snprintf(why, size,
			 "UDP port %u over IPv%u is in use by another program; %s = false serves "
			 "without it",
			 table[i].number, table[i].family, table[i].key);
	else if (r == -EACCES || r == -EPERM)
		snprintf(why, size,
			 "UDP port %u over IPv%u may not be opened: it takes root, "
			 "CAP_NET_BIND_SERVICE or the socket units",
			 table[i].number, table[i].family);
	else
		snprintf(why, size, "UDP port %u over IPv%u: %s: %s", table[i].number,
			 table[i].family, step, strerror(-r));
}

static int open_one(struct ports *ports, int i, char *why, size_t size)
{
	const char *step = "";
	int r = net_socket_open(table[i].family, table[i].number, RECEIVE_BUFFER, &ports->socket[i],
				&step);

	if (r == -EAFNOSUPPORT && table[i].family == IP_V6) {
		log_line(LOG_NOTICE, "this host has no IPv6: UDP port %u is served over IPv4 only",
			 table[i].number);
		return 0;
	}
	if (r < 0)
		explain_open(i, r, step, why, size);
	return r;
}

static void tell_small_buffer(const struct ports *ports)
{
	for (int i = 0; i < PORT_COUNT; i++) {
		const struct net_socket *socket = &ports->socket[i];

		if (socket->fd < 0 || socket->rcvbuf >= 2u * RECEIVE_BUFFER)
			continue;
		log_line(
			LOG_NOTICE,
			"the kernel gives UDP port %u a receive buffer of %u KB, not %u: in a boot "
			"storm it drops packets; use the socket units, or raise net.core.rmem_max",
			socket->port, socket->rcvbuf / 1024, 2 * RECEIVE_BUFFER / 1024);
		return;
	}
}

int ports_open(struct ports *ports, const struct config *config, char *why, size_t size)
{
	int n = sd_listen_fds(1), r = 0;

	if (n < 0) {
		snprintf(why, size, "the sockets that were handed over cannot be read: %s",
			 strerror(-n));
		return n;
	}
	for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + n && r >= 0; fd++)
		r = adopt(ports, config, fd, why, size);
	for (int i = 0; i < PORT_COUNT && r >= 0; i++)
		if (wanted(config, i) && ports->socket[i].fd < 0)
			r = open_one(ports, i, why, size);
	if (r < 0) {
		ports_close(ports);
		return r;
	}
	tell_small_buffer(ports);
	return 0;
}

void ports_join(const struct ports *ports, const struct config *config, const struct link *link)
{
	static const char *const groups[] = { "ff02::1:2", "ff05::1:3" };
	bool join = link->up && (link->multicast || link->loopback) &&
		    config_serves(config, link->name, link->loopback);

	for (int i = 0; i < PORT_COUNT; i++) {
		const struct net_socket *socket = &ports->socket[i];

		if (socket->fd < 0 || table[i].family != IP_V6)
			continue;
		for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
			struct ip group;
			int r;

			ip_parse(groups[g], &group);
			if (!join) {
				net_socket_leave(socket, &group, link->ifindex);
				continue;
			}
			r = net_socket_join(socket, &group, link->ifindex);
			if (r == -ENOBUFS || r == -ENOMEM)
				log_line(LOG_WARNING, "%s: port %u cannot join %s: %s", link->name,
					 socket->port, groups[g], strerror(-r));
		}
	}
}

void ports_join_all(const struct ports *ports, const struct config *config,
		    const struct links_view *view)
{
	size_t n;
	const struct link *link = links_all(view, &n);

	for (size_t i = 0; i < n; i++)
		ports_join(ports, config, &link[i]);
}
