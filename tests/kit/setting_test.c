/* Settings in one line each: what is taken, and the place and the words of each mistake. */
#include "kit/kit.h"

/* What the test's provider reads. */
static struct {
	LPCSTR file, name;
	ULONG number, great;
	BOOL yes;
	const LPCSTR *list;
	ULONG n_list;
	const PXE_BOOT_SERVER *server;
} got;

static DWORD read_all(HKEY key)
{
	PXE_BOOT_SETTINGS *settings = PxeBootSettings(kit.boot, key);

	PxeBootSettingString(settings, "hooks", NULL);
	got.file = PxeBootSettingString(settings, "file", NULL);
	got.name = PxeBootSettingString(settings, "name", "none");
	got.number = PxeBootSettingNumber(settings, "number", 1, 10, 5);
	got.great = PxeBootSettingNumber(settings, "great", 0, UINT32_MAX, 0);
	got.yes = PxeBootSettingBool(settings, "yes", TRUE);
	got.list = PxeBootSettingStrings(settings, "list", &got.n_list);
	got.server = PxeBootSettingServer(settings, "server");
	return PxeBootSettingsDone(settings);
}

#define LONG_NAME                                                                                  \
	"a-name-of-more-than-the-sixty-three-octets-that-were-enough-for-the-name-of-a-setting"

#define TOO_LONG LONG_NAME "-" LONG_NAME "-" LONG_NAME "-" LONG_NAME

/* Line 1 is the test's own. */
static const struct {
	const char *settings, *trace; /* NULL: all is well */
} rows[] = {
	{ "file = \"a\";", NULL },
	{ "file = \"a\"; number = 1; yes = false; list = [ \"x\", \"y\" ]; server = \"auto\";",
	  NULL },
	{ "file = \"a\"; list = \"x\"; server = [ \"10.0.0.9\", \"fd77::9\" ];", NULL },
	{ "FILE = \"a\";", NULL },
	{ "number = 3;", "settings:1: file: is missing: it must be one string" },
	{ "file = 5;", "settings:2: file: must be one string: write it in quotes [W0114]" },
	{ "file = 3.10;", "settings:2: file: must be one string: write it in quotes [W0114]" },
	{ "file = \"a\";\nlist = 3.10;",
	  "settings:3: list: must be a string, or a list of strings: [ \"a\", \"b\" ]: write it in "
	  "quotes [W0114]" },
	{ "file = \"a\";\nnumber = 3.0;", "settings:3: number: must be one whole number" },
	{ "file = \"a\"; list = \"3.1\";", NULL },
	{ "file = \"\";", "settings:2: file: must not be empty" },
	{ "file: { a = 1; };", "settings:2: file: must be one string" },
	{ "file = [ \"a\", \"b\" ];", "settings:2: file: must be one string" },
	{ "file = \"a\";\nnumber = 11;", "settings:3: number: must be a number from 1 to 10" },
	{ "file = \"a\";\nnumber = 0;", "settings:3: number: must be a number from 1 to 10" },
	{ "file = \"a\";\nnumber = \"3\";", "settings:3: number: must be one whole number" },
	{ "file = \"a\";\nnumber = 11L;", "settings:3: number: must be a number from 1 to 10" },
	{ "file = \"a\";\ngreat = 4294967296L;", "settings:3: great: must be a number from 0 to" },
	{ "file = \"a\"; yes = 2;", "settings:2: yes: must be true or false" },
	{ "file = \"a\"; yes = \"no\";", "settings:2: yes: must be true or false" },
	{ "file = \"a\"; list = 7;", "settings:2: list: must be a string, or a list of strings" },
	{ "file = \"a\"; list = ( \"x\", { } );", "settings:2: list: must be a string, or a list" },
	{ "file = \"a\"; server = \"10.0.0\";",
	  "settings:2: server: \"10.0.0\" is not an address" },
	{ "file = \"a\"; sever = \"auto\";",
	  "settings:2: sever: unknown setting: did you mean \"server\"?" },
	{ "file = \"a\"; quux: { };", "settings:2: quux: unknown setting" },
	{ "file = \"a\";\n" LONG_NAME " = 1;", "settings:3: " LONG_NAME ": unknown setting" },
	{ "file = \"a\";\nserver = \"\";", "settings:3: server: must not be empty" },
	{ "file = \"a\";\nserver = [ \"\" ];", "settings:3: server: must not be empty" },
	{ "file = \"a\";\nlist = [ \"x\", \"\", \"y\" ];", "settings:3: list: must not be empty" },
	{ "file = \"a\";\nlist = [ \"x\", \"\" ];", "settings:3: list: must not be empty" },
	{ "file = \"a\"; list = [ ];", NULL },
	{ "file = \"a\";\n" TOO_LONG " = 1;", "settings:1: settings: a name has more than 255" },
};
API_CASES(PxeBootSettings, rows);
API_CASES(PxeBootSettingString, rows);
API_CASES(PxeBootSettingNumber, rows);
API_CASES(PxeBootSettingBool, rows);
API_CASES(PxeBootSettingStrings, rows);
API_CASES(PxeBootSettingServer, rows);
API_CASES(PxeBootSettingsDone, rows);

START_TEST(settings_are_taken_or_told)
{
	PXE_FAKE *fake;

	kit.initialize = read_all;
	fake = kit_load(rows[_i].settings, rows[_i].trace ? ERROR_DLL_INIT_FAILED : ERROR_SUCCESS);
	if (rows[_i].trace)
		ck_assert_msg(kit_traced(fake, rows[_i].trace), "%s: %s", rows[_i].settings,
			      PxeFakeTrace(fake, 0));
	else
		ck_assert_str_eq(got.file, "a");
	PxeFakeFree(fake);
}
END_TEST

START_TEST(defaults_and_values)
{
	PXE_FAKE *fake;

	kit.initialize = read_all;
	fake = kit_load(rows[0].settings, ERROR_SUCCESS);
	ck_assert_str_eq(got.name, "none");
	ck_assert(got.number == 5 && got.yes && got.n_list == 0 && !got.list[0] && !got.server);
	PxeFakeFree(fake);
	fake = kit_load(rows[1].settings, ERROR_SUCCESS);
	ck_assert(got.number == 1 && !got.yes && got.n_list == 2 && !got.list[2]);
	ck_assert_str_eq(got.list[1], "y");
	ck_assert(got.server->bAutomatic);
	PxeFakeFree(fake);
	fake = kit_load(rows[2].settings, ERROR_SUCCESS);
	ck_assert_str_eq(got.list[0], "x");
	ck_assert(!got.server->bAutomatic && got.server->V4.uAddrLen == 4 &&
		  got.server->V6.uAddrLen == 16);
	PxeFakeFree(fake);
}
END_TEST

/* A decimal number above 2^31 can only be written as an int64. */
START_TEST(a_number_may_be_an_int64)
{
	kit.initialize = read_all;
	PxeFakeFree(kit_load("file = \"a\"; number = 9L; great = 3000000000L; yes = 0L;",
			     ERROR_SUCCESS));
	ck_assert(got.number == 9 && got.great == 3000000000 && !got.yes);
}
END_TEST

/* ---- groups ---------------------------------------------------------------------------------- */

static struct {
	unsigned n, bad;
	const char *text[8];
	ULONG number[8];
} groups;

static DWORD read_groups(HKEY key)
{
	PXE_BOOT_SETTINGS *settings = PxeBootSettings(kit.boot, key), *group;

	PxeBootSettingString(settings, "hooks", NULL);
	for (groups.n = groups.bad = 0;
	     (group = PxeBootSettingGroup(settings, "rooms", groups.n)) != NULL; groups.n++) {
		groups.text[groups.n] = PxeBootSettingString(group, "name", NULL);
		groups.number[groups.n] = PxeBootSettingNumber(group, "seats", 1, 9, 1);
		groups.bad += PxeBootSettingsDone(group) != ERROR_SUCCESS;
	}
	return PxeBootSettingsDone(settings);
}

static const struct {
	const char *settings;
	unsigned n, bad;
	const char *last, *trace; /* NULL: all is well */
} group_rows[] = {
	{ "", 0, 0, NULL, NULL },
	{ "rooms = ( );", 0, 0, NULL, NULL },
	{ "rooms = ( { name = \"a\"; }, { name = \"b\"; seats = 3; } );", 2, 0, "b", NULL },
	{ "rooms: { name = \"a\"; };", 1, 0, "a", NULL },
	{ "ROOMS: { NAME = \"a\"; };", 1, 0, "a", NULL },
	{ "rooms = ( { name = \"a\"; },\n{ seats = 3; } );", 2, 1, NULL,
	  "settings:3: name: is missing: it must be one string [W0118]" },
	{ "rooms = ( { name = \"a\"; },\n{ name = \"b\"; seat = 3; } );", 2, 1, NULL,
	  "settings:3: seat: unknown setting: did you mean \"seats\"? [W0110]" },
	{ "rooms = ( { name = \"a\"; more: { x = 1; }; } );", 1, 1, NULL,
	  "settings:2: more: unknown setting [W0110]" },
	{ "rooms = \"a\";", 0, 0, NULL, "settings:2: rooms: must be a list of groups" },
	{ "rooms = [ \"a\", \"b\" ];", 0, 0, NULL, "settings:2: rooms: must be a list of groups" },
	{ "rooms = ( \"a\", { name = \"b\"; } );", 0, 0, NULL,
	  "settings:2: rooms: must be a list of groups" },
	{ "rooms = ( { name = \"a\"; }, \"b\" );", 1, 0, NULL,
	  "settings:2: rooms: must be a list of groups" },
	{ "room = ( { name = \"a\"; } );", 0, 0, NULL,
	  "settings:2: room: unknown setting: did you mean \"rooms\"? [W0110]" },
};
API_CASES(PxeBootSettingGroup, group_rows);

START_TEST(groups_are_read_one_by_one)
{
	PXE_FAKE *fake;

	kit.initialize = read_groups;
	fake = kit_load(group_rows[_i].settings,
			group_rows[_i].trace ? ERROR_DLL_INIT_FAILED : ERROR_SUCCESS);
	ck_assert_uint_eq(groups.n, group_rows[_i].n);
	ck_assert_uint_eq(groups.bad, group_rows[_i].bad);
	if (group_rows[_i].trace)
		ck_assert_msg(kit_traced(fake, group_rows[_i].trace), "%s: %s",
			      group_rows[_i].settings, PxeFakeTrace(fake, 0));
	else if (group_rows[_i].last)
		ck_assert_str_eq(groups.text[groups.n - 1], group_rows[_i].last);
	PxeFakeFree(fake);
}
END_TEST

/* A provider may make its names in one buffer. */
static DWORD read_numbers(HKEY key)
{
	PXE_BOOT_SETTINGS *settings = PxeBootSettings(kit.boot, key);
	char name[16];

	PxeBootSettingString(settings, "hooks", NULL);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "room-%u", i);
		PxeBootSettingNumber(settings, name, 0, 9, 0);
	}
	memset(name, 'x', sizeof name - 1);
	return PxeBootSettingsDone(settings);
}

START_TEST(names_need_not_stay)
{
	kit.initialize = read_numbers;
	PxeFakeFree(kit_load("room-0 = 1; room-1 = 2; room-2 = 3;", ERROR_SUCCESS));
	PxeFakeFree(kit_load("room-3 = 1;", ERROR_DLL_INIT_FAILED));
}
END_TEST

/* A key whose values may not be looked at. */
static DWORD read_without_right(HKEY key)
{
	PXE_BOOT_SETTINGS *settings;
	HKEY blind;
	DWORD status;

	ck_assert_int_eq(RegOpenKeyExA(key, NULL, 0, KEY_ENUMERATE_SUB_KEYS, &blind), 0);
	settings = PxeBootSettings(kit.boot, blind);
	PxeBootSettingNumber(settings, "number", 0, 9, 0);
	status = PxeBootSettingsDone(settings);
	RegCloseKey(blind);
	return status;
}

START_TEST(what_cannot_be_read_is_told_with_the_reason)
{
	PXE_FAKE *fake;

	kit.initialize = read_without_right;
	fake = kit_load("number = 1;", ERROR_DLL_INIT_FAILED);
	ck_assert_msg(kit_traced(fake, "number: cannot be read: the key was opened without "
				       "KEY_READ (error 5)"),
		      "%s", PxeFakeTrace(fake, 0));
	PxeFakeFree(fake);
}
END_TEST

/* All in one run, so that an admin corrects them in one. */
START_TEST(all_mistakes_are_told)
{
	PXE_FAKE *fake;

	kit.initialize = read_all;
	fake = kit_load("number = 0; yes = 7; quux = 1;", ERROR_DLL_INIT_FAILED);
	ck_assert(kit_traced(fake, "file: is missing") && kit_traced(fake, "number: must be") &&
		  kit_traced(fake, "yes: must be") && kit_traced(fake, "quux: unknown"));
	PxeFakeFree(fake);
}
END_TEST

/* Where there is no memory for it, nothing is read, and the end says so. */
START_TEST(no_settings_take_every_call)
{
	ck_assert_ptr_null(PxeBootSettings(NULL, NULL));
	ck_assert_ptr_null(PxeBootSettingString(NULL, "file", "x"));
	ck_assert_ptr_null(PxeBootSettingGroup(NULL, "rooms", 0));
	ck_assert_uint_eq(PxeBootSettingNumber(NULL, "n", 0, 9, 5), 5);
	ck_assert(PxeBootSettingBool(NULL, "b", TRUE));
	ck_assert_ptr_null(PxeBootSettingStrings(NULL, "l", NULL)[0]);
	ck_assert_ptr_null(PxeBootSettingServer(NULL, "s"));
	ck_assert_uint_eq(PxeBootSettingsDone(NULL), ERROR_NOT_ENOUGH_MEMORY);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the kit's settings");

	TEST_ROWS(tcase, settings_are_taken_or_told, rows);
	tcase_add_test(tcase, defaults_and_values);
	tcase_add_test(tcase, a_number_may_be_an_int64);
	TEST_ROWS(tcase, groups_are_read_one_by_one, group_rows);
	tcase_add_test(tcase, names_need_not_stay);
	tcase_add_test(tcase, what_cannot_be_read_is_told_with_the_reason);
	tcase_add_test(tcase, all_mistakes_are_told);
	tcase_add_test(tcase, no_settings_take_every_call);
	return suite_run("kit/setting", tcase);
}
