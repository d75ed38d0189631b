/* dhcp/pxe43.h: PXE's options inside option 43. */
#include <check.h>

#include "dhcp/packet4.h"
#include "dhcp/pxe43.h"
#include "suite.h"

static const struct {
	const char *name;
	struct span options;
	uint8_t tag;
	unsigned instance;
	int r;
	int first; /* octet of the value found */
} rows[] = {
	{ "one 43", OCTETS(43, 4, 6, 1, 8, 255, 255), 6, 1, 0, 8 },
	{ "pad inside", OCTETS(43, 6, 0, 0, 6, 1, 8, 255), 6, 1, 0, 8 },
	{ "no end inside", OCTETS(43, 3, 6, 1, 8, 255), 6, 1, 0, 8 },
	{ "another tag", OCTETS(43, 3, 6, 1, 8, 255), 7, 1, DHCP4_E_ABSENT, 0 },
	{ "no 43", OCTETS(53, 1, 1, 255), 6, 1, DHCP4_E_ABSENT, 0 },
	{ "the second of one 43", OCTETS(43, 6, 6, 1, 8, 6, 1, 9, 255), 6, 2, 0, 9 },
	{ "the second, in a second 43", OCTETS(43, 3, 6, 1, 8, 53, 1, 1, 43, 3, 6, 1, 9, 255), 6, 2,
	  0, 9 },
	{ "end inside ends that 43 only", OCTETS(43, 4, 255, 6, 1, 8, 43, 3, 6, 1, 9, 255), 6, 1, 0,
	  9 },
	{ "not so many", OCTETS(43, 3, 6, 1, 8, 43, 3, 6, 1, 9, 255), 6, 3, DHCP4_E_ABSENT, 0 },
	{ "instance 0", OCTETS(43, 3, 6, 1, 8, 255), 6, 0, DHCP4_E_ABSENT, 0 },
	{ "broken inside, behind the match", OCTETS(43, 4, 6, 1, 8, 9, 255), 6, 1, 0, 8 },
	{ "broken inside, before the match", OCTETS(43, 5, 9, 4, 6, 1, 8, 255), 6, 1,
	  DHCP4_E_MALFORMED, 0 },
	{ "broken inside the first, match in the second", OCTETS(43, 2, 9, 4, 43, 3, 6, 1, 8, 255),
	  6, 1, DHCP4_E_MALFORMED, 0 },
	{ "an option that overruns", OCTETS(61, 9, 43, 3, 6, 1, 8), 6, 1, DHCP4_E_MALFORMED, 0 },
};

START_TEST(tag_is_found_by_each_row)
{
	struct packet4 packet;
	struct span value = SPAN_NONE;

	packet4_make(&packet, DHCP4_BOOTREQUEST, rows[_i].options);
	ck_assert_msg(pxe43_find(packet4_span(&packet), rows[_i].tag, rows[_i].instance, &value) ==
			      rows[_i].r,
		      "%s", rows[_i].name);
	ck_assert_msg(rows[_i].r ? !value.at : value.at[0] == rows[_i].first, "%s", rows[_i].name);
	packet.at[DHCP4_COOKIE] = 0;
	ck_assert_int_eq(pxe43_find(packet4_span(&packet), rows[_i].tag, 1, &value),
			 DHCP4_E_MALFORMED);
}
END_TEST

START_TEST(get_reads_one_value)
{
	struct span field = OCTETS(6, 1, 8, 10, 2, 0, 'P', 9, 9), value;

	ck_assert_int_eq(pxe43_get(field, PXE43_MENU_PROMPT, &value), 0);
	ck_assert(value.len == 2 && value.at[1] == 'P');
	ck_assert_int_eq(pxe43_get(field, PXE43_BOOT_MENU, &value), DHCP4_E_MALFORMED);
	ck_assert_int_eq(pxe43_get(SPAN_NONE, PXE43_BOOT_MENU, &value), DHCP4_E_ABSENT);
}
END_TEST

START_TEST(boot_servers_are_walked)
{
	struct span list = OCTETS(0x80, 1, 2, 10, 0, 0, 1, 10, 0, 0, 2, 0, 7, 0);
	struct pxe43_boot_server server;

	ck_assert_int_eq(pxe43_boot_server_next(&list, &server), 0);
	ck_assert(server.type == 0x8001 && server.addresses.len == 8);
	ck_assert_uint_eq(server.addresses.at[7], 2);
	ck_assert_int_eq(pxe43_boot_server_next(&list, &server), 0);
	ck_assert(server.type == 7 && server.addresses.len == 0);
	ck_assert_int_eq(pxe43_boot_server_next(&list, &server), DHCP4_E_END);
}
END_TEST

START_TEST(menu_is_walked)
{
	struct span list = OCTETS(0, 0, 5, 'l', 'o', 'c', 'a', 'l', 0x80, 1, 0);
	struct pxe43_menu_item item;

	ck_assert_int_eq(pxe43_menu_next(&list, &item), 0);
	ck_assert(item.type == 0 && span_equal(item.text, span_str("local")));
	ck_assert_int_eq(pxe43_menu_next(&list, &item), 0);
	ck_assert(item.type == 0x8001 && item.text.len == 0);
	ck_assert_int_eq(pxe43_menu_next(&list, &item), DHCP4_E_END);
}
END_TEST

START_TEST(cut_entries_are_malformed)
{
	struct span field = OCTETS(0x80, 1, 1, 10, 0, 0, 1);
	struct pxe43_boot_server server;
	struct pxe43_menu_item item;

	for (size_t len = 1; len < field.len; len++) {
		struct span cut = span_take(field, len);

		ck_assert_int_eq(pxe43_boot_server_next(&cut, &server), DHCP4_E_MALFORMED);
		ck_assert_uint_eq(cut.len, len);
	}
	field = span_take(field, 3);
	ck_assert_int_eq(pxe43_menu_next(&field, &item), DHCP4_E_MALFORMED);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pxe43");

	TEST_ROWS(tcase, tag_is_found_by_each_row, rows);
	tcase_add_test(tcase, get_reads_one_value);
	tcase_add_test(tcase, boot_servers_are_walked);
	tcase_add_test(tcase, menu_is_walked);
	tcase_add_test(tcase, cut_entries_are_malformed);
	return suite_run("pxe43", tcase);
}
