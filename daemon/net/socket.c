#include "net/socket.h"

#include <errno.h>
#include <limits.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include "base/cleanup.h"

enum { DISCARD_PORT = 9, DRAIN_MAX = 65536 };

static int option_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* 0 and *out, or -errno. */
static int option_get(int fd, int level, int name, int *out)
{
	int value = 0;
	socklen_t len = sizeof(value);

	if (getsockopt(fd, level, name, &value, &len) < 0)
		return -errno;
	*out = value;
	return 0;
}

struct option {
	const char *name;
	int level, code, value;
	bool optional; /* an older kernel may not know it */
};

static const struct option both_options[] = {
	{ "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 0, false },
	{ "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, 0, false },
	{ "SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, 1, false },
	{ NULL, 0, 0, 0, false },
};

static const struct option v4_options[] = {
	{ "SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, 1, false },
	{ "IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, 1, false },
	{ "IP_MULTICAST_ALL", IPPROTO_IP, IP_MULTICAST_ALL, 0, false },
	{ "IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, false },
	{ NULL, 0, 0, 0, false },
};

static const struct option v6_options[] = {
	{ "IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, false },
	{ "IPV6_MULTICAST_ALL", IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, true },
	{ NULL, 0, 0, 0, false },
};

static int options_set(int fd, const struct option *option, const char **step)
{
	for (; option->name; option++) {
		int r = option_set(fd, option->level, option->code, option->value);

		if (r < 0 && !(option->optional && r == -ENOPROTOOPT)) {
			*step = option->name;
			return r;
		}
	}
	return 0;
}

struct buffer {
	int name, force;
};

static const struct buffer receive_buffer = { SO_RCVBUF, SO_RCVBUFFORCE };
static const struct buffer send_buffer = { SO_SNDBUF, SO_SNDBUFFORCE };

/* Grows a buffer as far as we may. Getting less than wished for is not an error. */
static int buffer_grow(int fd, const struct buffer *buffer, unsigned wish, unsigned *out)
{
	int now = 0, r = option_get(fd, SOL_SOCKET, buffer->name, &now);

	if (r < 0)
		return r;
	if (wish > INT_MAX / 2)
		wish = INT_MAX / 2;
	if ((unsigned)now < 2 * wish) {
		if (option_set(fd, SOL_SOCKET, buffer->force, (int)wish) < 0)
			(void)option_set(fd, SOL_SOCKET, buffer->name, (int)wish);
		r = option_get(fd, SOL_SOCKET, buffer->name, &now);
		if (r < 0)
			return r;
	}
	*out = (unsigned)now;
	return 0;
}

static int flags_set(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	return 0;
}

/* What an opened and an adopted socket have in common. */
static int socket_prepare(struct net_socket *socket, unsigned rcvbuf, const char **step)
{
	int r = options_set(socket->fd, both_options, step);

	if (r >= 0)
		r = options_set(socket->fd, socket->family == IP_V4 ? v4_options : v6_options,
				step);
	if (r < 0)
		return r;
	*step = "SO_RCVBUF";
	return buffer_grow(socket->fd, &receive_buffer, rcvbuf, &socket->rcvbuf);
}

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static int port_read(int fd, union address *address, uint16_t *port)
{
	socklen_t len = sizeof(*address);

	address->any.sa_family = AF_UNSPEC;
	if (getsockname(fd, &address->any, &len) < 0)
		return -errno;
	*port = ntohs(address->any.sa_family == AF_INET ? address->in.sin_port
							: address->in6.sin6_port);
	return 0;
}

static int port_bind(struct net_socket *socket, uint16_t port)
{
	union address address = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len;

	if (socket->family == IP_V4) {
		address.in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
		len = sizeof(address.in);
	} else {
		address.in6 =
			(struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
		len = sizeof(address.in6);
	}
	if (bind(socket->fd, &address.any, len) < 0)
		return -errno;
	return port_read(socket->fd, &address, &socket->port);
}

/* An unbound one, of this family alone. 0 or -errno; on success out->fd is the caller's. */
static int socket_new(uint8_t family, struct net_socket *out, const char **step)
{
	_cleanup_(closep) int fd = -1;
	int r;

	*step = "socket";
	if (family != IP_V4 && family != IP_V6)
		return -EAFNOSUPPORT;
	fd = socket(family == IP_V4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    IPPROTO_UDP);
	if (fd < 0)
		return -errno;
	*step = "IPV6_V6ONLY";
	r = family == IP_V6 ? option_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) : 0;
	if (r < 0)
		return r;
	*out = (struct net_socket){ .fd = take_fd(&fd), .family = family };
	return 0;
}

int net_socket_open(uint8_t family, uint16_t port, unsigned rcvbuf, struct net_socket *out,
		    const char **step)
{
	struct net_socket made = NET_SOCKET_NONE;
	_cleanup_(closep) int fd = -1;
	int r = socket_new(family, &made, step);

	if (r < 0)
		return r;
	fd = made.fd;
	r = socket_prepare(&made, rcvbuf, step);
	if (r < 0)
		return r;
	*step = "bind";
	r = port_bind(&made, port);
	if (r < 0)
		return r;
	take_fd(&fd);
	*out = made;
	return 0;
}

/* Is it a UDP socket at all? */
static int adopt_check_type(int fd, int *domain, const char **step)
{
	struct stat st;
	int value = 0, r;

	*step = "fstat";
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISSOCK(st.st_mode))
		return -ENOTSOCK;
	*step = "SO_DOMAIN";
	r = option_get(fd, SOL_SOCKET, SO_DOMAIN, domain);
	if (r < 0)
		return r;
	if (*domain != AF_INET && *domain != AF_INET6)
		return -EAFNOSUPPORT;
	*step = "SO_TYPE";
	r = option_get(fd, SOL_SOCKET, SO_TYPE, &value);
	if (r < 0 || value != SOCK_DGRAM)
		return r < 0 ? r : -EPROTOTYPE;
	*step = "SO_PROTOCOL";
	r = option_get(fd, SOL_SOCKET, SO_PROTOCOL, &value);
	if (r < 0 || value != IPPROTO_UDP)
		return r < 0 ? r : -EPROTOTYPE;
	return 0;
}

/* Is it bound to a port on every address, of one family only, and to no peer? */
static int adopt_check_binding(int fd, int domain, uint16_t *port, const char **step)
{
	union address address;
	socklen_t len = sizeof(address);
	int value = 0, r;

	*step = "connected";
	if (getpeername(fd, &address.any, &len) == 0)
		return -EISCONN;
	if (errno != ENOTCONN)
		return -errno;
	*step = "unbound";
	r = port_read(fd, &address, port);
	if (r < 0 || *port == 0)
		return r < 0 ? r : -EINVAL;
	*step = "wildcard";
	if (domain == AF_INET)
		return address.in.sin_addr.s_addr == INADDR_ANY ? 0 : -EADDRNOTAVAIL;
	if (!IN6_IS_ADDR_UNSPECIFIED(&address.in6.sin6_addr))
		return -EADDRNOTAVAIL;
	*step = "IPV6_V6ONLY";
	r = option_get(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value);
	if (r < 0)
		return r;
	return value ? 0 : -EPROTONOSUPPORT;
}

int net_socket_adopt(int fd, unsigned rcvbuf, struct net_socket *out, const char **step)
{
	struct net_socket made = { .fd = fd, .adopted = true };
	int domain = 0, r = adopt_check_type(fd, &domain, step);

	if (r >= 0)
		r = adopt_check_binding(fd, domain, &made.port, step);
	if (r < 0)
		return r;
	made.family = domain == AF_INET ? IP_V4 : IP_V6;
	*step = "fcntl";
	r = flags_set(fd);
	if (r >= 0)
		r = socket_prepare(&made, rcvbuf, step);
	if (r < 0)
		return r;
	*out = made;
	return 0;
}

int net_socket_grow_sndbuf(struct net_socket *socket, unsigned wish)
{
	return buffer_grow(socket->fd, &send_buffer, wish, &socket->sndbuf);
}

static int connect_nowhere(const struct net_socket *socket)
{
	union address address = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len;

	if (socket->family == IP_V4) {
		address.in =
			(struct sockaddr_in){ .sin_family = AF_INET,
					      .sin_port = htons(DISCARD_PORT),
					      .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
		len = sizeof(address.in);
	} else {
		address.in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
						     .sin6_port = htons(DISCARD_PORT),
						     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
		len = sizeof(address.in6);
	}
	return connect(socket->fd, &address.any, len) < 0 ? -errno : 0;
}

/* What came between bind and connect is lost: some microseconds' worth, while we start. */
static void drain(int fd)
{
	uint8_t octet;

	for (int i = 0; i < DRAIN_MAX && recv(fd, &octet, sizeof(octet), MSG_DONTWAIT) >= 0; i++)
		;
}

/* Binds, while both may share the port, and connects. */
static int sender_place(struct net_socket *made, const struct net_socket *beside, const char **step)
{
	int r;

	*step = "SO_REUSEADDR";
	r = option_set(made->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (r < 0)
		return r;
	*step = "bind";
	r = port_bind(made, beside->port);
	if (r < 0)
		return r;
	*step = "connect";
	r = connect_nowhere(made);
	drain(made->fd);
	return r;
}

int net_socket_open_sender(struct net_socket *beside, unsigned sndbuf, struct net_socket *out,
			   const char **step)
{
	struct net_socket made = NET_SOCKET_NONE;
	_cleanup_(closep) int fd = -1;
	int r;

	r = socket_new(beside->family, &made, step);
	if (r < 0)
		return r;
	fd = made.fd;
	r = socket_prepare(&made, 0, step);
	if (r < 0)
		return r;
	*step = "SO_REUSEADDR";
	r = option_set(beside->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (r < 0)
		return r;
	r = sender_place(&made, beside, step);
	/* From here on no third one can bind. */
	(void)option_set(beside->fd, SOL_SOCKET, SO_REUSEADDR, 0);
	(void)option_set(made.fd, SOL_SOCKET, SO_REUSEADDR, 0);
	if (r < 0)
		return r;
	*step = "SO_SNDBUF";
	r = net_socket_grow_sndbuf(&made, sndbuf);
	if (r < 0)
		return r;
	take_fd(&fd);
	*out = made;
	return 0;
}

void net_socket_close(struct net_socket *socket)
{
	if (socket->fd >= 0)
		close(socket->fd);
	socket->fd = -1;
}

static int membership(const struct net_socket *socket, const struct ip *group, unsigned ifindex,
		      bool join)
{
	if (group->family != socket->family || !ip_is_multicast(group))
		return -EINVAL;
	if (group->family == IP_V4) {
		struct ip_mreqn in = { .imr_ifindex = (int)ifindex };

		memcpy(&in.imr_multiaddr, group->octet, 4);
		return setsockopt(socket->fd, IPPROTO_IP,
				  join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &in,
				  sizeof(in)) < 0
			       ? -errno
			       : 0;
	}
	struct ipv6_mreq in6 = { .ipv6mr_interface = ifindex };

	memcpy(&in6.ipv6mr_multiaddr, group->octet, 16);
	return setsockopt(socket->fd, IPPROTO_IPV6, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &in6,
			  sizeof(in6)) < 0
		       ? -errno
		       : 0;
}

int net_socket_join(const struct net_socket *socket, const struct ip *group, unsigned ifindex)
{
	int r;

	if (ifindex == 0) /* the kernel would choose one */
		return -ENODEV;
	r = membership(socket, group, ifindex, true);
	return r == -EADDRINUSE ? 0 : r;
}

int net_socket_leave(const struct net_socket *socket, const struct ip *group, unsigned ifindex)
{
	int r = membership(socket, group, ifindex, false);

	return r == -EADDRNOTAVAIL || r == -ENODEV ? 0 : r;
}

uint64_t net_socket_read_drops(struct net_socket *socket)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(socket->fd, SOL_SOCKET, SO_MEMINFO, info, &len) == 0 &&
	    len > SK_MEMINFO_DROPS * sizeof(info[0])) {
		socket->kernel_drops += info[SK_MEMINFO_DROPS] - socket->overflow;
		socket->overflow = info[SK_MEMINFO_DROPS];
	}
	return socket->kernel_drops;
}
