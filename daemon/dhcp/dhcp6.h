/* DHCPv6 messages: types, header, ports and option codes.
 *
 * RFC 8415 §7 and §8 (client and server), §9 (relay); RFC 5970 (boot options), RFC 6939 (client
 * link-layer address), RFC 8357 (relay source port).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wdspxe-numbers.h>

#include "base/span.h"

enum { DHCP6_PORT_CLIENT = 546, DHCP6_PORT_SERVER = 547, DHCP6_PORT_PXE = 4011 };

enum {
	DHCP6_HEADER_LEN = 4,        /* type and transaction id */
	DHCP6_RELAY_HEADER_LEN = 34, /* type, hop-count, link-address, peer-address */
	DHCP6_RELAY_LIMIT = 32,      /* nested relay messages, and the largest hop-count */
	DHCP6_ROAD_MAX = 1280 - 48,  /* what every IPv6 path carries in one piece, RFC 8200 §5 */
};

enum dhcp6_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_CONFIRM = 4,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_RELEASE = 8,
	DHCP6_DECLINE = 9,
	DHCP6_RECONFIGURE = 10,
	DHCP6_INFORMATION_REQUEST = 11,
	DHCP6_RELAY_FORW = 12,
	DHCP6_RELAY_REPL = 13,
};

#define DHCP6_OPT(code, name) DHCP6_OPT_##name = (code),
enum { PXE_DHCP6_OPTIONS(DHCP6_OPT) };
#undef DHCP6_OPT

enum { DHCP6_ENTERPRISE_INTEL = 343 }; /* whose vendor class PXE and HTTP Boot clients send */

/* Expected outcomes of this codec: the caller handles each. */
enum {
	DHCP6_E_END = 1,   /* no option is left */
	DHCP6_E_MALFORMED, /* a length does not fit, or a rule of the format is broken */
	DHCP6_E_ABSENT,    /* well-formed, but without what was looked for */
	DHCP6_E_NO_ROOM,   /* the buffer is too small; it and its length are as they were */
	DHCP6_E_TOO_LONG,  /* a value above 65535 octets: no option can hold it */
};

/** True for RELAY-FORW and RELAY-REPL. */
static inline bool dhcp6_is_relay(uint8_t type)
{
	return type == DHCP6_RELAY_FORW || type == DHCP6_RELAY_REPL;
}

/** Length of the header before the options: 34 for relay messages, else 4. */
static inline size_t dhcp6_header_len(uint8_t type)
{
	return dhcp6_is_relay(type) ? DHCP6_RELAY_HEADER_LEN : DHCP6_HEADER_LEN;
}

/** The message's type; 0, which no message has, for a span without an octet. */
static inline uint8_t dhcp6_type_of(struct span message)
{
	return message.len > 0 ? message.at[0] : 0;
}

/** The transaction id (24 bits) of a message that is no relay message; 0 when it is too short. */
static inline uint32_t dhcp6_xid_of(struct span message)
{
	return message.len >= DHCP6_HEADER_LEN ? load_be32(message.at) & 0xffffffu : 0;
}

/**
 * The option area of a message: what follows its header. Says nothing about the options.
 *
 * Returns 0, or DHCP6_E_MALFORMED when the message is shorter than its header.
 */
int dhcp6_options_of(struct span message, struct span *out);
