/* control/command, control/arguments: the one table of commands; the manual says the same. */
#include <check.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "control/command.h"
#include "page.h"
#include "suite.h"

static char *manual;

static void read_manual(void)
{
	manual = page_read_filled("man/wdspxectl.8");
}

static void forget_manual(void)
{
	free(manual);
}

static size_t put(char *out, size_t size, size_t used, const char *before, const char *word)
{
	int n = snprintf(out + used, size - used, "%s%s", before, word);

	ck_assert_uint_lt((size_t)n, size - used);
	return used + (size_t)n;
}

/* The synopsis as mdoc(7) has it; of optional ones the last is ".Op", which ends with the line. */
static void manual_item(const struct command *command, char *out, size_t size)
{
	size_t used = put(out, size, 0, "\n.It Cm ", command->name);
	char name[32];

	for (const struct command_word *w = command->word; w->name || w->option; w++) {
		bool last = !w[1].name && !w[1].option;

		if (!w->needed)
			used = put(out, size, used, last ? " Op" : " Oo", "");
		if (w->option)
			used = put(out, size, used, " Fl ", w->option + 1);
		for (size_t i = 0; w->name && i <= strlen(w->name); i++)
			name[i] = (char)tolower(w->name[i]);
		if (w->name)
			used = put(out, size, used, " Ar ", name);
		if (!w->needed && !last)
			used = put(out, size, used, " Oc", "");
	}
	used = put(out, size, used, " ", command->help); /* it was joined to the line of the item */
	out[used - strlen(command->help)] = (char)toupper(command->help[0]);
	put(out, size, used, ".", "");
}

START_TEST(manual_has_each_command_in_the_same_words)
{
	char item[1024];

	manual_item(&commands[_i], item, sizeof(item));
	ck_assert_msg(strstr(manual, item) != NULL, "not in wdspxectl(8): %s", item);
}
END_TEST

START_TEST(manual_has_no_other_command)
{
	const char *end = strstr(manual, "\n.Ss JSON"), *at = strstr(manual, "The commands are:");
	int n = 0;

	ck_assert(end && at);
	while ((at = strstr(at, "\n.It Cm ")) && at++ < end)
		n++;
	ck_assert_int_eq(n, COMMAND_COUNT);
}
END_TEST

START_TEST(row_is_complete)
{
	const struct command *command = &commands[_i];
	char error[COMMAND_ERROR_MAX], synopsis[COMMAND_SYNOPSIS_MAX];

	ck_assert_ptr_eq(command_find(command->name, error), command);
	ck_assert_int_eq((int)command->id, _i);
	ck_assert_uint_lt(strlen(command_synopsis(command, synopsis)), COMMAND_SYNOPSIS_MAX - 1);
	ck_assert(islower(command->help[0]) && command->help[strlen(command->help) - 1] != '.');
	ck_assert_ptr_null(command->word[COMMAND_WORDS_MAX].name);
	ck_assert_ptr_null(command->word[COMMAND_WORDS_MAX].option);
}
END_TEST

static const struct {
	const char *name, *error;
} unknown[] = {
	{ "stauts", "unknown command \"stauts\": did you mean \"status\"?" },
	{ "met", "unknown command \"met\": did you mean \"metrics\"?" },
	{ "frobnicate", "unknown command \"frobnicate\"" },
	{ "", "unknown command \"\"" },
};

START_TEST(unknown_command_is_told_with_the_nearest)
{
	char error[COMMAND_ERROR_MAX];

	ck_assert_ptr_null(command_find(unknown[_i].name, error));
	ck_assert_str_eq(error, unknown[_i].error);
}
END_TEST

#define WORDS(...)                                                                                 \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static const struct {
	enum command_id command;
	const char *words[8];
	const char *read; /* the row's words, "-" where left out */
} good[] = {
	{ COMMAND_list, { NULL }, "-" },
	{ COMMAND_why, { NULL }, "-" },
	{ COMMAND_why, WORDS("W0201"), "W0201" },
	{ COMMAND_bundle, { NULL }, "- -" },
	{ COMMAND_bundle, WORDS("-o", "f", "--anon=k"), "k f" },
	{ COMMAND_register, WORDS("a", "b.so"), "a b.so - - -" },
	{ COMMAND_register, WORDS("a", "--index", "3", "b.so"), "a b.so 3 - -" },
	{ COMMAND_register, WORDS("--critical", "--index=0", "a", "b.so"), "a b.so 0  -" },
	{ COMMAND_register, WORDS("--", "--index", "-b.so"), "--index -b.so - - -" },
	{ COMMAND_register, WORDS("-", "--", "--"), "- -- - - -" },
	{ COMMAND_register, WORDS("a", "b.so", "--set", "c=1", "--set=d=2"), "a b.so - - d=2" },
	{ COMMAND_control, WORDS("a b\"c", "128"), "a b\"c 128" },
	{ COMMAND_provider, WORDS("a"), "a - -" },
	{ COMMAND_provider, WORDS("--input", "f", "a", "b", "--input"), "a f b" },
	{ COMMAND_provider, WORDS("a", "--", "--input", "f"), "a - --input" },
	{ COMMAND_device, WORDS("list"), "list -" },
	{ COMMAND_device, WORDS("list", "--group", "lab"), "list --group" },
	{ COMMAND_control, WORDS("all", "interrogate"), "all interrogate" },
	{ COMMAND_log, WORDS("--follow"), " - -" },
	{ COMMAND_log, WORDS("--mac", "52-54-00-aB-cd-EF", "--follow", "--level=debug"),
	  " debug 52-54-00-aB-cd-EF" },
};

static size_t count(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

START_TEST(words_are_read)
{
	const struct command *command = &commands[good[_i].command];
	char error[COMMAND_ERROR_MAX] = "", read[256] = "";
	struct arguments out;

	ck_assert_msg(arguments_read(command, good[_i].words, count(good[_i].words), &out, error) ==
			      0,
		      "%s", error);
	ck_assert_ptr_eq(out.command, command);
	for (size_t i = 0; command->word[i].name || command->word[i].option; i++) {
		strcat(read, i ? " " : "");
		strcat(read, out.word[i] ? out.word[i] : "-");
	}
	ck_assert_str_eq(read, good[_i].read);
}
END_TEST

static const struct {
	enum command_id command;
	const char *words[8];
	const char *error;
} wrong[] = {
	{ COMMAND_list, WORDS("a"), "list: \"a\" is one word too many; usage: list [--settings]" },
	{ COMMAND_control, WORDS("a"), "control: CODE is missing; usage: control NAME CODE" },
	{ COMMAND_explain, WORDS("a"),
	  "explain: \"a\" is one word too many; usage: see wdspxectl explain --help" },
	{ COMMAND_control, WORDS("", "pause"), "control: NAME must not be empty, not \"\"" },
	{ COMMAND_control, WORDS("a", "puase"),
	  "control: CODE must be pause, continue, interrogate or 128 to 255, not \"puase\": "
	  "did you mean \"pause\"?" },
	{ COMMAND_control, WORDS("a", "127"),
	  "control: CODE must be pause, continue, interrogate or 128 to 255, not \"127\"" },
	{ COMMAND_control, WORDS("a", "256"),
	  "control: CODE must be pause, continue, interrogate or 128 to 255, not \"256\"" },
	{ COMMAND_register, WORDS("a", "b", "--idnex", "3"),
	  "register has no option \"--idnex\": did you mean \"--index\"?" },
	{ COMMAND_register, WORDS("a", "b", "--index"), "register: --index needs a value, N" },
	{ COMMAND_register, WORDS("a", "b", "--index", "-1"),
	  "register: --index must be a number, not \"-1\"" },
	{ COMMAND_register, WORDS("a", "b", "--index", "4294967296"),
	  "register: --index must be a number, not \"4294967296\"" },
	{ COMMAND_register, WORDS("a", "b", "--index", "99999999999999999999"),
	  "register: --index must be a number, not \"99999999999999999999\"" },
	{ COMMAND_register, WORDS("a", "b", "--index=1", "--index=2"),
	  "register: --index is given twice" },
	{ COMMAND_register, WORDS("a", "b", "--critical=1"),
	  "register: --critical takes no value" },
	{ COMMAND_log, WORDS("--level", "debug"),
	  "log: --follow is missing; usage: log --follow [--level LEVEL] [--mac MAC]" },
	{ COMMAND_log, WORDS("--follow", "--level", "debu"),
	  "log: --level must be error, warning, notice, info or debug, not \"debu\": "
	  "did you mean \"debug\"?" },
	{ COMMAND_log, WORDS("--follow", "--mac", "52:54:00:00:00"),
	  "log: --mac must be six octets such as 52:54:00:12:34:56, not \"52:54:00:00:00\"" },
	{ COMMAND_log, WORDS("--follow", "--mac", "52:54:00:00:00:01:02"),
	  "log: --mac must be six octets such as 52:54:00:12:34:56, not "
	  "\"52:54:00:00:00:01:02\"" },
	{ COMMAND_explain, WORDS("--family", "5"), "explain: --family must be 4 or 6, not \"5\"" },
	{ COMMAND_explain, WORDS("--relay", "10.0.0.1/8"),
	  "explain: --relay must be an IPv4 or IPv6 address, not \"10.0.0.1/8\"" },
	{ COMMAND_explain, WORDS("--duid", "0:1"),
	  "explain: --duid must be octets such as 0a:1b:2c, not \"0:1\"" },
	{ COMMAND_explain, WORDS("--duid", "00:"),
	  "explain: --duid must be octets such as 0a:1b:2c, not \"00:\"" },
	{ COMMAND_register, WORDS("a", "b", "-x"), "register has no option \"-x\"" },
	{ COMMAND_provider, WORDS("a", "--inptu", "f"),
	  "provider has no option \"--inptu\": did you mean \"--input\"?" },
	{ COMMAND_device, WORDS("lits"),
	  "device: VERB must be one of list, show, add, set, remove, boot, pending, approve, "
	  "reject, "
	  "rearm, forget, import and export, not \"lits\": did you mean \"list\"?" },
};

START_TEST(wrong_words_are_told)
{
	char error[COMMAND_ERROR_MAX] = "";
	struct arguments out;

	ck_assert_int_eq(arguments_read(&commands[wrong[_i].command], wrong[_i].words,
					count(wrong[_i].words), &out, error),
			 -EINVAL);
	ck_assert_str_eq(error, wrong[_i].error);
}
END_TEST

START_TEST(values_of_words)
{
	uint8_t mac[6];

	word_mac("52:54:00-aB-cd:EF", mac);
	ck_assert_mem_eq(mac, ((uint8_t[]){ 0x52, 0x54, 0, 0xab, 0xcd, 0xef }), 6);
	ck_assert_int_eq(word_level("error"), LOG_ERR);
	ck_assert_int_eq(word_level("debug"), LOG_DEBUG);
	ck_assert_uint_eq(word_code("pause"), 2);
	ck_assert_uint_eq(word_code("continue"), 3);
	ck_assert_uint_eq(word_code("interrogate"), 4);
	ck_assert_uint_eq(word_code("255"), 255);
	ck_assert_uint_eq(word_count("4294967295"), UINT32_MAX);
	ck_assert_uint_eq(word_arch("x64-uefi-http"), 16);
	ck_assert_uint_eq(word_arch("300"), 300);
}
END_TEST

/* From the first word of the provider's own on all are taken as they are, empty ones too. */
START_TEST(rest_of_words)
{
	const char *const words[] = { "--input", "-", "a", "b", "", "--input", "--", "-s" };
	const char *many[COMMAND_REST_MAX + 2] = { "a" };
	char error[COMMAND_ERROR_MAX] = "";
	struct arguments out;

	ck_assert_int_eq(arguments_read(&commands[COMMAND_provider], words, 8, &out, error), 0);
	ck_assert_uint_eq(out.n_rest, 5);
	ck_assert_str_eq(out.rest[0], "b");
	ck_assert_str_eq(out.rest[1], "");
	ck_assert_str_eq(out.rest[4], "-s");
	ck_assert_ptr_null(out.rest[5]);
	for (size_t i = 1; i < COMMAND_REST_MAX + 2; i++)
		many[i] = "w";
	ck_assert_int_eq(arguments_read(&commands[COMMAND_provider], many, COMMAND_REST_MAX + 1,
					&out, error),
			 0);
	ck_assert_int_eq(arguments_read(&commands[COMMAND_provider], many, COMMAND_REST_MAX + 2,
					&out, error),
			 -EINVAL);
	ck_assert_str_eq(error, "provider: more than 60 words are too many");
}
END_TEST

START_TEST(octets_of_words)
{
	uint8_t uuid[16], octets[4] = { 0, 0, 0, 0xee };
	struct ip ip = word_address("fd77::2");

	word_uuid("01020304-0506-0708-090a-0b0c0d0e0fFF", uuid);
	ck_assert(uuid[0] == 1 && uuid[4] == 5 && uuid[15] == 0xff);
	ck_assert_uint_eq(word_hex("01:02Ff", octets, 3), 3);
	ck_assert_mem_eq(octets, "\1\2\xff\xee", 4);
	ck_assert_uint_eq(word_hex("0102030405", octets, 3), 5); /* it says how many there are */
	ck_assert_uint_eq(octets[3], 0xee);
	ck_assert(ip.family == IP_V6 && ip.octet[15] == 2);
}
END_TEST

/* By the option's name, whatever its place in the row. */
START_TEST(option_of_arguments)
{
	const char *const words[] = { "--frame", "7", "--ask-all" };
	char error[COMMAND_ERROR_MAX];
	struct arguments out;

	ck_assert_int_eq(arguments_read(&commands[COMMAND_explain], words, 3, &out, error), 0);
	ck_assert_str_eq(arguments_option(&out, "--frame"), "7");
	ck_assert_str_eq(arguments_option(&out, "--ask-all"), "");
	ck_assert_ptr_null(arguments_option(&out, "--packet"));
	ck_assert_ptr_null(arguments_option(&out, "--nowhere"));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("command");

	tcase_add_unchecked_fixture(tcase, read_manual, forget_manual);
	tcase_add_loop_test(tcase, manual_has_each_command_in_the_same_words, 0, COMMAND_COUNT);
	tcase_add_test(tcase, manual_has_no_other_command);
	tcase_add_loop_test(tcase, row_is_complete, 0, COMMAND_COUNT);
	TEST_ROWS(tcase, unknown_command_is_told_with_the_nearest, unknown);
	TEST_ROWS(tcase, words_are_read, good);
	TEST_ROWS(tcase, wrong_words_are_told, wrong);
	tcase_add_test(tcase, values_of_words);
	tcase_add_test(tcase, rest_of_words);
	tcase_add_test(tcase, octets_of_words);
	tcase_add_test(tcase, option_of_arguments);
	return suite_run("control/command", tcase);
}
