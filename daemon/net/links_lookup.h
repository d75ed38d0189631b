/* What a view of the links knows: links, addresses, routes. Who has a view may ask on any thread;
 * nothing here allocates or calls the kernel.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

enum { LINK_NAME_MAX = 16, LINK_MAC_MAX = 32 };
enum { LINKS_ROUTES_MAX = 16384 }; /* above: routes are not kept, and all is called reachable */

struct links_view; /* one state of it: immutable */

struct link {
	unsigned ifindex;
	char name[LINK_NAME_MAX];
	uint8_t mac[LINK_MAC_MAX];
	uint8_t mac_len;
	bool up;      /* the admin's wish (IFF_UP) */
	bool running; /* there is a carrier */
	bool loopback;
	bool multicast;
	bool software; /* a bridge, a container's, a tunnel: no network card */
	bool noarp;    /* it has no neighbours that are to be found: a tunnel, loopback */
	unsigned mtu;
	unsigned master; /* ifindex of its bridge, bond or VRF; 0: none */
	uint64_t born;   /* another link that took this ifindex has another number */
	unsigned first_address, n_addresses; /* in the view's order */
};

struct link_address {
	unsigned ifindex;
	struct ip ip;
	struct ip net;   /* an address of the prefix: the peer's on a point-to-point link */
	uint8_t bits;    /* prefix length */
	uint8_t scope;   /* RT_SCOPE_* */
	bool secondary;  /* IPv4: not the first of its subnet */
	bool tentative;  /* not yet, or never, ours (DAD): never chosen */
	bool deprecated; /* its preferred lifetime is over */
	bool temporary;  /* RFC 8981 */
};

/** All links, by ifindex. */
const struct link *links_all(const struct links_view *view, size_t *count);
/** All addresses of one link: IPv4 before IPv6, the kernel's order within. */
const struct link_address *links_addresses(const struct links_view *view, const struct link *link,
					   size_t *count);
/** The link with this index, or NULL. Constant time. */
const struct link *links_by_index(const struct links_view *view, unsigned ifindex);
/** The link with this name, or NULL. */
const struct link *links_by_name(const struct links_view *view, const char *name);

/** True when `ip` is an address of this host, on whatever interface. Constant time. */
bool links_is_own(const struct links_view *view, const struct ip *ip);

/**
 * The interface's own unicast address towards a client. What decides, in this order: never a
 * tentative one; deprecated and temporary ones only where there is no other; IPv6: global or ULA
 * before link-local, whatever the hint; the longest prefix that holds `hint`; IPv4: scope global
 * before link; primary before secondary; the kernel's order.
 *
 * `hint` may be NULL or no address. False, *out untouched: the interface has none.
 */
bool links_own_address(const struct links_view *view, unsigned ifindex, uint8_t family,
		       const struct ip *hint, struct ip *out);

/**
 * True unless the kernel would surely refuse to send to `ip` for want of a route
 * (ERROR_NETWORK_UNREACHABLE to a provider). `ifindex` not 0 pins the datagram to that interface.
 *
 * Longest prefix first, then the lowest metric, through the tables local, main and default;
 * unreachable, blackhole and prohibit routes count as no route. Where policy rules beyond the
 * standard ones exist, or there are more than LINKS_ROUTES_MAX routes, everything is reachable:
 * only the kernel can know. Pinned: IPv4 needs just the interface to be up, as the kernel then
 * takes any destination as on-link; so do link-local and multicast IPv6 destinations, which without
 * `ifindex` are not reachable. Nor is 255.255.255.255 without one, and 0.0.0.0 and :: never are.
 */
bool links_reachable(const struct links_view *view, const struct ip *ip, unsigned ifindex);

/** True when `ip` is the broadcast address of a network of ours, or lies in a broadcast route;
 * 255.255.255.255 is not asked about. */
bool links_is_broadcast(const struct links_view *view, const struct ip *ip);

/** True when `ip` is a neighbour on that interface: the best route there has no gateway. */
bool links_on_link(const struct links_view *view, const struct ip *ip, unsigned ifindex);

/**
 * The neighbour that a datagram to a single host is handed to: `to` itself, or the gateway of its
 * route; out->ifindex is its interface, out->port is to->port. False, *out untouched: none that
 * would have to be found first (this host itself, a tunnel, a broadcast), or only the kernel knows.
 */
bool links_neighbour(const struct links_view *view, const struct endpoint *to,
		     struct endpoint *out);

/** A number that no other view of these links has, and that is never 0. */
uint64_t links_serial(const struct links_view *view);

/**
 * The address that the kernel would send from to `ip` (pinned to `ifindex` where not 0): the
 * route's preferred source, else by interface (IPv4) or RFC 6724 §5 (IPv6). With policy rules it
 * is what the main tables say. False, *out untouched: no route or no address.
 */
bool links_source(const struct links_view *view, const struct ip *ip, unsigned ifindex,
		  struct ip *out);
