/* The neighbours that the kernel can send to at once, and how much may wait for those that it still
 * has to find.
 *
 * A datagram to a neighbour that nobody has found yet waits in the kernel for up to three seconds,
 * charged to the socket that sent it. Whoever names many absent addresses would fill that socket
 * and the kernel's own table of neighbours (1,024 by default), and others could not be answered.
 * So NEIGHBOUR_WAITING datagrams wait for one neighbour at most, for NEIGHBOURS_ABSENT neighbours
 * at a time, and together no more than the socket has room for.
 *
 * Anybody may name an address that is routed, from however far away and on whatever link; a
 * link-local one is named on its link alone. So what waits is counted to the link by which the
 * request came, not to the one that the address is on: of each link the routed ones have one share
 * and the link-local ones another. Who floods a link takes of its own shares, and who floods it
 * from afar holds up nobody whose address is link-local, as firmware's is when it asks over IPv6. A
 * share is bounded by NEIGHBOURS_SHARE, and by what is free beside all shares: so a link that is
 * flooded with many others still has as much as each of them. Of each share a quarter is kept for
 * those who ask again after they could not be waited for, once each: firmware repeats itself, and
 * made-up addresses do not. So a new host is answered beside a flood on its own link. A relay needs
 * no share of its own: it looks for us before it writes to us, and is known by that.
 *
 * The kernel tells of every neighbour that it finds or gives up; where it could not tell, all are
 * asked for again. Tables of fixed size. [loop] one thread only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

enum {
	NEIGHBOUR_WAITING = 4,       /* datagrams that wait for one neighbour */
	NEIGHBOUR_WAIT_MS = 3500,    /* by then the kernel has dropped them */
	NEIGHBOURS_SHARE = 256,      /* neighbours of one share that are waited for at a time */
	NEIGHBOURS_ABSENT = 768,     /* and of all: the kernel's table has room for others */
	NEIGHBOURS_KNOWN_MAX = 8192, /* above: one that is not remembered counts as absent */
};

struct neighbours;

/**
 * Opens netlink and asks for the neighbours that there are. `room` is how many octets may wait in
 * all, as the kernel counts them in a socket's send buffer: of each link a quarter of it at most
 * for those that are routed, and half of it for the link-local ones. 0, or -errno.
 */
int neighbours_new(size_t room, struct neighbours **out);
/** Frees it; NULL is harmless. */
void neighbours_free(struct neighbours *n);
/** The descriptor to watch for reading. */
int neighbours_fd(const struct neighbours *n);

/**
 * Takes what the kernel has told, some hundred messages at most, without blocking. Call it where
 * the descriptor is readable and once a second. Returns 0, or -errno: what failed is tried again by
 * the next call.
 */
int neighbours_read(struct neighbours *n, uint64_t now_ms);

/**
 * May a datagram of `len` octets be sent to this neighbour now? `to` is its address and link, and
 * `came_by` the link by which what is answered came. True where the kernel knows the neighbour, or
 * where the datagram may wait for it: it is counted then, and is to be sent.
 */
bool neighbours_let(struct neighbours *n, const struct endpoint *to, unsigned came_by, size_t len,
		    uint64_t now_ms);
