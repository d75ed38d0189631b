/* The parts of bootfile that need no packet: what an admin writes. */
#include <stdlib.h>

#include "suite.h"

#include "../../providers/bootfile/pattern.h"

/* ---- patterns -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int octets; /* leading ones that count; -1: refused */
	unsigned more;
} macs[] = {
	{ "52:54:00:77:00:01", 6, 0 },
	{ "52-54-00-77-00-01", 6, 0 },
	{ "AA:bb:*", 2, 0 },
	{ "*", 0, 0 },
	{ "", -1, 0 },
	{ "52:54:00:77:00", -1, 0 },
	{ "52:54", -1, 0 },
	{ "52:54:**", -1, 0 },
	{ "5254.0077.0001", 6, 0 },
	{ "525400770001", 6, 0 },
	{ "52:54:00:*:*:*", 3, 0 },
	{ "52-*-*-*-*-*", 1, 0 },
	{ "52:54:00:*:*", -1, 0 },
	{ "52:54:00:*:*:*:*", -1, 0 },
	{ "52:*:00:77:00:01", 1, 0x3c },
	{ "*:*:*:77:00:01", 0, 0x38 },
	{ "*-54-*", 0, 2 },
	{ "52:54:*:77:*", 2, 8 },
	{ "*:77:00:01", -1, 0 },
	{ "52:*:00:77:00", -1, 0 },
	{ "52:*:00:77:00:01:02", -1, 0 },
	{ "5254.00*", 3, 0 },
	{ "5254.*", 2, 0 },
	{ "525400*", 3, 0 },
	{ "525400-770001", 6, 0 },
	{ "5254-0077-0001", 6, 0 },
	{ "52.54.00.77.00.01", 6, 0 },
	{ "52:54-00:77-00:01", 6, 0 },
	{ "52:54.00:77.00:01", -1, 0 },
	{ "52540077-0001", -1, 0 },
	{ "525400-77-0001", -1, 0 },
	{ "525:400:770:001", -1, 0 },
	{ "52:54:00:77:00:01*", -1, 0 },
	{ "52:54:00*", -1, 0 },
	{ "52:54:00:77:00:", -1, 0 },
	{ "52:54:00:77:00:01:", -1, 0 },
	{ "5254.00770001", -1, 0 },
	{ "52540077.0001", -1, 0 },
	{ "5254007700", -1, 0 },
	{ "52540077000102", -1, 0 },
	{ "01-52-54-00-77-00-01", -1, 0 },
	{ "52:5x:*", -1, 0 },
	{ "52*", 1, 0 },
	{ "525*", -1, 0 },
	{ "**", -1, 0 },
};

START_TEST(mac_is_read)
{
	struct mac_pattern mac;

	ck_assert_int_eq(mac_parse(macs[_i].text, &mac) ? mac.n : -1, macs[_i].octets);
	if (macs[_i].octets >= 0)
		ck_assert_uint_eq(mac.more, macs[_i].more);
}
END_TEST

static const struct {
	const char *a, *b;
	bool covers;
} mac_pairs[] = {
	{ "52:*", "52:54:*", true },
	{ "52:54:*", "52:*", false },
	{ "52:*:00:*", "52:54:00:77:00:01", true },
	{ "52:*:00:*", "52:54:01:77:00:01", false },
	{ "52:*:00:*", "52:*:00:77:*", true },
	{ "52:*:00:77:*", "52:*:00:*", false },
	{ "*", "*:*:*:77:00:01", true },
};

START_TEST(a_mac_pattern_covers_another)
{
	struct mac_pattern a, b;

	ck_assert(mac_parse(mac_pairs[_i].a, &a) && mac_parse(mac_pairs[_i].b, &b));
	ck_assert_int_eq(mac_covers(&a, &b), mac_pairs[_i].covers);
}
END_TEST

/* The same UUID as firmware sends it, and with its first fields turned. */
static const uint8_t straight[16] = { 0x80, 0x01, 0x75, 0x90, 0xab, 0xcd, 0x12, 0x34,
				      9,    10,   11,   12,   13,   14,   15,   16 };
static const uint8_t turned[16] = { 0x90, 0x75, 0x01, 0x80, 0xcd, 0xab, 0x34, 0x12,
				    9,    10,   11,   12,   13,   14,   15,   16 };

static const struct {
	const char *text;
	bool read, straight, turned;
} uuids[] = {
	{ "80017590-*", true, true, true },
	{ "8001*", true, true, true },
	{ "80017590*", true, true, true },
	{ "80017590-abcd-*", true, true, true },
	{ "80017590-ab*", true, true, true },
	{ "80017590-*-*-*-*", true, true, true },
	{ "80017590-ac*", true, false, false },
	{ "9075*", true, true, true },
	{ "*", true, true, true },
	{ "80017590-abcd-1234-090a-0b0c0d0e0f10", true, true, true },
	{ "80017590abcd1234090a0b0c0d0e0f10", true, true, false },
	{ "80017590abcd*", false, false, false },
	{ "800*", false, false, false },
	{ "{80017590-*", false, false, false },
	{ "{80017590-*}", false, false, false },
	{ "80017590-*-", false, false, false },
	{ "80017590-**", false, false, false },
	{ "80017590-*1234", false, false, false },
	{ "8001-*", false, false, false },
};

START_TEST(a_beginning_of_a_uuid_has_two_forms)
{
	struct uuid_pattern uuid;
	bool read = uuid_parse(uuids[_i].text, &uuid);

	ck_assert_msg(read == uuids[_i].read, "%s", uuids[_i].text);
	if (!read)
		return;
	ck_assert_msg(uuid_matches(&uuid, straight) == uuids[_i].straight, "%s", uuids[_i].text);
	ck_assert_msg(uuid_matches(&uuid, turned) == uuids[_i].turned, "%s", uuids[_i].text);
}
END_TEST

#define VALUE(text) text, sizeof(text) - 1

static const struct {
	const char *id, *octets; /* NULL: it is refused */
	size_t len;
	bool matches;
} ids[] = {
	{ "00:04:01", VALUE("\0\4\1"), true },
	{ "00:04:01", VALUE("\0\4\1\1"), false },
	{ "00:04:*", VALUE("\0\4\1"), true },
	{ "00:04:*", VALUE("\0\4"), true },
	{ "00:*", VALUE("\0"), true },
	{ "0x000401", VALUE("\0\4\1"), true },
	{ "0x00:04:01", VALUE("\0\4\1"), true },
	{ "0x0004*", VALUE("\0\4\1"), true },
	{ "000401", VALUE("000401"), true },
	{ "a:b", VALUE("a:b"), true },
	{ "ab:cd.ef", NULL, 0, false },
	{ "text:ab:cd", VALUE("ab:cd"), true },
	{ "text:ab:cd", VALUE("\xab\xcd"), false },
	{ "port *", VALUE("port 7"), true },
	{ "*", VALUE(""), true },
	{ "*7", NULL, 0, false },
	{ "0x", NULL, 0, false },
	{ "0x004", NULL, 0, false },
	{ "00:04:", NULL, 0, false },
	{ "text:", NULL, 0, false },
};

START_TEST(an_identifier_is_octets_or_a_text)
{
	struct id_pattern id;

	ck_assert_msg(id_parse(ids[_i].id, &id) == (ids[_i].octets != NULL), "%s", ids[_i].id);
	if (ids[_i].octets)
		ck_assert_msg(id_matches(&id, octets_of(ids[_i].octets, ids[_i].len)) ==
				      ids[_i].matches,
			      "%s", ids[_i].id);
}
END_TEST

static const struct {
	const char *glob, *text;
	bool matches;
} globs[] = {
	{ "virbr*", "virbr0", true },
	{ "virbr*", "virbr", true },
	{ "virbr*", "eth0", false },
	{ "*br*", "virbr0", true },
	{ "e*0", "eth0", true },
	{ "e*0", "eth01", false },
	{ "e*0*1", "e0001", true },
	{ "e*0*1", "e0002", false },
	{ "", "", true },
	{ "*", "", true },
	{ "**", "a", true },
	{ "", "a", false },
	{ "a*b*c", "aXbXbXc", true },
	{ "eth0", "eth", false },
	{ "a*", "b", false },
};

START_TEST(a_glob_matches)
{
	ck_assert_msg(glob_matches(globs[_i].glob, octets_text(globs[_i].text)) ==
			      globs[_i].matches,
		      "%s %s", globs[_i].glob, globs[_i].text);
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
	TEST_ROWS(tcase, a_mac_pattern_covers_another, mac_pairs);
	TEST_ROWS(tcase, a_beginning_of_a_uuid_has_two_forms, uuids);
	TEST_ROWS(tcase, an_identifier_is_octets_or_a_text, ids);
	TEST_ROWS(tcase, a_glob_matches, globs);
	TEST_ROWS(tcase, subnet_holds_its_addresses, subnets);
	tcase_add_test(tcase, what_is_no_pattern_is_refused);
	return suite_run("bootfile/parts", tcase);
}
