/* PxeDhcpBuildMenu: every result. What it writes: tests/dhcp/pxe43_test.c. */
#include <wdspxe.h>

#include "libwdspxe/api_cases.h"

static const PXE_DHCP_MENU_ITEM items[] = {
	{ 0x8000, { 10, 0, 0, 2 }, "Install" },
	{ 0x8001, { 10, 0, 0, 9 }, "Rescue" },
	{ 0, { 0 }, "Disk" },
};
static const PXE_DHCP_MENU_ITEM foreign[] = { { 0x8000,
						{ 10, 0, 0, 2 },
						"Gr\xc3\xb6\xc3\x9f"
						"e" } },
				no_text[] = { { 0x8000, { 10, 0, 0, 2 }, NULL } },
				empty[] = { { 0x8000, { 10, 0, 0, 2 }, "" } };
static PXE_DHCP_MENU_ITEM many[21], large[4];

/* The size, the prompt, the items, and what else. */
#define RAW(size, prompt, n, items_, ...)                                                          \
	{                                                                                          \
		.cbSize = (size), .pszPrompt = (prompt), .nItems = (n), .pItems = (items_),        \
		__VA_ARGS__                                                                        \
	}
#define SIZE      sizeof(PXE_DHCP_MENU)
#define MENU(...) RAW(SIZE, "F8", 3, items, __VA_ARGS__)
#define SIXTY     "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789AB"

static const struct {
	const char *name;
	PXE_DHCP_MENU menu;
	bool no_menu, no_value, no_len;
	ULONG room;
	DWORD r;
	ULONG len; /* 77: untouched */
} build_rows[] = {
	{ "a menu", MENU(.uTimeout = 10), .room = 255, .len = 53 },
	{ "that waits", MENU(.uTimeout = PXE_DHCP_MENU_WAIT), .room = 255, .len = 53 },
	{ "just so much room", MENU(.uTimeout = 10), .room = 53, .len = 53 },
	{ "without a prompt's text", RAW(SIZE, "", 3, items, .uTimeout = 0), .room = 255,
	  .len = 51 },
	{ "by multicast and broadcast",
	  MENU(.bGroup = { 239, 1, 2, 3 }, .uFlags = PXE_DHCP_MENU_BROADCAST), .room = 255,
	  .len = 59 },
	{ "no room", MENU(.uTimeout = 10), .room = 52, .r = ERROR_INSUFFICIENT_BUFFER, .len = 53 },
	{ "only the length", MENU(.uTimeout = 10), .no_value = true, .r = ERROR_INSUFFICIENT_BUFFER,
	  .len = 53 },
	{ "more than an option has", RAW(SIZE, "F8", 4, large, .uTimeout = 0), .room = 1000,
	  .r = ERROR_INSUFFICIENT_BUFFER, .len = 3 + 2 + 28 + 2 + 4 * 63 + 5 + 1 },
	{ "no menu", MENU(.uTimeout = 10), .no_menu = true, .room = 255, .r = 87, .len = 77 },
	{ "no value", MENU(.uTimeout = 10), .no_value = true, .room = 255, .r = 87, .len = 77 },
	{ "no length", MENU(.uTimeout = 10), .no_len = true, .room = 255, .r = 87, .len = 77 },
	{ "an older size", RAW(8, "F8", 3, items, .uTimeout = 0), .room = 255, .r = 87, .len = 77 },
	{ "an unknown flag", MENU(.uFlags = 2), .room = 255, .r = 87, .len = 77 },
	{ "a long timeout", MENU(.uTimeout = 256), .room = 255, .r = 87, .len = 77 },
	{ "no prompt", RAW(SIZE, NULL, 3, items, .uTimeout = 0), .room = 255, .r = 87, .len = 77 },
	{ "a group that is a host", MENU(.bGroup = { 10, 1, 2, 3 }), .room = 255, .r = 87,
	  .len = 77 },
	{ "no items", RAW(SIZE, "F8", 3, NULL, .uTimeout = 0), .room = 255, .r = 87, .len = 77 },
	{ "an item without text", RAW(SIZE, "F8", 1, no_text, .uTimeout = 0), .room = 255, .r = 87,
	  .len = 77 },
	{ "no item", RAW(SIZE, "F8", 0, items, .uTimeout = 0), .room = 255, .r = ERROR_INVALID_DATA,
	  .len = 77 },
	{ "21 items", RAW(SIZE, "F8", 21, many, .uTimeout = 0), .room = 255,
	  .r = ERROR_INVALID_DATA, .len = 77 },
	{ "an empty text", RAW(SIZE, "F8", 1, empty, .uTimeout = 0), .room = 255,
	  .r = ERROR_INVALID_DATA, .len = 77 },
	{ "a text that is not ASCII", RAW(SIZE, "F8", 1, foreign, .uTimeout = 0), .room = 255,
	  .r = ERROR_INVALID_DATA, .len = 77 },
	{ "a prompt of 70 octets", RAW(SIZE, SIXTY "0123456789", 3, items, .uTimeout = 0),
	  .room = 255, .r = ERROR_INVALID_DATA, .len = 77 },
};
API_CASES(PxeDhcpBuildMenu, build_rows);

START_TEST(build_by_row)
{
	BYTE value[1000];
	ULONG len = 77;
	DWORD r;

	for (size_t i = 0; i < ROWS(many); i++)
		many[i] = (PXE_DHCP_MENU_ITEM){ (USHORT)(0x8000 + i), { 10, 0, 0, 2 }, "A" };
	for (size_t i = 0; i < ROWS(large); i++)
		large[i] = (PXE_DHCP_MENU_ITEM){ (USHORT)(0x8000 + i), { 10, 0, 0, 2 }, SIXTY };
	memset(value, 0xee, sizeof(value));
	r = PxeDhcpBuildMenu(build_rows[_i].no_menu ? NULL : &build_rows[_i].menu,
			     build_rows[_i].no_value ? NULL : value, build_rows[_i].room,
			     build_rows[_i].no_len ? NULL : &len);
	ck_assert_msg(r == build_rows[_i].r && len == build_rows[_i].len, "%s: %u, %u octets",
		      build_rows[_i].name, r, len);
	ck_assert_msg(r == 0 ? value[len - 1] == 255 && value[len] == 0xee : value[0] == 0xee, "%s",
		      build_rows[_i].name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp4_menu");

	TEST_ROWS(tcase, build_by_row, build_rows);
	return suite_run("dhcp4 menu", tcase);
}
