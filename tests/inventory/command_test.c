/* inventory: the administrator's commands, from their words to the JSON and to the state file. */
#include <jansson.h>
#include <stdarg.h>

#include "inventory/bench.h"

static struct bench bench;
static DWORD status; /* of the last command */
static json_t *answer;

static const char csv[] = "mac,name,file,group\n"
			  "52:54:00:77:00:01,pc1,pc1.efi,lab\n"
			  "52:54:00:77:00:02|52:54:00:77:00:12,pc2,,lab\n"
			  "52:54:00:77:00:03,pc3,,office\n";

static void set_up(void)
{
	scratch_make();
	scratch_write("devices.csv", csv);
	bench = inventory_open("answer = \"known\"; pending = true;");
}

static void tear_down(void)
{
	json_decref(answer);
	answer = NULL;
	PxeFakeFree(bench.fake);
	scratch_remove();
}

/* ---- a command ---- */

static void give(const char *input, LPCSTR first, ...)
{
	LPCSTR words[64] = { first };
	PXE_COMMAND command = { .ppszWords = words, .nWords = 1 };
	PXE_FAKE_ANSWER got;
	va_list args;

	va_start(args, first);
	while ((words[command.nWords] = va_arg(args, LPCSTR)))
		command.nWords++;
	va_end(args);
	if (input) {
		command.pszInput = "list.txt";
		command.pInput = (const BYTE *)input;
		command.cbInput = (ULONG)strlen(input);
	}
	ck_assert_uint_eq(PxeFakeCommand(bench.fake, &command, &got), ERROR_SUCCESS);
	ck_assert_str_eq(got.pszFault, "");
	status = got.dwStatus;
	json_decref(answer);
	answer = json_loads(got.pszAnswer, 0, NULL);
	ck_assert_msg(json_is_object(answer), "%s: %s", first, got.pszAnswer);
}

#define GIVE(...)     give(NULL, __VA_ARGS__, NULL)
#define SEND(in, ...) give(in, __VA_ARGS__, NULL)
#define TEXT(key)     json_string_value(json_object_get(answer, key))
#define NUMBER(key)   json_integer_value(json_object_get(answer, key))
#define ROWS_OF(key)  json_array_size(json_object_get(answer, key))
#define ROW(key, i)   json_array_get(json_object_get(answer, key), i)

static const char *text_in(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "-";
}

static void expect_good(void)
{
	ck_assert_msg(status == ERROR_SUCCESS, "%u: %s", status, TEXT("error") ?: "no reason");
}

static void expect_error(DWORD code, const char *part)
{
	ck_assert_msg(status == code && TEXT("error") && strstr(TEXT("error"), part), "%u: %s",
		      status, TEXT("error") ?: "no reason");
}

/* What `show` says of one thing, and from where. */
static const char *shown(const char *who, const char *what)
{
	static char text[1024];

	GIVE("show", who);
	for (size_t i = 0; i < ROWS_OF("says"); i++)
		if (!strcmp(text_in(ROW("says", i), "what"), what)) {
			snprintf(text, sizeof(text), "%s (%s)", text_in(ROW("says", i), "is"),
				 text_in(ROW("says", i), "from") + strlen(scratch) + 1);
			return text;
		}
	return "nothing";
}

/* ---- list, show, export ---- */

START_TEST(list_has_all_in_pages)
{
	GIVE("list");
	expect_good();
	ck_assert_uint_eq(ROWS_OF("devices"), 3);
	ck_assert_int_eq(NUMBER("all"), 3);
	ck_assert_str_eq(text_in(ROW("devices", 0), "name"), "pc1");
	ck_assert_str_eq(
		json_string_value(json_array_get(json_object_get(ROW("devices", 1), "ids"), 1)),
		"mac:52:54:00:77:00:12");
	ck_assert_str_eq(text_in(ROW("devices", 0), "boot"), "pc1.efi");
	ck_assert_str_eq(text_in(ROW("devices", 0), "from"), "csv:2");
	GIVE("list", "--limit", "2");
	ck_assert_uint_eq(ROWS_OF("devices"), 2);
	ck_assert_int_eq(NUMBER("next"), 2);
	GIVE("list", "--limit=2", "--after=2");
	ck_assert_uint_eq(ROWS_OF("devices"), 1);
	ck_assert_ptr_null(json_object_get(answer, "next"));
}
END_TEST

static const struct {
	const char *option, *text;
	size_t n;
} filters[] = {
	{ "--name", "PC*", 3 },       { "--name", "pc[12]", 2 },    { "--group", "lab", 2 },
	{ "--group", "l", 0 },        { "--id", "*:00:12", 1 },     { "--id", "mac:*", 3 },
	{ "--state", "approved", 3 }, { "--state", "rejected", 0 }, { "--once", "armed", 0 },
	{ "--from", "csv", 3 },       { "--from", "state", 0 },
};

START_TEST(list_is_filtered)
{
	GIVE("list", filters[_i].option, filters[_i].text);
	expect_good();
	ck_assert_uint_eq(ROWS_OF("devices"), filters[_i].n);
}
END_TEST

START_TEST(show_says_where_each_thing_is_from)
{
	ck_assert_str_eq(shown("pc1", "file"), "pc1.efi (devices.csv:2)");
	GIVE("set", "PC1", "--file=other.efi", "--comment", "a, \"b\"");
	expect_good();
	ck_assert_str_eq(TEXT("written"), scratch_path("devices"));
	ck_assert_str_eq(shown("52-54-00-77-00-01", "file"), "other.efi (devices)");
	ck_assert_str_eq(shown("pc1", "group"), "lab (devices.csv:2)");
	GIVE("set", "pc1", "--unset", "file");
	expect_good();
	ck_assert_str_eq(shown("pc1", "file"), "pc1.efi (devices.csv:2)");
}
END_TEST

/* What is written is read again, and says the same. */
START_TEST(export_is_what_import_reads)
{
	char text[4096] = "";
	size_t n;

	GIVE("set", "pc2", "--comment", "a, \"b\"; c", "--file.x64-uefi", "x.efi", "--uuid",
	     "3b6c1a52-7f0e-4d8b-9a41-525400770002");
	expect_good();
	GIVE("export");
	expect_good();
	n = ROWS_OF("lines");
	ck_assert_uint_eq(n, 4);
	for (size_t i = 0; i < n; i++) {
		strcat(text, json_string_value(ROW("lines", i)));
		strcat(text, "\n");
	}
	SEND(text, "import");
	expect_good();
	ck_assert_int_eq(NUMBER("added") + NUMBER("changed"), 0);
	ck_assert_int_eq(NUMBER("same"), 3);
	GIVE("export", "--limit", "1", "--after", "1");
	ck_assert_uint_eq(ROWS_OF("lines"), 1); /* a later page has no header */
	ck_assert_int_eq(NUMBER("next"), 2);
}
END_TEST

/* ---- changes ---- */

START_TEST(a_device_comes_and_goes)
{
	GIVE("add", "pc9", "--mac", "525400770009", "--boot", "http://10.0.0.1/a.efi");
	expect_good();
	ck_assert_str_eq(json_string_value(ROW("added", 0)), "pc9");
	ck_assert_str_eq(shown("pc9", "url"), "http://10.0.0.1/a.efi (devices)");
	GIVE("add", "again", "--mac=52:54:00:77:00:09");
	expect_error(ERROR_ALREADY_EXISTS, "pc9");
	GIVE("remove", "pc9");
	expect_good();
	GIVE("show", "pc9");
	expect_error(ERROR_NOT_FOUND, "no device has the name or the address \"pc9\"");
	GIVE("remove", "pc1");
	expect_error(ERROR_ACCESS_DENIED, "devices.csv:2");
	GIVE("set", "pc1", "--server", "10.0.0.1");
	GIVE("forget", "pc1");
	expect_good();
	ck_assert_str_eq(shown("pc1", "server"), "nothing");
}
END_TEST

START_TEST(boot_once_is_armed_and_armed_again)
{
	GIVE("boot", "pc1");
	expect_error(ERROR_INVALID_PARAMETER, "--once");
	GIVE("boot", "pc1", "--once", "--boot", "install.efi", "--server=10.0.0.7");
	expect_good();
	ck_assert_str_eq(shown("pc1", "once"), "armed (devices)");
	ck_assert_str_eq(shown("pc1", "once-file"), "install.efi (devices)");
	ck_assert_str_eq(shown("pc1", "once-server"), "10.0.0.7 (devices)");
	GIVE("rearm", "pc1", "pc2");
	expect_good();
	ck_assert_uint_eq(ROWS_OF("armed"), 2);
	GIVE("rearm", "pc3", "nobody");
	expect_error(ERROR_NOT_FOUND, "nobody");
}
END_TEST

static void ask(const char *mac)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), mac, 7);
	ck_assert_uint_eq(PxeFakeReceive(bench.fake, &request, NULL), ERROR_SUCCESS);
}

/* Until the thread has put it into the list. */
static long long wait_pending(size_t n)
{
	for (int i = 0; i < 2000; i++) {
		GIVE("pending");
		if (ROWS_OF("pending") == n)
			return n ? json_integer_value(
					   json_object_get(ROW("pending", n - 1), "number"))
				 : 0;
		usleep(5000);
	}
	ck_abort_msg("not %zu machines wait", n);
	return 0;
}

START_TEST(a_machine_that_waits_is_approved)
{
	LONGLONG approved;
	char number[24];

	ask("52:54:00:99:00:01");
	snprintf(number, sizeof(number), "%lld", wait_pending(1));
	ck_assert_str_eq(
		json_string_value(json_array_get(json_object_get(ROW("pending", 0), "ids"), 1)),
		"mac:52:54:00:99:00:01");
	ck_assert_str_eq(text_in(ROW("pending", 0), "arch"), "x64-uefi");
	GIVE("approve", number, "--name", "pc12", "--boot", "new.efi");
	expect_good();
	ck_assert_str_eq(TEXT("written"), scratch_path("devices"));
	ck_assert_str_eq(shown("pc12", "file"), "new.efi (devices)");
	ck_assert_int_eq(wait_pending(0), 0);
	ck_assert_uint_eq(PxeFakeCounter(bench.fake, 0, "approvals", &approved), ERROR_SUCCESS);
	ck_assert_int_eq(approved, 1);
	GIVE("approve", number);
	ck_assert_uint_eq(status, ERROR_GEN_FAILURE);
	GIVE("approve", "pc12");
	expect_error(ERROR_INVALID_PARAMETER, "no number");
}
END_TEST

START_TEST(machines_that_wait_are_rejected_and_forgotten)
{
	char number[24];

	ask("52:54:00:99:00:01");
	wait_pending(1);
	ask("52:54:00:99:00:02");
	snprintf(number, sizeof(number), "%lld", wait_pending(2));
	GIVE("forget", number);
	expect_good();
	wait_pending(1);
	GIVE("approve", "all", "--name", "both");
	expect_error(ERROR_INVALID_PARAMETER, "one machine");
	GIVE("reject", "all");
	expect_good();
	ck_assert_uint_eq(ROWS_OF("rejected"), 1);
	GIVE("list", "--state", "rejected");
	ck_assert_uint_eq(ROWS_OF("devices"), 1);
}
END_TEST

START_TEST(a_machine_that_a_list_makes_a_device_waits_no_more)
{
	LONGLONG value;

	ask("52:54:00:99:00:01");
	wait_pending(1);
	SEND("mac,name\n52:54:00:99:00:01,pc12\n", "import");
	expect_good();
	ck_assert_int_eq(wait_pending(0), 0);
	ck_assert_uint_eq(PxeFakeCounter(bench.fake, 0, "pending", &value), ERROR_SUCCESS);
	ck_assert_int_eq(value, 0);
	ck_assert_uint_eq(PxeFakeCounter(bench.fake, 0, "devices", &value), ERROR_SUCCESS);
	ck_assert_int_eq(value, 4);
	ck_assert_uint_eq(PxeFakeCounter(bench.fake, 0, "approvals", &value), ERROR_SUCCESS);
	ck_assert_int_eq(value, 0);
}
END_TEST

/* ---- words ---- */

static const struct {
	const char *words[6], *error;
	DWORD status;
} wrong[] = {
	{ { "" }, "a verb is missing", 87 },
	{ { "lits" }, "did you mean \"list\"?", 87 },
	{ { "frobnicate" }, "there are list, show", 87 },
	{ { "list", "pc1" }, "one word too many", 87 },
	{ { "list", "--nmae", "x" }, "did you mean --name?", 87 },
	{ { "list", "--limit" }, "--limit needs a text", 87 },
	{ { "list", "--limit", "x" }, "must be a number", 87 },
	{ { "list", "--state", "x" }, "approved or rejected", 87 },
	{ { "show" }, "a word is missing", 87 },
	{ { "set", "pc1" }, "say what is to be set", 87 },
	{ { "set", "pc1", "--colour", "red" }, "unknown field \"colour\"", 87 },
	{ { "set", "pc1", "--server", "boot" }, "server \"boot\"", 87 },
	{ { "add", "pc9" }, "needs an address", 87 },
	{ { "import" }, "needs a file", 87 },
	{ { "set", "nobody", "--file", "x" }, "\"nobody\"", ERROR_NOT_FOUND },
};

START_TEST(wrong_words_are_told)
{
	const char *const *w = wrong[_i].words;

	give(NULL, w[0], w[1], w[2], w[3], w[4], NULL);
	expect_error(wrong[_i].status, wrong[_i].error);
}
END_TEST

/* ---- import ---- */

START_TEST(wds_output_is_read)
{
	static const char text[] =
		"\r\nWindows Deployment Services Management Utility [Version 10.0.17763.1]\r\n"
		"(c) 2018 Microsoft Corporation. All rights reserved.\r\n"
		"\r\n[----------]\r\n"
		"Name: LAB\\pc21$\r\n"
		"Device ID: {00000000-0000-0000-0000-525400770021}\r\n"
		"Referral server: 10.0.0.9\r\n"
		"Boot program: \\boot\\x64\\wdsmgfw.efi\r\n"
		"Boot image: boot\\x64\\images\\boot.wim\r\n"
		"WDS Client unattend file: <Not Defined>\r\n"
		"\r\n[----------]\r\n"
		"Name: pc22\r\n"
		"Device ID: 521A6C3B0E7F8B4D9A41525400770022\r\n"
		"\r\nThe command completed successfully.\r\n";

	SEND(text, "import");
	expect_good();
	ck_assert_str_eq(TEXT("format"), "wds");
	ck_assert_int_eq(NUMBER("added"), 2);
	ck_assert_str_eq(shown("pc21", "mac"), "52:54:00:77:00:21 (devices)");
	ck_assert_str_eq(shown("pc21", "referral"), "10.0.0.9 (devices)");
	ck_assert_str_eq(shown("pc21", "file"), "boot\\x64\\wdsmgfw.efi (devices)");
	ck_assert_str_eq(shown("pc22", "uuid"), "3b6c1a52-7f0e-4d8b-9a41-525400770022 (devices)");
}
END_TEST

START_TEST(auto_add_devices_are_read)
{
	static const char text[] =
		"Request ID: 4\nDevice ID: 00-15-5D-00-00-04\nStatus: Rejected\n\n"
		"Request ID: 5\nDevice ID: 00-15-5D-00-00-05\nStatus: Pending\n";

	SEND(text, "import", "--format", "wds");
	expect_good();
	ck_assert_int_eq(NUMBER("added"), 1);
	ck_assert_uint_eq(ROWS_OF("left-out"), 1);
	ck_assert_str_eq(shown("00155d000004", "state"), "rejected (devices)");
}
END_TEST

/* PowerShell's Get-WdsClient has blanks before the colon, and properties of its own. */
START_TEST(powershell_lists_are_read)
{
	static const char text[] = "\n\nDeviceName          : pc41\n"
				   "DeviceID            : 00-15-5D-00-00-41\n"
				   "BootImagePath       :\nBootProgram         :\n"
				   "ReferralServer      :\nDN                  : CN=pc41,DC=lab\n"
				   "DeviceName          : pc42\n"
				   "DeviceID            : 00-15-5D-00-00-42\n\n\n";

	SEND(text, "import");
	expect_good();
	ck_assert_str_eq(TEXT("format"), "wds");
	ck_assert_int_eq(NUMBER("added"), 2);
	ck_assert_str_eq(shown("pc42", "mac"), "00:15:5d:00:00:42 (devices)");
	SEND("Name: pc43\nDevice ID: 00-15-5D-00-00-43\nReferral server: boot.lab\n", "import");
	expect_error(ERROR_INVALID_DATA, "list.txt:3");
}
END_TEST

START_TEST(dnsmasq_hosts_are_read)
{
	static const char text[] =
		"# hosts\n"
		"dhcp-range=10.0.0.1,static\n"
		"dhcp-host=52:54:00:77:00:31,set:lab,10.0.0.31,pc31,12h\n"
		"dhcp-host=1-52:54:00:77:00:32,52:54:00:77:00:33,pc32,infinite # two\n"
		"dhcp-host=52:54:00:77:00:34,ignore\n"
		"dhcp-host=id:01:52:54:00:77:00:35,pc35\n"
		"dhcp-host=52:54:00:77:*:*,set:many\n"
		"dhcp-host=pc36,10.0.0.36\n";

	SEND(text, "import");
	expect_good();
	ck_assert_str_eq(TEXT("format"), "dnsmasq");
	ck_assert_int_eq(NUMBER("added"), 4);
	ck_assert_uint_eq(ROWS_OF("left-out"), 2);
	ck_assert_str_eq(shown("pc31", "group"), "lab (devices)");
	ck_assert_str_eq(shown("52:54:00:77:00:33", "name"), "pc32 (devices)");
	ck_assert_str_eq(shown("52:54:00:77:00:34", "state"), "rejected (devices)");
	ck_assert_str_eq(shown("pc35", "id"), "01:52:54:00:77:00:35 (devices)");
	SEND("52:54:00:77:00:41,pc41\n52:54:00:77:00:42,pc42\n", "import", "--dry-run");
	ck_assert_str_eq(TEXT("format"), "dnsmasq");
	ck_assert_int_eq(NUMBER("added"), 2);
	ck_assert_ptr_null(TEXT("written"));
	GIVE("show", "pc41");
	ck_assert_uint_eq(status, ERROR_NOT_FOUND);
}
END_TEST

/* All of it or nothing. */
START_TEST(mistakes_are_told_with_their_lines)
{
	static const char text[] = "mac,name,server\n52:54:00:77:00:51,pc51,10.0.0.1\n"
				   "52:54:00:77:00:5x,pc52,\n52:54:00:77:00:53,pc53,boot\n";

	SEND(text, "import");
	expect_error(ERROR_INVALID_DATA, "2 lines are wrong, the first is list.txt:3");
	ck_assert_uint_eq(ROWS_OF("wrong"), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(ROW("wrong", 1), "line")), 4);
	GIVE("show", "pc51");
	ck_assert_uint_eq(status, ERROR_NOT_FOUND);
	SEND(text, "import", "--skip-wrong");
	expect_good();
	ck_assert_int_eq(NUMBER("added"), 1);
	SEND("nothing here\n", "import", "--format=wds");
	expect_error(ERROR_INVALID_DATA, "no machine was found");
	/* As a German server's console writes it, in its code page. */
	SEND("\r\nVerwaltungsprogramm f\x81r Windows-Bereitstellungsdienste [Version 10.0]\r\n"
	     "Copyright (C) Microsoft Corporation. Alle Rechte vorbehalten.\r\n\r\n"
	     "Ger\x84tename: pc71\r\nGer\x84te-ID: 00-15-5D-00-00-71\r\n",
	     "import");
	expect_error(ERROR_INVALID_DATA, "wdsutil is read in English");
}
END_TEST

/* PowerShell's `>` writes UTF-16, little-endian as a rule; a letter may be two units. */
static const bool is_big[] = { false, true };

START_TEST(utf16_is_read)
{
	static const WORD narrow[] = u"mac,name,comment\r\n"
				     u"52:54:00:77:00:61,pc61,\u00fc\u20ac\U0001f5a5\r\n"
				     u"52:54:00:77:00:62,pc62,\xd83d"
				     u"|\r\n";
	char wide[sizeof(narrow)];
	LPCSTR words[] = { "import", NULL };
	PXE_COMMAND command = { .nWords = 1,
				.ppszWords = words,
				.pszInput = "x",
				.pInput = (const BYTE *)wide,
				.cbInput = sizeof(wide) };
	PXE_FAKE_ANSWER got;

	for (size_t i = 0; i < sizeof(narrow) / 2; i++) {
		WORD unit = i == 0 ? 0xfeff : narrow[i - 1];

		wide[2 * i + is_big[_i]] = (char)unit;
		wide[2 * i + !is_big[_i]] = (char)(unit >> 8);
	}
	ck_assert_uint_eq(PxeFakeCommand(bench.fake, &command, &got), ERROR_SUCCESS);
	ck_assert_msg(got.dwStatus == 0, "%s", got.pszAnswer);
	ck_assert_str_eq(shown("pc61", "mac"), "52:54:00:77:00:61 (devices)");
	ck_assert_str_eq(shown("pc61", "comment"), "\u00fc\u20ac\U0001f5a5 (devices)");
	ck_assert_str_eq(shown("pc62", "comment"), "\ufffd| (devices)");
}
END_TEST

/* More than a fifth and more than 50. */
START_TEST(a_list_that_drops_many_asks_first)
{
	char text[8192] = "mac,name\n";

	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "52:54:00:88:00:%02x,new%d\n", i, i);
	SEND(text, "import");
	expect_good();
	SEND("mac,name\n52:54:00:88:00:00,new0\n", "import", "--replace");
	expect_error(ERROR_CANCELLED, "--yes");
	ck_assert(json_is_true(json_object_get(answer, "ask")));
	GIVE("list", "--from", "state");
	ck_assert_uint_eq(ROWS_OF("devices"), 100);
	SEND("mac,name\n52:54:00:88:00:00,new0\n", "import", "--replace", "--yes");
	expect_good();
	ck_assert_int_eq(NUMBER("dropped"), 99);
	GIVE("list", "--from", "state");
	ck_assert_uint_eq(ROWS_OF("devices"), 1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("command");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, list_has_all_in_pages);
	TEST_ROWS(tcase, list_is_filtered, filters);
	tcase_add_test(tcase, show_says_where_each_thing_is_from);
	tcase_add_test(tcase, export_is_what_import_reads);
	tcase_add_test(tcase, a_device_comes_and_goes);
	tcase_add_test(tcase, boot_once_is_armed_and_armed_again);
	tcase_add_test(tcase, a_machine_that_waits_is_approved);
	tcase_add_test(tcase, machines_that_wait_are_rejected_and_forgotten);
	tcase_add_test(tcase, a_machine_that_a_list_makes_a_device_waits_no_more);
	TEST_ROWS(tcase, wrong_words_are_told, wrong);
	tcase_add_test(tcase, wds_output_is_read);
	tcase_add_test(tcase, auto_add_devices_are_read);
	tcase_add_test(tcase, powershell_lists_are_read);
	tcase_add_test(tcase, dnsmasq_hosts_are_read);
	tcase_add_test(tcase, mistakes_are_told_with_their_lines);
	TEST_ROWS(tcase, utf16_is_read, is_big);
	tcase_add_test(tcase, a_list_that_drops_many_asks_first);
	tcase_set_timeout(tcase, 60);
	return suite_run("inventory/command", tcase);
}
