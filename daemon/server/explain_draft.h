/* What an explain asks about: its words as a datagram, as the wire would bring it. Internal to
 * explain*.c. */
#pragma once

#include "control/command.h"
#include "server/server.h"

/* The words of the command's row. */
enum {
	MAC,
	ARCH,
	UUID,
	USER_CLASS,
	VENDOR_CLASS,
	HTTP,
	FAMILY,
	PORT,
	SECS,
	RELAY,
	INTERFACE,
	ADDRESS,
	CLIENT_ID,
	DUID,
	ASSUME,
	ASK_ALL,
	PACKET,
	FRAME,
	OCTETS,
	FROM_PORT,
	TO,
	CIRCUIT_ID,
	REMOTE_ID,
	SUBSCRIBER_ID,
	IPXE_FEATURES,
	OPTION
};

enum { EXPLAIN_WHY_MAX = 256 };

/* A datagram under construction. */
struct draft {
	struct server *server;
	const struct arguments *arguments;
	const struct links_view *view;
	struct rx_datagram datagram;
	uint8_t octets[RX_SIZE + RX_SPARE];
	char why[EXPLAIN_WHY_MAX];
};

static inline const char *word(const struct draft *d, int which)
{
	return d->arguments->word[which];
}

/** Makes the datagram: server, arguments and view are set, the rest is 0. False: *why says why not.
 */
bool draft_make(struct draft *d);
/** Says why not. Returns false. */
bool draft_fail(struct draft *d, const char *why);
