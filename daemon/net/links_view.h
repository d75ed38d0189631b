/* The inside of a view, for the files of links only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/links.h"

/* The tables that the standard rules ask, in their order. */
enum { TABLE_LOCAL, TABLE_MAIN, TABLE_DEFAULT, N_TABLES };
enum { FAMILY_V4, FAMILY_V6, N_FAMILIES };

/* One way to a prefix; a route with several next hops is several of these. */
struct route {
	struct ip net; /* masked to `bits` */
	uint8_t bits;
	uint8_t table;             /* TABLE_* */
	uint8_t type;              /* RTN_* */
	uint8_t scope;             /* RT_SCOPE_* */
	uint32_t metric;           /* lower is better */
	uint32_t order;            /* in the kernel's answer, where all else is equal */
	unsigned ifindex;          /* 0: not known, or it needs none */
	struct ip gateway, source; /* no address: none given */
};

/* All routes of one table with the same prefix length, sorted by net, metric and order. */
struct route_group {
	uint8_t table, bits;
	uint32_t first, count;
};

struct routes {
	struct route *route;
	size_t count;
	struct route_group *group; /* by table, then the longest prefix first */
	size_t n_groups;
	bool unknown; /* only the kernel can know: policy rules, or too many routes */
};

struct links_view {
	uint64_t serial;
	struct link *link;
	size_t n_links;
	struct link_address *address;
	size_t n_addresses;
	uint32_t *by_index; /* hash of ifindex: place in `link` + 1, or 0 */
	uint32_t index_mask;
	struct ip *own; /* hash of addresses; family IP_NONE: empty */
	uint32_t own_mask;
	struct routes routes[N_FAMILIES];
	struct links_view *next; /* retired views */
};

/* What netlink told, as it told it. */
struct links_raw {
	struct link *link;
	size_t n_links, links_room;
	struct link_address *address;
	size_t n_addresses, addresses_room;
	struct route *route[N_FAMILIES]; /* in order, see links_routes_sort() */
	size_t n_routes[N_FAMILIES], routes_room[N_FAMILIES];
	bool too_many[N_FAMILIES]; /* routes are not kept */
	bool policy[N_FAMILIES];   /* the rules are not the standard ones */
};

/** Frees the arrays. */
void links_raw_done(struct links_raw *raw);

/** Makes a view of it; copies. Addresses of links that are not there are left out. 0, -ENOMEM. */
int links_view_new(const struct links_raw *raw, struct links_view **out);
void links_view_free(struct links_view *view);

/** The place of the family's routes, or -1. */
static inline int links_family(const struct ip *ip)
{
	return ip->family == IP_V4 ? FAMILY_V4 : ip->family == IP_V6 ? FAMILY_V6 : -1;
}

/** The order in which raw routes are kept: by table, then the longest prefix first, then net,
 * metric and the kernel's order. */
int links_route_compare(const struct route *a, const struct route *b);
/** Puts the raw routes of a family in that order. */
void links_routes_sort(struct links_raw *raw, int family);
/** Copies routes and finds their groups. 0, -ENOMEM. */
int links_routes_make(const struct links_raw *raw, int family, struct routes *out);

/** `ip` with all bits behind the first `bits` zero. */
struct ip links_mask(const struct ip *ip, unsigned bits);
