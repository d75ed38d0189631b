/* Menus of the kit: who is shown one, where it stands, and what is answered to who has chosen. */
#include "kit/kit.h"

enum way { FIRST, LATER, CHOSEN, CHOSEN_BY_BROADCAST };

/* A client that asks. */
struct asking {
	enum way way;
	USHORT arch;
	bool ipxe, http;
	USHORT type, layer; /* CHOSEN */
	size_t cut;         /* ... in two options 43, of which the first has so many octets */
};

static const PXE_BOOT_SERVER other = { .cbSize = sizeof other, .V4 = { { 198, 51, 100, 9 }, 4 } },
			     six = { .cbSize = sizeof six, .V6 = { { 0xfd }, 16 } };

static const PXE_BOOT_MENU_ITEM items[] = {
	{ "Install", "install.0", NULL, 0x8000 },
	{ "Rescue", "rescue.0", NULL, 0x8001 },
	{ "Elsewhere", NULL, &other, 0x8002 },
	{ "Boot from disk", NULL, NULL, 0 },
};
static const PXE_BOOT_MENU menu = {
	.cbSize = sizeof menu, .uTimeout = 10, .nItems = 4, .pItems = items
};

#define WITH(menu_, ...)                                                                           \
	{                                                                                          \
		.cbSize = sizeof(PXE_BOOT_ANSWER), .pMenu = (menu_), __VA_ARGS__                   \
	}

static const PXE_BOOT_ANSWER plain = WITH(&menu, .uFlags = PXE_BOOT_ANSWER_STATIC),
			     direct = WITH(&menu, .uShape = PXE_BOOT_SHAPE_DIRECT),
			     redirect = WITH(&menu, .uShape = PXE_BOOT_SHAPE_REDIRECT),
			     with_url = WITH(&menu, .pszUrl = "http://${server}/x"),
			     old = { .cbSize = offsetof(PXE_BOOT_ANSWER, pMenu), .pszFile = "old" };

static ULONG option(BYTE *at, BYTE code, const void *value, size_t len)
{
	at[0] = code;
	at[1] = (BYTE)len;
	memcpy(at + 2, value, len);
	return (ULONG)(2 + len);
}

static ULONG option_cut(BYTE *at, BYTE code, const BYTE *value, size_t len, size_t cut)
{
	ULONG n = cut ? option(at, code, value, cut) : 0;

	return n + option(at + n, code, value + cut, len - cut);
}

static const PXE_FAKE_REPLY *ask(PXE_FAKE *fake, const struct asking *asking,
				 PXE_FAKE_VERDICT *verdict)
{
	const BYTE type = asking->way == FIRST ? 1 : 3, arch[] = { 0, (BYTE)asking->arch };
	const BYTE item[] = { 71,
			      4,
			      (BYTE)(asking->type >> 8),
			      (BYTE)asking->type,
			      (BYTE)(asking->layer >> 8),
			      (BYTE)asking->layer,
			      255 };
	const char *class = asking->http ? "HTTPClient" : "PXEClient";
	BYTE packet[600] = { 1, 1, 6, [28] = 0x52, 0x54, 0, 0, 0, 1, [236] = 99, 130, 83, 99 };
	PXE_FAKE_REQUEST request = { .pPacket = packet, .uPacketLen = 240 };

	request.uPacketLen += option(packet + request.uPacketLen, 53, &type, 1);
	request.uPacketLen += option(packet + request.uPacketLen, 60, class, strlen(class));
	request.uPacketLen += option(packet + request.uPacketLen, 93, arch, 2);
	if (asking->ipxe)
		request.uPacketLen += option(packet + request.uPacketLen, 77, "iPXE", 4);
	if (asking->way >= CHOSEN)
		request.uPacketLen +=
			option_cut(packet + request.uPacketLen, 43, item, sizeof item, asking->cut);
	packet[request.uPacketLen++] = 255;
	if (asking->way != FIRST) {
		memcpy(packet + 12, "\xc0\0\2\x32", 4);
		request.pszFrom = "192.0.2.50";
	}
	if (asking->way == LATER || asking->way == CHOSEN) {
		request.uPort = request.uFromPort = 4011;
		request.bUnicast = TRUE;
	}
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, verdict), 0);
	return PxeFakeReply(fake, 0);
}

/* What is answered, as a text: type, siaddr's last octet, file, and option 43. */
static const char *told(const PXE_FAKE_REPLY *reply)
{
	static char text[1024];
	PVOID value, packet = NULL;
	BYTE len = 0, type_len;
	int n;

	if (!reply)
		return "silence";
	packet = (PVOID)(uintptr_t)reply->pPacket;
	ck_assert_uint_eq(PxeDhcpIsValid(packet, reply->uPacketLen, FALSE, NULL), 0);
	ck_assert_uint_eq(
		PxeDhcpGetOptionValue(packet, reply->uPacketLen, 1, 53, &type_len, &value), 0);
	n = snprintf(text, sizeof text, "%s .%u \"%s\"", *(BYTE *)value == 2 ? "OFFER" : "ACK",
		     reply->pPacket[23], (const char *)reply->pPacket + 108);
	if (PxeDhcpGetOptionValue(packet, reply->uPacketLen, 1, 43, &len, &value) == 0)
		for (BYTE i = 0; i < len; i++)
			n += snprintf(text + n, sizeof text - (size_t)n, "%s%02x", i ? "" : " ",
				      ((BYTE *)value)[i]);
	return text;
}

#define MENU_43                                                                                    \
	" 060103"                                                                                  \
	"0815"                                                                                     \
	"800001c0000201"                                                                           \
	"800101c0000201"                                                                           \
	"800201c6336409"                                                                           \
	"0930"                                                                                     \
	"800007496e7374616c6c"                                                                     \
	"800106526573637565"                                                                       \
	"800209456c73657768657265"                                                                 \
	"00000e426f6f742066726f6d206469736b"                                                       \
	"0a160a507265737320463820666f7220746865206d656e75ff"

static const struct {
	const char *name;
	const PXE_BOOT_ANSWER *answer;
	struct asking asking;
	const char *told;
	const char *said; /* in the reason; NULL: not looked at */
} turn_rows[] = {
	/* Who is shown it, and where. */
	{ "PC BIOS: in the OFFER",
	  &plain,
	  { .way = FIRST, .arch = 0 },
	  "OFFER .1 \"\"" MENU_43,
	  NULL },
	{ "iPXE as a BIOS ROM too",
	  &plain,
	  { .way = FIRST, .arch = 0, .ipxe = true },
	  "OFFER .1 \"\"" MENU_43,
	  NULL },
	{ "UEFI: a redirect", &plain, { .way = FIRST, .arch = 7 }, "OFFER .1 \"\"", NULL },
	{ "... and on 4011 the menu",
	  &plain,
	  { .way = LATER, .arch = 7 },
	  "ACK .1 \"\"" MENU_43,
	  NULL },
	{ "PC BIOS that comes to 4011",
	  &plain,
	  { .way = LATER, .arch = 0 },
	  "ACK .1 \"\"" MENU_43,
	  NULL },
	{ "UEFI, the direct shape",
	  &direct,
	  { .way = FIRST, .arch = 7 },
	  "OFFER .1 \"\"" MENU_43,
	  NULL },
	{ "PC BIOS, redirected", &redirect, { .way = FIRST, .arch = 0 }, "OFFER .1 \"\"", NULL },
	{ "iPXE in UEFI: the first item's file",
	  &plain,
	  { .way = FIRST, .arch = 7, .ipxe = true },
	  "OFFER .1 \"tftp://192.0.2.1/install.0\" 0601080a0400505845ff",
	  NULL },
	{ "... on 4011 too",
	  &plain,
	  { .way = LATER, .arch = 7, .ipxe = true },
	  "ACK .1 \"tftp://192.0.2.1/install.0\"",
	  NULL },
	{ "neither BIOS nor UEFI",
	  &plain,
	  { .way = FIRST, .arch = 12 },
	  "OFFER .1 \"install.0\" 0601080a0400505845ff",
	  NULL },
	{ "HTTP Boot cannot take a file",
	  &plain,
	  { .way = FIRST, .arch = 16, .http = true },
	  "silence",
	  "HTTP Boot needs a url" },
	{ "... and is given the answer's URL",
	  &with_url,
	  { .way = FIRST, .arch = 16, .http = true },
	  "OFFER .1 \"http://192.0.2.1/x\"",
	  NULL },
	{ "the answer's URL is no file beside a menu",
	  &with_url,
	  { .way = FIRST, .arch = 0 },
	  "OFFER .1 \"\"" MENU_43,
	  NULL },
	/* Who has chosen. */
	{ "an item",
	  &plain,
	  { .way = CHOSEN, .arch = 7, .type = 0x8001 },
	  "ACK .1 \"rescue.0\" 470480010000ff",
	  "chose item \"Rescue\" (type 0x8001)" },
	{ "its layer is given back",
	  &plain,
	  { .way = CHOSEN, .arch = 0, .ipxe = true, .type = 0x8000, .layer = 2 },
	  "ACK .1 \"tftp://192.0.2.1/install.0\" 470480000002ff",
	  "chose item \"Install\" (type 0x8000)" },
	{ "an item in two options 43: one value",
	  &plain,
	  { .way = CHOSEN, .arch = 7, .type = 0x8001, .cut = 3 },
	  "ACK .1 \"rescue.0\" 470480010000ff",
	  "chose item \"Rescue\" (type 0x8001)" },
	{ "an item of another host's",
	  &plain,
	  { .way = CHOSEN, .arch = 7, .type = 0x8002 },
	  "silence",
	  "item \"Elsewhere\" (type 0x8002) is answered by its own server" },
	{ "an item that is not there",
	  &plain,
	  { .way = CHOSEN, .arch = 7, .type = 0x8003 },
	  "silence",
	  "item 0x8003 of a menu (option 43, 71), and the entry's menu has no such item" },
	{ "type 0", &plain, { .way = CHOSEN, .arch = 7, .type = 0 }, "silence", "no such item" },
	{ "an answer without a menu",
	  &old,
	  { .way = CHOSEN, .arch = 7, .type = 0x8000 },
	  "silence",
	  "and the entry has no menu" },
	{ "by broadcast, unasked",
	  &plain,
	  { .way = CHOSEN_BY_BROADCAST, .arch = 0, .type = 0x8000 },
	  "silence",
	  "by broadcast, which the menu does not allow" },
	/* Of an older caller nothing is read behind its size. */
	{ "an older caller",
	  &old,
	  { .way = FIRST, .arch = 0 },
	  "OFFER .1 \"old\" 0601080a0400505845ff",
	  NULL },
};

START_TEST(a_client_is_shown_what_its_firmware_takes)
{
	PXE_FAKE_VERDICT verdict;
	const char *words;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = turn_rows[_i].answer };
	fake = kit_load("", ERROR_SUCCESS);
	for (int twice = 0; twice < 2; twice++) { /* up to four times, and each alike */
		words = told(ask(fake, &turn_rows[_i].asking, &verdict));
		ck_assert_msg(strcmp(words, turn_rows[_i].told) == 0, "%s: %s", turn_rows[_i].name,
			      words);
	}
	ck_assert_msg(!turn_rows[_i].said || strstr(verdict.pszReason, turn_rows[_i].said),
		      "%s: %s", turn_rows[_i].name, verdict.pszReason);
	PxeFakeFree(fake);
}
END_TEST

/* ---- what is left of a menu --------------------------------------------------------------------
 */

static PXE_BOOT_MENU_ITEM many[21];
static CHAR texts[21][70];

static const PXE_BOOT_MENU_ITEM one_reaches[] = {
	{ "Over IPv6", "a", &six, 0x8000 },
	{ "Here", "here.0", NULL, 0x8001 },
};
static const PXE_BOOT_MENU_ITEM of_one_type[] = {
	{ "First", "first.0", NULL, 0x8000 },
	{ "Second", "second.0", NULL, 0x8000 },
};
static const PXE_BOOT_MENU_ITEM disk[] = { { "Disk", NULL, NULL, 0 } };

static const struct {
	const char *name;
	PXE_BOOT_MENU menu;
	const char *told; /* to PC BIOS */
	const char *said;
} left_rows[] = {
	{ "one item is no menu",
	  { .cbSize = sizeof menu, .nItems = 1, .pItems = items },
	  "OFFER .1 \"install.0\" 0601080a0400505845ff",
	  NULL },
	{ "one that can be reached",
	  { .cbSize = sizeof menu, .nItems = 2, .pItems = one_reaches },
	  "OFFER .1 \"here.0\" 0601080a0400505845ff",
	  NULL },
	{ "two of one type",
	  { .cbSize = sizeof menu, .nItems = 2, .pItems = of_one_type },
	  "OFFER .1 \"first.0\" 0601080a0400505845ff",
	  NULL },
	{ "the disk alone",
	  { .cbSize = sizeof menu, .nItems = 1, .pItems = disk },
	  "silence",
	  "the default of the menu, which it is not shown, is its own disk" },
	{ "21 items",
	  { .cbSize = sizeof menu, .nItems = 21, .pItems = many },
	  "OFFER .1 \"many.0\" 0601080a0400505845ff",
	  "more than 20 items" },
	{ "over 255 octets",
	  { .cbSize = sizeof menu, .nItems = 4, .pItems = many },
	  "OFFER .1 \"many.0\" 0601080a0400505845ff",
	  "needs 348 octets of option 43" },
	{ "by multicast",
	  { .cbSize = sizeof menu,
	    .nItems = 2,
	    .pItems = items,
	    .pszPrompt = "",
	    .Group = { { 239, 1, 2, 3 }, 4 } },
	  "OFFER .1 \"\" 0601010704ef010203080e800001c0000201800101c00002010913"
	  "800007496e7374616c6c8001065265736375650a0100ff",
	  NULL },
	{ "by broadcast",
	  { .cbSize = sizeof menu,
	    .nItems = 2,
	    .pItems = items,
	    .pszPrompt = "",
	    .uFlags = PXE_BOOT_MENU_BROADCAST },
	  "OFFER .1 \"\" 060102080e800001c0000201800101c00002010913"
	  "800007496e7374616c6c8001065265736375650a0100ff",
	  NULL },
};

START_TEST(a_menu_is_shown_if_two_items_fit)
{
	const struct asking bios = { .way = FIRST, .arch = 0 };
	PXE_BOOT_ANSWER answer = WITH(&left_rows[_i].menu, .uDelay = 0);
	PXE_FAKE_VERDICT verdict;
	const char *words;
	PXE_FAKE *fake;

	for (size_t i = 0; i < ROWS(many); i++) {
		memset(texts[i], 'x', sizeof texts[i] - 1);
		many[i] = (PXE_BOOT_MENU_ITEM){ texts[i], "many.0", NULL, (ULONG)(0x8000 + i) };
	}
	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	words = told(ask(fake, &bios, &verdict));
	ck_assert_msg(strcmp(words, left_rows[_i].told) == 0, "%s: %s", left_rows[_i].name, words);
	ck_assert_msg(!left_rows[_i].said || strstr(verdict.pszReason, left_rows[_i].said),
		      "%s: %s", left_rows[_i].name, verdict.pszReason);
	PxeFakeFree(fake);
}
END_TEST

/* ---- why nothing is sent -----------------------------------------------------------------------
 */

static PXE_BOOT_MENU_ITEM disk_first[21];
static const PXE_BOOT_MENU many_here = { .cbSize = sizeof menu, .nItems = 21, .pItems = many },
			   many_there = { .cbSize = sizeof menu, .nItems = 21, .pItems = many },
			   many_disk = { .cbSize = sizeof menu,
					 .nItems = 21,
					 .pItems = disk_first };

static const struct {
	const char *name;
	PXE_BOOT_ANSWER answer;
	const PXE_BOOT_SERVER *each; /* of the items */
	struct asking asking;
	const char *told, *said;
} obstacle_rows[] = {
	{ "an item that was chosen, on a server without IPv4",
	  WITH(&menu, .pServer = &six),
	  NULL,
	  { .way = CHOSEN, .arch = 0, .type = 0x8000 },
	  "silence",
	  "server has no IPv4 address, which this client needs; chose item \"Install\" (type "
	  "0x8000)" },
	{ "a file on a server without IPv4, and a menu that is too large",
	  WITH(&many_there, .pszFile = "a", .pServer = &six),
	  &other,
	  { .way = FIRST, .arch = 0 },
	  "silence",
	  "server has no IPv4 address, which this client needs; its menu has more than 20 items, "
	  "so it is not shown" },
	{ "the disk, and a menu that is too large",
	  WITH(&many_disk, .uDelay = 0),
	  NULL,
	  { .way = FIRST, .arch = 0 },
	  "silence",
	  "the default of the menu, which it is not shown, is its own disk; its menu has more than "
	  "20 items, so it is not shown" },
	{ "the answer's own file, and a menu that is too large",
	  WITH(&many_here, .pszFile = "own.0"),
	  NULL,
	  { .way = FIRST, .arch = 0 },
	  "OFFER .1 \"own.0\" 0601080a0400505845ff",
	  "its menu has more than 20 items, so it is not shown" },
};

START_TEST(an_obstacle_is_always_said)
{
	PXE_FAKE_VERDICT verdict;
	const char *words;
	PXE_FAKE *fake;

	for (size_t i = 0; i < ROWS(many); i++)
		disk_first[i] = many[i] =
			(PXE_BOOT_MENU_ITEM){ "x", "many.0", obstacle_rows[_i].each,
					      (ULONG)(0x8000 + i) };
	disk_first[0] = disk[0];
	kit = (struct kit){ .answer = &obstacle_rows[_i].answer };
	fake = kit_load("", ERROR_SUCCESS);
	words = told(ask(fake, &obstacle_rows[_i].asking, &verdict));
	ck_assert_msg(strcmp(words, obstacle_rows[_i].told) == 0, "%s: %s", obstacle_rows[_i].name,
		      words);
	ck_assert_str_eq(verdict.pszReason, obstacle_rows[_i].said);
	PxeFakeFree(fake);
}
END_TEST

/* UEFI beside a DHCP server would take that server's ACK; who asks all the same is answered. */
START_TEST(broadcast_is_for_pc_bios)
{
	const struct asking uefi = { .way = LATER, .arch = 7 },
			    chosen = { .way = CHOSEN_BY_BROADCAST, .arch = 7, .type = 0x8001 };
	const PXE_BOOT_MENU by_broadcast = { .cbSize = sizeof menu,
					     .nItems = 2,
					     .pItems = items,
					     .uFlags = PXE_BOOT_MENU_BROADCAST };
	PXE_BOOT_ANSWER answer = WITH(&by_broadcast, .uDelay = 0);
	PXE_FAKE_VERDICT verdict;
	const PXE_FAKE_REPLY *reply;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	ck_assert_ptr_nonnull(strstr(told(ask(fake, &uefi, &verdict)), " 060103"));
	reply = ask(fake, &chosen, &verdict);
	ck_assert_str_eq(told(reply), "ACK .1 \"rescue.0\" 470480010000ff");
	ck_assert(reply->uFromPort == 67 && reply->uToPort == 68);
	ck_assert_str_eq(reply->pszTo, "192.0.2.50");
	ck_assert(kit.last.uExchange == PXE_BOOT_EXCHANGE_ITEM && !kit.last.bFirst);
	PxeFakeFree(fake);
}
END_TEST

/* ---- what is no menu ---------------------------------------------------------------------------
 */

static BYTE some; /* is not looked into */
static const PXE_BOOT_SERVER several = { .cbSize = sizeof several,
					 .V4 = { { 198, 51, 100, 9 }, 4 },
					 .pServers = (PXE_BOOT_SERVERS *)(void *)&some };
static const PXE_BOOT_MENU_ITEM no_text[] = { { NULL, "a", NULL, 0x8000 } },
				empty_text[] = { { "", "a", NULL, 0x8000 } },
				foreign_text[] = { { "\xc3\xb6", "a", NULL, 0x8000 } },
				no_file[] = { { "A", NULL, NULL, 0x8000 } },
				several_hosts[] = { { "A", "a", &several, 0x8000 } },
				disk_file[] = { { "A", "a", NULL, 0 } },
				high_type[] = { { "A", "a", NULL, 0xFFFF } };

/* The size, the items, and what else. */
#define RAW(size, n, items_, ...)                                                                  \
	{                                                                                          \
		.cbSize = (size), .nItems = (n), .pItems = (items_), __VA_ARGS__                   \
	}
#define MENU(...)    RAW(sizeof(PXE_BOOT_MENU), 1, items, __VA_ARGS__)
#define ITEMS(items) RAW(sizeof(PXE_BOOT_MENU), 1, items, .uTimeout = 0)

static const struct {
	const char *name;
	PXE_BOOT_MENU menu;
	ULONG flags;
	DWORD r;
} valid_rows[] = {
	{ "a menu", MENU(.uTimeout = PXE_DHCP_MENU_WAIT), .r = ERROR_SUCCESS },
	{ "an older size", RAW(4, 1, items, .uTimeout = 0), .r = 87 },
	{ "an unknown flag", MENU(.uFlags = 2), .r = 87 },
	{ "a long timeout", MENU(.uTimeout = 256), .r = 87 },
	{ "a prompt that is not ASCII", MENU(.pszPrompt = "\t"), .r = 87 },
	{ "a group that is none", MENU(.Group = { { 10, 0, 0, 1 }, 4 }), .r = 87 },
	{ "a group of IPv6", MENU(.Group = { { 0xff }, 16 }), .r = 87 },
	{ "no item", RAW(sizeof(PXE_BOOT_MENU), 0, items, .uTimeout = 0), .r = 87 },
	{ "no items", ITEMS(NULL), .r = 87 },
	{ "no text", ITEMS(no_text), .r = 87 },
	{ "an empty text", ITEMS(empty_text), .r = 87 },
	{ "a text that is not ASCII", ITEMS(foreign_text), .r = 87 },
	{ "neither file nor server", ITEMS(no_file), .r = 87 },
	{ "several servers", ITEMS(several_hosts), .r = 87 },
	{ "the disk with a file", ITEMS(disk_file), .r = 87 },
	{ "a type too high", ITEMS(high_type), .r = 87 },
	{ "with a Raspberry Pi's", MENU(.uTimeout = 1), .flags = PXE_BOOT_ANSWER_RASPBERRY_PI,
	  .r = 87 },
};

START_TEST(what_firmware_cannot_take_is_refused)
{
	const struct asking bios = { .way = FIRST, .arch = 0 };
	PXE_BOOT_ANSWER answer = WITH(&valid_rows[_i].menu, .uFlags = valid_rows[_i].flags);
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	ask(fake, &bios, &verdict);
	ck_assert_msg(kit.answered == valid_rows[_i].r, "%s: %u", valid_rows[_i].name,
		      kit.answered);
	PxeFakeFree(fake);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("menu");

	TEST_ROWS(tcase, a_client_is_shown_what_its_firmware_takes, turn_rows);
	TEST_ROWS(tcase, a_menu_is_shown_if_two_items_fit, left_rows);
	TEST_ROWS(tcase, an_obstacle_is_always_said, obstacle_rows);
	tcase_add_test(tcase, broadcast_is_for_pc_bios);
	TEST_ROWS(tcase, what_firmware_cannot_take_is_refused, valid_rows);
	return suite_run("kit/menu", tcase);
}
