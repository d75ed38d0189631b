#include "net/links_parse.h"

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "base/cleanup.h"
#include "net/netlink.h"

/* Network cards have no kind; a bridge's port, which may be one, has only that of a port. */
static bool has_kind(const struct nlattr *info)
{
	const char *first = mnl_attr_get_payload(info);
	const struct nlattr *attr;

	attr_for_each (attr, (const void *)first, first + mnl_attr_get_payload_len(info))
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			return true;
	return false;
}

bool links_parse_link(const struct nlmsghdr *message, struct link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (!message_holds(message, sizeof(*info)))
		return false;
	if (info->ifi_family != AF_UNSPEC) /* it came to a bridge, or left one */
		return false;
	if (info->ifi_index <= 0)
		return false;
	*link = (struct link){ .born = 0 };
	link->ifindex = (unsigned)info->ifi_index;
	link->up = info->ifi_flags & IFF_UP;
	link->running = info->ifi_flags & IFF_RUNNING;
	link->loopback = info->ifi_flags & IFF_LOOPBACK;
	link->multicast = info->ifi_flags & IFF_MULTICAST;
	link->noarp = info->ifi_flags & (IFF_NOARP | IFF_LOOPBACK);
	attr_for_each_of (attr, message, sizeof(*info)) {
		uint16_t len = mnl_attr_get_payload_len(attr);
		const void *value = mnl_attr_get_payload(attr);

		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME: /* never as long as the array, so that its last NUL stays */
			memcpy(link->name, value, len < LINK_NAME_MAX ? len : LINK_NAME_MAX - 1);
			break;
		case IFLA_ADDRESS:
			link->mac_len = (uint8_t)(len < LINK_MAC_MAX ? len : LINK_MAC_MAX);
			memcpy(link->mac, value, link->mac_len);
			break;
		case IFLA_MTU:
			link->mtu = attr_u32(attr);
			break;
		case IFLA_MASTER:
			link->master = attr_u32(attr);
			break;
		case IFLA_LINKINFO:
			link->software = has_kind(attr);
			break;
		default:
			break;
		}
	}
	return true;
}

/* ---- addresses ---------------------------------------------------------------------------- */

/* An address of the family out of an attribute; no address when its length is wrong. */
static struct ip attr_ip(const struct nlattr *attr, int family)
{
	uint16_t len = mnl_attr_get_payload_len(attr);

	if (family == AF_INET && len >= 4)
		return ip_v4(mnl_attr_get_payload(attr));
	if (family == AF_INET6 && len >= 16)
		return ip_v6(mnl_attr_get_payload(attr));
	return (struct ip){ 0 };
}

/* How long an address is; 0: no family of ours. */
static unsigned family_bits(int family)
{
	return family == AF_INET ? 32 : family == AF_INET6 ? 128 : 0;
}

static void address_flags(struct link_address *address, uint32_t flags)
{
	bool v6 = address->ip.family == IP_V6;

	/* The two families share one bit. */
	address->secondary = !v6 && flags & IFA_F_SECONDARY;
	address->temporary = v6 && flags & IFA_F_TEMPORARY;
	address->deprecated = flags & IFA_F_DEPRECATED;
	address->tentative =
		flags & IFA_F_DADFAILED || (flags & IFA_F_TENTATIVE && !(flags & IFA_F_OPTIMISTIC));
}

bool links_parse_address(const struct nlmsghdr *message, struct link_address *out)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	struct ip peer = { 0 }, local = { 0 };
	struct link_address made;
	const struct nlattr *attr;
	uint32_t flags;

	if (!message_holds(message, sizeof(*info)) ||
	    info->ifa_prefixlen > family_bits(info->ifa_family))
		return false;
	made = (struct link_address){ .ifindex = info->ifa_index,
				      .bits = info->ifa_prefixlen,
				      .scope = info->ifa_scope };
	flags = info->ifa_flags;
	attr_for_each_of (attr, message, sizeof(*info)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type == IFA_ADDRESS)
			peer = attr_ip(attr, info->ifa_family);
		else if (type == IFA_LOCAL)
			local = attr_ip(attr, info->ifa_family);
		else if (type == IFA_FLAGS)
			flags = attr_u32(attr);
	}
	/* On a point-to-point link IFA_ADDRESS is the other end; elsewhere both are one. */
	made.ip = local.family != IP_NONE ? local : peer;
	made.net = peer.family != IP_NONE ? peer : local;
	if (made.ip.family == IP_NONE)
		return false;
	address_flags(&made, flags);
	*out = made;
	return true;
}

/* ---- routes ------------------------------------------------------------------------------- */

int links_table(uint32_t number)
{
	switch (number) {
	case RT_TABLE_LOCAL:
		return TABLE_LOCAL;
	case RT_TABLE_MAIN:
		return TABLE_MAIN;
	case RT_TABLE_DEFAULT:
		return TABLE_DEFAULT;
	default:
		return -1;
	}
}

/* A gateway of the other family (RTA_VIA): which one does not matter, only that there is one. */
static struct ip attr_via(const struct nlattr *attr)
{
	struct rtvia via;

	if (mnl_attr_get_payload_len(attr) < sizeof(via) + 4)
		return (struct ip){ 0 };
	memcpy(&via, mnl_attr_get_payload(attr), sizeof(via));
	return (struct ip){ .family = via.rtvia_family == AF_INET ? IP_V4 : IP_V6 };
}

static void route_attr(struct route *route, const struct nlattr *attr, int family, uint32_t *table,
		       const struct nlattr **multipath)
{
	switch (mnl_attr_get_type(attr)) {
	case RTA_TABLE:
		*table = attr_u32(attr);
		break;
	case RTA_DST:
		route->net = attr_ip(attr, family);
		break;
	case RTA_GATEWAY:
		route->gateway = attr_ip(attr, family);
		break;
	case RTA_VIA:
		route->gateway = attr_via(attr);
		break;
	case RTA_PREFSRC:
		route->source = attr_ip(attr, family);
		break;
	case RTA_OIF:
		route->ifindex = attr_u32(attr);
		break;
	case RTA_PRIORITY:
		route->metric = attr_u32(attr);
		break;
	case RTA_MULTIPATH:
		*multipath = attr;
		break;
	default:
		break;
	}
}

static bool route_wanted(const struct rtmsg *info, const struct route *route)
{
	if (info->rtm_flags & (RTM_F_CLONED | RTNH_F_DEAD) || info->rtm_tos != 0)
		return false;
	if (info->rtm_src_len == 0)
		return true;
	/* By source: what such a route lets through may go; what it stops may go by another. */
	return route->type == RTN_UNICAST;
}

bool links_parse_route(const struct nlmsghdr *message, int *family, struct route *route,
		       const struct nlattr **multipath)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	uint32_t number;
	int table;

	if (!message_holds(message, sizeof(*info)) || family_bits(info->rtm_family) == 0 ||
	    info->rtm_dst_len > family_bits(info->rtm_family))
		return false;
	number = info->rtm_table;
	*multipath = NULL;
	*family = info->rtm_family == AF_INET ? FAMILY_V4 : FAMILY_V6;
	*route = (struct route){ .net = { .family = *family == FAMILY_V4 ? IP_V4 : IP_V6 },
				 .bits = info->rtm_dst_len,
				 .type = info->rtm_type,
				 .scope = info->rtm_scope };
	attr_for_each_of (attr, message, sizeof(*info))
		route_attr(route, attr, info->rtm_family, &number, multipath);
	table = links_table(number);
	if (table < 0 || route->net.family == IP_NONE || !route_wanted(info, route))
		return false;
	route->table = (uint8_t)table;
	route->net = links_mask(&route->net, route->bits);
	return true;
}

bool links_parse_hop(const struct rtnexthop *hop, int family, struct route *route)
{
	const struct nlattr *attr;

	route->ifindex = (unsigned)hop->rtnh_ifindex;
	route->gateway = (struct ip){ 0 };
	attr_for_each (attr, (const void *)(hop + 1), (const char *)hop + hop->rtnh_len) {
		if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			route->gateway = attr_ip(attr, family == FAMILY_V4 ? AF_INET : AF_INET6);
		else if (mnl_attr_get_type(attr) == RTA_VIA)
			route->gateway = attr_via(attr);
	}
	return !(hop->rtnh_flags & RTNH_F_DEAD);
}

/* ---- rules -------------------------------------------------------------------------------- */

/* False: the rule selects by something. */
static bool rule_attr(const struct nlattr *attr, uint32_t *priority, uint32_t *table)
{
	switch (mnl_attr_get_type(attr)) {
	case FRA_PRIORITY:
		*priority = attr_u32(attr);
		return true;
	case FRA_TABLE:
		*table = attr_u32(attr);
		return true;
	case FRA_PROTOCOL:
	case FRA_PAD:
		return true;
	case FRA_SUPPRESS_PREFIXLEN:
	case FRA_SUPPRESS_IFGROUP: /* always there; -1: nothing is suppressed */
		return attr_u32(attr) == UINT32_MAX;
	default:
		return false;
	}
}

bool links_parse_rule(const struct nlmsghdr *message, int *family, int *table)
{
	const struct fib_rule_hdr *info = mnl_nlmsg_get_payload(message);
	static const uint32_t standard[] = { 0, 32766, 32767 };
	uint32_t priority = 0, number;
	const struct nlattr *attr;
	bool plain = true;

	if (!message_holds(message, sizeof(*info)) || family_bits(info->family) == 0)
		return false;
	number = info->table;
	attr_for_each_of (attr, message, sizeof(*info))
		plain = rule_attr(attr, &priority, &number) && plain;
	*family = info->family == AF_INET ? FAMILY_V4 : FAMILY_V6;
	*table = links_table(number);
	if (!plain || *table < 0 || priority != standard[*table] || info->action != FR_ACT_TO_TBL ||
	    info->src_len || info->dst_len || info->tos || info->flags & FIB_RULE_INVERT)
		*table = -1;
	return true;
}
