/* Answers: which type answers which, and what can be told about one before it is sent. */
#pragma once

#include "dhcp/dhcp6_option.h"

/**
 * The type that answers a request of that type: ADVERTISE for SOLICIT; REPLY for REQUEST,
 * CONFIRM, RENEW, REBIND, RELEASE, DECLINE and INFORMATION-REQUEST; RELAY-REPL for RELAY-FORW.
 * 0 for all others. Rapid commit is never done.
 */
uint8_t dhcp6_reply_type(uint8_t request_type);

/* What a reply is found to be; each is a fact, several may hold. */
enum {
	DHCP6_REPLY_MALFORMED = 1 << 0,    /* header or options do not fit; nothing else is told */
	DHCP6_REPLY_WRONG_TYPE = 1 << 1,   /* not what answers the request */
	DHCP6_REPLY_WRONG_XID = 1 << 2,    /* of the client's message */
	DHCP6_REPLY_NO_SERVER_ID = 1 << 3, /* RFC 8415 §16.3, §16.10: the client will drop it */
	DHCP6_REPLY_NO_CLIENT_ID = 1 << 4, /* the request had one that is not repeated */
	DHCP6_REPLY_LARGE = 1 << 5,        /* above DHCP6_ROAD_MAX: may be fragmented, and lost */
	DHCP6_REPLY_LEASES = 1 << 6,      /* has an IA or a preference: speaks for a lease server */
	DHCP6_REPLY_RELAY_CHAIN = 1 << 7, /* not as many relay levels as the request */
	DHCP6_REPLY_WRONG_SERVER = 1 << 8, /* another than the one that was asked */
	DHCP6_REPLY_NO_CLASS = 1 << 9,     /* of boot; the request had one: EDK2 wants it */
};

/**
 * Compares a reply with the datagram that it answers. Both may be relay messages; what concerns
 * the client is then read in the innermost messages. Returns the facts above, 0 for none.
 */
unsigned dhcp6_reply_check(struct span request, struct span reply);

/** The lowest fact that is set, in words; "" for 0. */
const char *dhcp6_reply_fact_text(unsigned facts);

/** The URL (option 59) of a reply, relayed or not; at NULL when it has none. */
struct span dhcp6_reply_url(struct span reply);

/** The innermost message of a reply, relayed or not; at NULL where it is no whole one. */
struct span dhcp6_reply_message(struct span reply);
