/* An answer of the kernel, message by message, as tables. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>

#include "net/links_parse.h"
#include "net/links_raw.h"

static int link_take(struct links_raw *raw, const struct nlmsghdr *message)
{
	struct link made, *link;

	if (!links_parse_link(message, &made))
		return 0;
	link = links_array_more(&raw->link, sizeof(*link), &raw->n_links, &raw->links_room);
	if (!link)
		return -ENOMEM;
	*link = made;
	return 0;
}

static int address_take(struct links_raw *raw, const struct nlmsghdr *message)
{
	struct link_address made, *address;

	if (!links_parse_address(message, &made))
		return 0;
	address = links_array_more(&raw->address, sizeof(*address), &raw->n_addresses,
				   &raw->addresses_room);
	if (!address)
		return -ENOMEM;
	*address = made;
	return 0;
}

static int route_add(struct links_raw *raw, int family, const struct route *route)
{
	if (raw->n_routes[family] < LINKS_ROUTES_MAX)
		return links_routes_add(raw, family, route);
	raw->too_many[family] = true;
	return 0;
}

/* Is there one more next hop? RTNH_OK() alone reads its length, whether there is one or not. */
static bool has_hop(const struct rtnexthop *hop, int left)
{
	return left >= (int)sizeof(*hop) && RTNH_OK(hop, left);
}

/* Each next hop of a route with several is a route. */
static int multipath_add(struct links_raw *raw, int family, struct route route,
			 const struct nlattr *multipath)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath), r = 0;

	for (; r == 0 && has_hop(hop, left); hop = RTNH_NEXT(hop)) {
		if (links_parse_hop(hop, family, &route))
			r = route_add(raw, family, &route);
		left -= (int)RTNH_ALIGN(hop->rtnh_len);
	}
	return r;
}

static int route_take(struct links_raw *raw, const struct nlmsghdr *message)
{
	const struct nlattr *multipath;
	struct route route;
	int family;

	if (!links_parse_route(message, &family, &route, &multipath))
		return 0;
	return multipath ? multipath_add(raw, family, route, multipath)
			 : route_add(raw, family, &route);
}

static int rule_take(struct links_raw *raw, const struct nlmsghdr *message)
{
	int family, table;

	if (!links_parse_rule(message, &family, &table))
		return 0;
	if (table < 0)
		raw->odd_rule[family] = true;
	else
		raw->rules[family] |= 1u << table;
	return 0;
}

int links_take(struct links_raw *raw, const struct nlmsghdr *message)
{
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
		return link_take(raw, message);
	case RTM_NEWADDR:
		return address_take(raw, message);
	case RTM_NEWROUTE:
		return route_take(raw, message);
	case RTM_NEWRULE:
		return rule_take(raw, message);
	default:
		return 0;
	}
}

static void routes_empty(struct links_raw *raw, int family)
{
	raw->n_routes[family] = raw->unsorted[family] = 0;
	raw->too_many[family] = false;
}

void links_raw_empty(struct links_raw *raw, unsigned what)
{
	if (what & LINKS_ASK_LINKS)
		raw->n_links = 0;
	if (what & LINKS_ASK_ADDRESSES)
		raw->n_addresses = 0;
	if (what & LINKS_ASK_ROUTES_V4)
		routes_empty(raw, FAMILY_V4);
	if (what & LINKS_ASK_ROUTES_V6)
		routes_empty(raw, FAMILY_V6);
	if (what & LINKS_ASK_RULES) {
		memset(raw->odd_rule, 0, sizeof(raw->odd_rule));
		memset(raw->rules, 0, sizeof(raw->rules));
	}
}

#define SWAP(a, b)                                                                                 \
	do {                                                                                       \
		__typeof__(a) was = (a);                                                           \
		(a) = (b);                                                                         \
		(b) = was;                                                                         \
	} while (0)

static void routes_swap(struct links_raw *a, struct links_raw *b, int family)
{
	SWAP(a->route[family], b->route[family]);
	SWAP(a->n_routes[family], b->n_routes[family]);
	SWAP(a->routes_room[family], b->routes_room[family]);
	SWAP(a->too_many[family], b->too_many[family]);
}

void links_raw_swap(struct links_raw *a, struct links_raw *b, unsigned what)
{
	if (what & LINKS_ASK_LINKS) {
		SWAP(a->link, b->link);
		SWAP(a->n_links, b->n_links);
		SWAP(a->links_room, b->links_room);
	}
	if (what & LINKS_ASK_ADDRESSES) {
		SWAP(a->address, b->address);
		SWAP(a->n_addresses, b->n_addresses);
		SWAP(a->addresses_room, b->addresses_room);
	}
	if (what & LINKS_ASK_ROUTES_V4)
		routes_swap(a, b, FAMILY_V4);
	if (what & LINKS_ASK_ROUTES_V6)
		routes_swap(a, b, FAMILY_V6);
	for (int f = 0; f < N_FAMILIES && what & LINKS_ASK_RULES; f++) {
		SWAP(a->odd_rule[f], b->odd_rule[f]);
		SWAP(a->rules[f], b->rules[f]);
	}
}
