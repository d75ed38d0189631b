/* What the files about routes share: the inside of links only. */
#pragma once

#include <linux/rtnetlink.h>

#include "net/links_view.h"

/** The route that the kernel would take, which may be one that refuses; NULL: none. `ifindex` not
 * 0: over that interface. */
const struct route *links_route_find(const struct links_view *view, const struct ip *ip,
				     unsigned ifindex);

static inline bool type_refuses(uint8_t type)
{
	return type == RTN_UNREACHABLE || type == RTN_BLACKHOLE || type == RTN_PROHIBIT;
}

static inline bool link_is_up(const struct links_view *view, unsigned ifindex)
{
	const struct link *link = links_by_index(view, ifindex);

	return link && link->up;
}

/** IPv6 destinations that mean nothing without an interface. */
static inline bool is_scoped(const struct ip *ip)
{
	return ip->family == IP_V6 && (ip_is_linklocal(ip) || ip_is_multicast(ip));
}
