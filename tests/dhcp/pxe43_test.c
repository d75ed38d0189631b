/* dhcp/pxe43.h: PXE's options inside option 43. */
#include <check.h>

#include "dhcp/packet4.h"
#include "dhcp/pxe43_write.h"
#include "suite.h"

static const struct {
	const char *name;
	struct span value; /* of option 43 */
	int r;
	uint16_t type, layer;
} rows[] = {
	{ "alone", OCTETS(71, 4, 0x80, 1, 0, 2, 255), 0, 0x8001, 2 },
	{ "without END", OCTETS(71, 4, 0x80, 1, 0, 2), 0, 0x8001, 2 },
	{ "behind PAD and another tag", OCTETS(0, 0, 6, 1, 8, 71, 4, 0, 7, 0, 0, 255), 0, 7, 0 },
	{ "longer", OCTETS(71, 5, 0, 7, 0, 1, 9, 255), 0, 7, 1 },
	{ "the first counts", OCTETS(71, 4, 0, 1, 0, 0, 71, 4, 0, 2, 0, 0), 0, 1, 0 },
	{ "shorter", OCTETS(71, 3, 0, 7, 0, 255), DHCP4_E_ABSENT, 0, 0 },
	{ "another tag", OCTETS(6, 1, 8, 255), DHCP4_E_ABSENT, 0, 0 },
	{ "behind END", OCTETS(255, 71, 4, 0, 7, 0, 0), DHCP4_E_ABSENT, 0, 0 },
	{ "nothing", { NULL, 0 }, DHCP4_E_ABSENT, 0, 0 },
	{ "broken behind it", OCTETS(71, 4, 0, 7, 0, 0, 9, 9), 0, 7, 0 },
	{ "broken before it", OCTETS(9, 9, 71, 4, 0, 7, 0, 0), DHCP4_E_MALFORMED, 0, 0 },
	{ "its own length is too much", OCTETS(71, 5, 0, 7, 0, 0), DHCP4_E_MALFORMED, 0, 0 },
};

START_TEST(boot_item_is_read_by_each_row)
{
	struct pxe43_boot_item item = { 99, 99 };
	int r = pxe43_boot_item(rows[_i].value, &item);

	ck_assert_msg(r == rows[_i].r, "%s: %d", rows[_i].name, r);
	ck_assert_msg(r ? item.type == 99
			: item.type == rows[_i].type && item.layer == rows[_i].layer,
		      "%s", rows[_i].name);
}
END_TEST

/* ---- menus ------------------------------------------------------------------------------------
 */

static const struct pxe43_choice two[] = {
	{ 0x8000, { 10, 0, 0, 2 }, TEXT("Alpha") },
	{ 0x8001, { 10, 0, 0, 9 }, TEXT("B") },
	{ PXE43_LOCAL, { 0 }, TEXT("Disk") },
};
static const struct pxe43_choice same[] = {
	{ 0x8000, { 10, 0, 0, 2 }, TEXT("A") },
	{ 0x8000, { 10, 0, 0, 9 }, TEXT("B") },
};

#define PROMPT 10, 4, 3, 'F', '8', '!'

static const struct {
	const char *name;
	struct pxe43_menu menu;
	struct span value;
} menu_rows[] = {
	{ "a list, and the disk, which nobody is asked for",
	  { .timeout = 3, .prompt = TEXT("F8!"), .choice = two, .n = 3 },
	  OCTETS(6, 1, 3, 8, 14, 0x80, 0, 1, 10, 0, 0, 2, 0x80, 1, 1, 10, 0, 0, 9, 9, 19, 0x80, 0,
		 5, 'A', 'l', 'p', 'h', 'a', 0x80, 1, 1, 'B', 0, 0, 4, 'D', 'i', 's', 'k', PROMPT,
		 255) },
	{ "one server for each type",
	  { .timeout = 3, .prompt = TEXT("F8!"), .choice = same, .n = 2 },
	  OCTETS(6, 1, 3, 8, 7, 0x80, 0, 1, 10, 0, 0, 2, 9, 8, 0x80, 0, 1, 'A', 0x80, 0, 1, 'B',
		 PROMPT, 255) },
	{ "by multicast",
	  { .timeout = 3,
	    .prompt = TEXT("F8!"),
	    .multicast = true,
	    .group = { 239, 1, 2, 3 },
	    .choice = same,
	    .n = 1 },
	  OCTETS(6, 1, 1, 7, 4, 239, 1, 2, 3, 8, 7, 0x80, 0, 1, 10, 0, 0, 2, 9, 4, 0x80, 0, 1, 'A',
		 PROMPT, 255) },
	{ "by broadcast, without a prompt's text",
	  { .timeout = 255, .broadcast = true, .choice = same, .n = 1 },
	  OCTETS(6, 1, 2, 8, 7, 0x80, 0, 1, 10, 0, 0, 2, 9, 4, 0x80, 0, 1, 'A', 10, 1, 255, 255) },
	{ "the disk alone: no list",
	  { .timeout = 0, .choice = two + 2, .n = 1 },
	  OCTETS(6, 1, 3, 9, 7, 0, 0, 4, 'D', 'i', 's', 'k', 10, 1, 0, 255) },
};

START_TEST(a_menu_is_written_by_each_row)
{
	uint8_t value[PXE43_VALUE_MAX];
	struct span want = menu_rows[_i].value;
	size_t len = pxe43_menu_write(&menu_rows[_i].menu, value);

	ck_assert_msg(len == want.len && pxe43_menu_len(&menu_rows[_i].menu) == len, "%s: %zu",
		      menu_rows[_i].name, len);
	ck_assert_msg(memcmp(value, want.at, len) == 0, "%s", menu_rows[_i].name);
	ck_assert_uint_eq(pxe43_menu_count(want), menu_rows[_i].menu.n);
}
END_TEST

/* EDK2 hangs on more than one option 43 holds. */
START_TEST(a_menu_is_never_longer_than_an_option)
{
	static const char text[] =
		"0123456789012345678901234567890123456789012345678901234567890123456789";
	struct pxe43_choice choice[4];
	struct pxe43_menu menu = { .choice = choice, .n = 4 };
	uint8_t value[PXE43_VALUE_MAX];
	size_t rest = PXE43_VALUE_MAX - (3 + 2 + 4 * 7 + 2 + 4 * 3 + 3 + 1);

	for (size_t i = 0; i < 4; i++)
		choice[i] = (struct pxe43_choice){ .type = (uint16_t)(0x8000 + i),
						   .text = span_of(text, rest / 4) };
	menu.prompt = span_of(text, rest % 4);
	ck_assert_uint_eq(pxe43_menu_write(&menu, value), PXE43_VALUE_MAX);
	ck_assert_uint_eq(value[PXE43_VALUE_MAX - 1], PXE43_END);
	menu.prompt.len++;
	ck_assert_uint_eq(pxe43_menu_len(&menu), PXE43_VALUE_MAX + 1);
	ck_assert_uint_eq(pxe43_menu_write(&menu, value), 0);
}
END_TEST

START_TEST(lists_that_overrun_end)
{
	static const uint8_t menu[] = { 0x80, 0, 1, 'A', 0x80, 1, 9, 'B' },
			     servers[] = { 0x80, 0, 2, 10, 0, 0, 2, 10, 0, 0, 3, 0x80, 1, 1, 10 };
	struct span cursor = span_of(menu, sizeof(menu));
	struct pxe43_menu_item item;
	struct pxe43_servers server;

	ck_assert_int_eq(pxe43_menu_next(&cursor, &item), 0);
	ck_assert_int_eq(pxe43_menu_next(&cursor, &item), DHCP4_E_MALFORMED);
	cursor = span_of(menu, 2);
	ck_assert_int_eq(pxe43_menu_next(&cursor, &item), DHCP4_E_MALFORMED);
	cursor = span_of(servers, sizeof(servers));
	ck_assert_int_eq(pxe43_servers_next(&cursor, &server), 0);
	ck_assert_uint_eq(server.addresses.len, 8);
	ck_assert_int_eq(pxe43_servers_next(&cursor, &server), DHCP4_E_MALFORMED);
}
END_TEST

static const struct {
	const char *name;
	struct span text;
	bool valid;
} text_rows[] = {
	{ "letters", TEXT("Install Debian 13 (x64) ~"), true },
	{ "nothing", TEXT(""), true },
	{ "69", TEXT("012345678901234567890123456789012345678901234567890123456789012345678"),
	  true },
	{ "70", TEXT("0123456789012345678901234567890123456789012345678901234567890123456789"),
	  false },
	{ "UTF-8", TEXT("Gr\303\266\303\237e"), false },
	{ "a tab", TEXT("a\tb"), false },
	{ "DEL", TEXT("a\177"), false },
};

START_TEST(texts_are_printable_ascii)
{
	ck_assert_msg(pxe43_text_valid(text_rows[_i].text) == text_rows[_i].valid, "%s",
		      text_rows[_i].name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pxe43");

	TEST_ROWS(tcase, boot_item_is_read_by_each_row, rows);
	TEST_ROWS(tcase, a_menu_is_written_by_each_row, menu_rows);
	tcase_add_test(tcase, a_menu_is_never_longer_than_an_option);
	tcase_add_test(tcase, lists_that_overrun_end);
	TEST_ROWS(tcase, texts_are_printable_ascii, text_rows);
	return suite_run("pxe43", tcase);
}
