/* Receiving: one recvmmsg for each wake-up, into slots that never move.
 *
 * A slot holds 4096 octets. Boot firmware sends less than 1,500; a DHCPv6 message inside 32 relay
 * levels stays below 4,096; nothing that we would answer is longer. A longer datagram (up to
 * 65,507 octets) is counted on the socket as truncated and never handed up.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/ip.h"
#include "net/socket.h"

enum {
	RX_BATCH = 64,    /* datagrams a call */
	RX_SIZE = 4096,   /* the longest datagram that is handed up */
	RX_SPARE = 64,    /* writable octets behind the longest, so that a packet can grow */
	RX_CONTROL = 128, /* packet info of either family, and the drop counter */
};

/* How a datagram was addressed. */
enum rx_cast { RX_UNICAST, RX_BROADCAST, RX_MULTICAST };

/* One datagram. Its octets may be written, up to RX_SIZE + RX_SPARE of them from `at`; what is
 * behind `len` holds anything. Valid until the next rx_receive. */
struct rx_datagram {
	uint8_t *at;
	size_t len;
	struct endpoint source; /* .ifindex: the interface that it came in on; from this host to one
				 * of its IPv4 addresses: the one that has the address */
	struct ip to;           /* the destination in its IP header, whatever kind */
	enum rx_cast cast;      /* RX_UNICAST: `to` is an address of ours */
	uint16_t port;          /* the socket's */
};

/* A batch and everything that recvmmsg needs for it, laid out once; 0.3 MB: make it static. One
 * serves all sockets of a thread. */
struct rx {
	struct rx_datagram datagram[RX_BATCH]; /* the first `count` are the last batch */
	unsigned count;
	bool full; /* the call filled every slot: more may wait. After a short batch none does */
	struct mmsghdr header[RX_BATCH];
	struct iovec vector[RX_BATCH];
	union {
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} name[RX_BATCH];
	_Alignas(16) uint8_t control[RX_BATCH][RX_CONTROL];
	/* Not a multiple of a page: else the heads of all slots would fight for the same few
	 * lines of the first-level cache. */
	_Alignas(64) uint8_t slot[RX_BATCH][RX_SIZE + RX_SPARE];
};

/** Lays the batch out; no failure. */
void rx_init(struct rx *rx);

/**
 * Receives what waits on the socket, one batch, without blocking. Fills rx->datagram, rx->count
 * and rx->full, and adds to the socket's counters. Datagrams longer than RX_SIZE and those
 * without packet info are left out, so that rx->count may be less than what the kernel gave. A
 * source port may be 0.
 *
 * The caller's loop: after a batch that was not full, wait for the watcher; no second call is
 * needed to see that nothing waits.
 *
 * Returns 0 (rx->count may be 0), or -errno: an error of the socket itself, not of a datagram.
 */
int rx_receive(struct rx *rx, struct net_socket *socket);
