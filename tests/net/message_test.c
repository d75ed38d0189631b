/* net/links_parse: messages that are not what the kernel sends. */
#include <check.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "net/links_parse.h"
#include "net/links_raw.h"
#include "net/netlink.h"
#include "suite.h"

/* A message: the header of its kind, and one attribute behind that. */
struct message {
	struct nlmsghdr head;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg address;
		struct rtmsg route;
		uint8_t octets[64];
	};
};

/* Returns the message's length with it. */
static size_t attr_put(struct message *message, size_t header_len, uint16_t type, size_t octets)
{
	struct nlattr attr = { (uint16_t)(sizeof(attr) + octets), type };

	memcpy(message->octets + header_len, &attr, sizeof(attr));
	memcpy(message->octets + header_len + sizeof(attr), "\12\115\0\2", 4);
	return NLMSG_HDRLEN + header_len + sizeof(attr) + 4;
}

static bool is_kept(const struct nlmsghdr *message)
{
	const struct nlattr *multipath;
	struct link_address address;
	struct route route;
	struct link link;
	int family;

	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
		return links_parse_link(message, &link);
	case RTM_NEWADDR:
		return links_parse_address(message, &address);
	default:
		return links_parse_route(message, &family, &route, &multipath);
	}
}

/* A message in memory of just its length, so that a sanitizer sees what reads behind it. */
static bool is_kept_at(const struct message *message, size_t len)
{
	struct message whole = *message;
	struct nlmsghdr *copy = malloc(len);
	bool kept;

	ck_assert_ptr_nonnull(copy);
	whole.head.nlmsg_len = (uint32_t)len;
	memcpy(copy, &whole, len);
	kept = is_kept(copy);
	free(copy);
	return kept;
}

static const uint16_t types[] = { RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE };

/* H5: a message that is shorter than the header of its kind tells of nothing, and nothing behind it
 * is read. */
START_TEST(message_without_its_header_tells_of_nothing)
{
	struct message message = { .head = { .nlmsg_type = types[_i] } };

	for (size_t len = NLMSG_HDRLEN; len < NLMSG_HDRLEN + sizeof(struct ifaddrmsg); len++)
		ck_assert(!is_kept_at(&message, len));
}
END_TEST

static bool route_is_kept(uint8_t bits, size_t octets)
{
	struct message message = { .head = { .nlmsg_type = RTM_NEWROUTE } };

	message.route = (struct rtmsg){ .rtm_family = AF_INET,
					.rtm_dst_len = bits,
					.rtm_table = RT_TABLE_MAIN,
					.rtm_type = RTN_UNICAST };
	return is_kept_at(&message, attr_put(&message, sizeof(message.route), RTA_DST, octets));
}

static bool address_is_kept(uint8_t bits)
{
	struct message message = { .head = { .nlmsg_type = RTM_NEWADDR } };

	message.address = (struct ifaddrmsg){ .ifa_family = AF_INET, .ifa_prefixlen = bits };
	return is_kept_at(&message, attr_put(&message, sizeof(message.address), IFA_LOCAL, 4));
}

/* H5: a prefix is no longer than an address, and an address as long as its family has it. */
START_TEST(route_and_address_are_of_their_family_or_none)
{
	ck_assert(route_is_kept(32, 4));
	ck_assert(!route_is_kept(33, 4));
	ck_assert(!route_is_kept(24, 2));
	ck_assert(address_is_kept(32));
	ck_assert(!address_is_kept(33));
}
END_TEST

/* H5: a number that is cut off is 0, not what happens to lie behind it. */
START_TEST(number_that_is_cut_off_is_none)
{
	struct {
		struct nlattr attr;
		uint32_t value;
	} number = { { sizeof(number), RTA_OIF }, 7 };

	ck_assert_uint_eq(attr_u32(&number.attr), 7);
	number.attr.nla_len--;
	ck_assert_uint_eq(attr_u32(&number.attr), 0);
}
END_TEST

/* ---- what attributes may be -------------------------------------------------------------- */

/* One attribute of a message: what its length says, and how many octets of it there are. */
struct one {
	const char *what;
	uint16_t type;
	size_t says, is;
	bool kept;         /* the message tells of something */
	size_t taken;      /* so many octets of the attribute */
	uint8_t unaligned; /* so many octets are cut off the message's end */
};

/* Makes the message in memory of just its length, of octets 'a'. */
static struct nlmsghdr *message_of(uint16_t type, const void *header, size_t header_len,
				   const struct one *one)
{
	struct nlattr attr = { (uint16_t)(sizeof(attr) + one->says), one->type };
	size_t len = NLMSG_HDRLEN + header_len + sizeof(attr) + NLA_ALIGN(one->is);
	uint8_t *message;

	len -= one->unaligned;
	message = malloc(len);
	ck_assert_ptr_nonnull(message);
	memset(message, 'a', len);
	memcpy(message, &(struct nlmsghdr){ .nlmsg_len = (uint32_t)len, .nlmsg_type = type },
	       NLMSG_HDRLEN);
	memcpy(message + NLMSG_HDRLEN, header, header_len);
	memcpy(message + NLMSG_HDRLEN + header_len, &attr, sizeof(attr));
	return (struct nlmsghdr *)(void *)message;
}

static const struct one names[] = {
	{ "none", IFLA_IFNAME, 0, 0, true, 0, 0 },
	{ "one letter", IFLA_IFNAME, 1, 1, true, 1, 0 },
	{ "of 15 octets, without a NUL", IFLA_IFNAME, 15, 15, true, 15, 0 },
	{ "as long as its place", IFLA_IFNAME, 16, 16, true, 15, 0 },
	{ "longer than its place", IFLA_IFNAME, 40, 40, true, 15, 0 },
	{ "longer than the message", IFLA_IFNAME, 9, 8, true, 0, 0 },
	{ "much longer than the message", IFLA_IFNAME, 60000, 8, true, 0, 0 },
	{ "shorter than an attribute", IFLA_IFNAME, (size_t)-1, 8, true, 0, 0 },
	{ "of no octets, not even its own", IFLA_IFNAME, (size_t)-4, 8, true, 0, 0 },
	{ "at the end of a message of no whole words", IFLA_IFNAME, 7, 8, true, 7, 1 },
	{ "longer than a message of no whole words", IFLA_IFNAME, 8, 8, true, 0, 1 },
};

/* H5: a link's name is terminated, and no longer than its place, whatever the attribute says. */
START_TEST(name_of_a_link_is_within_its_place)
{
	const struct one *one = &names[_i];
	struct ifinfomsg info = { .ifi_index = 2 };
	struct nlmsghdr *message = message_of(RTM_NEWLINK, &info, sizeof(info), one);
	struct link link = { .name = "" };

	ck_assert_msg(links_parse_link(message, &link) == one->kept, "%s", one->what);
	ck_assert_msg(strnlen(link.name, LINK_NAME_MAX) == one->taken, "%s: %zu", one->what,
		      strnlen(link.name, LINK_NAME_MAX));
	free(message);
}
END_TEST

static const struct one macs[] = {
	{ "none", IFLA_ADDRESS, 0, 0, true, 0, 0 },
	{ "Ethernet's", IFLA_ADDRESS, 6, 6, true, 6, 0 },
	{ "longer than its place", IFLA_ADDRESS, 80, 80, true, LINK_MAC_MAX, 0 },
	{ "longer than the message", IFLA_ADDRESS, 6, 0, true, 0, 0 },
};

START_TEST(hardware_address_is_within_its_place)
{
	const struct one *one = &macs[_i];
	struct ifinfomsg info = { .ifi_index = 2 };
	struct nlmsghdr *message = message_of(RTM_NEWLINK, &info, sizeof(info), one);
	struct link link = { .mac_len = 0 };

	ck_assert_msg(links_parse_link(message, &link) == one->kept, "%s", one->what);
	ck_assert_msg(link.mac_len == one->taken, "%s: %u", one->what, link.mac_len);
	free(message);
}
END_TEST

/* H5: 0 is no interface: it says "any" where an interface is named. */
START_TEST(link_has_a_number)
{
	static const int numbers[] = { 0, -1 };
	static const struct one one = { "", IFLA_IFNAME, 5, 5, true, 5, 0 };

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct ifinfomsg info = { .ifi_index = numbers[i] };
		struct nlmsghdr *message = message_of(RTM_NEWLINK, &info, sizeof(info), &one);
		struct link link;

		ck_assert(!links_parse_link(message, &link));
		free(message);
	}
}
END_TEST

static const struct one addresses[] = {
	{ "none", IFA_LOCAL, 0, 0, false, 0, 0 },
	{ "cut off", IFA_LOCAL, 3, 3, false, 0, 0 },
	{ "whole", IFA_LOCAL, 4, 4, true, 4, 0 },
	{ "longer than the message", IFA_LOCAL, 8, 4, false, 0, 0 },
	{ "longer than a message of no whole words", IFA_LOCAL, 4, 4, false, 0, 1 },
};

START_TEST(address_is_whole_or_none)
{
	const struct one *one = &addresses[_i];
	struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_prefixlen = 24 };
	struct nlmsghdr *message = message_of(RTM_NEWADDR, &info, sizeof(info), one);
	struct link_address address;

	ck_assert_msg(links_parse_address(message, &address) == one->kept, "%s", one->what);
	free(message);
}
END_TEST

static const struct one gateways[] = {
	{ "none", RTA_GATEWAY, 0, 0, true, 0, 0 },
	{ "cut off", RTA_GATEWAY, 3, 3, true, 0, 0 },
	{ "whole", RTA_GATEWAY, 4, 4, true, 4, 0 },
	{ "of the other family, cut off", RTA_VIA, 2, 2, true, 0, 0 },
	{ "longer than the message", RTA_GATEWAY, 4, 0, true, 0, 0 },
};

START_TEST(gateway_is_whole_or_none)
{
	const struct one *one = &gateways[_i];
	struct rtmsg info = { .rtm_family = AF_INET,
			      .rtm_table = RT_TABLE_MAIN,
			      .rtm_type = RTN_UNICAST };
	struct nlmsghdr *message = message_of(RTM_NEWROUTE, &info, sizeof(info), one);
	const struct nlattr *multipath;
	struct route route;
	int family;

	ck_assert(links_parse_route(message, &family, &route, &multipath) == one->kept);
	ck_assert_msg((route.gateway.family != IP_NONE) == (one->taken > 0), "%s", one->what);
	ck_assert_ptr_null(multipath);
	free(message);
}
END_TEST

/* Next hops: what the length of the first says, how many octets there are for all, and how many
 * hops are taken. */
static const struct {
	uint16_t says;
	size_t is, taken;
} hops[] = {
	{ sizeof(struct rtnexthop), sizeof(struct rtnexthop), 1 },
	{ sizeof(struct rtnexthop), sizeof(struct rtnexthop) - 1, 0 },
	{ sizeof(struct rtnexthop) - 1, sizeof(struct rtnexthop), 0 },
	{ 0, sizeof(struct rtnexthop), 0 },
	{ sizeof(struct rtnexthop) + 1, sizeof(struct rtnexthop), 0 },
	{ UINT16_MAX, 200, 0 },
	{ sizeof(struct rtnexthop) + 8, sizeof(struct rtnexthop) + 8, 1 },
};

START_TEST(next_hop_is_within_its_attribute)
{
	struct rtmsg info = { .rtm_family = AF_INET,
			      .rtm_table = RT_TABLE_MAIN,
			      .rtm_type = RTN_UNICAST };
	const struct one one = { "", RTA_MULTIPATH, hops[_i].is, hops[_i].is, true, 0, 0 };
	struct nlmsghdr *message = message_of(RTM_NEWROUTE, &info, sizeof(info), &one);
	uint8_t *first = (uint8_t *)message + NLMSG_HDRLEN + sizeof(info) + sizeof(struct nlattr);
	struct rtnexthop hop = { .rtnh_len = hops[_i].says, .rtnh_ifindex = 2 };
	size_t left = hops[_i].is < sizeof(hop) ? hops[_i].is : sizeof(hop);
	struct links_raw raw = { 0 };

	memcpy(first, &hop, left);
	ck_assert_int_eq(links_take(&raw, message), 0);
	ck_assert_uint_eq(raw.n_routes[FAMILY_V4], hops[_i].taken);
	links_raw_done(&raw);
	free(message);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("message");

	TEST_ROWS(tcase, message_without_its_header_tells_of_nothing, types);
	tcase_add_test(tcase, route_and_address_are_of_their_family_or_none);
	tcase_add_test(tcase, number_that_is_cut_off_is_none);
	TEST_ROWS(tcase, name_of_a_link_is_within_its_place, names);
	TEST_ROWS(tcase, hardware_address_is_within_its_place, macs);
	tcase_add_test(tcase, link_has_a_number);
	TEST_ROWS(tcase, address_is_whole_or_none, addresses);
	TEST_ROWS(tcase, gateway_is_whole_or_none, gateways);
	TEST_ROWS(tcase, next_hop_is_within_its_attribute, hops);
	return suite_run("message", tcase);
}
