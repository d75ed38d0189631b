/* The daemon's sockets: 67, 4011 of both families, 547; and the multicast groups on the interfaces
 * that we serve. No event loop.
 *
 * What is opened here is left in systemd's descriptor store, by a name for each port, and comes
 * back from there at the next start: after a restart or a crash the packets that came meanwhile are
 * in it. Only the socket that receives is kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "net/links.h"
#include "net/socket.h"
#include "server/transport.h"
#include "site/config.h"

struct ports {
	struct net_socket socket[PORT_COUNT]; /* fd < 0: not served */
	/* Replies to single hosts leave by these; fd < 0: the port cannot be shared, and they
	 * leave by `socket`. */
	struct net_socket unicast[PORT_COUNT];
	bool join_again; /* a group could not be joined: ports_turn() tries again */
};

void ports_init(struct ports *ports);

/**
 * Takes back what the descriptor store has, takes over what a socket unit hands to us, in any
 * order, and opens the rest that `config` wants. What it does not want is never opened, and leaves
 * the store.
 *
 * 0, or -errno with a whole sentence in `why`. A host without IPv6 serves IPv4 alone, and a small
 * receive buffer is told in the log; neither is an error.
 */
int ports_open(struct ports *ports, const struct config *config, char *why, size_t size);
void ports_close(struct ports *ports);

/** The port that sends from `number` in this family, or -1. */
int ports_find(const struct ports *ports, uint8_t family, uint16_t number);

/** Joins or leaves the DHCPv6 groups on one interface of the view: joined where it is served and
 * up. A failure is told in the log, unless the interface has no IPv6. */
void ports_join(struct ports *ports, const struct config *config, const struct links_view *view,
		const struct link *link);
/** The same on all of them. */
void ports_join_all(struct ports *ports, const struct config *config,
		    const struct links_view *view);
/** Once a second: tries again what failed. */
void ports_turn(struct ports *ports, const struct config *config, const struct links_view *view);
