/* From a datagram to a request: checked, mended where only its end is broken, classified once.
 *
 * What was read here is shared by the filters, the getters of the API, the destination rules and
 * the log: nobody walks the options a second time.
 */
#pragma once

#include "request/kinds.h"
#include "request/known.h"
#include "request/request.h"

/* What classification has to know about us. */
struct intake {
	struct pxe_aliases aliases;
	struct pxe_client6_self self;
	struct known *known; /* UUIDs and their MACs; NULL: none are kept */
	struct kinds *kinds; /* NULL: none are kept */
	uint64_t now_ms;
	bool information_request; /* some provider may answer INFORMATION-REQUEST */
};

/**
 * Fills a slot from an arrival: copies the octets, mends and reads them.
 *
 * Returns -1 when it is a request that the providers may see; else OUTCOME_MALFORMED, _BOOTP or
 * _OVERSIZED, and the slot holds nothing.
 */
int request_read(struct request *req, const struct arrival *in, const struct intake *intake);

/**
 * Makes a request of what request_read() has just refused as OUTCOME_MALFORMED or _BOOTP, for
 * providers that want every packet: the octets as they came, and nothing read from them. Its client
 * is its source address.
 */
void request_read_foreign(struct request *req, const struct arrival *in, enum outcome unread);

/** The octets of a request, as the providers see them. */
static inline struct span request_packet(const struct request *req)
{
	return span_of(req->octets, req->len);
}

/** Who asks, and where, for the rate of one client: chaddr, client id or DUID; and its address on
 * 4011, else its relay's, else the interface. One MAC may be many machines, in many networks. */
struct span request_client_key(const struct request *req, uint8_t buffer[static 64]);
/** By what a client is known: its MAC, else its hardware address, client id (InfiniBand has no
 * hardware address) or DUID. Empty: by nothing. */
struct span request_client_id(const struct request *req);
/** The client as text: its MAC, else its DUID in hexadecimal (shortened), else "-"; of a foreign
 * packet its source address, IPv6 without "::". Returns `text`. Async-signal-safe. */
const char *request_client_text(const struct request *req, char text[static 40]);
/** The transaction id, in host order; 0 of a foreign packet. */
uint32_t request_xid(const struct request *req);
