/* What netlink tells, kept as tables: the inside of links only. */
#pragma once

#include <linux/netlink.h>

#include "net/links_view.h"

enum {
	LINKS_ASK_LINKS = 1,
	LINKS_ASK_ADDRESSES = 2,
	LINKS_ASK_ROUTES_V4 = 4,
	LINKS_ASK_ROUTES_V6 = 8,
	LINKS_ASK_RULES = 16,
	LINKS_ASK_ALL = 31,
};

/* What functions that work in slices return while something is left. */
enum { LINKS_E_MORE = 1 };

/* What netlink told, as it told it. */
struct links_raw {
	struct link *link;
	size_t n_links, links_room;
	struct link_address *address;
	size_t n_addresses, addresses_room;
	struct route *route[N_FAMILIES]; /* in order, unless they are being taken */
	size_t n_routes[N_FAMILIES], routes_room[N_FAMILIES];
	size_t unsorted[N_FAMILIES]; /* so many of the first routes are a heap */
	bool too_many[N_FAMILIES];   /* routes are not kept */
	bool odd_rule[N_FAMILIES];   /* a rule that a kernel does not start with */
	unsigned rules[N_FAMILIES];  /* those it does start with, as bits 1 << TABLE_* */
};

/** Frees the arrays. */
void links_raw_done(struct links_raw *raw);

/** Makes room for one more element, zeroed; NULL when there is no memory. `array` is the address
 * of the array's pointer. */
void *links_array_more(void *array, size_t size, size_t *count, size_t *room);

/* ---- a whole answer of the kernel ---- */

/** Empties the tables that an answer to `what` (one of LINKS_ASK_*) fills. */
void links_raw_empty(struct links_raw *raw, unsigned what);
/** Adds one message of an answer. Routes are in no order then: links_routes_sort(). 0 or -ENOMEM.
 */
int links_take(struct links_raw *raw, const struct nlmsghdr *message);
/** Exchanges the tables of `what` between the two. */
void links_raw_swap(struct links_raw *a, struct links_raw *b, unsigned what);

/* ---- notifications ---- */

/**
 * Applies a notification to the tables; adds to *changed what it changed (LINKS_ASK_*).
 *
 * Returns what has to be asked for again (LINKS_ASK_*): where the kernel does not tell enough, as
 * of routes with several next hops, or routes that go with a link; or where memory was wanting.
 */
unsigned links_apply(struct links_raw *raw, const struct nlmsghdr *message, unsigned *changed);

/* ---- the order of routes ---- */

/** By table, then net, the shortest prefix first, metric and the kernel's order: what holds others
 * comes before them. */
int links_route_compare(const struct route *a, const struct route *b);
/** Adds a route to those that are not yet sorted. 0 or -ENOMEM. */
int links_routes_add(struct links_raw *raw, int family, const struct route *route);
/** Puts at most `slice` of the family's routes in their places. 0, or LINKS_E_MORE. */
int links_routes_sort(struct links_raw *raw, int family, size_t slice);
