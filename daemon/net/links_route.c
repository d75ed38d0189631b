/* Routes: the longest prefix, as the kernel's own look-up finds it. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "net/links_view.h"

/* ---- making ------------------------------------------------------------------------------- */

struct ip links_mask(const struct ip *ip, unsigned bits)
{
	struct ip masked = *ip;
	size_t len = ip_len(ip);

	for (size_t i = 0; i < len; i++) {
		unsigned kept = bits > i * 8 ? bits - (unsigned)i * 8 : 0;

		if (kept < 8)
			masked.octet[i] &= (uint8_t)(0xff00u >> kept);
	}
	return masked;
}

static int route_compare(const void *a, const void *b)
{
	const struct route *x = a, *y = b;
	int order;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->bits != y->bits)
		return x->bits > y->bits ? -1 : 1;
	order = memcmp(x->net.octet, y->net.octet, sizeof(x->net.octet));
	if (order != 0)
		return order;
	if (x->metric != y->metric)
		return x->metric < y->metric ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool same_group(const struct route *a, const struct route *b)
{
	return a->table == b->table && a->bits == b->bits;
}

int links_routes_make(const struct links_raw *raw, int family, struct routes *out)
{
	size_t count = raw->n_routes[family];
	struct route *route = calloc(count ? count : 1, sizeof(*route));
	struct route_group *group;
	size_t n_groups = 0;

	if (!route)
		return -ENOMEM;
	out->route = route; /* owned by the view from here on, whatever comes */
	out->count = count;
	out->unknown = raw->policy[family] || raw->too_many[family];
	if (count > 0)
		memcpy(route, raw->route[family], count * sizeof(*route));
	qsort(route, count, sizeof(*route), route_compare);
	for (size_t i = 0; i < count; i++)
		n_groups += i == 0 || !same_group(&route[i - 1], &route[i]);

	group = calloc(n_groups ? n_groups : 1, sizeof(*group));
	if (!group)
		return -ENOMEM;
	out->group = group;
	out->n_groups = n_groups;
	for (size_t i = 0, g = 0; i < count; i++) {
		if (i > 0 && !same_group(&route[i - 1], &route[i]))
			g++;
		if (group[g].count++ == 0) {
			group[g].table = route[i].table;
			group[g].bits = route[i].bits;
			group[g].first = (uint32_t)i;
		}
	}
	return 0;
}

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

static bool type_refuses(uint8_t type)
{
	return type == RTN_UNREACHABLE || type == RTN_BLACKHOLE || type == RTN_PROHIBIT;
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
static const struct route *route_find(const struct links_view *view, const struct ip *ip,
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

static bool link_is_up(const struct links_view *view, unsigned ifindex)
{
	const struct link *link = links_by_index(view, ifindex);

	return link && link->up;
}

/* IPv6 destinations that mean nothing without an interface. */
static bool is_scoped(const struct ip *ip)
{
	return ip->family == IP_V6 && (ip_is_linklocal(ip) || ip_is_multicast(ip));
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
	route = route_find(view, ip, 0);
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
	route = route_find(view, ip, 0);
	return route && route->type == RTN_BROADCAST;
}

bool links_on_link(const struct links_view *view, const struct ip *ip, unsigned ifindex)
{
	const struct route *route;

	if (ip_is_any(ip) || !link_is_up(view, ifindex))
		return false;
	if (is_scoped(ip) || ip_is_limited_broadcast(ip))
		return true;
	route = route_find(view, ip, ifindex);
	if (!route || route->gateway.family != IP_NONE)
		return false;
	return route->type == RTN_UNICAST || route->type == RTN_BROADCAST;
}

/* ---- the source address, IPv4 ------------------------------------------------------------- */

/* The first primary address of a link in this scope or a wider one; one in whose subnet the
 * gateway lies goes before. */
static const struct link_address *v4_on_link(const struct links_view *view, const struct link *link,
					     const struct ip *gateway, uint8_t scope)
{
	const struct link_address *first = NULL, *address;
	size_t count;

	address = links_addresses(view, link, &count);
	for (size_t i = 0; i < count && address[i].ip.family == IP_V4; i++) {
		if (address[i].secondary || address[i].scope > scope)
			continue;
		if (ip_in_prefix(gateway, &address[i].net, address[i].bits))
			return &address[i];
		if (!first)
			first = &address[i];
	}
	return first;
}

static bool v4_select(const struct links_view *view, unsigned ifindex, const struct ip *gateway,
		      uint8_t scope, struct ip *out)
{
	const struct link *link = links_by_index(view, ifindex);
	const struct link_address *address = NULL;

	if (link)
		address = v4_on_link(view, link, gateway, scope);
	/* None there: any other interface's, as long as it is not of a link's own scope. */
	for (size_t i = 0; !address && i < view->n_links; i++) {
		const struct link_address *other =
			v4_on_link(view, &view->link[i], &(struct ip){ 0 }, scope);

		if (other && other->scope != RT_SCOPE_LINK)
			address = other;
	}
	if (!address)
		return false;
	*out = address->ip;
	return true;
}

static bool v4_source(const struct links_view *view, const struct ip *ip, unsigned ifindex,
		      struct ip *out)
{
	const struct ip none = { 0 };
	const struct route *route;

	if (ifindex != 0 && !link_is_up(view, ifindex))
		return false;
	if (ifindex != 0 && (ip_is_limited_broadcast(ip) || ip_is_multicast(ip)))
		return v4_select(view, ifindex, &none, RT_SCOPE_LINK, out);
	route = route_find(view, ip, ifindex);
	if (!route || type_refuses(route->type))
		return ifindex != 0 && v4_select(view, ifindex, &none, RT_SCOPE_LINK, out);
	if (route->source.family != IP_NONE)
		*out = route->source;
	else if (route->type == RTN_LOCAL)
		*out = *ip;
	else
		return v4_select(view, route->ifindex, &route->gateway, route->scope, out);
	return true;
}

/* ---- the source address, IPv6: RFC 6724 §5 ------------------------------------------------ */

static unsigned v6_scope(const struct ip *ip)
{
	if (ip_is_multicast(ip))
		return ip->octet[1] & 0x0f;
	if (ip_is_linklocal(ip) || ip_is_loopback(ip))
		return 2;
	return ip->octet[0] == 0xfe && (ip->octet[1] & 0xc0) == 0xc0 ? 5 : 14;
}

/* The labels of the kernel's own policy table (ip addrlabel); an admin's changes to it are not
 * seen. */
static unsigned v6_label(const struct ip *ip)
{
	static const struct {
		struct ip net;
		uint8_t bits, label;
	} policy[] = {
		{ { IP_V6, { [15] = 1 } }, 128, 0 },
		{ { IP_V6, { [10] = 0xff, [11] = 0xff } }, 96, 4 },
		{ { IP_V6, { 0 } }, 96, 3 },
		{ { IP_V6, { 0x20, 0x01 } }, 32, 6 },
		{ { IP_V6, { 0x20, 0x01, 0x00, 0x10 } }, 28, 7 },
		{ { IP_V6, { 0x20, 0x02 } }, 16, 2 },
		{ { IP_V6, { 0xfc } }, 7, 5 },
	};

	for (size_t i = 0; i < sizeof(policy) / sizeof(policy[0]); i++)
		if (ip_in_prefix(ip, &policy[i].net, policy[i].bits))
			return policy[i].label;
	return 1;
}

static unsigned bits_in_common(const struct ip *a, const struct ip *b)
{
	unsigned bits = 0;

	while (bits < 128 && !((a->octet[bits / 8] ^ b->octet[bits / 8]) & (0x80u >> bits % 8)))
		bits++;
	return bits;
}

/* True when RFC 6724's rules prefer a to b as the source for `ip` by the interface. */
static bool v6_better(const struct link_address *a, const struct link_address *b,
		      const struct ip *ip, unsigned ifindex)
{
	unsigned scope_a = v6_scope(&a->ip), scope_b = v6_scope(&b->ip), scope = v6_scope(ip);
	unsigned label = v6_label(ip), common_a, common_b;

	if (ip_equal(&a->ip, ip) != ip_equal(&b->ip, ip)) /* rule 1 */
		return ip_equal(&a->ip, ip);
	if (scope_a != scope_b) /* rule 2 */
		return scope_a < scope_b ? scope_a >= scope : scope_b < scope;
	if (a->deprecated != b->deprecated) /* rule 3 */
		return b->deprecated;
	if ((a->ifindex == ifindex) != (b->ifindex == ifindex)) /* rule 5 */
		return a->ifindex == ifindex;
	if ((v6_label(&a->ip) == label) != (v6_label(&b->ip) == label)) /* rule 6 */
		return v6_label(&a->ip) == label;
	if (a->temporary != b->temporary) /* rule 7, as a server has it */
		return b->temporary;
	common_a = bits_in_common(&a->ip, ip); /* rule 8 */
	common_b = bits_in_common(&b->ip, ip);
	return (common_a < a->bits ? common_a : a->bits) >
	       (common_b < b->bits ? common_b : b->bits);
}

static bool v6_source(const struct links_view *view, const struct ip *ip, unsigned ifindex,
		      struct ip *out)
{
	const struct link_address *best = NULL;
	bool there_only = is_scoped(ip);
	const struct route *route;

	if (ifindex != 0 && !link_is_up(view, ifindex))
		return false;
	if (there_only && ifindex == 0)
		return false;
	if (!there_only) {
		route = ifindex != 0 ? route_find(view, ip, ifindex) : NULL;
		if (!route)
			route = route_find(view, ip, 0);
		if (!route || type_refuses(route->type))
			return false;
		if (route->source.family != IP_NONE) {
			*out = route->source;
			return true;
		}
		ifindex = route->ifindex;
	}
	for (size_t i = 0; i < view->n_addresses; i++) {
		const struct link_address *address = &view->address[i];

		if (address->ip.family != IP_V6 || address->tentative ||
		    (there_only && address->ifindex != ifindex))
			continue;
		if (!best || v6_better(address, best, ip, ifindex))
			best = address;
	}
	if (!best)
		return false;
	*out = best->ip;
	return true;
}

bool links_source(const struct links_view *view, const struct ip *ip, unsigned ifindex,
		  struct ip *out)
{
	if (ip_is_any(ip))
		return false;
	return ip->family == IP_V4 ? v4_source(view, ip, ifindex, out)
				   : v6_source(view, ip, ifindex, out);
}
