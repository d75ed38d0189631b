/* DHCPv4 on the wire: ports, message types, the header's fields, and the outcomes of this folder.
 *
 * RFC 2131 §2 (fields), RFC 951 and RFC 1542 (BOOTP), RFC 2132 §9.6 (types). The accessors read
 * memory that holds at least DHCP4_HEADER octets and do not check it again; addresses that they
 * return are in network order inside struct ip, numbers in host order.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/span.h"

enum { DHCP4_PORT_SERVER = 67, DHCP4_PORT_CLIENT = 68, DHCP4_PORT_PXE = 4011 };

/* Offsets of the fixed fields. Options begin behind the cookie. */
enum {
	DHCP4_OP = 0,
	DHCP4_HTYPE = 1,
	DHCP4_HLEN = 2,
	DHCP4_HOPS = 3,
	DHCP4_XID = 4,
	DHCP4_SECS = 8,
	DHCP4_FLAGS = 10,
	DHCP4_CIADDR = 12,
	DHCP4_YIADDR = 16,
	DHCP4_SIADDR = 20,
	DHCP4_GIADDR = 24,
	DHCP4_CHADDR = 28,
	DHCP4_SNAME = 44,
	DHCP4_FILE = 108,
	DHCP4_COOKIE = 236,
	DHCP4_HEADER = 240
};

enum { DHCP4_CHADDR_LEN = 16, DHCP4_SNAME_LEN = 64, DHCP4_FILE_LEN = 128 };
enum { DHCP4_PACKET_MAX = 65507 }; /* the most that UDP over IPv4 carries */
enum { DHCP4_BOOTREQUEST = 1, DHCP4_BOOTREPLY = 2 };
enum { DHCP4_HTYPE_ETHERNET = 1, DHCP4_HOPS_MAX = 16 };
enum { DHCP4_FLAG_BROADCAST = 0x8000 };

enum dhcp4_type {
	DHCP4_NO_TYPE = 0, /* no option 53 */
	DHCP4_DISCOVER = 1,
	DHCP4_OFFER = 2,
	DHCP4_REQUEST = 3,
	DHCP4_DECLINE = 4,
	DHCP4_ACK = 5,
	DHCP4_NAK = 6,
	DHCP4_RELEASE = 7,
	DHCP4_INFORM = 8,
	DHCP4_FORCERENEW = 9,
	DHCP4_LEASEQUERY = 10
};

/* Expected outcomes of the functions of dhcp4_*.h and pxe43.h; each comment says which it returns.
 */
enum {
	DHCP4_E_END = 1,       /* nothing more to read */
	DHCP4_E_MALFORMED = 2, /* a header, a length or a required option is wrong */
	DHCP4_E_ABSENT = 3,    /* no such option, or not so many of it */
	DHCP4_E_BOOTP = 4,     /* well formed, but without option 53 */
	DHCP4_E_TOO_BIG = 5,   /* does not fit where it shall go */
	DHCP4_E_NOWHERE = 6,   /* no address that an answer could be sent to */
	DHCP4_MENDED = 7       /* done, and the packet was changed */
};

/** True when the packet has a whole header with the DHCP cookie 63 82 53 63. */
static inline bool dhcp4_has_cookie(struct span packet)
{
	return packet.len >= DHCP4_HEADER && load_be32(packet.at + DHCP4_COOKIE) == 0x63825363u;
}

static inline uint8_t dhcp4_op(const uint8_t *packet)
{
	return packet[DHCP4_OP];
}

static inline uint8_t dhcp4_htype(const uint8_t *packet)
{
	return packet[DHCP4_HTYPE];
}

/** As on the wire: may exceed 16 where the packet was not checked. */
static inline uint8_t dhcp4_hlen(const uint8_t *packet)
{
	return packet[DHCP4_HLEN];
}

static inline uint8_t dhcp4_hops(const uint8_t *packet)
{
	return packet[DHCP4_HOPS];
}

static inline uint32_t dhcp4_xid(const uint8_t *packet)
{
	return load_be32(packet + DHCP4_XID);
}

static inline struct ip dhcp4_ciaddr(const uint8_t *packet)
{
	return ip_v4(packet + DHCP4_CIADDR);
}

static inline struct ip dhcp4_siaddr(const uint8_t *packet)
{
	return ip_v4(packet + DHCP4_SIADDR);
}

static inline struct ip dhcp4_giaddr(const uint8_t *packet)
{
	return ip_v4(packet + DHCP4_GIADDR);
}

/** True when the address at one of the DHCP4_*ADDR offsets is not 0.0.0.0. */
static inline bool dhcp4_has_addr(const uint8_t *packet, size_t offset)
{
	return load_be32(packet + offset) != 0;
}

/** The client's hardware address: hlen octets, never more than 16. */
static inline struct span dhcp4_chaddr(const uint8_t *packet)
{
	size_t len = packet[DHCP4_HLEN];

	return span_of(packet + DHCP4_CHADDR, len < DHCP4_CHADDR_LEN ? len : DHCP4_CHADDR_LEN);
}

/** The text in file, up to its NUL or the field's end. */
static inline struct span dhcp4_file(const uint8_t *packet)
{
	return span_of(packet + DHCP4_FILE,
		       strnlen((const char *)packet + DHCP4_FILE, DHCP4_FILE_LEN));
}
