/* Sending: a bounded queue for each socket, filled during one turn of the loop, and flushed with
 * one sendmmsg. Nothing here allocates, and no datagram's error touches another.
 *
 * Runs: neighbours in the queue that go the same way and have one length may be joined, and the
 * kernel then carries them as one packet up to the network card (UDP_SEGMENT), at a fraction of the
 * cost. A run that the kernel refuses is sent again one by one: only what fails then has failed.
 * Who reads packets on a link of software, a bridge or a container's, would see the run in one
 * piece; so the caller says which datagrams may be joined.
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
	TX_QUEUE = 1024,    /* datagrams that wait; a power of two */
	TX_BATCH = 64,      /* datagrams a call */
	TX_RUN_MIN = 4,     /* datagrams that are worth a run; at most a batch */
	TX_RUN_SIZE = 60000 /* octets of one, for it is an IP packet */
};

/* What happens to a datagram to a single host that the socket has no room for. */
enum tx_full {
	TX_FULL_WAIT, /* it waits, and what is behind it too */
	TX_FULL_DROP, /* it is dropped (-EAGAIN): the socket sends broadcasts too, and they must go
		       */
};

enum { TX_E_WAIT = 1 }; /* expected outcome of tx_flush: not all has gone */

/* One datagram to send. The octets and the cookie stay the caller's: they must live, unchanged,
 * until `done` gives them back. */
struct tx_datagram {
	const uint8_t *at;
	size_t len;
	struct endpoint to; /* .ifindex: leave by this interface; 0: let the routes decide. A
			       broadcast and a link-local destination need it */
	struct ip from;     /* our address to send from; no address: let the kernel choose */
	void *cookie;       /* the caller's own: the pool block, the request */
	bool may_join;      /* may leave as a part of a run */
};

struct tx;

/* Told once for each datagram that tx_put took: `error` is 0 when the kernel took it, or -errno
 * (-ENETUNREACH, -EPERM, -EMSGSIZE …, -ECANCELED from tx_cancel) when it was dropped. Called from
 * tx_flush and tx_cancel; may call tx_put on the same queue, and not tx_flush. */
struct tx_owner {
	void (*done)(void *arg, const struct tx_datagram *datagram, int error);
	void *arg;
};

/* 150 KB: make it static or part of a long-lived thing. [loop] One thread only. */
struct tx {
	struct net_socket *socket;
	struct tx_owner owner;
	enum tx_full when_full; /* TX_FULL_WAIT by tx_init; the caller may say otherwise */
	unsigned head, count; /* the queue: `count` datagrams from queue[head] on, around the end */
	struct tx_datagram queue[TX_QUEUE];
	unsigned singly; /* so many at the head are no run any more */
	/* What sendmmsg needs for one batch, written anew for each: messages, each of which is one
	 * datagram or a run of them. */
	unsigned run[TX_BATCH];
	struct mmsghdr header[TX_BATCH];
	struct iovec vector[TX_BATCH];
	union {
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} name[TX_BATCH];
	_Alignas(16) uint8_t control[TX_BATCH][CMSG_SPACE(sizeof(struct in6_pktinfo)) +
					       CMSG_SPACE(sizeof(uint16_t))];
};

/** Makes an empty queue on a socket. Both must outlive it. */
void tx_init(struct tx *tx, struct net_socket *socket, const struct tx_owner *owner);

/**
 * Queues a datagram; the descriptor is copied, the octets are not. Returns 0, or with the datagram
 * left to the caller, `done` not called: -ENOBUFS the queue is full, -EAFNOSUPPORT the destination
 * or source is not of the socket's family, -EINVAL no destination port.
 */
int tx_put(struct tx *tx, const struct tx_datagram *datagram);

/**
 * Sends what is queued, in order, and calls `done` for each that is finished with. A partial send
 * is continued, an interrupted one repeated.
 *
 * Returns 0 when the queue is empty, or TX_E_WAIT: flush again when the socket is writable (its
 * buffer is full, or `done` has put more). No system call on an empty queue.
 */
int tx_flush(struct tx *tx);

/** Drops the datagram at the head, the oldest, with this error; none on an empty queue. */
void tx_drop_oldest(struct tx *tx, int error);

/** Gives everything back with -ECANCELED. */
void tx_cancel(struct tx *tx);
