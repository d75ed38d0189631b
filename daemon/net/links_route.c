/* no allocation · no lock · no log */
/* Routes: the longest prefix, as the kernel's own look-up finds it. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "net/links_route.h"

/* ---- looking up --------------------------------------------------------------------------- */

/* The first route of the group to exactly this net, or where it would stand. */
static size_t group_seek(const struct routes *routes, const struct route_group *group,
			 const struct ip *net)
{
	size_t low = group->first, high = low + group->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(routes->route[middle].net.octet, net->octet, sizeof(net->octet)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The best route of a group to `ip`, over the interface where one is named. */
static const struct route *group_find(const struct routes *routes, const struct route_group *group,
				      const struct ip *ip, unsigned ifindex)
{
	struct ip net = links_mask(ip, group->bits);
	size_t end = group->first + group->count;

	for (size_t i = group_seek(routes, group, &net); i < end; i++) {
		const struct route *route = &routes->route[i];

		if (!ip_equal(&route->net, &net))
			return NULL;
		if (ifindex == 0 || route->ifindex == ifindex || type_refuses(route->type) ||
		    route->type == RTN_THROW)
			return route;
	}
	return NULL;
}

/* The route that the kernel would take, which may be one that refuses; NULL: none. */
const struct route *links_route_find(const struct links_view *view, const struct ip *ip,
				     unsigned ifindex)
{
	int family = links_family(ip);
	const struct routes *routes;
	int thrown = -1; /* the table that a throw route has ended */

	if (family < 0)
		return NULL;
	routes = &view->routes[family];
	for (size_t g = 0; g < routes->n_groups; g++) {
		const struct route_group *group = &routes->group[g];
		const struct route *route;

		if (group->table == thrown)
			continue;
		route = group_find(routes, group, ip, ifindex);
		if (route && route->type == RTN_THROW)
			thrown = group->table;
		else if (route)
			return route;
	}
	return NULL;
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
