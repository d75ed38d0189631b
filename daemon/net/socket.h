/* A UDP socket as a boot server wants it: one for each family and port, bound to the wildcard
 * address, that says of each datagram where it came in and what address it was sent to.
 *
 * All that is asked of the kernel: packet info (IP_PKTINFO, IPV6_RECVPKTINFO), SO_BROADCAST,
 * SO_RXQ_OVFL, IPV6_V6ONLY, non-blocking, close-on-exec, no multicast group that this socket has
 * not joined itself (IP_MULTICAST_ALL off), no DF bit on IPv4. SO_REUSEADDR is off, and is taken
 * off an adopted socket: with it, two daemons would share a port, and each lose the other's
 * requests without a word.
 *
 * Beside it may stand a second socket of the same port that only sends: see
 * net_socket_open_sender().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

/* [loop] The counters are written by rx and tx on the thread that owns the socket. */
struct net_socket {
	int fd;          /* owned; -1 when closed */
	uint8_t family;  /* IP_V4 or IP_V6 */
	uint16_t port;   /* as bound, never 0 once open */
	bool adopted;    /* handed to us by whoever started us */
	unsigned rcvbuf; /* octets that the kernel gave, as it counts them (twice what it grants) */
	unsigned sndbuf; /* the same for what it sends; 0: as the kernel made it, not asked for */
	uint32_t overflow;     /* the kernel's last word (SO_RXQ_OVFL); it wraps */
	uint64_t kernel_drops; /* datagrams that the kernel dropped on this socket since it was made
				*/
	uint64_t truncated;    /* datagrams longer than a slot, dropped by rx */
};

#define NET_SOCKET_NONE ((struct net_socket){ .fd = -1 })

/**
 * Opens and binds a socket. Port 0 lets the kernel choose (tests).
 *
 * `rcvbuf` is the receive buffer that is wished for, in octets; 0 leaves the default. It is asked
 * for with SO_RCVBUFFORCE, then SO_RCVBUF; getting less is no error: compare out->rcvbuf, which
 * is at least 2 * rcvbuf where the kernel gave all.
 *
 * Returns 0, or -errno and *step names the call or option that failed ("bind", "IP_PKTINFO" …; a
 * constant string). -EADDRINUSE at "bind": somebody else holds the port.
 */
int net_socket_open(uint8_t family, uint16_t port, unsigned rcvbuf, struct net_socket *out,
		    const char **step);

/**
 * Adopts an open socket (socket activation): checks that it is UDP, of a family of ours, bound to
 * the wildcard address and not connected, then sets what net_socket_open sets. out->family and
 * out->port say what it is; the caller decides whether that is one that it wants.
 *
 * The receive buffer grows to `rcvbuf` where it is smaller and never shrinks. From success on the
 * fd belongs to *out; on failure it stays with the caller, open.
 *
 * Returns 0, or -errno and *step: -ENOTSOCK ("fstat"), -EPROTOTYPE ("SO_TYPE", "SO_PROTOCOL"),
 * -EAFNOSUPPORT ("SO_DOMAIN"), -EINVAL ("unbound": it has no port), -EADDRNOTAVAIL ("wildcard": it
 * is bound to one address), -EISCONN ("connected"), -EPROTONOSUPPORT ("IPV6_V6ONLY": an IPv6
 * socket that takes IPv4 too, which cannot be changed once it is bound), or what setsockopt said.
 */
int net_socket_adopt(int fd, unsigned rcvbuf, struct net_socket *out, const char **step);

/**
 * Opens a second socket on an open socket's port, to send unicast datagrams from: what waits there
 * for a neighbour is charged to it, and holds up nothing that `beside` sends. It is connected to
 * port 9 of loopback, so that it receives nothing of what comes to the port.
 *
 * What it sends needs a named source: the kernel would take the loopback address, and the datagram
 * would be lost without an error.
 *
 * Returns 0, or -errno and *step; `beside` works on as it was in either case. -EACCES at "bind": a
 * port that was handed over to a process that may not bind it. -EADDRINUSE: a third socket has it.
 */
int net_socket_open_sender(struct net_socket *beside, unsigned sndbuf, struct net_socket *out,
			   const char **step);

/**
 * Grows the send buffer to `wish` octets, as far as we may; socket->sndbuf says what it is then, as
 * the kernel counts. Returns 0 or -errno.
 */
int net_socket_grow_sndbuf(struct net_socket *socket, unsigned wish);

/** Closes it; harmless on a closed one. */
void net_socket_close(struct net_socket *socket);

/**
 * Joins a multicast group of the socket's family on one interface. Joining twice is joining once.
 * The kernel hands an IPv6 socket the group from every interface on which anybody has joined it:
 * look at the datagram's ifindex.
 *
 * Returns 0 or -errno: -ENODEV no such interface, -EINVAL not a group of this family, -ENOBUFS or
 * -ENOMEM too many groups.
 */
int net_socket_join(const struct net_socket *socket, const struct ip *group, unsigned ifindex);

/** Leaves it. 0 also when it was not joined, or when the interface has gone; else -errno. */
int net_socket_leave(const struct net_socket *socket, const struct ip *group, unsigned ifindex);

/**
 * Brings socket->kernel_drops up to date with one system call: rx learns of drops only with the
 * next datagram that gets through. Returns the count.
 */
uint64_t net_socket_read_drops(struct net_socket *socket);
