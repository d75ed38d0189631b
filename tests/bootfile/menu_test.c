/* bootfile's menus: what is refused and told, with file and line, and what each client is shown. */
#include "bench.h"

#define MENU(items) "boot = ( { menu = { items = ( " items " ); }; } );"
#define DISK        "{ text = \"Disk\"; local = true; }"
#define A           "{ text = \"A\"; file = \"a\"; }"
#define TEN         "0123456789"
#define SIXTY       TEN TEN TEN TEN TEN TEN
#define LONG(arch)  "{ text = \"" SIXTY "\"; file = \"a\"; " arch " }"
#define FOUR(arch)  LONG(arch) ", " LONG(arch) ", " LONG(arch) ", " LONG(arch)
#define FIVE        A ", " A ", " A ", " A ", " A
#define UEFI        "arch = \"x64-uefi\";"

/* The settings' first line is line 1. */
static const struct {
	const char *settings;
	const char *told; /* the end of one line; "": nothing is told */
	bool refused;
} told_rows[] = {
	{ MENU(A ", " DISK), "", false },
	/* what is no menu */
	{ "boot = ( { menu = 5; } );", ":1: boot[0].menu: must be a group: { ... } [W0114]", true },
	{ "boot = ( { menu = ( { text = \"A\"; } ); } );",
	  ":1: boot[0].menu: must be a group: { ... } [W0114]", true },
	{ "boot = ( { menu = { prompt = \"A\"; }; } );",
	  ":1: boot[0].menu: has no items: write items = ( { text = \"...\"; file = \"...\"; }, "
	  "... ) [W0184]",
	  true },
	{ "boot = ( { file = \"a\"; menu = { items = ( " A " ); }; } );",
	  ":1: boot[0].menu: only one of file, url, menu, machine and action is allowed [W0147]",
	  true },
	{ "boot = ( { raspberry-pi = true; menu = { items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].raspberry-pi: is a menu of its own [W0150]", true },
	{ "boot = ( { menu = { item = ( " A " ); }; } );",
	  ":1: boot[0].menu.item: unknown setting in a menu: did you mean \"items\"? [W0110]",
	  true },
	{ "boot = ( { menu = { items = 5; }; } );",
	  ":1: boot[0].menu.items: must be a list of items: ( { ... }, { ... } ) [W0114]", true },
	/* texts */
	{ MENU(A ",\n{ text = \"Gr\303\266\303\237e\"; file = \"a\"; }"),
	  ":2: boot[0].menu.items[1].text: has a character that is not ASCII, which firmware does "
	  "not show [W0183]",
	  true },
	{ MENU("{ text = \"" SIXTY TEN "\"; file = \"a\"; }"),
	  ":1: boot[0].menu.items[0].text: is longer than 69 octets, and firmware shows no more "
	  "[W0183]",
	  true },
	{ "boot = ( { menu = { prompt = \"\\t\"; items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].menu.prompt: has a character that is not ASCII, which firmware does not "
	  "show [W0183]",
	  true },
	/* items */
	{ MENU("{ file = \"a\"; }"), ":1: boot[0].menu.items[0]: has no text [W0184]", true },
	{ MENU("{ text = \"A\"; }"),
	  ":1: boot[0].menu.items[0]: \"A\" boots nothing: it needs file, server or local [W0184]",
	  true },
	{ MENU("{ text = \"A\"; local = true; file = \"a\"; }"),
	  ":1: boot[0].menu.items[0].local: the machine boots from its disk: remove file, server "
	  "and type [W0184]",
	  true },
	{ MENU("{ text = \"A\"; server = [ \"10.0.0.1\", \"fd77::1\", \"10.0.0.2\" ]; }, " DISK),
	  ":1: boot[0].menu.items[0].server: an item names one host: write one address of each "
	  "family, or one name [W0139]",
	  true },
	{ MENU("{ text = \"A\"; server = [ \"10.0.0.1\", \"fd77::1\" ]; }, " DISK), "", false },
	{ MENU("{ text = \"A\"; file = \"${mcc}\"; },\n"
	       "{ text = \"B\";\nfile = \"${hostname}\"; }"),
	  ":3: boot[0].menu.items[1].file: there is no variable \"${hostname}\": there are ${mac}, "
	  "${mac-dashes}, ${mac-bare}, ${uuid}, ${arch}, ${name}, ${group}, ${server} and "
	  "${subnet}; for these characters themselves write $${hostname} [W0178]",
	  true },
	{ MENU("{ text = \"A\"; url = \"http://x/a\"; }"),
	  ":1: boot[0].menu.items[0].url: a menu has no URLs, for firmware loads what is chosen by "
	  "TFTP: write file = \"...\" [W0148]",
	  true },
	{ MENU("{ text = \"A\"; file = \"http://x/a\"; }"),
	  ":1: boot[0].menu.items[0].file: \"http://x/a\" is a URL: firmware loads what is chosen "
	  "from a menu by TFTP, so write the path alone [W0148]",
	  true },
	{ MENU("{ txt = \"A\"; }"),
	  ":1: boot[0].menu.items[0].txt: unknown setting in an item of a menu: did you mean "
	  "\"text\"? [W0110]",
	  true },
	{ MENU("{ text = \"A\"; file = \"a\"; type = 65535; }"),
	  ":1: boot[0].menu.items[0].type: must be a number from 0 to 65534 [W0115]", true },
	{ MENU("{ text = \"A\"; file = \"a\"; type = 0; }"),
	  ":1: boot[0].menu.items[0].type: must be from 1 to 65534 [W0115]", true },
	{ MENU("{ text = \"A\"; file = \"a\"; arch = \"x64\"; }"),
	  ":1: boot[0].menu.items[0].arch: unknown architecture \"x64\": did you mean "
	  "\"x64-uefi\"? [W0141]",
	  true },
	{ MENU("{ text = \"A\"; file = \"/srv/tftp/a\"; }, " DISK),
	  ":1: boot[0].menu.items[0].file: a TFTP server seeks \"/srv/tftp/a\" below the folder "
	  "that "
	  "it serves: write \"a\" [W0152]",
	  false },
	/* types */
	{ MENU(A ", { text = \"B\"; file = \"b\"; type = 32768; }, " DISK),
	  ":1: boot[0].menu.items: \"A\" and \"B\" have the same type, 32768, so that the second "
	  "one "
	  "could never be chosen [W0186]",
	  true },
	{ MENU("{ text = \"A\"; file = \"a\"; type = 40000; arch = \"x86-bios\"; }, "
	       "{ text = \"B\"; file = \"b\"; type = 40000; " UEFI " }, " DISK),
	  "", false },
	/* the rest of a menu */
	{ "boot = ( { menu = { timeout = 0; items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].menu.timeout: with 0 nobody sees the menu: write 1 to 254 seconds, or 255 "
	  "to "
	  "wait; or file = \"...\" in place of the menu [W0115]",
	  true },
	{ "boot = ( { menu = { timeout = 256; items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].menu.timeout: must be a number from 0 to 255 [W0115]", true },
	{ "boot = ( { menu = { multicast = \"10.0.0.1\"; items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].menu.multicast: \"10.0.0.1\" is not a multicast group such as "
	  "\"239.255.43.71\", which listen.multicast in wdspxed.conf names too [W0126]",
	  true },
	/* too large, for the architecture that it concerns */
	{ MENU(FOUR("") ", " DISK),
	  ":1: boot[0].menu: for x86-bios it needs 319 octets of option 43, which has 255: shorten "
	  "its texts, or use fewer items [W0185]",
	  true },
	{ MENU(FOUR(UEFI) ", " DISK),
	  ":1: boot[0].menu: for x64-uefi it needs 319 octets of option 43, which has 255: shorten "
	  "its texts, or use fewer items [W0185]",
	  true },
	{ "boot = ( { arch = \"x86-bios\"; menu = { items = ( " FOUR(UEFI) ", " A ", " DISK
									   " ); }; } );",
	  ":1: boot[0].menu.items[3]: nobody is shown \"" SIXTY
	  "\": no client of the entry has its arch [W0173]",
	  false },
	{ MENU(FIVE ", " FIVE ", " FIVE ", " FIVE ", " DISK),
	  ":1: boot[0].menu: for x86-bios it has 21 items, and firmware shows 20 [W0185]", true },
	{ MENU(FOUR("mac = \"52:54:00:00:00:01\";") ", " DISK),
	  ":1: boot[0].menu: for x86-bios, if the conditions of all items hold, it needs 319 "
	  "octets "
	  "of option 43, which has 255: shorten its texts, or use fewer items; such a client is "
	  "given "
	  "the first item [W0185]",
	  false },
	/* what is not visible, or has no effect */
	{ MENU(A ", { text = \"B\"; file = \"b\"; }"),
	  ":1: boot[0].menu: the last item, \"B\", is not visible with iPXE of before 2023, the "
	  "ROM "
	  "of many virtual machines: put { text = \"Boot from disk\"; local = true; } last [W0187]",
	  false },
	{ "boot = ( { " UEFI " menu = { items = ( " A
	  ", { text = \"B\"; file = \"b\"; } ); }; } );",
	  "", false },
	{ "boot = ( { " UEFI " menu = { broadcast = true; items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].menu: broadcast has no effect: UEFI firmware that asks by broadcast takes "
	  "the "
	  "DHCP server's answer for ours, and fails, so it is told to ask this host alone [W0189]",
	  false },
	{ "boot = ( { menu = { broadcast = true; items = ( " A ", " DISK " ); }; } );",
	  ":1: boot[0].menu: broadcast is for x86-bios alone: UEFI firmware that asks by broadcast "
	  "takes the DHCP server's answer for ours, and fails, so it is told to ask this host "
	  "alone "
	  "[W0189]",
	  false },
	{ "boot = ( { arch = \"x86-bios\"; menu = { broadcast = true; items = ( " A ", " DISK
	  " ); }; } );",
	  "", false },
	/* files that UEFI seeks here */
	{ "server = \"10.0.0.9\";\nboot = ( { menu = { items = (\n" A ",\n" DISK " ); }; } );",
	  ":3: boot[0].menu: UEFI firmware loads the file of \"A\" from this host, which the menu "
	  "names for it, and not from server: let this host serve it, or write multicast [W0188]",
	  false },
	{ "server = \"127.0.0.1\"; boot = ( { menu = { items = ( " A ", " DISK " ); }; } );", "",
	  false },
	{ "server = \"10.0.0.9\"; boot = ( { menu = { multicast = \"239.1.2.3\"; items = ( " A
	  ", " DISK " ); }; } );",
	  "", false },
	/* items that no client of the entry is shown */
	{ "boot = ( { arch = \"x64-uefi-http\";\nmenu = { items = ( " A ", " DISK " ); }; } );",
	  ":2: boot[0].menu: nobody is shown it: all clients of the entry are HTTP Boot's, which "
	  "has no menus: write url = \"http://...\" [W0173]",
	  false },
	{ "boot = ( { arch = [ \"x64-uefi-http\", \"x64-uefi\" ]; menu = { items = ( " A ", " DISK
	  " ); }; } );",
	  "", false },
	{ "boot = ( { arch = \"x64-uefi\"; menu = { items = ( " A
	  ",\n{ text = \"B\"; file = \"b\"; arch = \"x86-bios\"; }, " DISK " ); }; } );",
	  ":2: boot[0].menu.items[1]: nobody is shown \"B\": no client of the entry has its "
	  "arch [W0173]",
	  false },
	{ "boot = ( { menu = { items = ( " A
	  ", { text = \"B\"; file = \"b\"; arch = [ \"x64-uefi-http\", \"ebc-http\" ]; }, " DISK
	  " ); }; } );",
	  ":1: boot[0].menu.items[1]: nobody is shown \"B\": no client of the entry has its "
	  "arch, and HTTP Boot has no menus [W0173]",
	  false },
	{ "boot = ( { family = 4; menu = { items = ( " A
	  ", { text = \"B\"; file = \"b\"; family = 6; }, " DISK " ); }; } );",
	  ":1: boot[0].menu.items[1]: nobody is shown \"B\": no client of the entry has its "
	  "family [W0173]",
	  false },
	{ "boot = ( { arch = [ 7, 9 ]; menu = { items = ( " A
	  ", { text = \"B\"; file = \"b\"; arch = [ 0, 9 ]; family = 6; }, " DISK " ); }; } );",
	  "", false },
	/* a group that nobody is in */
	{ "groups = ( { name = \"lab\"; mac = \"52:54:00:00:00:01\"; } );\n"
	  "boot = ( { menu = { items = ( { text = \"A\"; file = \"a\"; group = \"lob\"; }, " DISK
	  " ); }; } );",
	  ":2: boot[0].menu: no list has a machine in \"lob\" [W0168]", false },
	/* an entry behind one that takes all */
	{ "boot = ( { menu = { items = ( " A ", " DISK " ); }; },\n{ file = \"b\"; } );",
	  ":2: boot[1]: is never used: boot[0] (line 1) matches all its clients [W0161]", false },
	{ "boot = ( { menu = { items = ( { text = \"A\"; file = \"a\"; " UEFI " }, " DISK
	  " ); }; },\n{ file = \"b\"; } );",
	  "", false },
};

START_TEST(a_menu_is_taken_or_told)
{
	const char *settings = told_rows[_i].settings, *told = told_rows[_i].told, *line;
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "";
	bool found = false;
	DWORD r = PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why);

	ck_assert_msg((r != ERROR_SUCCESS) == told_rows[_i].refused, "%s: %s", settings, why);
	for (ULONG i = 0; (line = PxeFakeTrace(fake, i)) != NULL; i++) {
		if (strncmp(line, "warning", 7) != 0 && strncmp(line, "error", 5) != 0)
			continue;
		ck_assert_msg(*told, "%s: %s", settings, line);
		found |= strlen(line) >= strlen(told) &&
			 strcmp(line + strlen(line) - strlen(told), told) == 0;
		if (!found)
			snprintf(why, sizeof why, "%s", line);
	}
	ck_assert_msg(found == (*told != '\0'), "%s:\n%s", settings, why);
	PxeFakeFree(fake);
}
END_TEST

/* ---- what each client is shown -----------------------------------------------------------------
 */

#define FROM_4011                                                                                  \
	.way = { .uPort = 4011, .pszFrom = "192.0.2.50", .uFromPort = 4011, .bUnicast = TRUE }
#define ITEM(type) .more = RAW(43, 7, 71, 4, (type) >> 8, (type)&0xff, 0, 0, 255)

static const char several[] =
	"boot = ( { mac = \"52:54:00:77:00:02\"; file = \"at-once\"; },\n"
	"  { menu = { timeout = 20; prompt = \"Now\"; items = (\n"
	"    { text = \"BIOS\"; arch = \"x86-bios\"; file = \"bios.0\"; },\n"
	"    { text = \"UEFI\"; arch = [ \"x64-uefi\", \"ebc\" ]; file = \"uefi.efi\"; },\n"
	"    { text = \"Site\"; subnet = \"10.9.0.0/16\"; file = \"site\"; },\n"
	"    { text = \"Far\"; server = \"198.51.100.9\"; type = 40000; },\n"
	"    { text = \"Disk\"; local = true; } ); }; },\n"
	"  { arch = \"arm64-uefi\"; file = \"last\"; } );";

static const struct {
	const char *name;
	struct ask ask;
	const char *file; /* NULL: silence */
	const char *menu; /* the texts, and the numbers of their types; NULL: none */
} shown_rows[] = {
	{ "PC BIOS", { .arch = 0 }, "", "32768 BIOS, 40000 Far, 0 Disk" },
	{ "UEFI is redirected", { .arch = 7 }, "", NULL },
	{ "UEFI on 4011",
	  { .type = 3, .arch = 7, FROM_4011 },
	  "",
	  "32769 UEFI, 40000 Far, 0 Disk" },
	{ "EBC is x64 here, too",
	  { .type = 3, .arch = 9, FROM_4011 },
	  "",
	  "32769 UEFI, 40000 Far, 0 Disk" },
	{ "of the site",
	  { .arch = 0, .giaddr = "10.9.0.1" },
	  "",
	  "32768 BIOS, 32770 Site, 40000 Far, 0 Disk" },
	{ "another item", { .type = 3, .arch = 7, ITEM(32769), FROM_4011 }, "uefi.efi", NULL },
	{ "another architecture's item",
	  { .type = 3, .arch = 7, ITEM(32768), FROM_4011 },
	  NULL,
	  NULL },
	{ "iPXE in UEFI", { .arch = 7, .user_class = "iPXE" }, "tftp://192.0.2.1/uefi.efi", NULL },
	{ "the machine that boots one thing at once",
	  { .mac = "52:54:00:77:00:02", .arch = 0 },
	  "at-once",
	  NULL },
	{ "no menu for ARM: far and disk are one item less than a file",
	  { .type = 3, .arch = 11, FROM_4011 },
	  "",
	  "40000 Far, 0 Disk" },
	{ "and iPXE there is given nothing by it: the next entry",
	  { .arch = 11, .user_class = "iPXE" },
	  "tftp://192.0.2.1/last",
	  NULL },
};

/* What conditions of items name is known as that of entries is. */
static const char of_items[] =
	"boot = ( { menu = { items = (\n"
	"    { text = \"X64\"; arch = \"x64-uefi\"; file = \"x64.efi\"; },\n"
	"    { text = \"EBC\"; arch = \"ebc\"; file = \"ebc.efi\"; },\n"
	"    { text = \"Board\"; uuid = \"03000200-0400-0500-0006-000700080009\"; file = "
	"\"board\"; },\n"
	"    { text = \"Not BIOS\"; not = { arch = \"x86-bios\"; }; file = \"not\"; },\n"
	"    { text = \"HTTP\"; ipxe = [ \"http\" ]; file = \"http\"; },\n"
	"    { text = \"Disk\"; local = true; } ); }; } );";

static const struct {
	const char *name;
	struct ask ask;
	const char *menu;
} named_rows[] = {
	{ "EBC is no x64 here",
	  { .type = 3, .arch = 9, FROM_4011 },
	  "32769 EBC, 32771 Not BIOS, 0 Disk" },
	{ "nor x64 EBC", { .type = 3, .arch = 7, FROM_4011 }, "32768 X64, 32771 Not BIOS, 0 Disk" },
	{ "a UUID that boards are sold with is a machine's",
	  { .type = 3,
	    .arch = 11,
	    FROM_4011,
	    .more = RAW(97, 17, 0, 3, 0, 2, 0, 4, 0, 5, 0, 0, 6, 0, 7, 0, 8, 0, 9) },
	  "32770 Board, 32771 Not BIOS, 0 Disk" },
	{ "not, and a feature of iPXE",
	  { .arch = 0,
	    .user_class = "iPXE",
	    .more = RAW(97, 17, 0, 3, 0, 2, 0, 4, 0, 5, 0, 0, 6, 0, 7, 0, 8, 0, 9, 175, 3, 0x13, 1,
			1) },
	  "32770 Board, 32772 HTTP, 0 Disk" },
};

/* The disk is what happens by default: nobody who is not shown the menu gets anything else. */
static const char by_default[] =
	"boot = ( { mac = \"52:54:00:77:00:02\"; menu = { items = (\n"
	"    { text = \"Disk\"; local = true; } ); }; },\n"
	"  { arch = [ \"x64-uefi\", \"x86-bios\" ]; menu = { items = (\n"
	"    { text = \"Disk\"; local = true; }, { text = \"A\"; file = \"a\"; } ); }; },\n"
	"  { url = \"http://h/install\"; } );";

static const struct {
	const char *name;
	struct ask ask;
	ULONG action;
	const char *said;
} disk_rows[] = {
	{ "shown", { .arch = 0 }, PXE_BA_NBP, NULL },
	{ "nothing else is left, and no later entry decides",
	  { .mac = "52:54:00:77:00:02", .arch = 0 },
	  PXE_BA_IGNORE,
	  "the default of the menu, which it is not shown, is its own disk" },
	{ "nor for iPXE in UEFI, which is shown no menu",
	  { .arch = 7, .user_class = "iPXE" },
	  PXE_BA_IGNORE,
	  "the default of the menu, which it is not shown, is its own disk" },
	{ "an architecture that no menu names", { .arch = 11 }, PXE_BA_NBP, NULL },
};

static void menu_text(const PXE_FAKE_REPLY *reply, char *out, size_t size)
{
	struct span value = reply_option(reply, 43);
	size_t used = 0, at = 0;

	*out = '\0';
	while (at + 2 < value.len && value.at[at] != 9)
		at += 2u + value.at[at + 1];
	if (at + 2 >= value.len)
		return;
	value = span_of(value.at + at + 2, value.at[at + 1]);
	for (; value.len >= 3; value = span_drop(value, 3u + value.at[2]))
		used += (size_t)snprintf(out + used, size - used, "%s%u %.*s", used ? ", " : "",
					 load_be16(value.at), value.at[2],
					 (const char *)value.at + 3);
}

START_TEST(a_client_is_shown_the_items_that_are_its)
{
	struct bench bench = bench_open(several);
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &shown_rows[_i].ask);
	const char *menu = shown_rows[_i].menu;
	char text[256];

	ck_assert_msg((reply != NULL) == (shown_rows[_i].file != NULL), "%s: %s",
		      shown_rows[_i].name, bench.verdict.pszReason);
	if (reply) {
		menu_text(reply, text, sizeof text);
		ck_assert_msg(strcmp(reply_file(reply), shown_rows[_i].file) == 0, "%s: %s",
			      shown_rows[_i].name, reply_file(reply));
		ck_assert_msg(strcmp(text, menu ? menu : "") == 0, "%s: %s", shown_rows[_i].name,
			      text);
	}
	bench_close(&bench);
}
END_TEST

START_TEST(what_items_name_is_known)
{
	struct bench bench = bench_open(of_items);
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &named_rows[_i].ask);
	char text[256];

	ck_assert_msg(reply != NULL, "%s: %s", named_rows[_i].name, bench.verdict.pszReason);
	menu_text(reply, text, sizeof text);
	ck_assert_msg(strcmp(text, named_rows[_i].menu) == 0, "%s: %s", named_rows[_i].name, text);
	bench_close(&bench);
}
END_TEST

START_TEST(the_disk_by_default_is_nothing_else)
{
	struct bench bench = bench_open(by_default);
	const char *said = disk_rows[_i].said;

	bench_ask(&bench, &disk_rows[_i].ask);
	ck_assert_msg(bench.verdict.Action == disk_rows[_i].action, "%s: %u %s", disk_rows[_i].name,
		      (unsigned)bench.verdict.Action, bench.verdict.pszReason);
	if (said)
		ck_assert_msg(strcmp(bench.verdict.pszReason, said) == 0, "%s: %s",
			      disk_rows[_i].name, bench.verdict.pszReason);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("menu");

	TEST_ROWS(tcase, a_menu_is_taken_or_told, told_rows);
	TEST_ROWS(tcase, a_client_is_shown_the_items_that_are_its, shown_rows);
	TEST_ROWS(tcase, what_items_name_is_known, named_rows);
	TEST_ROWS(tcase, the_disk_by_default_is_nothing_else, disk_rows);
	suite_apart(); /* the kit remembers machines */
	return suite_run("bootfile/menu", tcase);
}
