#include "ctl/probe_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "ctl/probe_frame.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

/* Says what has failed. Returns -errno. */
__attribute__((format(printf, 2, 3))) static int fail(char error[static WIRE_ERROR_MAX],
						      const char *format, ...)
{
	int r = errno ? -errno : -EIO;
	va_list args;

	va_start(args, format);
	vsnprintf(error, WIRE_ERROR_MAX, format, args);
	va_end(args);
	return r;
}

/* ---- interfaces -------------------------------------------------------------------------------
 */

static bool could_be_meant(const struct ifaddrs *it)
{
	unsigned needed = IFF_UP | IFF_RUNNING | IFF_BROADCAST;

	return it->ifa_addr && it->ifa_addr->sa_family == AF_PACKET &&
	       (it->ifa_flags & needed) == needed && !(it->ifa_flags & IFF_LOOPBACK);
}

bool wire_only_interface(char name[static WIRE_NAME_MAX], char error[static WIRE_ERROR_MAX])
{
	struct ifaddrs *all = NULL;
	char names[WIRE_ERROR_MAX / 2] = "";
	size_t n = 0;

	if (getifaddrs(&all) == 0)
		for (struct ifaddrs *it = all; it; it = it->ifa_next) {
			size_t used = strlen(names);

			if (!could_be_meant(it))
				continue;
			snprintf(name, WIRE_NAME_MAX, "%s", it->ifa_name);
			snprintf(names + used, sizeof(names) - used, "%s%s", n++ ? ", " : "",
				 it->ifa_name);
		}
	freeifaddrs(all);
	if (n > 1)
		snprintf(error, WIRE_ERROR_MAX, "probe: name one with --interface: %s", names);
	else if (n == 0)
		snprintf(error, WIRE_ERROR_MAX,
			 "probe: no interface is up: name one with --interface");
	return n == 1;
}

static struct ip ip_of(const struct sockaddr *address)
{
	if (address && address->sa_family == AF_INET)
		return ip_v4(&((const struct sockaddr_in *)(const void *)address)->sin_addr);
	if (address && address->sa_family == AF_INET6)
		return ip_v6(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
	return (struct ip){ .family = IP_NONE };
}

/* The first of IPv4, a global one of IPv6, and the link-local one. */
static void take_address(struct wire *wire, struct ip ip)
{
	if (ip.family == IP_V4 && wire->address4.family == IP_NONE)
		wire->address4 = ip;
	else if (ip.family == IP_V6 && ip_is_linklocal(&ip))
		wire->link_local = ip;
	else if (ip.family == IP_V6 && wire->address6.family == IP_NONE)
		wire->address6 = ip;
}

static void take_addresses(struct wire *wire)
{
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) == 0)
		for (struct ifaddrs *it = all; it; it = it->ifa_next)
			if (strcmp(it->ifa_name, wire->name) == 0)
				take_address(wire, ip_of(it->ifa_addr));
	freeifaddrs(all);
	if (wire->address6.family == IP_NONE)
		wire->address6 = wire->link_local;
}

bool wire_is_own(const struct ip *ip)
{
	struct ifaddrs *all = NULL;
	bool found = false;

	if (getifaddrs(&all) == 0)
		for (struct ifaddrs *it = all; it && !found; it = it->ifa_next) {
			struct ip own = ip_of(it->ifa_addr);

			found = own.family != IP_NONE && ip_equal(&own, ip);
		}
	freeifaddrs(all);
	return found;
}

/* True where a UDP socket of this network namespace is bound to the port. */
static bool is_port_held(const char *path, unsigned port)
{
	FILE *table = fopen(path, "re");
	char line[256];
	unsigned held;
	bool found = false;

	while (table && !found && fgets(line, sizeof(line), table))
		found = sscanf(line, " %*u: %*x:%x", &held) == 1 && held == port;
	if (table)
		fclose(table);
	return found;
}

static int read_link(struct wire *wire, char error[static WIRE_ERROR_MAX])
{
	_cleanup_(closep) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_flags = 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", wire->name);
	wire->index = if_nametoindex(wire->name);
	if (fd < 0 || wire->index == 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		return fail(error, "there is no interface %s", wire->name);
	errno = ENETDOWN;
	if (!(request.ifr_flags & IFF_UP))
		return fail(error, "%s is down", wire->name);
	if (!(request.ifr_flags & IFF_RUNNING))
		return fail(error, "%s has no link: is the cable in?", wire->name);
	if (ioctl(fd, SIOCGIFHWADDR, &request) != 0 || request.ifr_hwaddr.sa_family != 1) {
		errno = EOPNOTSUPP;
		return fail(error, "%s is no Ethernet, which this client speaks", wire->name);
	}
	memcpy(wire->mac, request.ifr_hwaddr.sa_data, sizeof(wire->mac));
	return 0;
}

/* ---- sockets ----------------------------------------------------------------------------------
 */

static int open_packet(struct wire *wire, char error[static WIRE_ERROR_MAX])
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)wire->index };

	/* bound with no protocol, it hears nothing before listen_to() has set its filter */
	wire->packet = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (wire->packet < 0 && errno == EPERM)
		return fail(error, "it may not open a packet socket: run it as root (CAP_NET_RAW)");
	if (wire->packet < 0 ||
	    bind(wire->packet, (struct sockaddr *)&address, sizeof(address)) != 0)
		return fail(error, "cannot open a packet socket on %s: %s", wire->name,
			    strerror(errno));
	return 0;
}

static int open_raw(struct wire *wire, char error[static WIRE_ERROR_MAX])
{
	int on = 1;

	wire->raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (wire->raw < 0 ||
	    setsockopt(wire->raw, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) != 0 ||
	    setsockopt(wire->raw, SOL_SOCKET, SO_BINDTODEVICE, wire->name,
		       (socklen_t)strlen(wire->name)) != 0)
		return fail(error, "cannot open a raw socket on %s: %s", wire->name,
			    strerror(errno));
	return 0;
}

int wire_open(const char *name, struct wire *out, char error[static WIRE_ERROR_MAX])
{
	int r;

	*out = (struct wire){ .packet = -1, .raw = -1, .holder = -1 };
	if (strlen(name) >= sizeof(out->name)) {
		errno = ENODEV;
		return fail(error, "there is no interface %s", name);
	}
	snprintf(out->name, sizeof(out->name), "%s", name);
	r = read_link(out, error);
	if (r == 0)
		r = open_packet(out, error);
	if (r != 0)
		return r;
	take_addresses(out);
	out->is_served4 = is_port_held("/proc/net/udp", DHCP4_PORT_SERVER);
	out->is_served6 = is_port_held("/proc/net/udp6", DHCP6_PORT_SERVER);
	return out->is_served4 ? open_raw(out, error) : 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void wire_close(struct wire *wire)
{
	close_one(&wire->packet);
	close_one(&wire->raw);
	close_one(&wire->holder);
}

/* UDP to that port, in both families; no fragments, no extension headers. */
static int listen_to(struct wire *wire, uint16_t port)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 7),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 11),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 9, 0),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 5, 6),
		/* not IPv4 */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 5),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, FRAME_IP6_HEADER + 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog filter = { .len = ARRAY_LEN(code), .filter = code };
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_ALL),
				       .sll_ifindex = (int)wire->index };

	wire->port = port;
	if (setsockopt(wire->packet, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) != 0 ||
	    bind(wire->packet, (struct sockaddr *)&address, sizeof(address)) != 0)
		return -errno;
	return 0;
}

/* ---- sending ----------------------------------------------------------------------------------
 */

static int send_frame(const struct wire *wire, uint16_t protocol, const char *to, struct span frame)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(protocol),
				       .sll_ifindex = (int)wire->index,
				       .sll_halen = 6 };

	memcpy(address.sll_addr, to, 6);
	if (sendto(wire->packet, frame.at, frame.len, 0, (struct sockaddr *)&address,
		   sizeof(address)) < 0)
		return -errno;
	return 0;
}

static int broadcast4(struct wire *wire, struct span payload)
{
	struct sockaddr_in all = { .sin_family = AF_INET, .sin_addr.s_addr = INADDR_BROADCAST };
	uint8_t frame[WIRE_PACKET_MAX];
	size_t len = frame_put4(frame, wire->raw >= 0 ? 1 : 0, payload);

	if (wire->raw < 0)
		return send_frame(wire, ETH_P_IP, "\xff\xff\xff\xff\xff\xff", span_of(frame, len));
	if (sendto(wire->raw, frame, len, 0, (struct sockaddr *)&all, sizeof(all)) < 0)
		return -errno;
	return 0;
}

static socklen_t address_of(const struct ip *ip, uint16_t port, unsigned index,
			    struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	*out = (struct sockaddr_storage){ .ss_family = ip->family == IP_V4 ? AF_INET : AF_INET6 };
	if (ip->family == IP_V4) {
		memcpy(&v4->sin_addr, ip->octet, 4);
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	memcpy(&v6->sin6_addr, ip->octet, 16);
	v6->sin6_port = htons(port);
	v6->sin6_scope_id = ip_is_linklocal(ip) || ip_is_multicast(ip) ? index : 0;
	return sizeof(*v6);
}

/* Both families have it in the same place. */
static uint16_t port_of(const struct sockaddr_storage *address)
{
	struct sockaddr_in v4;

	memcpy(&v4, address, sizeof(v4));
	return ntohs(v4.sin_port);
}

/* A UDP socket on the interface, at that port of our own; -1 with errno. */
static int open_udp(const struct wire *wire, const struct ip *own, uint16_t port)
{
	_cleanup_(closep) int fd = socket(own->family == IP_V4 ? AF_INET : AF_INET6,
					  SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_storage address;
	socklen_t len = address_of(own, port, wire->index, &address);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, wire->name,
		       (socklen_t)strlen(wire->name)) != 0 ||
	    bind(fd, (struct sockaddr *)&address, len) != 0)
		return -1;
	return take_fd(&fd);
}

/* So that the kernel does not tell the servers that nobody listens. Whoever else holds the port
 * does as well. */
static int broadcast6(struct wire *wire, struct span payload)
{
	uint8_t frame[WIRE_PACKET_MAX];

	if (wire->holder < 0)
		wire->holder = open_udp(wire, &wire->link_local, DHCP6_PORT_CLIENT);
	return send_frame(wire, ETH_P_IPV6, "\x33\x33\0\1\0\2",
			  span_of(frame, frame_put6(frame, &wire->link_local, payload)));
}

int wire_broadcast(struct wire *wire, uint8_t family, struct span payload)
{
	uint16_t port = family == IP_V4 ? DHCP4_PORT_CLIENT : DHCP6_PORT_CLIENT;
	int r = wire->port == port ? 0 : listen_to(wire, port);

	if (payload.len > WIRE_PACKET_MAX - FRAME_HEAD_MAX)
		r = -EMSGSIZE;
	if (r == 0)
		r = family == IP_V4 ? broadcast4(wire, payload) : broadcast6(wire, payload);
	return r;
}

/* The port that the firmware sends from, and else any. */
static int hold(struct wire *wire, const struct ip *own, uint16_t *port)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(address);

	close_one(&wire->holder);
	wire->holder = open_udp(wire, own, *port);
	if (wire->holder < 0 && errno == EADDRINUSE)
		wire->holder = open_udp(wire, own, 0);
	if (wire->holder < 0 || getsockname(wire->holder, (struct sockaddr *)&address, &len) != 0)
		return -errno;
	*port = port_of(&address);
	return listen_to(wire, *port);
}

int wire_ask(struct wire *wire, const struct endpoint *to, uint16_t *port, struct span payload)
{
	const struct ip *own = to->ip.family == IP_V4 ? &wire->address4 : &wire->address6;
	struct sockaddr_storage address;
	socklen_t len = address_of(&to->ip, to->port, wire->index, &address);
	int r = wire->port == *port && wire->holder >= 0 ? 0 : hold(wire, own, port);

	if (r == 0 &&
	    sendto(wire->holder, payload.at, payload.len, 0, (struct sockaddr *)&address, len) < 0)
		r = -errno;
	return r;
}

/* ---- hearing ----------------------------------------------------------------------------------
 */

static void take(struct span frame, uint8_t family, struct wire_datagram *out)
{
	struct span payload;

	if (!frame_read(frame, family, &out->from, &payload))
		return;
	memcpy(out->octets, payload.at, payload.len);
	out->len = payload.len;
}

/* What comes to our own socket from a server of this host does not pass the interface. */
static void take_held(struct wire *wire, struct wire_datagram *out)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof(address);
	ssize_t len = recvfrom(wire->holder, out->octets, sizeof(out->octets), 0,
			       (struct sockaddr *)&address, &size);

	if (len < 0)
		return;
	out->from.ip = ip_of((struct sockaddr *)&address);
	out->from.port = port_of(&address);
	out->len = (size_t)len;
}

bool wire_hear(struct wire *wire, uint8_t family, int ms, struct wire_datagram *out)
{
	struct pollfd both[] = { { .fd = wire->packet, .events = POLLIN },
				 { .fd = wire->holder, .events = POLLIN } };
	uint8_t frame[WIRE_PACKET_MAX + 1];
	ssize_t len;

	if (poll(both, ARRAY_LEN(both), ms) <= 0)
		return false;
	out->len = 0;
	if (both[1].revents) {
		take_held(wire, out);
		return true;
	}
	len = recv(wire->packet, frame, sizeof(frame), 0);
	if (len > 0 && len <= WIRE_PACKET_MAX)
		take(span_of(frame, (size_t)len), family, out);
	return true;
}
