/* no allocation · no lock · no log */
/* Routes: the longest prefix, as the kernel's own look-up finds it. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "net/links_route.h"

/* ---- looking up --------------------------------------------------------------------------- */

/* The longest prefix of the table that holds the address. */
static uint32_t prefix_find(const struct routes *routes, unsigned table, uint64_t high,
			    uint64_t low)
{
	const struct edge *edge = routes->edge + routes->edges[table].first;
	size_t left = routes->edges[table].count;

	if (left == 0 || !edge_is_before(edge, high, low))
		return NO_PREFIX;
	while (left > 1) { /* edge[0] is before the address */
		size_t half = left / 2;

		if (edge_is_before(&edge[half], high, low)) {
			edge += half;
			left -= half;
		} else {
			left = half;
		}
	}
	return edge->prefix;
}

/* The best route of a prefix, over the interface where one is named. */
static const struct route *prefix_route(const struct routes *routes, const struct prefix *prefix,
					unsigned ifindex)
{
	for (uint32_t i = 0; i < prefix->count; i++) {
		const struct route *route = &routes->route[prefix->first + i];

		if (ifindex == 0 || route->ifindex == ifindex || type_refuses(route->type) ||
		    route->type == RTN_THROW)
			return route;
	}
	return NULL;
}

/* The route that a table has; NULL: none. */
static const struct route *table_find(const struct routes *routes, unsigned table, uint64_t high,
				      uint64_t low, unsigned ifindex)
{
	uint32_t at = prefix_find(routes, table, high, low);
	const struct route *route = NULL;

	while (at != NO_PREFIX && !route) {
		route = prefix_route(routes, &routes->prefix[at], ifindex);
		at = routes->prefix[at].around;
	}
	return route && route->type != RTN_THROW ? route : NULL;
}

/* The route that the kernel would take, which may be one that refuses; NULL: none. */
const struct route *links_route_find(const struct links_view *view, const struct ip *ip,
				     unsigned ifindex)
{
	uint64_t high = load_be64(ip->octet), low = load_be64(ip->octet + 8);
	int family = links_family(ip);
	const struct route *route = NULL;

	if (family < 0)
		return NULL;
	for (unsigned table = 0; table < N_TABLES && !route; table++)
		route = table_find(&view->routes[family], table, high, low, ifindex);
	return route;
}

bool links_reachable(const struct links_view *view, const struct ip *ip, unsigned ifindex)
{
	const struct route *route;

	if (ip_is_any(ip))
		return false;
	if (ifindex != 0) {
		if (!link_is_up(view, ifindex))
			return false;
		if (ip->family == IP_V4 || is_scoped(ip))
			return true;
	} else if (is_scoped(ip) || ip_is_limited_broadcast(ip)) {
		return false;
	}
	if (view->routes[links_family(ip)].unknown)
		return true;
	/* An IPv6 route over another interface will do: a pin is only a preference there. */
	route = links_route_find(view, ip, 0);
	return route && !type_refuses(route->type);
}

/* By the networks of our addresses: for where the routes are not kept. */
static bool ends_a_network(const struct links_view *view, const struct ip *ip)
{
	for (size_t i = 0; i < view->n_addresses; i++) {
		const struct link_address *address = &view->address[i];
		uint32_t host = address->bits < 31 ? UINT32_MAX >> address->bits : 0;

		if (host != 0 && ip_in_prefix(ip, &address->net, address->bits) &&
		    (load_be32(ip->octet) & host) == host)
			return true;
	}
	return false;
}

bool links_is_broadcast(const struct links_view *view, const struct ip *ip)
{
	const struct route *route;

	if (ip->family != IP_V4)
		return false;
	if (view->routes[FAMILY_V4].unknown)
		return ends_a_network(view, ip);
	route = links_route_find(view, ip, 0);
	return route && route->type == RTN_BROADCAST;
}

bool links_on_link(const struct links_view *view, const struct ip *ip, unsigned ifindex)
{
	const struct route *route;

	if (ip_is_any(ip) || !link_is_up(view, ifindex))
		return false;
	if (is_scoped(ip) || ip_is_limited_broadcast(ip))
		return true;
	route = links_route_find(view, ip, ifindex);
	if (!route || route->gateway.family != IP_NONE)
		return false;
	return route->type == RTN_UNICAST || route->type == RTN_BROADCAST;
}

/* The interface in whose network `ip` lies, by our addresses; 0: none. */
static unsigned network_of(const struct links_view *view, const struct ip *ip, unsigned ifindex)
{
	for (size_t i = 0; i < view->n_addresses; i++) {
		const struct link_address *address = &view->address[i];

		if ((ifindex == 0 || address->ifindex == ifindex) &&
		    ip_in_prefix(ip, &address->net, address->bits))
			return address->ifindex;
	}
	return 0;
}

/* Who takes it, by the routes. False: no neighbour, or it is not known. */
static bool hop_of(const struct links_view *view, const struct endpoint *to, struct endpoint *hop)
{
	const struct route *route;

	if (is_scoped(&to->ip))
		return true;
	if (view->routes[links_family(&to->ip)].unknown) {
		hop->ifindex = network_of(view, &to->ip, to->ifindex);
		return hop->ifindex != 0;
	}
	route = links_route_find(view, &to->ip, to->ifindex);
	if (!route && to->ip.family == IP_V6)
		route = links_route_find(view, &to->ip, 0); /* a pin is only a preference there */
	if (!route)
		return to->ifindex != 0; /* the kernel takes it as on-link */
	if (route->type != RTN_UNICAST)
		return false;
	if (route->gateway.family != IP_NONE)
		hop->ip = route->gateway;
	hop->ifindex = route->ifindex;
	return !ip_is_any(&hop->ip);
}

bool links_neighbour(const struct links_view *view, const struct endpoint *to, struct endpoint *out)
{
	struct endpoint hop = *to;
	const struct link *link;

	if (links_family(&to->ip) < 0 || ip_is_any(&to->ip) || ip_is_multicast(&to->ip) ||
	    ip_is_limited_broadcast(&to->ip) || links_is_own(view, &to->ip) ||
	    !hop_of(view, to, &hop))
		return false;
	link = links_by_index(view, hop.ifindex);
	if (!link || link->noarp)
		return false;
	*out = hop;
	return true;
}
