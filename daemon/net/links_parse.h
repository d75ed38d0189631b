/* One netlink message as what it tells of: the inside of links only. */
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "net/links_view.h"

/* The attributes of a netlink message that are still to read. */
struct attrs {
	const uint8_t *at;
	size_t left;
};

/** Those behind a message's own header of `header_len` octets. */
static inline struct attrs attrs_of(const struct nlmsghdr *message, size_t header_len)
{
	size_t skip = NLMSG_HDRLEN + NLMSG_ALIGN(header_len);

	if (message->nlmsg_len < skip)
		return (struct attrs){ NULL, 0 };
	return (struct attrs){ (const uint8_t *)message + skip, message->nlmsg_len - skip };
}

/** The next one, or NULL after the last; one that runs past the message ends it. */
static inline const struct nlattr *attrs_next(struct attrs *attrs)
{
	const struct nlattr *attr = (const void *)attrs->at;
	size_t step;

	if (attrs->left < sizeof(*attr) || attr->nla_len < sizeof(*attr) ||
	    attr->nla_len > attrs->left)
		return NULL;
	step = NLA_ALIGN(attr->nla_len);
	if (step > attrs->left)
		step = attrs->left;
	attrs->at += step;
	attrs->left -= step;
	return attr;
}

/* A number of 32 bits; 0 where the attribute is too short for one. */
static inline uint32_t attr_u32(const struct nlattr *attr)
{
	uint32_t number = 0;

	if (attr->nla_len >= sizeof(*attr) + sizeof(number))
		memcpy(&number, attr + 1, sizeof(number));
	return number;
}

/* Is a message long enough for its own header? */
static inline bool message_holds(const struct nlmsghdr *message, size_t header_len)
{
	return message->nlmsg_len >= NLMSG_HDRLEN + header_len;
}

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
