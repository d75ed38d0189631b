/* base/json_line: it takes what JSON is and nothing else; jansson, which reads it later, agrees. */
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_line.h"
#include "suite.h"

static const struct {
	const char *text, *wrong; /* NULL: nothing is */
	size_t at;
} rows[] = {
	{ "null", NULL, 0 },
	{ " \t\r\n true ", NULL, 0 },
	{ "\"\"", NULL, 0 },
	{ "-0.5e+3", NULL, 0 },
	{ "[]", NULL, 0 },
	{ "{ }", NULL, 0 },
	{ "[1, [2, {\"a\": [], \"b\": {\"c\": \"\\u00e4\\ud83d\\ude00\\n\"}}]]", NULL, 0 },
	{ "", "a value is missing", 0 },
	{ "[", "a value is missing", 1 },
	{ "[1,]", "no value begins so", 3 },
	{ "[1 2]", "a comma or ] is missing", 3 },
	{ "{\"a\" 1}", "a colon is missing", 5 },
	{ "{a: 1}", "a name in quotes is missing", 1 },
	{ "{\"a\": 1,}", "a name in quotes is missing", 8 },
	{ "{\"a\": 1]", "a comma or } is missing", 7 },
	{ "1 2", "more than one value", 2 },
	{ "]", "no value begins so", 0 },
	{ "01", "more than one value", 1 },
	{ "-", "not a number", 1 },
	{ "1.", "no digit behind the point", 2 },
	{ "1e", "no digit in the exponent", 2 },
	{ "9223372036854775808", "a number that is too large or too long", 19 },
	{ "1e999", "a number that is too large or too long", 5 },
	{ "\"a", "a string without its end", 2 },
	{ "\"a\nb\"", "a control octet in a string", 2 },
	{ "\"\\x\"", "no such escape", 2 },
	{ "\"\\u00g0\"", "\\u needs four hexadecimal digits", 5 },
	{ "\"\\u0000\"", "\\u0000 is not taken", 7 },
	{ "\"\\ud83d\"", "half of a character", 7 },
	{ "\"\\ude00\"", "half of a character", 7 },
	{ "\"\xff\"", "not UTF-8", 1 },
	{ "\"\xef\xbf\xbd\"", NULL, 0 },
	{ "tru", "no value begins so", 0 },
};

START_TEST(what_is_wrong_is_told)
{
	char *text = strdup(rows[_i].text);
	size_t at = 0;
	const char *wrong = json_line(text, strlen(text), &at);

	ck_assert_msg(!wrong == !rows[_i].wrong && (!wrong || !strcmp(wrong, rows[_i].wrong)),
		      "%s: %s", rows[_i].text, wrong ? wrong : "taken");
	ck_assert_msg(!wrong || at == rows[_i].at, "%s: at %zu", rows[_i].text, at);
	ck_assert(wrong || !strpbrk(text, "\t\r\n"));
	free(text);
}
END_TEST

START_TEST(depth_is_bounded)
{
	char text[2 * JSON_LINE_DEPTH_MAX + 2];
	size_t at;

	memset(text, '[', JSON_LINE_DEPTH_MAX);
	memset(text + JSON_LINE_DEPTH_MAX, ']', JSON_LINE_DEPTH_MAX);
	ck_assert_ptr_null(json_line(text, 2 * JSON_LINE_DEPTH_MAX, &at));
	memset(text, '[', JSON_LINE_DEPTH_MAX + 1);
	memset(text + JSON_LINE_DEPTH_MAX + 1, ']', JSON_LINE_DEPTH_MAX + 1);
	ck_assert_str_eq(json_line(text, sizeof(text), &at), "too deep");
}
END_TEST

/* Every text of pieces that JSON is made of is taken by both or by neither. */
START_TEST(jansson_agrees)
{
	static const char *const pieces[] = {
		"{",  "}",  "[",  "]",       ",",   ":",    "\"\"", "\"a\"",
		"1",  "-",  ".",  "e",       "0",   "true", "null", " ",
		"\n", "\"", "\\", "\\u0041", "\\n", "\xc3", "\xa4", "\\ud83d"
	};
	unsigned taken = 0;

	srand(7);
	for (int i = 0; i < 300000; i++) {
		char text[64] = "";
		size_t at;
		json_t *value;
		bool ours;

		for (int n = rand() % 8; n >= 0; n--)
			strcat(text, pieces[(size_t)rand() % (sizeof(pieces) / sizeof(*pieces))]);
		value = json_loadb(text, strlen(text), JSON_DECODE_ANY, NULL);
		ours = json_line((char[64]){ 0 }, 0, &at) == NULL; /* nothing is no JSON */
		ck_assert(!ours);
		ours = json_line(strcpy((char[64]){ 0 }, text), strlen(text), &at) == NULL;
		ck_assert_msg(ours == (value != NULL), "%s: %d", text, ours);
		taken += ours;
		json_decref(value);
	}
	ck_assert_uint_gt(taken, 1000);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("json_line");

	TEST_ROWS(tcase, what_is_wrong_is_told, rows);
	tcase_add_test(tcase, depth_is_bounded);
	tcase_add_test(tcase, jansson_agrees);
	tcase_set_timeout(tcase, 60);
	return suite_run("base/json_line", tcase);
}
