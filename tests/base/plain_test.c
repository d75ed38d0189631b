/* base/plain: what somebody else said can do nothing in a line. */
#include <check.h>
#include <stdio.h>

#include "base/plain.h"
#include "base/utf.h"
#include "suite.h"

static const struct {
	const char *name, *said, *plain;
} rows[] = {
	{ "ASCII stays", "boot/ipxe.efi \\x64 100% \"a\" > b & c",
	  "boot/ipxe.efi \\x64 100% \"a\" > b & c" },
	{ "letters of any language stay", "Büro 東京", "Büro 東京" },
	{ "nothing", "", "" },
	{ "line ends and tabs are blanks", "a\r\nb\tc", "a  b c" },
	{ "an escape sequence of a terminal", "\x1b[2Jx\x07\x7f", "?[2Jx??" },
	{ "C1 controls",
	  "a\xc2\x9b"
	  "31m",
	  "a?31m" },
	{ "a tag, and a level of stderr", "<3>x<script>", "‹3>x‹script>" },
	{ "marks of direction",
	  "a\xe2\x80\xae"
	  "fdp.exe\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f",
	  "a?fdp.exe???" },
	{ "invisible",
	  "a\xe2\x80\x8b"
	  "b\xef\xbb\xbf",
	  "a?b?" },
	{ "Unicode's line ends",
	  "a\xe2\x80\xa8"
	  "b\xe2\x80\xa9",
	  "a?b?" },
	{ "tag characters", "\xf3\xa0\x81\x81", "?" },
	{ "octets that begin nothing", "a\xff\xfe\x80z", "a���z" },
	{ "overlong, surrogate", "\xc0\xaf\xed\xa0\x80", "�����" },
	{ "cut off", "a\xe2\x82", "a��" },
};

START_TEST(a_text_is_made_plain)
{
	char out[128];

	ck_assert_str_eq(plain_text(span_str(rows[_i].said), out, sizeof(out)), rows[_i].plain);
}
END_TEST

START_TEST(a_nul_is_a_character_like_others)
{
	char out[8];

	ck_assert_str_eq(plain_text(span_of("a\0b", 3), out, sizeof(out)), "a?b");
}
END_TEST

/* "ab東京" has 8 octets: only whole characters are written, whatever the room is. */
START_TEST(it_is_cut_between_characters)
{
	static const char *const cut[] = { NULL, "",     "a",    "ab",   "ab",
					   "ab", "ab東", "ab東", "ab東", "ab東京" };
	char out[16];

	memset(out, 'x', sizeof(out));
	plain_text(span_str("ab東京"), out, (size_t)_i);
	ck_assert_str_eq(out, cut[_i]);
	ck_assert_int_eq(out[_i], 'x');
}
END_TEST

/* Every character there is: what comes out can be shown, and is one character. */
START_TEST(no_character_gets_through_that_moves_or_hides)
{
	uint32_t bad = 0;

	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		uint32_t plain = plain_char(c);
		bool known = plain == c || plain == '?' || plain == ' ' || plain == 0x2039;

		if (!known || plain < 0x20 || plain == '<' || (plain >= 0x7f && plain < 0xa0) ||
		    plain_char(plain) != plain)
			bad = c + 1;
	}
	ck_assert_uint_eq(bad, 0);
}
END_TEST

/* Octets are looked at several at a time: each, at each place of a long text, ends as it does
 * alone.
 */
START_TEST(an_octet_is_found_wherever_it_stands)
{
	char said[20], alone[8], expected[64], out[32];

	for (unsigned octet = 0; octet <= UINT8_MAX; octet++) {
		const uint8_t one = (uint8_t)octet;

		memset(said, 'a', sizeof(said));
		said[_i] = (char)one;
		plain_text(span_of(&one, 1), alone, sizeof(alone));
		snprintf(expected, sizeof(expected), "%.*s%s%.*s", _i, "aaaaaaaaaaaaaaaaaaaa",
			 alone, 19 - _i, "aaaaaaaaaaaaaaaaaaaa");
		ck_assert_str_eq(plain_text(span_of(said, sizeof(said)), out, sizeof(out)),
				 expected);
	}
}
END_TEST

/* Of a text that goes as it is, just what there is room for, with its NUL. */
START_TEST(a_long_text_is_cut_at_its_room)
{
	char out[24];

	memset(out, 'x', sizeof(out));
	plain_text(span_str("undionly.kpxe/undionly.kpxe"), out, (size_t)_i);
	ck_assert_uint_eq(strlen(out), (size_t)_i - 1);
	ck_assert_int_eq(memcmp(out, "undionly.kpxe/undionly.kpxe", (size_t)_i - 1), 0);
	ck_assert_int_eq(out[_i], 'x');
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("plain");

	TEST_ROWS(tcase, a_text_is_made_plain, rows);
	tcase_add_test(tcase, a_nul_is_a_character_like_others);
	tcase_add_loop_test(tcase, it_is_cut_between_characters, 1, 10);
	tcase_add_loop_test(tcase, an_octet_is_found_wherever_it_stands, 0, 20);
	tcase_add_loop_test(tcase, a_long_text_is_cut_at_its_room, 1, 23);
	tcase_add_test(tcase, no_character_gets_through_that_moves_or_hides);
	return suite_run("base/plain", tcase);
}
