/* A provider's reply on its way out under the DHCP rules: how big it may be, and what it still
 * lacks for the road.
 *
 * RFC 1542 §2.1 (300 octets), §5.4 (broadcast by relays), RFC 2132 §9.10 (57), RFC 3046 §2.1-2.2
 * (82 last, as it came), RFC 6842.
 */
#pragma once

#include "dhcp/dhcp4_route.h"

enum {
	DHCP4_REPLY_MIN = 300,   /* what old relays take */
	DHCP4_REPLY_PLAIN = 548, /* a client without option 57 */
	DHCP4_REPLY_MAX = 1472   /* one Ethernet frame */
};

/**
 * The largest UDP payload for a client whose option 57 says `max_size` (0: absent): 57 below 576
 * counts as 576; the headers' 28 octets off; never above 1472.
 */
size_t dhcp4_reply_max(uint16_t max_size);

/* A reply that is not finished. */
struct dhcp4_draft {
	uint8_t *octets;
	size_t len, cap;
	const struct dhcp4_index *index; /* of just these octets; NULL: it has none */
};

/**
 * Finishes the reply in place where it is a valid DHCPv4 reply (dhcp4_is_valid); any other, and one
 * without an index, is left as it is. What the index says of it stays true.
 *
 * Sets BROADCAST where yiaddr is 0, the request came in on 67 and the reply goes to port 68 or a
 * relay. Appends the request's option 82, every part as it came, last before END where the reply
 * has none. Pads with zeros behind END to 300 octets. The size that the client asked for is the
 * caller's test, before: a relay takes option 82 off again.
 *
 * Returns 0 and sets the length, or DHCP4_E_TOO_BIG, all untouched, when the result exceeds `cap`,
 * or with option 82 added, 1472 octets.
 */
int dhcp4_reply_finish(struct span request, const struct dhcp4_index *request_index,
		       const struct dhcp4_route *route, struct dhcp4_draft *reply);

/* Why PXE and HTTP Boot firmware, or the relay before it, drops a reply. X(symbol, what is wrong):
 * several may hold; the first is told. Where a rule depends on the class, it is the reply's own.
 * RFC 2131 table 3 has what is repeated from the request. A UUID that is not repeated at all is no
 * fact: RFC 4578 wants it, and no firmware was seen to miss it. */
#define DHCP4_REPLY_FACTS(X)                                                                       \
	X(NO_DHCP, "it is not a DHCP reply") /* the rest is not checked then */                    \
	X(WRONG_XID, "its transaction id (xid) is not that of the request")                        \
	X(WRONG_CLIENT, "its htype, hlen and chaddr are not those of the request")                 \
	X(WRONG_RELAY, "its relay (giaddr) is not that of the request")                            \
	X(NO_TYPE, "it has no message type (option 53)")                                           \
	X(NOT_A_REPLY, "its message type (option 53) is a client's: use OFFER (2) or ACK (5)")     \
	X(WRONG_TYPE, "its message type (option 53) does not answer that of the request: "         \
		      "OFFER (2) answers DISCOVER, ACK (5) anything else")                         \
	X(NO_SERVER_ID, "it has no server identifier (option 54)")                                 \
	X(ZERO_SERVER_ID, "its server identifier (option 54) is not an address")                   \
	X(NO_CLASS, "it has no class (option 60)")                                                 \
	X(WRONG_CLASS, "its class (option 60) is not that of the request: "                        \
		       "PXEClient or HTTPClient")                                                  \
	X(WRONG_UUID, "its UUID (option 97) is not that of the request")                           \
	X(NO_END, "its options have no END (255)")                                                 \
	X(LEASES, "it offers an address (yiaddr) without a lease time (option 51)")                \
	X(TWO_SERVERS, "it sends its client to port 4011 of two hosts: "                           \
		       "siaddr and the server identifier (option 54) differ")                      \
	X(NO_NEXT_SERVER, "it names a boot file and no server: siaddr is 0")                       \
	X(NO_FILE, "it is an ACK that names neither a boot file nor a menu (option 43)")           \
	X(NO_URL, "it is for HTTP Boot, and its boot file is not a URL")

enum {
#define X(symbol, text) DHCP4_REPLY_BIT_##symbol,
	DHCP4_REPLY_FACTS(X)
#undef X
};

enum {
#define X(symbol, text) DHCP4_REPLY_##symbol = 1 << DHCP4_REPLY_BIT_##symbol,
	DHCP4_REPLY_FACTS(X)
#undef X
};

/**
 * Reads a reply as the client that sent this request would; the request has a cookie. Returns the
 * facts above, 0 for none.
 */
unsigned dhcp4_reply_check(struct span request, struct span reply);

/** The first fact that holds, in words; "" for 0. */
const char *dhcp4_reply_fact_text(unsigned facts);
