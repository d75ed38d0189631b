#include "net/links_dump.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* An answer is asked for again when the kernel says that it changed while it was given. */
enum { TRIES = 4, BUFFER = 32768 };

enum { ASK_E_CHANGED = 1, ASK_E_ENOUGH = 2 };

/* Takes one message of an answer. 0, -errno, or ASK_E_ENOUGH: no more is wanted. */
typedef int answer_fn(const struct nlmsghdr *message, void *arg);

/* ---- asking ------------------------------------------------------------------------------- */

int links_asker_open(struct links_asker *asker)
{
	int on = 1;

	asker->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!asker->socket)
		return -errno;
	if (mnl_socket_bind(asker->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		int r = -errno;

		links_asker_close(asker);
		return r;
	}
	/* Lets a route table be asked for by number; without it (before Linux 4.20) all come. */
	(void)mnl_socket_setsockopt(asker->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return 0;
}

void links_asker_close(struct links_asker *asker)
{
	if (asker->socket)
		mnl_socket_close(asker->socket);
	asker->socket = NULL;
}

/* What the end of an answer, or an error in its place, says. A family or a table that the kernel
 * does not have is an empty answer. */
static int answer_end(const struct nlmsghdr *message)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	if (error == -ENOENT || error == -EOPNOTSUPP || error == -EAFNOSUPPORT)
		return 0;
	return error;
}

/* Reads the answer to `seq` to its end, so that the socket is empty for the next question. */
static int answer_read(struct links_asker *asker, answer_fn *take, void *arg)
{
	_Alignas(NLMSG_ALIGNTO) uint8_t buffer[BUFFER];
	bool changed = false;

	for (;;) {
		ssize_t n = mnl_socket_recvfrom(asker->socket, buffer, sizeof(buffer));
		const struct nlmsghdr *message = (const void *)buffer;
		int left = (int)n, r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (message->nlmsg_seq != asker->seq)
				continue;
			if (message->nlmsg_flags & NLM_F_DUMP_INTR)
				changed = true;
			if (message->nlmsg_type == NLMSG_ERROR ||
			    message->nlmsg_type == NLMSG_DONE) {
				r = answer_end(message);
				return r < 0 ? r : changed ? ASK_E_CHANGED : 0;
			}
			if (message->nlmsg_type < NLMSG_MIN_TYPE)
				continue;
			r = take(message, arg);
			if (r != 0)
				return r;
		}
	}
}

/* Asks once. `header` is the family's own header; `table` is a route table's number or 0. */
static int ask(struct links_asker *asker, uint16_t type, const void *header, size_t header_len,
	       uint32_t table, answer_fn *take, void *arg)
{
	uint8_t buffer[128] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	int r;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = ++asker->seq;
	memcpy(mnl_nlmsg_put_extra_header(message, header_len), header, header_len);
	if (table)
		mnl_attr_put_u32(message, RTA_TABLE, table);
	if (type == RTM_GETLINK)
		mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (mnl_socket_sendto(asker->socket, message, message->nlmsg_len) < 0)
		return -errno;
	r = answer_read(asker, take, arg);
	if (r < 0 || r == ASK_E_ENOUGH) {
		/* The rest of the answer may still be coming: a new socket forgets it. */
		links_asker_close(asker);
		int opened = links_asker_open(asker);

		return opened < 0 ? opened : r;
	}
	return r;
}

void *links_array_more(void *array, size_t size, size_t *count, size_t *room)
{
	void **at = array;

	if (*count == *room) {
		size_t wish = *room ? *room * 2 : 16;
		void *grown = realloc(*at, wish * size);

		if (!grown)
			return NULL;
		*at = grown;
		*room = wish;
	}
	return memset((uint8_t *)*at + size * (*count)++, 0, size);
}

/* ---- links -------------------------------------------------------------------------------- */

bool links_parse_link(const struct nlmsghdr *message, struct link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct attrs attrs = attrs_of(message, sizeof(*info));
	const struct nlattr *attr;

	if (!message_holds(message, sizeof(*info)))
		return false;
	if (info->ifi_family != AF_UNSPEC) /* it came to a bridge, or left one */
		return false;
	*link = (struct link){ .born = 0 };
	link->ifindex = (unsigned)info->ifi_index;
	link->up = info->ifi_flags & IFF_UP;
	link->running = info->ifi_flags & IFF_RUNNING;
	link->loopback = info->ifi_flags & IFF_LOOPBACK;
	link->multicast = info->ifi_flags & IFF_MULTICAST;
	link->noarp = info->ifi_flags & (IFF_NOARP | IFF_LOOPBACK);
	while ((attr = attrs_next(&attrs))) {
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
		default:
			break;
		}
	}
	return true;
}

static int link_take(const struct nlmsghdr *message, void *arg)
{
	struct links_raw *raw = arg;
	struct link made, *link;

	if (message->nlmsg_type != RTM_NEWLINK || !links_parse_link(message, &made))
		return 0;
	link = links_array_more(&raw->link, sizeof(*link), &raw->n_links, &raw->links_room);
	if (!link)
		return -ENOMEM;
	*link = made;
	return 0;
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
	struct attrs attrs = attrs_of(message, sizeof(*info));
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
	while ((attr = attrs_next(&attrs))) {
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

static int address_take(const struct nlmsghdr *message, void *arg)
{
	struct links_raw *raw = arg;
	struct link_address made, *address;

	if (message->nlmsg_type != RTM_NEWADDR || !links_parse_address(message, &made))
		return 0;
	address = links_array_more(&raw->address, sizeof(*address), &raw->n_addresses,
				   &raw->addresses_room);
	if (!address)
		return -ENOMEM;
	*address = made;
	return 0;
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

static int route_add(struct links_raw *raw, int family, const struct route *route)
{
	struct route *added;

	if (raw->n_routes[family] >= LINKS_ROUTES_MAX)
		return ASK_E_ENOUGH;
	added = links_array_more(&raw->route[family], sizeof(*added), &raw->n_routes[family],
				 &raw->routes_room[family]);
	if (!added)
		return -ENOMEM;
	*added = *route;
	added->order = (uint32_t)raw->n_routes[family];
	return 0;
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

/* Each next hop of a route with several is a route. */
static int multipath_add(struct links_raw *raw, int family, struct route route,
			 const struct nlattr *multipath)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath), r = 0;

	while (r == 0 && RTNH_OK(hop, left)) {
		struct attrs attrs = { (const uint8_t *)(hop + 1), hop->rtnh_len - sizeof(*hop) };
		const struct nlattr *attr;

		route.ifindex = (unsigned)hop->rtnh_ifindex;
		route.gateway = (struct ip){ 0 };
		while ((attr = attrs_next(&attrs))) {
			if (mnl_attr_get_type(attr) == RTA_GATEWAY)
				route.gateway =
					attr_ip(attr, family == FAMILY_V4 ? AF_INET : AF_INET6);
			else if (mnl_attr_get_type(attr) == RTA_VIA)
				route.gateway = attr_via(attr);
		}
		if (!(hop->rtnh_flags & RTNH_F_DEAD))
			r = route_add(raw, family, &route);
		left -= (int)RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return r;
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
	struct attrs attrs = attrs_of(message, sizeof(*info));
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
	while ((attr = attrs_next(&attrs)))
		route_attr(route, attr, info->rtm_family, &number, multipath);
	table = links_table(number);
	if (table < 0 || route->net.family == IP_NONE || !route_wanted(info, route))
		return false;
	route->table = (uint8_t)table;
	route->net = links_mask(&route->net, route->bits);
	return true;
}

static int route_take(const struct nlmsghdr *message, void *arg)
{
	const struct nlattr *multipath;
	struct route route;
	int family;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    !links_parse_route(message, &family, &route, &multipath))
		return 0;
	return multipath ? multipath_add(arg, family, route, multipath)
			 : route_add(arg, family, &route);
}

/* ---- rules -------------------------------------------------------------------------------- */

/* The rules that a kernel starts with: for each, the table it asks, bit by bit. */
struct rules {
	int af;
	unsigned seen; /* bits 1 << TABLE_* */
	bool other;
};

static int rule_take(const struct nlmsghdr *message, void *arg)
{
	const struct fib_rule_hdr *info = mnl_nlmsg_get_payload(message);
	static const uint32_t standard[] = { 0, 32766, 32767 };
	uint32_t priority = 0, number;
	struct attrs attrs = attrs_of(message, sizeof(*info));
	struct rules *rules = arg;
	const struct nlattr *attr;
	bool plain = true;
	int table;

	if (message->nlmsg_type != RTM_NEWRULE || !message_holds(message, sizeof(*info)) ||
	    info->family != rules->af)
		return 0;
	number = info->table;
	while ((attr = attrs_next(&attrs))) {
		switch (mnl_attr_get_type(attr)) {
		case FRA_PRIORITY:
			priority = attr_u32(attr);
			break;
		case FRA_TABLE:
			number = attr_u32(attr);
			break;
		case FRA_PROTOCOL:
		case FRA_PAD:
			break;
		case FRA_SUPPRESS_PREFIXLEN:
		case FRA_SUPPRESS_IFGROUP: /* always told; -1: nothing is suppressed */
			plain = plain && attr_u32(attr) == UINT32_MAX;
			break;
		default:
			plain = false; /* it selects by something */
			break;
		}
	}
	table = links_table(number);
	if (!plain || table < 0 || priority != standard[table] || info->action != FR_ACT_TO_TBL ||
	    info->src_len || info->dst_len || info->tos || info->flags & FIB_RULE_INVERT)
		rules->other = true;
	else
		rules->seen |= 1u << table;
	return 0;
}

/* ---- all ---------------------------------------------------------------------------------- */

static int ask_links(struct links_asker *asker, struct links_raw *raw)
{
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };

	raw->n_links = 0;
	return ask(asker, RTM_GETLINK, &header, sizeof(header), 0, link_take, raw);
}

static int ask_addresses(struct links_asker *asker, struct links_raw *raw)
{
	struct ifaddrmsg header = { .ifa_family = AF_UNSPEC };

	raw->n_addresses = 0;
	return ask(asker, RTM_GETADDR, &header, sizeof(header), 0, address_take, raw);
}

static int ask_routes(struct links_asker *asker, struct links_raw *raw, int family)
{
	static const uint32_t numbers[] = { RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT };
	int changed = 0;

	raw->n_routes[family] = 0;
	for (size_t i = 0; i < ARRAY_LEN(numbers) && !raw->too_many[family]; i++) {
		struct rtmsg header = { .rtm_family = family == FAMILY_V4 ? AF_INET : AF_INET6,
					.rtm_table = (uint8_t)numbers[i] };
		int r = ask(asker, RTM_GETROUTE, &header, sizeof(header), numbers[i], route_take,
			    raw);

		if (r < 0)
			return r;
		if (r == ASK_E_ENOUGH) {
			raw->too_many[family] = true;
			raw->n_routes[family] = 0;
		} else if (r == ASK_E_CHANGED) {
			changed = r;
		}
	}
	links_routes_sort(raw, family);
	return changed;
}

static int ask_rules(struct links_asker *asker, struct links_raw *raw)
{
	for (int family = 0; family < N_FAMILIES; family++) {
		int af = family == FAMILY_V4 ? AF_INET : AF_INET6;
		struct fib_rule_hdr header = { .family = (uint8_t)af };
		struct rules rules = { .af = af };
		unsigned needed = 1u << TABLE_LOCAL | 1u << TABLE_MAIN;
		int r = ask(asker, RTM_GETRULE, &header, sizeof(header), 0, rule_take, &rules);

		if (r != 0)
			return r;
		/* None at all: a kernel without policy routing, or without the family. */
		raw->policy[family] =
			rules.other || (rules.seen != 0 && (rules.seen & needed) != needed);
	}
	return 0;
}

static int ask_one(struct links_asker *asker, unsigned what, struct links_raw *raw)
{
	switch (what) {
	case LINKS_ASK_LINKS:
		return ask_links(asker, raw);
	case LINKS_ASK_ADDRESSES:
		return ask_addresses(asker, raw);
	case LINKS_ASK_ROUTES_V4:
		return ask_routes(asker, raw, FAMILY_V4);
	case LINKS_ASK_ROUTES_V6:
		return ask_routes(asker, raw, FAMILY_V6);
	default:
		return ask_rules(asker, raw);
	}
}

int links_ask(struct links_asker *asker, unsigned *what, struct links_raw *raw)
{
	if (!asker->socket) {
		int r = links_asker_open(asker);

		if (r < 0)
			return r;
	}
	for (unsigned bit = 1; bit & LINKS_ASK_ALL; bit <<= 1) {
		int r = 0;

		if (!(*what & bit))
			continue;
		/* The change that spoils the last try too is notified, and asked for then. */
		for (int i = 0; i < TRIES && (i == 0 || r == ASK_E_CHANGED); i++)
			r = ask_one(asker, bit, raw);
		if (r < 0)
			return r;
		*what &= ~bit;
	}
	return 0;
}
