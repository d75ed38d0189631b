/* One netlink message as what it tells of: the inside of links only. */
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "net/links_view.h"

/* False, *out undefined: nothing that is kept, or no such message: too short, or with a prefix that
 * is longer than an address. */
bool links_parse_link(const struct nlmsghdr *message, struct link *out);
bool links_parse_address(const struct nlmsghdr *message, struct link_address *out);
/** `*multipath` not NULL: its next hops are there, and not in *route. */
bool links_parse_route(const struct nlmsghdr *message, int *family, struct route *route,
		       const struct nlattr **multipath);
/** Puts one next hop of a route with several into *route. False: it is dead. */
bool links_parse_hop(const struct rtnexthop *hop, int family, struct route *route);
/** `*table` is -1 for a rule that is not one of those that a kernel starts with. */
bool links_parse_rule(const struct nlmsghdr *message, int *family, int *table);

/** The place of a route table by its number, or -1 for one that the standard rules do not ask. */
int links_table(uint32_t number);
