/* DHCPv6 answers, built with the Pxe functions. */
#pragma once

#include "boot/given.h"
#include "boot/locals.h"
#include "boot/request6.h"

enum { REPLY6_MAX = 1280 - 48 }; /* what every link carries, less the headers of IPv6 and UDP */

/* What an answer says. */
struct reply6 {
	const PXE_BOOT_CLIENT *client;
	const struct request6 *request;
	struct given *given; /* `said` becomes what is wrong, or left out */
	const struct locals *locals;
	PXE_BOOT_IP own; /* by which it names us: server_identity() */
	bool names_us;   /* an ADVERTISE that sends the client to our port 4011: its URL names us */
	bool wants_url;
};

/**
 * Builds the answer to the client's message (relays aside). 0 and its length in *len, or a code of
 * the Pxe functions; ERROR_INSUFFICIENT_BUFFER also where the URL is too long.
 */
DWORD reply6_build(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len);

/** The size of a packet that holds an answer of `len` octets with the request's relays around. */
ULONG reply6_wrapped_len(const struct request6 *request, ULONG len);
/** Puts the answer into a packet of that size, with the relays around it where there are some. */
DWORD reply6_wrap(const struct request6 *request, uint8_t *answer, ULONG len, uint8_t *packet,
		  ULONG size, ULONG *packet_len);
