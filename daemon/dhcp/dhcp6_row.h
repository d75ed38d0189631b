/* What is done with each DHCPv6 packet: the rows of the table, one of which each packet hits.
 *
 * A boot server beside somebody else's DHCPv6 server answers few packets. Silence is always safe:
 * the client goes on with its lease, or with its next boot device.
 */
#pragma once

#include "dhcp/pxe_client6.h"

/* X(symbol, may be answered, name) */
#define DHCP6_ROWS(X)                                                                              \
	X(SOLICIT, true, "solicit") /* a SOLICIT that wants to boot */                             \
	X(INFORMATION, true,                                                                       \
	  "information-request")            /* an INFORMATION-REQUEST that wants to boot */        \
	X(PXE_REQUEST, true, "pxe-request") /* a REQUEST on port 4011 with our server id */        \
	X(PXE_REQUEST_ANY, true,                                                                   \
	  "pxe-request-any")                /* a REQUEST on port 4011 without a server id */       \
	X(MALFORMED, false, "malformed")    /* not DHCPv6, or broken */                            \
	X(SOLICIT_PLAIN, false, "not-boot") /* a SOLICIT from a client that does not boot */       \
	X(SOLICIT_BAD, false,                                                                      \
	  "bad-solicit")                 /* a SOLICIT without client id, or with a server id */    \
	X(LEASE, false, "lease-traffic") /* meant for the server that assigns addresses */         \
	X(INFORMATION_OFF, false, "information-off") /* information-request is not enabled */      \
	X(INFORMATION_PLAIN, false, "not-boot") /* an INFORMATION-REQUEST that does not boot */    \
	X(INFORMATION_BAD, false, "bad-information") /* one for another server, or with an IA */   \
	X(PXE_FOREIGN, false, "foreign-server") /* a REQUEST on port 4011 for another server */    \
	X(PXE_ANONYMOUS, false, "no-client-id") /* a REQUEST on port 4011 without client id */     \
	X(PXE_OTHER, false, "not-pxe") /* on port 4011, but not a REQUEST sent by a client */      \
	X(SERVER_MESSAGE, false, "server-message") /* a message that only servers send */          \
	X(UNKNOWN, false, "unknown-type")          /* a message type that no client sends */

enum dhcp6_row {
#define X(symbol, may_answer, name) DHCP6_ROW_##symbol,
	DHCP6_ROWS(X)
#undef X
		DHCP6_ROW_COUNT
};

/**
 * The row of a client's message that was read without fault.
 *
 * `port` is ours on which it came: 547 or 4011. On 4011 a REQUEST without server id may be
 * answered: a client whose lease server shares our host has no id of ours to send (its first
 * answer came from that server, which announced the class only). With an id it must be ours.
 * `information_request`: whether INFORMATION-REQUEST is answered at all.
 */
enum dhcp6_row dhcp6_row_of(const struct pxe_client6 *client, uint16_t port,
			    bool information_request);

/** pxe_client6_read() and dhcp6_row_of() in one; DHCP6_ROW_MALFORMED when the reading fails. */
enum dhcp6_row dhcp6_row_read(struct span datagram, uint16_t port, bool information_request,
			      const struct pxe_client6_self *self, struct pxe_client6 *out);

/** True for the rows that go to the providers as candidates for an answer. */
bool dhcp6_row_may_answer(enum dhcp6_row row);
/** A short fixed name for logs and metrics: "solicit", "lease-traffic". */
const char *dhcp6_row_name(enum dhcp6_row row);
