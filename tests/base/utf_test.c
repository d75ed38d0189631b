/* base/utf: good text both ways, bad text without harm. */
#include <check.h>
#include <stdlib.h>

#include "base/utf.h"
#include "suite.h"

static const struct {
	const char *what, *utf8;
	wchar_t wide[8];
	bool valid;
} rows[] = {
	{ "nothing", "", { 0 }, true },
	{ "ASCII", "ab\x7f", { 'a', 'b', 0x7f }, true },
	{ "two octets", "\xc2\x80\xdf\xbf", { 0x80, 0x7ff }, true },
	{ "three octets", "\xe0\xa0\x80\xef\xbf\xbf", { 0x800, 0xffff }, true },
	{ "around the surrogates", "\xed\x9f\xbf\xee\x80\x80", { 0xd7ff, 0xe000 }, true },
	{ "four octets", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", { 0x10000, 0x10ffff }, true },
	{ "overlong", "\xc0\x80\xc1\xbf", { 0xfffd, 0xfffd, 0xfffd, 0xfffd }, false },
	{ "overlong of three", "\xe0\x9f\xbf", { 0xfffd, 0xfffd, 0xfffd }, false },
	{ "overlong of four", "\xf0\x8f\xbf\xbf", { 0xfffd, 0xfffd, 0xfffd, 0xfffd }, false },
	{ "surrogate", "\xed\xa0\x80", { 0xfffd, 0xfffd, 0xfffd }, false },
	{ "too large", "\xf4\x90\x80\x80", { 0xfffd, 0xfffd, 0xfffd, 0xfffd }, false },
	{ "far too large", "\xf5\xff", { 0xfffd, 0xfffd }, false },
	{ "cut off", "a\xe2\x82", { 'a', 0xfffd, 0xfffd }, false },
	{ "cut off by another", "\xe2\x82z", { 0xfffd, 0xfffd, 'z' }, false },
	{ "a lone continuation", "\x80z", { 0xfffd, 'z' }, false },
};

START_TEST(text_becomes_wide_and_back)
{
	size_t n = wcslen(rows[_i].wide);
	struct span utf8 = span_str(rows[_i].utf8);
	wchar_t wide[8];
	char back[40];

	ck_assert_uint_eq(wide_from_utf8(utf8, wide, 8), n);
	ck_assert_msg(wcscmp(wide, rows[_i].wide) == 0, "%s", rows[_i].what);
	ck_assert_msg(utf8_valid(utf8) == rows[_i].valid, "%s", rows[_i].what);
	ck_assert(wide_valid(wide, n));
	utf8_from_wide(wide, n, back, sizeof(back));
	if (rows[_i].valid)
		ck_assert_str_eq(back, rows[_i].utf8);
	else
		ck_assert(utf8_valid(span_str(back)));
}
END_TEST

static const struct {
	size_t room, need;
	const char *out;
} rooms[] = {
	{ 0, 6, "??????" },
	{ 1, 6, "" },
	{ 2, 6, "a" },
	{ 3, 6, "a" },
	{ 4, 6, "a\xc3\xa9" },
	{ 6, 6, "a\xc3\xa9" },
	{ 7, 6, "a\xc3\xa9\xe2\x82\xac" },
};

START_TEST(only_whole_characters_are_written)
{
	static const wchar_t wide[] = { 'a', 0xe9, 0x20ac };
	char out[8] = "??????";

	ck_assert_uint_eq(utf8_from_wide(wide, 3, out, rooms[_i].room), rooms[_i].need);
	ck_assert_str_eq(out, rooms[_i].out);
}
END_TEST

START_TEST(wide_room_is_kept)
{
	wchar_t out[4] = { 1, 1, 1, 1 };

	ck_assert_uint_eq(wide_from_utf8(span_str("abcdef"), out, 3), 6);
	ck_assert(wcscmp(out, L"ab") == 0 && out[3] == 1);
	ck_assert_uint_eq(wide_from_utf8(span_str("abc"), NULL, 0), 3);
	ck_assert_uint_eq(wide_from_utf8(span_of("a\0b", 4), out, 4), 4);
	ck_assert(out[0] == 'a' && out[1] == 0 && out[2] == 'b' && out[3] == 0);
}
END_TEST

START_TEST(what_is_no_character_is_replaced)
{
	static const wchar_t bad[] = { 0xd800, 0xdfff, 0x110000, -1 };
	char out[16];

	ck_assert_uint_eq(utf8_from_wide(bad, 4, out, sizeof(out)), 12);
	ck_assert_str_eq(out, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	for (int i = 0; i < 4; i++)
		ck_assert(!wide_valid(bad + i, 1));
}
END_TEST

START_TEST(copies_are_whole)
{
	char *utf8 = utf8_dup(L"gr\u00fc\u00df \U0001f680");

	ck_assert_str_eq(utf8, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x9a\x80");
	free(utf8);
}
END_TEST

static const struct {
	const char *cut, *whole;
} cuts[] = {
	{ "", "" },
	{ "abc", "abc" },
	{ "gr\xc3\xbc", "gr\xc3\xbc" },
	{ "gr\xc3", "gr" },
	{ "\xe2\x82\xac\xe2\x82", "\xe2\x82\xac" },
	{ "\xe2\x82\xac\xe2", "\xe2\x82\xac" },
	{ "a\xf0\x9f\x9a", "a" },
	{ "a\xf0\x9f\x9a\x80", "a\xf0\x9f\x9a\x80" },
	{ "\xc3", "" },
	{ "\x82\x82\x82\x82\x82", "\x82\x82\x82\x82\x82" }, /* was never one */
};

/* A6: text that was cut ends with a whole character. */
START_TEST(half_a_character_is_taken_off)
{
	char text[16];

	strcpy(text, cuts[_i].cut);
	utf8_trim(text);
	ck_assert_str_eq(text, cuts[_i].whole);
}
END_TEST

static const struct {
	const char *a, *b;
	int order;
} pairs[] = {
	{ "", "", 0 },
	{ "a", "A", 0 },
	{ "a", "b", -1 },
	{ "B", "a", 1 },
	{ "a", "ab", -1 },
	{ "\xc3\xbc", "\xc3\x9c", 0 },
	{ "\xce\xa3", "\xcf\x83", 0 },
	{ "\xc3\x9f", "ss", 1 },
	{ "\xff", "\xef\xbf\xbd", 0 },
	{ "_", "A", -1 },
	{ "A\xc3\x9c", "a\xc3\xbc", 0 },
	{ "az", "a\xc3\xbc", -1 },
	{ "ak", "a\xe2\x84\xaa", 0 }, /* the sign of a kelvin, whose small letter is ASCII */
	{ "ab", "a\xff", -1 },
};

START_TEST(case_does_not_count)
{
	ck_assert_int_eq(utf8_casecmp(pairs[_i].a, pairs[_i].b), pairs[_i].order);
	ck_assert_int_eq(utf8_casecmp(pairs[_i].b, pairs[_i].a), -pairs[_i].order);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("utf");

	TEST_ROWS(t, text_becomes_wide_and_back, rows);
	TEST_ROWS(t, only_whole_characters_are_written, rooms);
	tcase_add_test(t, wide_room_is_kept);
	tcase_add_test(t, what_is_no_character_is_replaced);
	tcase_add_test(t, copies_are_whole);
	TEST_ROWS(t, half_a_character_is_taken_off, cuts);
	TEST_ROWS(t, case_does_not_count, pairs);
	return suite_run("base/utf", t);
}
