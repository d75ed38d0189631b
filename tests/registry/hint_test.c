/* What an admin probably meant, where libconfig says no more than "syntax error". */
#include <stdio.h>

#include "suite.h"

#include "registry/hint.h"
#include "registry/setting.h"

/* C6: the line and what to write instead. */
static const struct {
	const char *text;
	int line;
	const char *said;
} rows[] = {
	{ "boot = (\n{ file = \"a\"; },\n{ file = \"b\"; },\n);", 3,
	  "an extra comma before the closing ')'" },
	{ "a = [ 1,\n2, ];", 2, "an extra comma before the closing ']'" },
	{ "boot = [\n  { file = \"a\"; } ];", 2, "a list of groups must be in ( ), not in [ ]" },
	{ "boot = (\n{ file = \"a\"; }\n{ file = \"b\"; } );", 3,
	  "a ',' is missing between the members of a list" },
	{ "boot = (\n{ file = \"a\"; };\n{ file = \"b\"; } );", 2,
	  "the members of a list are separated by ',', not by ';'" },
	{ "a = (\n( \"b\" \"c\"\n\"d\" ) 5 );", 3,
	  "a ',' is missing between the members of a list" },
	{ "\narch = x86-bios;", 2, "strings must be in quotes: \"x86-bios\"" },
	{ "mac = 52:54:00:77:00:01;", 1, "strings must be in quotes: \"52:54:00:77:00:01\"" },
	{ "server = 10.0.0.9;", 1, "strings must be in quotes: \"10.0.0.9\"" },
	{ "url = http://10.0.0.9/a;", 1, "strings must be in quotes: \"http://10.0.0.9/a\"" },
	{ "file = 'a';", 1, "strings must be in \"\", not in ''" },
	{ "file = \xe2\x80\x9c"
	  "a\xe2\x80\x9d;",
	  1, "a typographic quote: strings must be in plain \"\"" },
	{ "file = \xc2\xab"
	  "a\xc2\xbb;",
	  1, "a typographic quote: strings must be in plain \"\"" },
	{ "dhcp = yes;", 1, "write true, not yes" },
	{ "dhcp = Off;", 1, "write false, not Off" },
	{ "a = 1;\nfilename \"pxelinux.0\";", 2,
	  "filename is an ISC dhcpd key: here, use file = \"pxelinux.0\" in an entry" },
	{ "a = 1;\nfile \"pxelinux.0\";", 2, "an '=' is missing after file" },
	{ "a = 1;\nb =\n;\n", 3, "a value is missing before ';'" },
	{ "a = 1;;\n", 1, "an extra ';'" },
	{ "\"a\" = 1;\n", 1, "the name of a setting must not be in quotes" },
	{ "a = {\nb = ( 1;\n};", 2, "the members of a list are separated by ',', not by ';'" },
	{ "a = {\nb = ( { c = 1; );\n};", 2, "')', expected '}'" },
	{ "a = 1;\n};\n", 2, "an extra '}'" },
	{ "a = \"b;\nc = \"d\";\n", 1,
	  "the string that begins here has no closing quote on its line" },
	{ "a = 1; # c\nb = \"c", 2,
	  "the string that begins here has no closing quote on its line" },
	{ "dhcp-boot=undionly.kpxe\n", 1,
	  "dhcp-boot is a dnsmasq key: here, use file = \"undionly.kpxe\" in an entry of boot in "
	  "providers.d/50-bootfile.conf" },
	{ "dhcp-boot=tag:efi,ipxe.efi,,10.0.0.9\n", 1,
	  "here, use file = \"ipxe.efi\" in an entry" },
	{ "dhcp-boot=tag:ipxe,http://10.0.0.9/boot.ipxe\n", 1,
	  "here, use url = \"http://10.0.0.9/boot.ipxe\" in an entry" },
	{ "dhcp-boot=http://a-host-of-a-long-name.example/with/a/path/of/more/than/is/shown\n", 1,
	  "here, use url = \"...\" in an entry" },
	{ "a = 1;\nfilename \"http://10.0.0.9/a.efi\";", 2,
	  "here, use url = \"http://10.0.0.9/a.efi\" in an entry" },
	{ "pxe-service=tag:x,X86-64_EFI,\"HTTP\",HTTPS://boot/a\n", 1,
	  "here, use url = \"HTTPS://boot/a\" in an entry" },
	{ "\"boot-file-name\": \"tftp://10.0.0.9/a.efi\",\n", 1,
	  "here, use url = \"tftp://10.0.0.9/a.efi\" in an entry" },
	{ "dhcp-boot=tag:!ipxe , set:x\n", 1, "here, use file = \"...\" in an entry" },
	{ "dhcp-match=set:ipxe,option:client-arch,7\n", 1, "here, use arch = 7 in an entry" },
	{ "dhcp-match=set:efi,93,0x000B\n", 1, "here, use arch = 11 in an entry" },
	{ "dhcp-host=52:54:00:77:00:01,set:lab\n", 1,
	  "here, use mac = \"52:54:00:77:00:01\" in an entry" },
	{ "dhcp_userclass=set:ipxe,iPXE\n", 1,
	  "dhcp-userclass is a dnsmasq key: here, use user-class = \"iPXE\"" },
	{ "dhcp-match=set:ipxe,175\n", 1, "here, use ipxe = true in an entry" },
	{ "dhcp-mac=set:vm,52:54:00:*:*:*\n", 1, "here, use mac = \"52:54:00:*:*:*\" in an entry" },
	{ "dhcp-circuitid=set:port7,\"ge-0/0/7\"\n", 1,
	  "here, use circuit-id = \"ge-0/0/7\" in an entry" },
	{ "dhcp-vendorclass=set:a\n", 1, "here, use vendor-class = \"...\" in an entry" },
	{ "dhcp-no-override\n", 1, "dhcp-no-override is a dnsmasq key: here, options are never" },
	{ "conf-dir=/etc/dnsmasq.d\n", 1,
	  "here, use include = \"bootfile.d/*.conf\" in providers.d/50-bootfile.conf, beside "
	  "settings" },
	{ "a = 1;\nif option arch = 00:07 {\n  filename \"x\";\n}\n", 2,
	  "if is an ISC dhcpd key: here, use arch = 7 in an entry of boot" },
	{ "if exists user-class {\n", 1,
	  "here, use arch = \"...\" or another condition in an entry" },
	{ "next-server 10.0.0.1;\n", 1,
	  "next-server is an ISC dhcpd key: here, use server = \"10.0.0.1\" in an entry" },
	{ "host pc1 { hardware ethernet 52:54:00:77:00:01; }\n", 1,
	  "host is an ISC dhcpd key: here, use mac = \"52:54:00:77:00:01\" in an entry" },
	{ "subnet 10.0.0.0 netmask 255.255.255.0 {\n}\n", 1,
	  "here, use subnet = \"10.0.0.0/24\" in an entry" },
	{ "class \"pxe\" {\n match if x;\n}\n", 1,
	  "here, use vendor-class = \"...\" or user-class = \"...\" in an entry" },
	{ "option arch code 93 = unsigned integer 16;\n", 1, "option is an ISC dhcpd key" },
	{ "authoritative;\n", 1, "here, addresses are left to the DHCP server" },
	{ "include \"/etc/dhcp/hosts.conf\";\n", 1, "here, use include = \"bootfile.d/*.conf\"" },
	{ "\"client-classes\": [ {\n", 1,
	  "client-classes is a Kea key: here, use the tests as conditions" },
	{ "{ \"Dhcp4\": {\n", 1, "Dhcp4 is a Kea key: here, use the tests of its classes" },
	{ "\"test\": \"option[93].hex == 0x0007\",\n", 1,
	  "test is a Kea key: here, use arch = 7 in an entry" },
	{ "\"boot-file-name\": \"a b.efi\",\n", 1, "here, use file = \"a b.efi\" in an entry" },
	{ "\"next-server\" : \"10.0.0.1\"\n", 1, "here, use server = \"10.0.0.1\" in an entry" },
	{ "a = 1;\n{ mac = \"x\"; }\n", 2,
	  "entries must be in a list: boot = ( { ... }, { ... } );" },
	{ "a = 1;\nenable-tftp\n\n\nb = 2;", 2,
	  "enable-tftp is a dnsmasq key: here, files are served by a separate TFTP server" },
	{ "/* c */ pxe-service=x86PC,\"Install Debian\",pxelinux\n", 1,
	  "pxe-service is a dnsmasq key: here, use file = \"pxelinux.0\" in an entry of boot in "
	  "providers.d/50-bootfile.conf" },
	{ "pxe-service=tag:a,x86PC,\"x\",0\n", 1, "here, use file = \"...\" in an entry" },
	{ "boot = (\narch = \"x64-uefi\";\nfile = \"a\"; );", 2,
	  "an entry of a list must be in { }: ( { arch = ...; } )" },
	{ "boot = ( { file = \"a\"; },\nfile: \"b\" );", 2,
	  "an entry of a list must be in { }: ( { file = ...; } )" },
	{ "a = 1;\nlisten:\n  dhcp: true\n", 2,
	  "listen has no value; write listen: { dhcp = ...; } for a group" },
	{ "dhcp =\nthreads = 4;", 1,
	  "dhcp has no value; write dhcp: { threads = ...; } for a group" },
	{ "a = 1;\nlisten.dhcp = false;\n", 2, "for a group, write listen: { dhcp = ...; };" },
	{ "limits.relays:[ \"10.1.0.1\" ];\n", 1, "for a group, write limits: { relays = ...; };" },
	{ "listen.dhcp:true;\n", 1, "for a group, write listen: { dhcp = ...; };" },
	{ "settings: {\nboot.file = \"a\"; };", 2, "for a group, write boot: { file = ...; };" },
	{ "boot:\n  - arch: x64-uefi\n", 2, "a list is not written with '-' as in YAML" },
	{ "interfaces:\n  - \"eth0\"\n", 2, "a list is not written with '-' as in YAML" },
	{ "---\nname: bootfile\n", 1, "\"---\" begins a YAML file" },
	{ "{\n  \"name\": \"bootfile\"\n}\n", 1, "this is JSON: write name = value;" },
	{ "a = 1;\n[listen]\ndhcp = true\n", 2,
	  "[listen] is a section as in an INI file: write listen: { ... };" },
	{ "<config>\n<a>1</a>\n", 1, "this looks like XML" },
	{ "a = [ \"b\",\n5 ];", 2, "values of different types must be in ( ), not in [ ]" },
	{ "\xff\xfe"
	  "a\0",
	  1, "UTF-16" },
};

START_TEST(the_reason_is_told_with_its_line)
{
	struct span text = span_str(rows[_i].text);
	struct registry_error error = { .line = 0 };
	struct setting *root;

	if (text.at[0] == 0xff)
		text.len += 1; /* the NUL too */
	ck_assert_int_eq(setting_parse(text, "f", &root, &error), REGISTRY_E_INVALID);
	ck_assert_msg(strstr(error.text, rows[_i].said), "%s: %s", rows[_i].text, error.text);
	ck_assert_msg(error.line == rows[_i].line, "%s: line %d", rows[_i].text, error.line);
}
END_TEST

/* Whether libconfig takes it or not: version 1.7.3 does, 1.5 does not. */
START_TEST(an_extra_comma_is_told_by_any_libconfig)
{
	char said[HINT_MAX] = "";
	int line = 0;

	ck_assert(!hint_comma("a = ( 1, ( ) ); # ,)\nb = [ \",]\" ]; /* ,] */ c = { d = 1, };",
			      &line, said));
	ck_assert(hint_comma("a = 1;\nb = ( ( 2 ),\n /* c */ );", &line, said));
	ck_assert_int_eq(line, 2);
	ck_assert_str_eq(said, "an extra comma before the closing ')' [W0106]");
}
END_TEST

/* What looks at a large file quickly passes over none, whatever stands around it. */
START_TEST(no_extra_comma_is_passed_over)
{
	static const char *const parts[] = { ",",  ")",    "]",      "(",      "a",    " \n",
					     "\n", "#b\n", "// c\n", "/*\n*/", "\"]\"" };
	enum { PARTS = sizeof(parts) / sizeof(parts[0]), LONG = 5 };
	unsigned end = 1, found = 0, passed = 0;

	for (int i = 0; i < LONG; i++)
		end *= PARTS;
	for (unsigned number = 0; number < end; number++) {
		char text[64] = "", said[HINT_MAX];
		unsigned left = number;
		int line;

		for (int i = 0; i < LONG; i++, left /= PARTS)
			strcat(text, parts[left % PARTS]);
		if (!hint_comma(text, &line, said))
			continue;
		found++;
		if (!hint_may_have_comma(text))
			passed++;
	}
	ck_assert_uint_gt(found, 1000);
	ck_assert_uint_eq(passed, 0);
}
END_TEST

/* As a program writes one. */
START_TEST(a_large_file_of_one_line_is_looked_at_once)
{
	enum { ENTRIES = 200000 };
	char *text = malloc(32 * (size_t)ENTRIES), *at = text;

	at += sprintf(at, "boot = (");
	for (int i = 0; i < ENTRIES; i++)
		at += sprintf(at, "%s{mac=[\"02%06x\"];}", i ? "," : "", i);
	sprintf(at, ");");
	ck_assert(!hint_may_have_comma(text));
	free(text);
}
END_TEST

/* A long number is found wherever it stands. */
START_TEST(a_number_that_does_not_fit_is_told_anywhere)
{
	static const char *const numbers[] = { "2147483648", "-2147483649", "0x100000000" };

	for (int blanks = 0; blanks < 32; blanks++) {
		struct registry_error error = { .line = 0 };
		struct setting *root = NULL;
		char text[64];

		sprintf(text, "%*s= %s;", blanks + 1, "a", numbers[_i]);
		ck_assert_int_eq(setting_parse(span_str(text), "f", &root, &error),
				 REGISTRY_E_INVALID);
		ck_assert_msg(strstr(error.text, "does not fit in 32 bits"), "%s", error.text);
	}
}
END_TEST

/* Whatever is cut off or broken, the hint stays in the text and its sentence ends. */
START_TEST(any_piece_of_a_text_is_read)
{
	size_t len = strlen(rows[_i].text);

	for (size_t from = 0; from <= len; from++) {
		for (size_t to = from; to <= len; to++) {
			char *piece =
				calloc(1, to - from + 1); /* its own, so that ASan sees its end */
			char out[HINT_MAX] = "";
			int line = 100;

			memcpy(piece, rows[_i].text + from, to - from);
			if (hint_syntax(piece, &line, out))
				ck_assert(line > 0 && line < 100 && out[0]);
			free(piece);
		}
	}
}
END_TEST

START_TEST(a_byte_order_mark_is_skipped)
{
	struct registry_error error = { .line = 0 };
	struct setting *root = NULL;

	ck_assert_int_eq(setting_parse(span_str("\xef\xbb\xbf"
						"a = 5;\n"),
				       "f", &root, &error),
			 0);
	ck_assert_int_eq(setting_child(root, "a")->integer, 5);
	ck_assert_int_eq(setting_child(root, "a")->line, 1);
	setting_free(root);
}
END_TEST

/* ---- backslashes ---- */

static const struct {
	const char *text;
	int line; /* 0: nothing is told */
	const char *said;
} strings[] = {
	{ "a = 1;\nfile = \"boot\\x64\\wdsmgfw.efi\";", 2,
	  "\"boot\\x64\\wdsmgfw.efi\" is read as \"bootd\\wdsmgfw.efi\": write \\\\ for each "
	  "backslash" },
	{ "file = \"boot\\x86\\wdsnbp.com\";", 1,
	  "\"boot\\x86\\wdsnbp.com\" is read as \"boot<86>\\wdsnbp.com\": write \\\\ for each "
	  "backslash" },
	{ "file = \"a\\fonts\\network\";", 1,
	  "\"a\\fonts\\network\" is read as \"a<0c>onts<0a>etwork\": write \\\\ for each "
	  "backslash" },
	{ "file = \"boot\\\\x64\\\\wdsmgfw.efi\";", 0, NULL },
	{ "file = \"boot\\winload.efi\";", 0, NULL },
	{ "motd = \"two lines:\\nthis one\\tand a tab \\\"\";", 0, NULL },
	{ "# file = \"boot\\x64\";\na = 1; // \"\\x64\"\n/* \"\\x64\" */", 0, NULL },
	{ "a = [ \"b\",\n\"c\\x41\" ];", 2, "\"c\\x41\" is read as \"cA\"" },
};

struct told {
	int line;
	char said[384];
};

static void note(void *context, bool warning, const struct registry_error *mistake)
{
	struct told *told = context;

	ck_assert(warning && told->line == 0);
	told->line = mistake->line;
	snprintf(told->said, sizeof told->said, "%s", mistake->text);
}

static struct setting *read_all(const char *text, struct told *told)
{
	struct registry_error error = { .tell = note, .context = told };
	struct setting *root = NULL;

	ck_assert_int_eq(setting_parse(span_str(text), "f", &root, &error), 0);
	return root;
}

/* C1: "boot\x64\wdsmgfw.efi" silently became another file. */
START_TEST(a_lost_backslash_is_told)
{
	struct told told = { .line = 0 };

	setting_free(read_all(strings[_i].text, &told));
	ck_assert_int_eq(told.line, strings[_i].line);
	if (strings[_i].said)
		ck_assert_msg(strncmp(told.said, strings[_i].said, strlen(strings[_i].said)) == 0,
			      "%s", told.said);
}
END_TEST

/* What is told is what libconfig makes of it. */
START_TEST(a_lost_backslash_is_told_as_libconfig_reads_it)
{
	struct told told = { .line = 0 };
	struct setting *root;
	const char *text = "s = \"a\\x41\\q\\f\\x7e\\\\\\x5c\\xzz\\x1\";";
	char read[64] = "", *at = read;

	root = read_all(text, &told);
	for (const char *c = setting_child(root, "s")->string; *c; c++)
		at += sprintf(at, *c >= ' ' ? "%c" : "<%02x>", *c);
	ck_assert_msg(strstr(told.said, read), "%s: %s", told.said, read);
	setting_free(root);
}
END_TEST

/* Mistakes of the syntax that are told in one run, by their lines: as far as each can be mended
 * with certainty, and no further. */
static const struct {
	const char *text;
	int lines[6];
} mistakes[] = {
	{ "a = 1;\nb = x86-bios;\nc = 2;\nd = yes;\ne = 10.0.0.9;\n", { 2, 4, 5 } },
	{ "boot = (\n{ file = a; },\n{ file = \"b\"; arch = x64-uefi },\n);\nc = no;\n",
	  { 2, 3, 5 } },
	{ "a = ( 1,\n2, );\nb = ( 3, );\n", { 2, 3 } },
	{ "a = ( 1; 2;\n3 );\nb = off;\n", { 1, 3 } },
	{ "a = ( { b = 1; } { c = 2; } );\nd = yes;\n", { 1, 2 } },
	{ "limits.table = 5;\nlisten.dhcp = no;\n", { 1, 2 } },
	/* What follows would be a guess. */
	{ "a = boot file.efi;\nb = yes;\n", { 1 } },
	{ "a = [ \"b\", c ];\nb = yes;\n", { 1 } },
	{ "a = 1;\n};\nb = yes;\n", { 2 } },
	{ "a = \"b;\nc = yes;\n", { 1 } },
	{ "a = ( 1\n2 );\nb = yes;\n", { 2 } },
	{ "dhcp-boot=undionly.kpxe\nb = yes;\n", { 1, 2 } },
	{ "enable-tftp\ntftp-root=/srv\ndhcp-match=set:efi,option:client-arch,7\nc = 1;\n",
	  { 1, 2, 3 } },
	{ "a = 1; dhcp-boot=x\nb = yes;\n", { 1 } },
	{ "a: yes\nb:\n  - c: 1\n", { 1, 3 } },
	{ "a = yes;\nb = 1;\nb = 2;\n", { 1 } },
	{ "a = yes;\nb = [ 1, \"c\" ];\n", { 1 } },
};

static void note_line(void *context, bool warning, const struct registry_error *mistake)
{
	int *line = context;

	ck_assert(!warning);
	while (*line)
		line++;
	*line = mistake->line;
}

START_TEST(further_mistakes_are_told_as_far_as_they_are_certain)
{
	int lines[64] = { 0 };
	struct registry_error error = { .tell = note_line, .context = lines };
	struct setting *root = NULL;

	ck_assert_int_eq(setting_parse(span_str(mistakes[_i].text), "f", &root, &error),
			 REGISTRY_E_INVALID);
	for (int i = 0; i < 6; i++)
		ck_assert_msg(lines[i] == mistakes[_i].lines[i], "%d: line %d: %s", i, lines[i],
			      mistakes[_i].text);
	ck_assert_int_eq(error.line, mistakes[_i].lines[0]);
}
END_TEST

/* A file that is one mistake after the other is read so often, and no more. */
START_TEST(mistakes_have_a_bound)
{
	static char text[200000];
	int lines[64] = { 0 };
	struct registry_error error = { .tell = note_line, .context = lines };
	struct setting *root = NULL;
	size_t used = 0;

	while (used + 40 < sizeof(text))
		used += (size_t)sprintf(text + used, "a%zu = yes;\n", used);
	ck_assert_int_eq(setting_parse(span_str(text), "f", &root, &error), REGISTRY_E_INVALID);
	ck_assert(lines[32] == 33 && lines[33] == 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("hints");

	TEST_ROWS(tcase, the_reason_is_told_with_its_line, rows);
	tcase_add_test(tcase, an_extra_comma_is_told_by_any_libconfig);
	tcase_add_test(tcase, no_extra_comma_is_passed_over);
	tcase_add_test(tcase, a_large_file_of_one_line_is_looked_at_once);
	tcase_add_loop_test(tcase, a_number_that_does_not_fit_is_told_anywhere, 0, 3);
	TEST_ROWS(tcase, any_piece_of_a_text_is_read, rows);
	tcase_add_test(tcase, a_byte_order_mark_is_skipped);
	TEST_ROWS(tcase, a_lost_backslash_is_told, strings);
	tcase_add_test(tcase, a_lost_backslash_is_told_as_libconfig_reads_it);
	TEST_ROWS(tcase, further_mistakes_are_told_as_far_as_they_are_certain, mistakes);
	tcase_add_test(tcase, mistakes_have_a_bound);
	return suite_run("registry/hint", tcase);
}
