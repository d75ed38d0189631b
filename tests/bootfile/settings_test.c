/* bootfile's settings: what is refused, with file and line, and what is taken. */
#include "bench.h"

#define BOOT(entries) "boot = ( " entries " );"

/* The settings begin at line 4 of the file that the bench writes. */
static const struct {
	const char *settings, *line, *error;
} wrong[] = {
	{ "sever = \"auto\";", ":4: settings.sever: ", "there is no such setting" },
	{ "boot = 5;", ":4: settings.boot: ", "must be a list of entries" },
	{ "boot = \"f\";", ":4: settings.boot: ", "must be a list of entries" },
	{ "boot = ( 5 );", ":4: settings.boot: ", "must be a list of entries" },
	{ BOOT("{ arch = 0; }"), ":4: boot[0]: ", "has no outcome" },
	{ BOOT("\n{ file = \"a\"; },\n{ arhc = 0;\n file = \"a\"; }"),
	  ":6: boot[1].arhc: ", "there is no such setting in an entry" },
	{ BOOT("{ file = \"a\";\n url = \"http://x/\"; }"), ":5: boot[0].url: ", "only one of" },
	{ BOOT("{ file = 5; }"), ":4: boot[0].file: ", "must be a string, not 5" },
	{ BOOT("{ file = \"\"; }"), ":4: boot[0].file: ", "must not be empty" },
	{ BOOT("{ file = [ \"a\", \"b\" ]; }"), ":4: boot[0].file: ", "must be one string" },
	{ BOOT("{ file = { a = 1; }; }"), ":4: boot[0].file: ", "is a group" },
	{ BOOT("{ file = \"http://x/y\"; }"), ":4: boot[0].file: ", "is a URL" },
	{ BOOT("{ url = \"ipxe.efi\"; }"), ":4: boot[0].url: ", "is no URL" },
	{ BOOT("{ action = \"drop\"; }"), ":4: boot[0].action: ", "\"ignore\" or \"reject\"" },
	{ BOOT("{ action = \"ignore\"; shape = \"direct\"; }"),
	  ":4: boot[0].action: ", "only conditions" },
	{ BOOT("{ file = \"a\"; arch = \"x64\"; }"),
	  ":4: boot[0].arch: ", "unknown architecture \"x64\"" },
	{ BOOT("{ file = \"a\"; arch = 65536; }"), ":4: boot[0].arch: ", "no architecture" },
	{ BOOT("{ file = \"a\"; arch = -1; }"), ":4: boot[0].arch: ", "no architecture" },
	{ BOOT("{ file = \"a\"; arch = []; }"), ":4: boot[0].arch: ", "the list is empty" },
	{ BOOT("{ file = \"a\"; arch = ( ( 1 ) ); }"), ":4: boot[0].arch: ", "is not a list of" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:22\"; }"), ":4: boot[0].mac: ", "no MAC" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:22:33:44:55:66\"; }"),
	  ":4: boot[0].mac: ", "no MAC" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:2*\"; }"), ":4: boot[0].mac: ", "no MAC" },
	{ BOOT("{ file = \"a\"; mac = 5; }"), ":4: boot[0].mac: ", "must be a string" },
	{ BOOT("{ file = \"a\"; uuid = \"3b6c1a52\"; }"), ":4: boot[0].uuid: ", "no UUID" },
	{ BOOT("{ file = \"a\"; subnet = \"10.0.0.0/33\"; }"),
	  ":4: boot[0].subnet: ", "no subnet" },
	{ BOOT("{ file = \"a\"; subnet = \"10.0.0/8\"; }"), ":4: boot[0].subnet: ", "no subnet" },
	{ BOOT("{ file = \"a\"; duid = \"0001\"; }"), ":4: boot[0].duid: ", "no DUID" },
	{ BOOT("{ file = \"a\"; family = 5; }"), ":4: boot[0].family: ", "4 or 6" },
	{ BOOT("{ file = \"a\"; shape = \"menu\"; }"), ":4: boot[0].shape: ", "\"direct\" or" },
	{ BOOT("{ file = \"a\"; server = \"no such host.invalid\"; }"),
	  ":4: boot[0].server: ", "cannot be looked up" },
	{ BOOT("{ file = \"a\"; server = [ \"auto\", \"10.0.0.1\" ]; }"),
	  ":4: boot[0].server: ", "stands alone" },
	{ BOOT("{ file = \"a\"; delay = 10001; }"), ":4: boot[0].delay: ", "from 0 to 10000" },
	{ BOOT("{ file = \"a\"; delay = \"1\"; }"), ":4: boot[0].delay: ", "one whole number" },
	{ BOOT("{ file = \"a\"; raspberry-pi = 2; }"),
	  ":4: boot[0].raspberry-pi: ", "true or false" },
	{ BOOT("{ raspberry-pi = true; shape = \"redirect\"; }"),
	  ":4: boot[0].shape: ", "always answered directly" },
	{ BOOT("{ file = \"a\"; answer-lease-requests = true; }"),
	  ":4: boot[0].answer-lease-requests: ", "a mac condition" },
	{ BOOT("{ file = \"a\"; family = 4; params = \"x\"; }"), ":4: boot[0].params: ", "IPv4" },
	{ BOOT("{ file = \"a\"; family = 4; duid = \"00030001525400770001\"; }"),
	  ":4: boot[0].duid: ", "IPv4" },
	{ "response-delay = 70000;", ":4: settings.response-delay: ", "from 0 to 65535" },
	{ "banned-uuids = [ \"x\" ];", ":4: settings.banned-uuids: ", "no UUID" },
	{ "classes = [ 1, 2 ];", ":4: settings.classes: ", "must be a string" },
	{ "server = 5;", ":4: settings.server: ", "must be a string" },
};

START_TEST(wrong_settings_are_refused_with_their_place)
{
	PXE_FAKE *fake = PxeFakeNew();
	const char *line = NULL;
	char why[1024] = "";

	ck_assert_uint_eq(PxeFakeLoad(fake, BOOTFILE, wrong[_i].settings, why, sizeof why),
			  ERROR_DLL_INIT_FAILED);
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		line = PxeFakeTrace(fake, i);
	ck_assert_msg(line && strncmp(line, "error: /", 8) == 0, "%s: %s", wrong[_i].settings,
		      line);
	ck_assert_msg(strstr(line, wrong[_i].line) != NULL, "%s: %s", wrong[_i].settings, line);
	if (wrong[_i].error)
		ck_assert_msg(strstr(line, wrong[_i].error) != NULL, "%s: %s", wrong[_i].settings,
			      line);
	PxeFakeFree(fake);
}
END_TEST

/* Everything that the manual shows, in one file each. */
static const char *const right[] = {
	"",
	"boot = ();",
	SAMPLE,
	"server = \"10.0.0.1\"; " SAMPLE,
	"server = [ \"10.0.0.1\", \"fd77::1\" ]; " SAMPLE,
	"server = \"localhost\"; " SAMPLE,
	"classes = []; banned-uuids = []; response-delay = 0; boot = ( { file = \"a\"; } );",
	"classes = \"HW-Client\"; banned-uuids = \"{3B6C1A52-7F0E-4D8B-9A41-525400770001}\";",
	"boot = ( { Mac = \"02:*\"; ARCH = ( 7, \"ebc\" ); File = \"a\"; } );",
	"boot = ( { raspberry-pi = true; mac = [ \"b8:27:eb:*\", \"dc-a6-32-*\" ]; delay = 1000; } "
	");",
	"boot = ( { url = \"http://${server}/x\"; family = [ 4, 6 ]; params = [ \"1\", \"2\" ]; } "
	");",
	"boot = ( { mac = \"02:00:00:00:00:01\"; answer-lease-requests = true; file = \"a\"; } );",
	"boot = ( { duid = \"00:03:00:01:52:54:00:77:00:01\"; subnet = \"fd77::/64\"; url = "
	"\"http://x/\"; } );",
};

START_TEST(right_settings_are_taken)
{
	struct bench bench = bench_open(right[_i]);

	bench_close(&bench);
}
END_TEST

START_TEST(no_entry_is_a_warning)
{
	struct bench bench = bench_open("");

	ck_assert(bench_traced(&bench, "boot has no entry"));
	bench_close(&bench);
}
END_TEST

/* New settings come with a new instance: this one says so. */
START_TEST(paramchange_asks_for_a_new_instance)
{
	struct bench bench = bench_open(SAMPLE);

	PxeFakeControl(bench.fake, SERVICE_CONTROL_PARAMCHANGE);
	PxeFakeControl(bench.fake, 200);
	ck_assert_str_eq(reply_file(bench_ask(&bench, &(struct ask){ .arch = 0 })),
			 "undionly.kpxe");
	bench_close(&bench);
}
END_TEST

START_TEST(two_instances_know_nothing_of_each_other)
{
	struct bench bench = bench_open("boot = ( { arch = 0; file = \"one\"; } );");
	char why[512];

	ck_assert_uint_eq(PxeFakeLoad(bench.fake, BOOTFILE,
				      "boot = ( { arch = [ 0, 7 ]; file = \"two\"; shape = "
				      "\"direct\"; } );",
				      why, sizeof why),
			  ERROR_SUCCESS);
	ck_assert_str_eq(reply_file(bench_ask(&bench, &(struct ask){ .arch = 0 })), "one");
	ck_assert_str_eq(reply_file(bench_ask(&bench, &(struct ask){ .arch = 7 })), "two");
	bench_close(&bench);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's settings");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, wrong_settings_are_refused_with_their_place, wrong);
	TEST_ROWS(tcase, right_settings_are_taken, right);
	tcase_add_test(tcase, no_entry_is_a_warning);
	tcase_add_test(tcase, paramchange_asks_for_a_new_instance);
	tcase_add_test(tcase, two_instances_know_nothing_of_each_other);
	return suite_run("bootfile/settings", tcase);
}
