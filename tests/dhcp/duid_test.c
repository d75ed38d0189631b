/* dhcp/duid: RFC 8415 §11, RFC 6355. */
#include <check.h>

#include "dhcp/duid.h"
#include "suite.h"

START_TEST(random_becomes_a_uuid_of_version_4)
{
	uint8_t octets[16], duid[DUID_UUID_LEN], uuid[16], mac[6];

	memset(octets, 0xff, sizeof(octets));
	duid_from_random(octets, duid);
	ck_assert_uint_eq(load_be16(duid), DUID_UUID);
	ck_assert(duid_ok(span_of(duid, sizeof(duid))));
	ck_assert(duid_uuid(span_of(duid, sizeof(duid)), uuid));
	ck_assert_uint_eq(uuid[6], 0x4f);
	ck_assert_uint_eq(uuid[8], 0xbf);
	ck_assert_uint_eq(uuid[15], 0xff);
	ck_assert(!duid_mac(span_of(duid, sizeof(duid)), mac));
	memset(octets, 0, sizeof(octets));
	duid_from_random(octets, duid);
	ck_assert(duid[2 + 6] == 0x40 && duid[2 + 8] == 0x80);
}
END_TEST

static const struct {
	const char *name, *text;
	bool ok, mac, uuid;
} duids[] = {
	{ "LLT of Ethernet", "00:01:00:01:31:d9:b2:89:52:54:00:77:00:01", true, true, false },
	{ "LL of Ethernet", "00:03:00:01:52:54:00:77:00:01", true, true, false },
	{ "LLT of InfiniBand", "00:01:00:20:31:d9:b2:89:52:54:00:77:00:01", true, false, false },
	{ "LL of 8 octets", "00:03:00:1b:52:54:00:77:00:01:02:03", true, false, false },
	{ "LL with the length of an LLT", "00:03:00:01:52:54:00:77:00:01:00:00:00:00", true, false,
	  false },
	{ "EN", "00:02:00:00:01:57:01", true, false, false },
	{ "UUID", "00:04:3b:6c:1a:52:7f:0e:4d:8b:9a:41:52:54:00:77:00:01", true, false, true },
	{ "UUID one short", "00:04:3b:6c:1a:52:7f:0e:4d:8b:9a:41:52:54:00:77:00", true, false,
	  false },
	{ "shortest", "00:09:01", true, false, false },
	{ "type alone", "00:09", false, false, false },
	{ "empty", "", false, false, false },
	{ "odd digit", "00:09:0", false, false, false },
	{ "colon at the end", "00:09:01:", false, false, false },
	{ "colon first", ":00:09:01", false, false, false },
	{ "no digit", "00:09:0g", false, false, false },
};

START_TEST(text_is_read_by_each_row)
{
	uint8_t octets[DUID_MAX], mac[6] = { 0 }, uuid[16];
	size_t len = 777;
	struct span duid;

	ck_assert_msg(duid_parse(duids[_i].text, octets, &len) == duids[_i].ok, "%s",
		      duids[_i].name);
	if (!duids[_i].ok) {
		ck_assert_uint_eq(len, 777);
		return;
	}
	duid = span_of(octets, len);
	ck_assert_msg(duid_mac(duid, mac) == duids[_i].mac, "%s", duids[_i].name);
	ck_assert_msg(duid_uuid(duid, uuid) == duids[_i].uuid, "%s", duids[_i].name);
	if (duids[_i].mac)
		ck_assert_mem_eq(mac, "\x52\x54\x00\x77\x00\x01", 6);
}
END_TEST

START_TEST(bounds_of_text_and_length)
{
	uint8_t octets[DUID_MAX + 1], back[DUID_MAX];
	char longer[2 * DUID_MAX + 3];
	size_t len = 0;

	memset(octets, 0xab, sizeof(octets));
	ck_assert(!duid_ok(span_of(octets, 2)) && duid_ok(span_of(octets, 3)));
	ck_assert(duid_ok(span_of(octets, 130)) && !duid_ok(span_of(octets, 131)));
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	ck_assert(duid_parse(longer + 2, back, &len));
	ck_assert_uint_eq(len, DUID_MAX);
	ck_assert(!duid_parse(longer, back, &len));
	ck_assert(duid_parse("0009AbcD", back, &len));
	ck_assert(len == 4 && back[2] == 0xab && back[3] == 0xcd);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("duid");

	tcase_add_test(tcase, random_becomes_a_uuid_of_version_4);
	TEST_ROWS(tcase, text_is_read_by_each_row, duids);
	tcase_add_test(tcase, bounds_of_text_and_length);
	return suite_run("duid", tcase);
}
