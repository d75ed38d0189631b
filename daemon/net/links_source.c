/* The address that the kernel would send from. */
#include "net/links_route.h"

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
	route = links_route_find(view, ip, ifindex);
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
		route = ifindex != 0 ? links_route_find(view, ip, ifindex) : NULL;
		if (!route)
			route = links_route_find(view, ip, 0);
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
