/* bootfile's settings: what is refused, with file and line, and what is taken. */
#include "bench.h"
#include "without_id.h"

#define BOOT(entries) "boot = ( " entries " );"

/* The settings begin at line -2 of the file that the bench writes. */
static const struct {
	const char *settings, *line, *error;
} wrong[] = {
	{ "sever = \"auto\";", ":1: settings.sever: ", "unknown setting" },
	{ "boot = 5;", ":1: settings.boot: ", "must be a list of entries" },
	{ "boot = \"f\";", ":1: settings.boot: ", "must be a list of entries" },
	{ "boot = ( 5 );", ":1: settings.boot: ", "must be a list of entries" },
	{ BOOT("{ arch = 0; }"), ":1: boot[0]: ", "has no outcome" },
	{ BOOT("\n{ file = \"a\"; },\n{ arhc = 0;\n file = \"a\"; }"),
	  ":3: boot[1].arhc: ", "unknown setting in an entry" },
	{ BOOT("{ file = \"a\";\n url = \"http://x/\"; }"), ":2: boot[0].url: ", "only one of" },
	{ BOOT("{ file = 5; }"),
	  ":1: boot[0].file: ", "must be a string, not 5: write it in quotes [W0114]" },
	{ BOOT("{ file = 1.5; }"), ":1: boot[0].file: ", "has a point and no quotes" },
	{ BOOT("{ file = -1e999; }"), ":1: boot[0].file: ", "has a point and no quotes" },
	{ BOOT("{ file = \"a\";\nundi = 3.10; }"),
	  ":2: boot[0].undi: ", "write a string in quotes" },
	{ BOOT("{ file = \"a\";\nundi = [ 3.10, 3.0 ]; }"), ":2: boot[0].undi: ", "has a point" },
	{ BOOT("{ file = \"a\";\nsubnet = ( \"10.0.0.0/8\",\n10.0 ); }"),
	  ":3: boot[0].subnet: ", "has a point" },
	{ BOOT("{ file = \"a\"; delay = 1.5; }"), ":1: boot[0].delay: ", "or a whole number" },
	{ BOOT("{ file = \"a\"; mac = 525400770001L; }"),
	  ":1: boot[0].mac: ", "write it in quotes" },
	{ BOOT("{ file = \"a\"; not = { undi = 3.10; }; }"),
	  ":1: boot[0].not.undi: ", "has a point" },
	{ BOOT("{ menu = { items = ( { text = 1.5; file = \"a\"; } ); }; }"),
	  "text: ", "has a point" },
	{ BOOT("{ file = \"a\"; options = ( { code = 209; text = 1.5; } ); }"),
	  "text: ", "has a point" },
	{ "server = 10.1;", ":1: settings.server: ", "has a point" },
	{ BOOT("{ file = \"\"; }"), ":1: boot[0].file: ", "must not be empty" },
	{ BOOT("{ file = [ \"a\", \"b\" ]; }"), ":1: boot[0].file: ", "must be one string" },
	{ BOOT("{ file = \"a\"; mac = [ \"02:00:00:00:00:01\",\n\"\" ]; }"),
	  ":2: boot[0].mac: ", "must not be empty" },
	{ BOOT("{ file = \"a\"; mac = [ \"02:00:00:00:00:01\",\n\"\",\n\"x\" ]; }"),
	  ":3: boot[0].mac: ", "is not a MAC address" },
	{ BOOT("{ file = { a = 1; }; }"), ":1: boot[0].file: ", "not a group" },
	{ BOOT("{ file = \"http://x/y\"; }"), ":1: boot[0].file: ", "is a URL" },
	{ BOOT("{ url = \"ipxe.efi\"; }"), ":1: boot[0].url: ", "is not a URL" },
	{ BOOT("{ action = \"drop\"; }"), ":1: boot[0].action: ", "\"ignore\" or \"reject\"" },
	{ BOOT("{ action = \"ignore\"; shape = \"direct\"; }"),
	  ":1: boot[0].action: ", "only conditions" },
	{ BOOT("{ file = \"a\"; arch = \"x64\"; }"),
	  ":1: boot[0].arch: ", "unknown architecture \"x64\"" },
	{ BOOT("{ file = \"a\"; arch = 65536; }"), ":1: boot[0].arch: ", "not an architecture" },
	{ BOOT("{ file = \"a\"; arch = -1; }"), ":1: boot[0].arch: ", "not an architecture" },
	{ BOOT("{ file = \"a\"; arch = []; }"), ":1: boot[0].arch: ", "the list is empty" },
	{ BOOT("{ file = \"a\"; arch = ( ( 1 ) ); }"), ":1: boot[0].arch: ", "must be a list of" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:22\"; }"), ":1: boot[0].mac: ", "not a MAC" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:22:33:44:55:66\"; }"),
	  ":1: boot[0].mac: ", "not a MAC" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:2*\"; }"), ":1: boot[0].mac: ", "not a MAC" },
	{ BOOT("{ file = \"a\"; mac = 5; }"), ":1: boot[0].mac: ", "must be a string" },
	{ BOOT("{ file = \"a\"; uuid = \"3b6c1a52\"; }"), ":1: boot[0].uuid: ", "not a UUID" },
	{ BOOT("{ file = \"a\"; subnet = \"10.0.0.0/33\"; }"),
	  ":1: boot[0].subnet: ", "not a subnet" },
	{ BOOT("{ file = \"a\"; subnet = \"10.0.0/8\"; }"),
	  ":1: boot[0].subnet: ", "not a subnet" },
	{ BOOT("{ file = \"a\"; duid = \"0001\"; }"), ":1: boot[0].duid: ", "not a DUID" },
	{ BOOT("{ file = \"a\"; family = 5; }"), ":1: boot[0].family: ", "4 or 6" },
	{ BOOT("{ file = \"a\"; shape = \"menu\"; }"), ":1: boot[0].shape: ", "\"direct\" or" },
	{ BOOT("{ file = \"a\"; server = \"no such host.invalid\"; }"),
	  ":1: boot[0].server: ", "cannot look up" },
	{ BOOT("{ file = \"a\"; server = [ \"auto\", \"10.0.0.1\" ]; }"),
	  ":1: boot[0].server: ", "must be the only value" },
	{ BOOT("{ file = \"a\"; delay = 10001; }"), ":1: boot[0].delay: ", "from 0 to 10000" },
	{ BOOT("{ file = \"a\"; delay = \"1\"; }"), ":1: boot[0].delay: ", "one whole number" },
	{ BOOT("{ file = \"a\"; raspberry-pi = 2; }"),
	  ":1: boot[0].raspberry-pi: ", "true or false" },
	{ BOOT("{ raspberry-pi = true; shape = \"redirect\"; }"),
	  ":1: boot[0].shape: ", "always answered directly" },
	{ BOOT("{ file = \"a\"; answer-lease-requests = true; }"),
	  ":1: boot[0].answer-lease-requests: ", "a mac condition" },
	{ BOOT("{ file = \"a\"; family = 4; params = \"x\"; }"), ":1: boot[0].params: ", "IPv4" },
	{ BOOT("{ file = \"a\"; family = 4; duid = \"00030001525400770001\"; }"),
	  ":1: boot[0].duid: ", "IPv4" },
	{ BOOT("{ file = \"a\"; mac = \"00:11:2*\"; }"), ":1: boot[0].mac: ", "whole bytes" },
	{ BOOT("{ file = \"a\"; uuid = \"3b6*\"; }"), ":1: boot[0].uuid: ", "its beginning" },
	{ BOOT("{ file = \"a\"; ipxe = \"true\"; }"), ":1: boot[0].ipxe: ", "write ipxe = true" },
	{ BOOT("{ file = \"a\"; ipxe = [ \"http\",\n\"mneu\" ]; }"),
	  ":2: boot[0].ipxe: ", "did you mean \"menu\"?" },
	{ BOOT("{ file = \"a\"; ipxe = \"teapot\"; }"), ":1: boot[0].ipxe: ", "has no feature" },
	{ BOOT("{ file = \"a\"; ipxe = 2; }"), ":1: boot[0].ipxe: ", "true or false" },
	{ BOOT("{ file = \"a\"; ipxe = []; }"), ":1: boot[0].ipxe: ", "the list is empty" },
	{ BOOT("{ file = \"a\"; client-id = \"0x012\"; }"),
	  ":1: boot[0].client-id: ", "two digits for each byte" },
	{ BOOT("{ file = \"a\"; circuit-id = [ \"a\",\n\"*b\" ]; }"),
	  ":2: boot[0].circuit-id: ", "a * must come last" },
	{ BOOT("{ file = \"a\"; undi = \"3.x\"; }"), ":1: boot[0].undi: ", "must be a version" },
	{ BOOT("{ file = \"a\"; undi = \"256.1\"; }"), ":1: boot[0].undi: ", "must be a version" },
	{ BOOT("{ file = \"a\"; sent-to = \"10.0.0.256\"; }"),
	  ":1: boot[0].sent-to: ", "must be an address" },
	{ BOOT("{ file = \"a\"; not = \"iPXE\"; }"), ":1: boot[0].not: ", "must be a group" },
	{ BOOT("{ file = \"a\"; not = [ \"iPXE\" ]; }"), ":1: boot[0].not: ", "must be a group" },
	{ BOOT("{ file = \"a\"; not = { }; }"), ":1: boot[0].not: ", "has no condition" },
	{ BOOT("{ file = \"a\"; not = {\n file = \"b\"; }; }"),
	  ":2: boot[0].not.file: ", "only conditions" },
	{ BOOT("{ file = \"a\"; not = {\n arhc = 0; }; }"),
	  ":2: boot[0].not.arhc: ", "did you mean \"arch\"?" },
	{ BOOT("{ file = \"a\"; not = { not =\n{ arch = 0; }; }; }"),
	  ": boot[0].not.not: ", "no meaning" },
	{ BOOT("{ file = \"a\"; not = ( { arch = 0; },\n{ mac = \"x\"; } ); }"),
	  ":2: boot[0].not[1].mac: ", "not a MAC" },
	{ BOOT("{ file = \"a\"; request-option = { value = \"a\"; }; }"),
	  ":1: boot[0].request-option: ", "has no code" },
	{ BOOT("{ file = \"a\"; request-option = { code = 255; }; }"),
	  ":1: boot[0].request-option.code: ", "from 1 to 254" },
	{ BOOT("{ file = \"a\"; request-option = { code = 0; }; }"),
	  ":1: boot[0].request-option.code: ", "no option" },
	{ BOOT("{ file = \"a\"; request-option = { code = 12; text = \"a\"; }; }"),
	  ":1: boot[0].request-option.text: ", "code, value, hex and family" },
	{ BOOT("{ file = \"a\"; request-option = { code = 12; value = \"a\";\n hex = \"00\"; }; }"),
	  ":2: boot[0].request-option.hex: ", "only one of" },
	{ BOOT("{ file = \"a\"; request-option = { code = 12; hex = \"0\"; }; }"),
	  ":1: boot[0].request-option.hex: ", "must be octets" },
	{ BOOT("{ file = \"a\"; request-option = { code = 12; family = 5; }; }"),
	  ":1: boot[0].request-option.family: ", "4 or 6" },
	{ BOOT("{ file = \"a\"; request-option = ( { code = 1; }, { code = 2; }, { code = 3; }, "
	       "{ code = 4; }, { code = 5; }, { code = 6; }, { code = 7; }, { code = 8; }, "
	       "{ code = 9; }, { code = 10; }, { code = 11; }, { code = 12; }, { code = 13; }, "
	       "{ code = 14; }, { code = 15; }, { code = 16; }, { code = 17; } ); }"),
	  ":1: settings.boot: ", "more than 16 different options" },
	{ "groups = ( { name = \"lab\"; mac = \"02:00:00:00:00:01\"; } );\n" BOOT(
		  "{ file = \"a\"; request-option = ( { code = 1; }, { code = 2; }, { code = 3; }, "
		  "{ code = 4; }, { code = 5; }, { code = 6; }, { code = 7; }, { code = 8; }, "
		  "{ code = 9; }, { code = 10; }, { code = 11; }, { code = 12; }, { code = 13; }, "
		  "{ code = 14; }, { code = 15; }, { code = 16; } ); }"),
	  ":2: settings.boot: ", "more than 16 different options, with the client id (61)" },
	{ "banned-uuids = [ \"8001*\" ];", ":1: settings.banned-uuids: ", "whole UUIDs" },
	{ "response-delay = 70000;", ":1: settings.response-delay: ", "from 0 to 65535" },
	{ "banned-uuids = [ \"x\" ];", ":1: settings.banned-uuids: ", "not a UUID" },
	{ "classes = [ 1, 2 ];", ":1: settings.classes: ", "must be a string" },
	{ "server = 5;", ":1: settings.server: ", "must be a string" },
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
	ck_assert_msg(line && strncmp(line, "error: settings:", 16) == 0, "%s: %s",
		      wrong[_i].settings, line);
	ck_assert_msg(strstr(line, wrong[_i].line) != NULL, "%s: %s", wrong[_i].settings, line);
	if (wrong[_i].error)
		ck_assert_msg(strstr(line, wrong[_i].error) != NULL, "%s: %s", wrong[_i].settings,
			      line);
	PxeFakeFree(fake);
}
END_TEST

/* ---- all of them, and more than mistakes ------------------------------------------------------
 */

/* The lines that were traced, without the file's name: "error:1: boot[0]. ...". */
static void traced(PXE_FAKE *fake, char *out, size_t size)
{
	const char *line;
	size_t used = 0;

	*out = '\0';
	for (ULONG i = 0; (line = PxeFakeTrace(fake, i)) != NULL && used < size; i++) {
		const char *file = strstr(line, " settings:"),
			   *place = file ? strchr(file, ':') : NULL;

		if (strncmp(line, "info", 4) == 0)
			continue;
		if (place && strncmp(line, "warning", 7) == 0)
			used += (size_t)snprintf(out + used, size - used, "warning%s\n",
						 without_id(place));
		else if (place)
			used += (size_t)snprintf(out + used, size - used, "error%s\n",
						 without_id(place));
		else
			used += (size_t)snprintf(out + used, size - used, "%s\n", line);
	}
}

/* C6: one mistake was told, and the next came with the next try. */
START_TEST(all_mistakes_are_told_in_one_run)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "", lines[4096];

	ck_assert_uint_eq(PxeFakeLoad(fake, BOOTFILE,
				      "sever = \"auto\";\n"
				      "boot = (\n"
				      "{ fille = \"a\"; arch = ( \"x64\", 7, \"bois\" ); },\n"
				      "{ arch = \"ebc\"; },\n"
				      "{ mac = [ \"00:11:22:33:44:55\",\n\"0O:11:22:33:44:55\",\n"
				      "\"1\" ]; file = \"\"; shape = \"x\"; },\n"
				      "{ action = \"ignore\"; }\n"
				      ");\nresponse-delay = -1;",
				      why, sizeof why),
			  ERROR_DLL_INIT_FAILED);
	traced(fake, lines, sizeof lines);
	ck_assert_str_eq(
		lines,
		"error:1: settings.sever: unknown setting: did you mean \"server\"?\n"
		"error:10: settings.response-delay: must be a number from 0 to 65535\n"
		"error:3: boot[0].fille: unknown setting in an entry of boot: did you "
		"mean \"file\"?\n"
		"error:3: boot[0].arch: unknown architecture \"x64\": did you mean \"x64-uefi\"?\n"
		"error:3: boot[0].arch: unknown architecture \"bois\": see wdspxed-bootfile(5) for "
		"their names\n"
		"error:4: boot[1]: has no outcome: file, url, menu, machine or action\n"
		"error:6: boot[2].mac: \"0O:11:22:33:44:55\" is not a MAC address: its digits must "
		"be 0 to 9 and a to f\n"
		"error:7: boot[2].mac: \"1\" is not a MAC address: it must have 6 bytes; write "
		"00:11:22:* to match a prefix\n"
		"error:7: boot[2].file: must not be empty\n"
		"error:7: boot[2].shape: must be \"direct\" or \"redirect\", not \"x\"\n");
	PxeFakeFree(fake);
}
END_TEST

START_TEST(a_thousand_mistakes_are_counted)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "", *settings = calloc(1000, 32), *end = settings;
	ULONG lines = 0;

	end += sprintf(end, "boot = ( { file = \"a\"; mac = [ \"x\"");
	for (int i = 1; i < 1000; i++)
		end += sprintf(end, ", \"x%d\"", i);
	sprintf(end, " ]; } );");
	ck_assert_uint_eq(PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why),
			  ERROR_DLL_INIT_FAILED);
	while (PxeFakeTrace(fake, lines))
		lines++;
	ck_assert_uint_eq(lines, 51);
	ck_assert_str_eq(PxeFakeTrace(fake, 50), "error: settings: 950 more mistakes");
	free(settings);
	PxeFakeFree(fake);
}
END_TEST

/* C5: what is well-formed and can only be a mistake. The entries begin at line 2. */
static const struct {
	const char *entries, *lines;
} doubtful[] = {
	{ "{ file = \"a\"; },\n{ arch = 0; file = \"b\"; },\n{ arch = 16; url = \"http://x/\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ mac = \"02:*\"; action = \"ignore\"; },\n{ mac = \"02:00:00:00:00:01\"; arch = 0;"
	  "\nfile = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	/* By octets under a mask, of which a UUID's beginning has one, too. */
	{ "{ mac = \"52:*:00:*\"; file = \"a\"; },\n"
	  "{ mac = \"52:*:00:77:*\"; arch = 0; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ uuid = \"3b6c*\"; file = \"a\"; },\n"
	  "{ uuid = \"3b6c1a52-7f*\"; arch = 0; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ group = \"*\"; file = \"a\"; },\n{ group = \"lab\"; arch = 0; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n"
	  "warning:3: boot[1].group: no list has a machine in \"lab\"\n" },
	/* The same in a list that is long enough for a set. */
	{ "{ group = [\"*\", \"*\", \"*\", \"*\", \"*\", \"*\", \"*\", \"*\", \"*\"]; file = "
	  "\"a\"; },\n"
	  "{ group = \"lab\"; arch = 0; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n"
	  "warning:3: boot[1].group: no list has a machine in \"lab\"\n" },
	{ "{ group = \"lab\"; file = \"a\"; },\n{ group = \"*\"; file = \"b\"; }",
	  "warning:2: boot[0].group: no list has a machine in \"lab\"\n" },
	{ "{ group = \"lab\"; not = { group = \"*\"; }; file = \"a\"; }",
	  "warning:2: boot[0].not: never matches beside group: it excludes all of them\n"
	  "warning:2: boot[0].group: no list has a machine in \"lab\"\n" },
	{ "{ subnet = \"10.0.0.0/8\"; file = \"a\"; },\n{ subnet = \"10.1.0.0/16\"; file = \"b\"; "
	  "}",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ vendor-class = \"PXE\"; file = \"a\"; },\n"
	  "{ vendor-class = \"PXEClient\"; family = 4; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ mac = [ \"02:00:00:00:00:01\",\n\"02:00:00:00:00:02\" ]; file = \"a\"; },\n"
	  "{ mac = [ \"02:00:00:00:00:03\",\n\"02-00-00-00-00-02\" ]; file = \"b\"; }",
	  "warning:5: boot[1].mac: is never used: boot[0] (line 3) already matches this "
	  "machine\n" },
	{ "{ mac = [ \"02:00:00:00:00:01\",\n\"02:00:00:00:00:01\" ]; file = \"a\"; }",
	  "warning:3: boot[0].mac: this machine is listed twice (line 2)\n" },
	{ "{ uuid = \"3b6c1a52-7f0e-4d8b-9a41-525400770001\"; file = \"a\"; },\n"
	  "{ uuid = \"3B6C1A52-7F0E-4D8B-9A41-525400770001\"; file = \"b\"; }",
	  "warning:3: boot[1].uuid: is never used: boot[0] (line 2) already matches this "
	  "machine\n" },
	{ "{ arch = [ 7,\n16 ]; file = \"a\"; }",
	  "warning:3: boot[0].arch: x64-uefi-http is HTTP Boot, which cannot take a file: write "
	  "url = \"...\" in an entry for it\n" },
	{ "{ arch = \"x86-bios\"; url = \"http://${server}/a\"; }",
	  "warning:2: boot[0].arch: a PXE ROM (x86-bios) does not accept a URL over IPv4: write "
	  "file =, or add user-class = \"iPXE\" to match iPXE only\n" },
	{ "{ subnet = [ \"10.1.2.3/16\",\n\"fd77::1/64\" ]; file = \"a\"; }",
	  "warning:2: boot[0].subnet: \"10.1.2.3/16\" has bits set after its prefix length: taken "
	  "as "
	  "10.1.0.0/16\n"
	  "warning:3: boot[0].subnet: \"fd77::1/64\" has bits set after its prefix length: taken "
	  "as "
	  "fd77::/64\n" },
	{ "{ vendor-class = \"*Arch:00007*\"; file = \"a\"; }",
	  "warning:2: boot[0].vendor-class: \"*Arch:00007*\" never matches, because wildcards are "
	  "not supported here: "
	  "write how the class begins, such as \"PXEClient:Arch:00007\"\n" },
	{ "{ user-class = \"iPX*\"; file = \"a\"; }",
	  "warning:2: boot[0].user-class: \"iPX*\" never matches, because wildcards are not "
	  "supported here: write the "
	  "whole class\n" },
	{ "{ interface = [ \"lo\", \"nosuch*\", \"et?\" ]; file = \"a\"; }",
	  "warning:2: boot[0].interface: this host has no interface \"nosuch*\": no client matches "
	  "until it has one\n"
	  "warning:2: boot[0].interface: \"et?\" never matches, because a * at the end is the "
	  "only wildcard\n" },
	{ "{ not = { interface = [ \"lo\", \"nosuch*\", \"nosuch0\" ];\nuser-class = \"iPX*\"; };"
	  " file = \"a\"; }",
	  "warning:3: boot[0].not.user-class: \"iPX*\" never matches, because wildcards are not "
	  "supported here: write the whole class\n"
	  "warning:2: boot[0].not.interface: this host has no interface \"nosuch0\": no client "
	  "is excluded by it until it has one\n" },
	{ "{ interface = \"l*\"; file = \"a\"; },\n{ interface = \"lo\"; arch = 0; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ client-id = \"x\"; family = 6; file = \"a\"; }",
	  "warning:2: boot[0].client-id: never matches beside family: the one is IPv4's, the other "
	  "IPv6's\n" },
	{ "{ ipxe = \"http\"; subnet = \"fd77::/64\"; file = \"a\"; }",
	  "warning:2: boot[0].ipxe: never matches beside subnet: the one is IPv4's, the other "
	  "IPv6's\n" },
	{ "{ request-option = { code = 12; }; family = 6; file = \"a\"; }",
	  "warning:2: boot[0].request-option: never matches beside family: the one is IPv4's, the "
	  "other IPv6's\n" },
	{ "{ ipxe = false; user-class = \"iPXE\"; file = \"a\"; }",
	  "warning:2: boot[0].ipxe: never matches beside user-class: only iPXE has that class\n" },
	{ "{ mac = \"02:00:*\"; not = { mac = \"02:*\"; }; file = \"a\"; }",
	  "warning:2: boot[0].not: never matches beside mac: it excludes all of them\n" },
	{ "{ not = { mac = \"02:*\"; }; file = \"a\"; },\n"
	  "{ not = { mac = \"*\"; arch = 0; }; file = \"b\"; },\n"
	  "{ not = { arch = 0; }; file = \"c\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ circuit-id = \"port*\"; file = \"a\"; },\n{ circuit-id = \"port7\"; file = \"b\"; }",
	  "warning:3: boot[1]: is never used: boot[0] (line 2) matches all its clients\n" },
	{ "{ arch = \"x86-bios\"; file = \"undionly.kpxe\"; },\n"
	  "{ ipxe = [ \"http\" ]; url = \"http://${server}/${mac}\"; }",
	  "warning:3: boot[1]: iPXE that boot[0] (line 2) loads asks again and gets itself: put "
	  "this "
	  "entry before that one\n" },
	{ "{ sent-to = [ \"10.255.0.1\", \"10.255.0.1/24\" ]; file = \"a\"; }",
	  "warning:2: boot[0].sent-to: \"10.255.0.1/24\" has bits set after its prefix length: "
	  "taken as 10.255.0.0/24\n" },
	{ "{ sent-to = [ \"10.0.0.2\", \"nosuch0\" ]; file = \"a\"; }",
	  "warning:2: boot[0].sent-to: this host has no interface \"nosuch0\": no client matches "
	  "until it has one\n" },
	{ "{ url = \"tftp://${server}/${net0/mac}/a\"; }",
	  "warning:2: boot[0].url: only iPXE replaces \"${net0/mac}\", firmware requests it "
	  "unchanged; add user-class = \"iPXE\" to match iPXE only\n" },
	{ "{ file = \"C:\\\\boot\\\\a\"; }",
	  "warning:2: boot[0].file: a TFTP path has no drive letter: remove \"C:\"\n" },

	{ "{ arch = 7; file = \"boot\\\\x64\\\\ipxe.efi\"; }",
	  "warning:2: boot[0].file: iPXE looks for its next file in its own folder, and does not "
	  "find it by a name with \\: write / in \"boot\\x64\\ipxe.efi\"\n" },
	{ "{ arch = 7; file = \"EFI\\\\SHIMX64.EFI\"; }",
	  "warning:2: boot[0].file: shim looks for its next file in its own folder, and does not "
	  "find it by a name with \\: write / in \"EFI\\SHIMX64.EFI\"\n" },
	{ "{ arch = \"x86-bios\"; url = \"https://${server}/a\"; }",
	  "warning:2: boot[0].arch: a PXE ROM (x86-bios) does not accept a URL over IPv4: write "
	  "file =, or add user-class = \"iPXE\" to match iPXE only\n" },

	/* What looks like one of these, and is right. */
	{ "{ arch = 7; file = \"boot\\\\x64\\\\wdsmgfw.efi\"; }", "" },
	{ "{ arch = 7; file = \"shim\\\\x64\\\\wdsmgfw.efi\"; }", "" },
	{ "{ user-class = \"iPXE\"; file = \"boot\\\\menu.ipxe\"; }", "" },
	{ "{ arch = 0; user-class = \"iPXE\"; url = \"https://x/a\"; }", "" },
	{ "{ arch = 16; url = \"https://[fd77::2]:8443/a%20b?c=%2F&d#e\"; }", "" },
	{ "{ arch = 7; file = \"a\"; },\n{ file = \"b\"; }", "" },
	{ "{ file = \"a\"; },\n{ url = \"http://x/\"; }", "" },
	{ "{ file = \"a\"; server = \"10.0.0.1\"; },\n{ file = \"b\"; server = \"fd77::1\"; }",
	  "" },
	{ "{ mac = \"02:00:00:00:00:01\"; arch = 0; file = \"a\"; },\n"
	  "{ mac = \"02:00:00:00:00:01\"; file = \"b\"; }",
	  "" },
	{ "{ mac = \"02:00:00:00:00:01\"; arch = 0; file = \"a\"; },\n"
	  "{ mac = \"02:00:00:00:00:01\"; arch = 16; url = \"http://x/\"; }",
	  "" },
	{ "{ arch = 0; user-class = \"iPXE\"; url = \"http://x/${net0/mac}\"; }", "" },
	{ "{ file = \"boot/${mac}/shimx64.efi\"; }", "" },
	{ "{ url = \"tftp://${server}/${mac}/a\"; }", "" },
	{ "{ arch = 6; family = 6; url = \"tftp://[fd77::1]/a\"; }", "" },
	{ "{ subnet = [ \"10.1.0.0/16\", \"10.1.2.3\", \"0.0.0.0/0\" ]; file = \"a\"; }", "" },
	{ "{ family = 4; file = \"a\"; },\n{ file = \"b\"; }", "" },
	{ "{ arch = 0; ipxe = false; file = \"undionly.kpxe\"; },\n{ ipxe = true; file = \"b\"; }",
	  "" },
	{ "{ ipxe = true; file = \"a\"; },\n{ ipxe = false; file = \"b\"; }", "" },
	{ "{ not = { arch = 0; }; file = \"a\"; },\n{ not = { arch = 7; }; file = \"b\"; }", "" },
	{ "{ uuid = \"8001*\"; file = \"a\"; },\n{ uuid = \"80*\"; file = \"b\"; }", "" },
	{ "{ interface = [ \"lo\", \"l*\" ]; sent-to = [ \"lo\", \"10.0.0.0/8\" ]; file = \"a\"; }",
	  "" },
};

START_TEST(what_can_only_be_a_mistake_is_told)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "", lines[4096], settings[1024];

	snprintf(settings, sizeof settings, "boot = (\n%s\n);", doubtful[_i].entries);
	ck_assert_msg(PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why) == ERROR_SUCCESS,
		      "%s: %s", settings, why);
	traced(fake, lines, sizeof lines);
	ck_assert_str_eq(lines, doubtful[_i].lines);
	PxeFakeFree(fake);
}
END_TEST

/* Everything that the manual shows, in one file each. */
static const char *const right[] = {
	SAMPLE,
	"server = \"10.0.0.1\"; " SAMPLE,
	"server = [ \"10.0.0.1\", \"fd77::1\" ]; " SAMPLE,
	"server = \"localhost\"; " SAMPLE,
	"classes = []; banned-uuids = []; response-delay = 0; boot = ( { file = \"a\"; } );",
	"classes = \"HW-Client\"; banned-uuids = "
	"\"{3B6C1A52-7F0E-4D8B-9A41-525400770001}\"; " SAMPLE,
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

	ck_assert(!bench_traced(&bench, "warning:"));
	bench_close(&bench);
}
END_TEST

static const char *const no_entry[] = { "", "boot = ();" };

START_TEST(no_entry_is_a_warning)
{
	struct bench bench = bench_open(no_entry[_i]);

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
	tcase_add_test(tcase, all_mistakes_are_told_in_one_run);
	tcase_add_test(tcase, a_thousand_mistakes_are_counted);
	TEST_ROWS(tcase, what_can_only_be_a_mistake_is_told, doubtful);
	TEST_ROWS(tcase, no_entry_is_a_warning, no_entry);
	tcase_add_test(tcase, paramchange_asks_for_a_new_instance);
	tcase_add_test(tcase, two_instances_know_nothing_of_each_other);
	return suite_run("bootfile/settings", tcase);
}
