/* ctl/reg_file: what regedit writes, as settings; and `wdspxectl import registry` around it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/span.h"
#include "base/utf.h"
#include "ctl/reg_file.h"
#include "registry/provider_list.h"
#include "registry/tree.h"
#include "registry/view.h"
#include "scratch.h"
#include "suite.h"

#define HEAD "Windows Registry Editor Version 5.00\r\n\r\n"
#define ROOT                                                                                       \
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\WDSServer\\Providers\\WDSPXE"    \
	"\\Providers"
#define KEY "[" ROOT "\\P]\r\n"

static struct reg_file file;
static struct reg_text text;

static bool read_octets(const void *octets, size_t len)
{
	return reg_file_read(span_of(octets, len), &file, &text);
}

static bool read_text(const char *utf8)
{
	return read_octets(utf8, strlen(utf8));
}

/* The settings of the one provider, as a file has them, without blanks at the ends of lines. */
static const char *settings(void)
{
	static char *out;
	struct view_item key;
	size_t len;

	free(out);
	out = NULL;
	ck_assert(view_key_at(file.providers, 0, &key));
	ck_assert_int_eq(setting_write(key.node, "", &out, &len), 0);
	return out;
}

/* ---- values ---- */

static const struct {
	const char *name, *line, *settings;
} values[] = {
	{ "a string", "\"File\"=\"boot.efi\"", "File = \"boot.efi\";\n" },
	{ "backslashes and quotes", "\"A\"=\"C:\\\\x\\\\\\\"y\\\"\"",
	  "A = \"C:\\\\x\\\\\\\"y\\\"\";\n" },
	{ "a backslash that is no escape", "\"A\"=\"C:\\temp\"", "A = \"C:\\\\temp\";\n" },
	{ "empty", "\"A\"=\"\"", "A = \"\";\n" },
	{ "of two lines", "\"A\"=\"one\r\ntwo\"", "A = \"one\\ntwo\";\n" },
	{ "UTF-8", "\"A\"=\"\xe2\x82\xac\"", "A = \"\xe2\x82\xac\";\n" },
	{ "a dword", "\"N\"=dword:0000000a", "N = 10;\n" },
	{ "a large dword", "\"N\"=dword:FFFFFFFE", "N = 0xFFFFFFFE;\n" },
	{ "a dword in hexadecimal", "\"N\"=hex(4):01,02,00,00", "N = 513;\n" },
	{ "a qword", "\"Q\"=hex(b):01,00,00,00,01,00,00,00", "Q = 4294967297L;\n" },
	{ "strings", "\"M\"=hex(7):61,00,00,00,ac,20,62,00,00,00,00,00",
	  "M = [ \"a\", \"\xe2\x82\xac"
	  "b\" ];\n" },
	{ "no strings", "\"M\"=hex(7):00,00", "M = [ ];\n" },
	{ "strings without their end", "\"M\"=hex(7):61,00,00,00,62,00",
	  "M = [ \"a\", \"b\" ];\n" },
	{ "a string in hexadecimal", "\"S\"=hex(1):3d,d8,00,de,00,00",
	  "S = \"\xf0\x9f\x98\x80\";\n" },
	{ "octets on several lines", "\"B\"=hex:00,ff,\\\r\n  12,\\\r\n  7",
	  "registry = ( \n  {\n    name = \"B\";\n    type = \"REG_BINARY\";\n"
	  "    data = \"00 ff 12 07\";\n  } );\n" },
	{ "no octets", "\"B\"=hex:",
	  "registry = ( \n  {\n    name = \"B\";\n    type = \"REG_BINARY\";\n"
	  "    data = \"\";\n  } );\n" },
	{ "a string that is expanded", "\"E\"=hex(2):25,00,41,00,25,00,00,00",
	  "registry = ( \n  {\n    name = \"E\";\n    type = \"REG_EXPAND_SZ\";\n"
	  "    data = \"%A%\";\n  } );\n" },
	{ "an odd name", "\"Mac List\"=\"x\"",
	  "registry = ( \n  {\n    name = \"Mac List\";\n    type = \"REG_SZ\";\n"
	  "    data = \"x\";\n  } );\n" },
	{ "no name", "@=\"x\"",
	  "registry = ( \n  {\n    name = \"\";\n    type = \"REG_SZ\";\n"
	  "    data = \"x\";\n  } );\n" },
	{ "the last one of a name counts", "\"A\"=\"x\"\r\n\"a\"=\"y\"", "A = \"y\";\n" },
	{ "comments and blanks", "; a comment\r\n  \"A\" = \"x\" ; more\r\n\r\n;end",
	  "A = \"x\";\n" },
	{ "a deletion", "\"A\"=\"x\"\r\n\"B\"=-", "A = \"x\";\n" },
	{ "a key", "[" ROOT "\\P\\x86]\r\n\"A\"=dword:1", "x86 : \n{\n  A = 1;\n};\n" },
	{ "a key in another case",
	  "[hkey_local_machine\\system\\X\\wdsserver\\PROVIDERS\\wdspxe\\"
	  "providers\\p\\x\\y]\r\n\"A\"=dword:1",
	  "x : \n{\n  y : \n  {\n    A = 1;\n  };\n};\n" },
	{ "a key elsewhere", "\"A\"=\"x\"\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\P]\r\n\"B\"=\"y\"",
	  "A = \"x\";\n" },
	{ "a key that goes", "\"A\"=\"x\"\r\n[-" ROOT "\\P\\x86]\r\n\"B\"=\"y\"", "A = \"x\";\n" },
	{ "a key with a bracket", "[" ROOT "\\P\\a]b]\r\n\"A\"=dword:1",
	  "registry = ( \n  {\n    name = \"a]b\";\n    type = \"KEY\";\n"
	  "    data : \n    {\n      A = 1;\n    };\n  } );\n" },
};

START_TEST(value_by_row)
{
	char whole[2048];

	snprintf(whole, sizeof(whole), HEAD KEY "%s\r\n", values[_i].line);
	ck_assert_msg(read_text(whole), "%s: %d: %s", values[_i].name, text.line, text.wrong);
	ck_assert_msg(!strcmp(settings(), values[_i].settings), "%s: %s", values[_i].name,
		      settings());
	reg_file_done(&file);
}
END_TEST

/* ---- the file ---- */

/* As regedit writes it: UTF-16 with a byte order mark. */
static size_t utf16(const char *utf8, bool big, uint8_t *out)
{
	struct span left = span_str(utf8);
	size_t n = 0;
	uint16_t unit[3] = { 0xfeff };
	int units = 1;

	for (;;) {
		for (int i = 0; i < units; i++) {
			out[n++] = (uint8_t)(big ? unit[i] >> 8 : unit[i]);
			out[n++] = (uint8_t)(big ? unit[i] : unit[i] >> 8);
		}
		if (left.len == 0)
			return n;
		uint32_t c = utf8_next(&left);

		units = c > 0xffff ? 2 : 1;
		unit[0] = (uint16_t)(c > 0xffff ? 0xd800 + ((c - 0x10000) >> 10) : c);
		unit[1] = (uint16_t)(0xdc00 + (c & 0x3ff));
	}
}

#define EUROS "\"A\"=\"\xe2\x82\xac \xf0\x9f\x98\x80\"\r\n"

START_TEST(encodings)
{
	static uint8_t octets[8192];
	size_t len = utf16(HEAD KEY EUROS, _i == 1, octets);

	if (_i < 2)
		ck_assert_msg(read_octets(octets, len), "%s", text.wrong);
	else
		ck_assert(read_text(_i == 2 ? "\xef\xbb\xbf" HEAD KEY EUROS : HEAD KEY EUROS));
	ck_assert_str_eq(settings(), "A = \"\xe2\x82\xac \xf0\x9f\x98\x80\";\n");
	reg_file_done(&file);
}
END_TEST

START_TEST(old_files_have_octets)
{
	ck_assert(read_text("REGEDIT4\n\n[" ROOT "\\P]\n\"M\"=hex(7):61,00,62,00,00\n"
			    "\"E\"=hex(1):61,62,00\n"));
	ck_assert_str_eq(settings(), "M = [ \"a\", \"b\" ];\nE = \"ab\";\n");
	reg_file_done(&file);
}
END_TEST

static const struct {
	const char *name, *text;
	int line;
	const char *wrong;
} mistakes[] = {
	{ "empty", "", 1, "the first line is not that of an exported registry" },
	{ "another file", "name = \"x\";\n", 1, "the first line is not" },
	{ "a later version", "Windows Registry Editor Version 6.00\n", 1, "the first line is not" },
	{ "a code page", HEAD KEY "\"A\"=\"\xe9\"\n", 0, "neither UTF-16 nor UTF-8" },
	{ "no key", HEAD "[" ROOT "\\P\r\n", 3, "there is no ] on this line" },
	{ "more behind a key", HEAD "[" ROOT "\\P] x\r\n", 3, "more on this line" },
	{ "no line", HEAD KEY "A=1\r\n", 4, "neither a [key] nor a" },
	{ "no =", HEAD KEY "\"A\" \"x\"\r\n", 4, "a name has no = behind it: \"A\"" },
	{ "no value", HEAD KEY "\"A\"=x\r\n", 4, "is no value: x" },
	{ "no end", HEAD KEY "\r\n\"A\"=\"x\r\n", 6, "no quote at its end" },
	{ "more behind a value", HEAD KEY "\"A\"=\"x\" y\r\n", 4, "more on this line" },
	{ "no digits", HEAD KEY "\"A\"=dword:xyz\r\n", 4, "up to 8 hexadecimal digits" },
	{ "nine digits", HEAD KEY "\"A\"=dword:123456789\r\n", 4, "up to 8 hexadecimal digits" },
	{ "no octet", HEAD KEY "\"A\"=hex:00,zz\r\n", 4, "octets are pairs" },
	{ "three digits", HEAD KEY "\"A\"=hex:000\r\n", 4, "octets are pairs" },
	{ "no type", HEAD KEY "\"A\"=hex(x):00\r\n", 4, "a type is written as in hex(7)" },
	{ "a type without an end", HEAD KEY "\"A\"=hex(7:00\r\n", 4, "a type is written" },
	{ "a short number", HEAD KEY "\"A\"=hex(b):00\r\n", 4, "a number of 8 octets has 1" },
	{ "half a character", HEAD KEY "\"A\"=hex(1):00\r\n", 4, "an odd number of octets" },
};

START_TEST(mistake_by_row)
{
	ck_assert_msg(!read_text(mistakes[_i].text), "%s", mistakes[_i].name);
	ck_assert_msg(text.line == mistakes[_i].line && strstr(text.wrong, mistakes[_i].wrong),
		      "%s: %d: %s", mistakes[_i].name, text.line, text.wrong);
	reg_file_done(&file);
}
END_TEST

/* Cut off anywhere, with any octet in the place of each: never more than a sentence. */
START_TEST(no_file_is_too_broken)
{
	static const char whole[] =
		HEAD KEY "\"A\"=\"x\\\\\"\r\n\"B\"=hex(7):61,00,\\\r\n  00,00\r\n"
			 "[" ROOT "\\P\\x]\r\n@=dword:1\r\n";
	static const uint8_t others[] = { 0, '\n', '"', '\\', ']', '=', ',', 0xff };
	uint8_t octets[sizeof(whole)];

	for (size_t cut = 0; cut < sizeof(whole); cut++) {
		uint8_t *exact = malloc(cut ? cut : 1);

		memcpy(exact, whole, cut);
		read_octets(exact, cut);
		reg_file_done(&file);
		free(exact);
	}
	for (size_t at = 0; at < sizeof(whole) - 1; at++)
		for (size_t i = 0; i < sizeof(others); i++) {
			memcpy(octets, whole, sizeof(whole));
			octets[at] = others[i];
			read_octets(octets, sizeof(whole) - 1);
			reg_file_done(&file);
		}
}
END_TEST

START_TEST(what_is_left_out_is_counted)
{
	ck_assert(read_text(HEAD "[HKEY_LOCAL_MACHINE\\X]\r\n\"A\"=-\r\n" KEY "\"A\"=-\r\n[-" ROOT
				 "\\Q]\r\n[HKEY_CURRENT_USER]\r\n"));
	ck_assert_uint_eq(file.foreign, 2);
	ck_assert_uint_eq(file.deleted, 2);
	reg_file_done(&file);
}
END_TEST

/* ---- the command ---- */

static char said[4096], told[4096];

/* Runs it on a file; returns its exit status, and what it wrote. */
static int import(const char *reg, const char *words)
{
	char command[1024];
	FILE *out;
	size_t n;
	int r;

	scratch_write("in.reg", reg);
	snprintf(command, sizeof(command),
		 "WDSPXE_PROVIDERS_DIR=%s WDSPXE_STATE_DIR=%s %s import registry %s %s 2>%s",
		 scratch_path("list"), scratch, TEST_BUILD "/wdspxectl", scratch_path("in.reg"),
		 words, scratch_path("told"));
	out = popen(command, "r");
	ck_assert_ptr_nonnull(out);
	n = fread(said, 1, sizeof(said) - 1, out);
	said[n] = '\0';
	r = pclose(out);
	out = fopen(scratch_path("told"), "r");
	n = fread(told, 1, sizeof(told) - 1, out);
	told[n] = '\0';
	fclose(out);
	return WEXITSTATUS(r);
}

#define TWO                                                                                        \
	HEAD "[" ROOT "]\r\n[" ROOT                                                                \
	     "\\First]\r\n\"ProviderDLL\"=\"C:\\\\Win\\\\My First.DLL\"\r\n"                       \
	     "\"IsCritical\"=dword:1\r\n\"BootProgram\"=\"boot\\\\x64\\\\a.efi\"\r\n[" ROOT        \
	     "\\Second]\r\n\"providerdll\"=\"second.dll\"\r\n"

START_TEST(a_provider_becomes_its_file)
{
	struct dropin *dropin;
	struct registry_error error = { .line = 0 };

	ck_assert_int_eq(import(TWO, "--name first"), 0);
	ck_assert_msg(dropin_parse(span_str(said), "/x/50-first.conf", &dropin, &error) == 0, "%s",
		      error.text);
	ck_assert_str_eq(dropin->name, "First");
	ck_assert_str_eq(dropin->module, "/usr/lib/wdspxed/providers/my first.so");
	ck_assert(dropin->critical);
	ck_assert_uint_eq(dropin->settings->count, 1);
	ck_assert_str_eq(setting_child(dropin->settings, "BootProgram")->string,
			 "boot\\x64\\a.efi");
	ck_assert_ptr_nonnull(strstr(said, "# ProviderDLL was C:\\Win\\My First.DLL: build"));
	ck_assert_ptr_nonnull(strstr(told, "1 keys are no provider's"));
	dropin_free(dropin);
}
END_TEST

/* What stands in a value ends no comment. */
START_TEST(comments_stay_comments)
{
	struct dropin *dropin;
	struct registry_error error = { .line = 0 };

	ck_assert_int_eq(import(HEAD KEY "\"ProviderDLL\"=\"x\ncritical = true;\n#\"\r\n", ""), 0);
	ck_assert_msg(dropin_parse(span_str(said), "/x/50-p.conf", &dropin, &error) == 0, "%s",
		      error.text);
	ck_assert(!dropin->critical);
	dropin_free(dropin);
}
END_TEST

static const struct {
	const char *name, *reg, *words;
	int status;
	const char *told;
} runs[] = {
	{ "several", TWO, "", 2, "has several providers; say which, with --name: First, Second" },
	{ "an unknown one", TWO, "--name third", 1, "it has no provider of that name" },
	{ "none", HEAD "[HKEY_LOCAL_MACHINE\\X]\r\n", "", 1, "it has no key below" },
	{ "a mistake", HEAD KEY "x\r\n", "", 1, "in.reg:4: this is neither" },
	{ "a name that none can have", HEAD "[" ROOT "\\a/b]\r\n", "", 1,
	  "cannot be a provider's" },
	{ "registered", TWO, "--name Second --register --module /m.so", 0, "" },
	{ "a relative module", TWO, "--name Second --register --module m.so", 1, "absolute" },
};

START_TEST(run_by_row)
{
	int r = import(runs[_i].reg, runs[_i].words);

	ck_assert_msg(r == runs[_i].status && strstr(told, runs[_i].told), "%s: %d, %s",
		      runs[_i].name, r, told);
}
END_TEST

START_TEST(one_that_is_registered_is_in_the_list)
{
	struct provider_list list;
	struct registry_error error = { .line = 0 };

	ck_assert_int_eq(import(TWO, "--name Second --register"), 0);
	ck_assert_str_eq(said, "");
	ck_assert_int_eq(provider_list_read(scratch_path("list"), NULL, &list, &error), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_str_eq(list.entry[0]->name, "Second");
	ck_assert_str_eq(list.entry[0]->module, "/usr/lib/wdspxed/providers/second.so");
	ck_assert(!list.entry[0]->critical);
	provider_list_done(&list);
	ck_assert_int_eq(import(TWO, "--name Second --register"), 1);
	ck_assert_ptr_nonnull(strstr(told, "already"));
}
END_TEST

static void set_up(void)
{
	scratch_make();
}

static void tear_down(void)
{
	scratch_remove();
}

int main(void)
{
	TCase *tcase = tcase_create("reg_file"), *program = tcase_create("import");
	Suite *suite = suite_create("ctl/reg_file");

	TEST_ROWS(tcase, value_by_row, values);
	tcase_add_loop_test(tcase, encodings, 0, 4);
	tcase_add_test(tcase, old_files_have_octets);
	TEST_ROWS(tcase, mistake_by_row, mistakes);
	tcase_add_test(tcase, no_file_is_too_broken);
	tcase_add_test(tcase, what_is_left_out_is_counted);
	tcase_add_checked_fixture(program, set_up, tear_down);
	tcase_add_test(program, a_provider_becomes_its_file);
	tcase_add_test(program, comments_stay_comments);
	TEST_ROWS(program, run_by_row, runs);
	tcase_add_test(program, one_that_is_registered_is_in_the_list);
	suite_add_tcase(suite, tcase);
	suite_add_tcase(suite, program);
	return suite_run_whole(suite);
}
