/* The parts of bootfile that need no packet: what an admin writes. */
#include <stdlib.h>

#include "suite.h"

#include "../../providers/bootfile/pattern.h"

/* ---- patterns -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int octets; /* -1: refused */
} macs[] = {
	{ "52:54:00:77:00:01", 6 },
	{ "52-54-00-77-00-01", 6 },
	{ "AA:bb:*", 2 },
	{ "*", 0 },
	{ "", -1 },
	{ "52:54:00:77:00", -1 },
	{ "52:54", -1 },
	{ "52:54:**", -1 },
	{ "5254.0077.0001", 6 },
	{ "525400770001", 6 },
	{ "52:54:00:*:*:*", 3 },
	{ "52-*-*-*-*-*", 1 },
	{ "52:54:00:*:*", -1 },
	{ "52:54:00:*:*:*:*", -1 },
	{ "52:*:00:77:00:01", -1 },
	{ "5254.00770001", -1 },
	{ "52540077.0001", -1 },
	{ "5254007700", -1 },
	{ "52540077000102", -1 },
	{ "01-52-54-00-77-00-01", -1 },
	{ "52:5x:*", -1 },
	{ "52*", -1 },
};

START_TEST(mac_is_read)
{
	struct mac_pattern mac;

	ck_assert_int_eq(mac_parse(macs[_i].text, &mac) ? mac.n : -1, macs[_i].octets);
}
END_TEST

static const struct {
	const char *subnet, *address;
	bool holds;
} subnets[] = {
	{ "10.0.0.0/8", "10.255.1.2", true },     { "10.0.0.0/8", "11.0.0.1", false },
	{ "10.0.0.128/25", "10.0.0.127", false }, { "10.0.0.77/25", "10.0.0.1", true },
	{ "0.0.0.0/0", "1.2.3.4", true },         { "0.0.0.0/0", "fd77::1", false },
	{ "10.0.0.1", "10.0.0.1", true },         { "10.0.0.1", "10.0.0.2", false },
	{ "fd77::/64", "fd77::ffff:1", true },    { "fd77::/64", "fd77:0:0:1::1", false },
	{ "fd77::/15", "fd76::1", true },         { "::/0", "fe80::1", true },
};

START_TEST(subnet_holds_its_addresses)
{
	struct subnet_pattern subnet;
	PXE_BOOT_IP address;

	ck_assert(subnet_parse(subnets[_i].subnet, &subnet));
	ck_assert(address_parse(subnets[_i].address, &address));
	ck_assert_msg(subnet_holds(&subnet, &address) == subnets[_i].holds, "%s %s",
		      subnets[_i].subnet, subnets[_i].address);
}
END_TEST

START_TEST(what_is_no_pattern_is_refused)
{
	struct subnet_pattern subnet;
	struct uuid_pattern uuid;
	struct duid_pattern duid;
	char text[600] = "";

	ck_assert(!subnet_parse("10.0.0.0/", &subnet) && !subnet_parse("10.0.0.0/+8", &subnet));
	ck_assert(!subnet_parse("10.1.0.0", &subnet) && !subnet_parse("fd77::", &subnet));
	ck_assert(!subnet_parse("10.0.0.0/8x", &subnet) && !subnet_parse("fd77::/129", &subnet));
	ck_assert(!uuid_parse("3b6c1a52-7f0e-4d8b-9a41-52540077000", &uuid));
	ck_assert(!uuid_parse("3b6c1a52-7f0e-4d8b-9a41-5254007700011", &uuid));
	ck_assert(!uuid_parse("{3b6c1a52-7f0e-4d8b-9a41-525400770001", &uuid));
	ck_assert(!uuid_parse("3b6c1a527f0e-4d8b-9a41-525400770001", &uuid));
	ck_assert(!duid_parse("00:03", &duid) && !duid_parse("000301:", &duid));
	memset(text, '0', 260);
	ck_assert(duid_parse(text, &duid) && duid.len == 130);
	memset(text, '0', 262);
	ck_assert(!duid_parse(text, &duid));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's parts");

	TEST_ROWS(tcase, mac_is_read, macs);
	TEST_ROWS(tcase, subnet_holds_its_addresses, subnets);
	tcase_add_test(tcase, what_is_no_pattern_is_refused);
	return suite_run("bootfile/parts", tcase);
}
