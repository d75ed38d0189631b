/* An IPv4 or IPv6 address, and one with a port: plain octets in network order, ports in host
 * order. No sockets: net/ turns them into what the kernel wants.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { IP_NONE = 0, IP_V4 = 4, IP_V6 = 6 };
enum { IP_TEXT_MAX = 64 }; /* any address as text, with scope and NUL */

struct ip {
	uint8_t family;    /* IP_V4, IP_V6 or IP_NONE */
	uint8_t octet[16]; /* network order; IPv4 uses the first four, the rest is zero */
};

/* An end of a datagram. `ifindex` is the interface that it came in on or shall leave by; it is
 * also the scope of a link-local IPv6 address. 0: let the routes decide. */
struct endpoint {
	struct ip ip;
	uint16_t port;
	unsigned ifindex;
};

/** An IPv4 address from four octets in network order. */
static inline struct ip ip_v4(const void *octets)
{
	struct ip ip = { .family = IP_V4 };

	memcpy(ip.octet, octets, 4);
	return ip;
}

/** An IPv6 address from sixteen octets in network order. */
static inline struct ip ip_v6(const void *octets)
{
	struct ip ip = { .family = IP_V6 };

	memcpy(ip.octet, octets, 16);
	return ip;
}

static inline size_t ip_len(const struct ip *ip)
{
	return ip->family == IP_V4 ? 4 : ip->family == IP_V6 ? 16 : 0;
}

static inline bool ip_equal(const struct ip *a, const struct ip *b)
{
	return a->family == b->family && memcmp(a->octet, b->octet, sizeof(a->octet)) == 0;
}

/** True for 0.0.0.0, :: and for no address at all. */
bool ip_is_any(const struct ip *ip);
/** True for 224.0.0.0/4 and ff00::/8. */
bool ip_is_multicast(const struct ip *ip);
/** True for 169.254.0.0/16 and fe80::/10. */
bool ip_is_linklocal(const struct ip *ip);
/** The MAC in a link-local IPv6 address that was made of one (modified EUI-64). False, *mac
 * untouched, for every other address. */
bool ip_eui64_mac(const struct ip *ip, uint8_t mac[static 6]);
/** True for 127.0.0.0/8 and ::1. */
bool ip_is_loopback(const struct ip *ip);
/** True for 255.255.255.255. */
bool ip_is_limited_broadcast(const struct ip *ip);
/** True when `ip` lies in `net`/`bits`; never across families. */
bool ip_in_prefix(const struct ip *ip, const struct ip *net, unsigned bits);
/** The broadcast address 255.255.255.255. */
struct ip ip_broadcast(void);
/** Reads a dotted or colon form (no scope, no port). False, *out untouched, when it is neither. */
bool ip_parse(const char *text, struct ip *out);
/* A network: an address and how many of its first bits count. The others are 0. */
struct ip_prefix {
	struct ip net;
	uint8_t bits;
};

enum { IP_PREFIX_MALFORMED = 1, IP_PREFIX_HOST_BITS };

/**
 * Reads "10.1.0.0/16", "fd77::/64", or an address alone, which is a prefix of all its bits.
 *
 * Returns 0 and fills *out, or leaves it and returns IP_PREFIX_MALFORMED, or IP_PREFIX_HOST_BITS
 * for one that has bits behind its length: then *out is what it ought to be.
 */
int ip_prefix_parse(const char *text, struct ip_prefix *out);
/** Writes the text form; returns `text`. "-" for no address. */
const char *ip_text(const struct ip *ip, char text[static IP_TEXT_MAX]);
