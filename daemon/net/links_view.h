/* The inside of a view, for the files of links only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "net/links_lookup.h"

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

enum { NO_PREFIX = UINT32_MAX };

/* All routes of one table to the same net. */
struct prefix {
	uint32_t first, count; /* by metric and order */
	uint32_t around;       /* the longest of the shorter ones that hold it, or NO_PREFIX */
};

/* From this address on, up to the next edge, `prefix` is the longest that holds an address. */
struct edge {
	uint64_t high, low; /* an IPv4 address is the first octets */
	uint32_t prefix;    /* or NO_PREFIX */
};

/* So many of the edges are a table's. */
struct table_edges {
	uint32_t first, count;
};

/* A look-up is a search for the edge, and from there a walk to ever shorter prefixes: it does not
 * grow with the lengths of prefixes that are in use, and hardly with the routes. */
struct routes {
	struct route *route; /* by table, net, the shortest prefix first, metric and order */
	size_t count;
	struct prefix *prefix;
	struct edge *edge; /* at most two for each prefix */
	uint32_t n_prefixes, n_edges;
	struct table_edges edges[N_TABLES];
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

void links_view_free(struct links_view *view);

/* Where the hashes begin to look. */
static inline uint32_t index_hash(unsigned ifindex)
{
	return ifindex * 2654435761u >> 8;
}

static inline uint32_t ip_hash(const struct ip *ip)
{
	uint64_t high, low;

	memcpy(&high, ip->octet, 8);
	memcpy(&low, ip->octet + 8, 8);
	return (uint32_t)(((high * 0x9e3779b97f4a7c15u) ^ low) * 0xff51afd7ed558ccdu >> 32);
}

/** The place of the family's routes, or -1. */
static inline int links_family(const struct ip *ip)
{
	return ip->family == IP_V4 ? FAMILY_V4 : ip->family == IP_V6 ? FAMILY_V6 : -1;
}

/** Is the address at the edge, or behind it? */
static inline bool edge_is_before(const struct edge *edge, uint64_t high, uint64_t low)
{
	return edge->high < high || (edge->high == high && edge->low <= low);
}

/** `ip` with all bits behind the first `bits` zero. */
struct ip links_mask(const struct ip *ip, unsigned bits);
