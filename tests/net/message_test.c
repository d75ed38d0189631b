/* net/links_dump: messages that are not what the kernel sends. */
#include <check.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "net/links_parse.h"
#include "net/links_raw.h"
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

int main(void)
{
	TCase *tcase = tcase_create("message");

	TEST_ROWS(tcase, message_without_its_header_tells_of_nothing, types);
	tcase_add_test(tcase, route_and_address_are_of_their_family_or_none);
	tcase_add_test(tcase, number_that_is_cut_off_is_none);
	return suite_run("message", tcase);
}
