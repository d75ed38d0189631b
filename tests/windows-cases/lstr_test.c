/* lstrlen and its family, and wsprintf: each row by the A and the W form. */
#include <stdarg.h>
#include <wchar.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { ROOM = 32 };

static const struct {
	const char *to, *from;            /* NULL: there is none */
	int len, most;                    /* of from; of lstrcpyn */
	const char *copy, *part, *joined; /* NULL: failure */
} string_rows[] = {
	{ "ab", "cde", 3, 3, "cde", "cd", "abcde" },
	{ "", "", 0, 1, "", "", "" },
	{ "ab", "", 0, 5, "", "", "ab" },
	{ "", "abc", 3, 9, "abc", "abc", "abc" },
	{ "ab", "cd", 2, 1, "cd", "", "abcd" },
	{ "ab", NULL, 0, 3, NULL, NULL, NULL },
	{ NULL, "ab", 2, 3, NULL, NULL, NULL },
};

API_CASES(lstrlenA, string_rows);
API_CASES(lstrlenW, string_rows);
API_CASES(lstrcpyA, string_rows);
API_CASES(lstrcpyW, string_rows);
API_CASES(lstrcpynA, string_rows);
API_CASES(lstrcpynW, string_rows);
API_CASES(lstrcatA, string_rows);
API_CASES(lstrcatW, string_rows);

static WCHAR *widen(const char *text, WCHAR *out)
{
	if (text)
		MultiByteToWideChar(CP_UTF8, 0, text, -1, out, ROOM);
	return text ? out : NULL;
}

static void check(const char *a, const WCHAR *w, const char *wanted)
{
	WCHAR wide[ROOM];

	ck_assert_int_eq(a != NULL, wanted != NULL);
	ck_assert_int_eq(w != NULL, wanted != NULL);
	if (!wanted) {
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
		return;
	}
	ck_assert_str_eq(a, wanted);
	ck_assert_int_eq(wcscmp(w, widen(wanted, wide)), 0);
}

START_TEST(strings)
{
	const char *to = string_rows[_i].to, *from = string_rows[_i].from;
	char a[ROOM];
	WCHAR w[ROOM], wide[ROOM], *w_from = widen(from, wide);

	ck_assert_int_eq(lstrlenA(from), string_rows[_i].len);
	ck_assert_int_eq(lstrlenW(w_from), string_rows[_i].len);
#define BEGIN (strcpy(a, to ? to : ""), widen(a, w))
	BEGIN;
	check(lstrcpyA(to ? a : NULL, from), lstrcpyW(to ? w : NULL, w_from), string_rows[_i].copy);
	BEGIN;
	check(lstrcpynA(to ? a : NULL, from, string_rows[_i].most),
	      lstrcpynW(to ? w : NULL, w_from, string_rows[_i].most), string_rows[_i].part);
	BEGIN;
	check(lstrcatA(to ? a : NULL, from), lstrcatW(to ? w : NULL, w_from),
	      string_rows[_i].joined);
}
END_TEST

static const struct {
	const char *a, *b;
	int with, without; /* case */
} compare_rows[] = {
	{ "abc", "abc", 0, 0 }, { "abc", "ABC", 1, 0 },     { "a", "b", -1, -1 },
	{ "B", "a", -1, 1 },    { "ab", "a", 1, 1 },        { "\xc3\xa4", "\xc3\x84", 1, 0 },
	{ "", "", 0, 0 },       { NULL, "", -1, -1 },       { "", NULL, 1, 1 },
	{ NULL, NULL, 0, 0 },   { "a\xc3", "a\xc3", 0, 0 }, { "\xd0\x96", "\xd0\xb6", -1, 0 },
};

API_CASES(lstrcmpA, compare_rows);
API_CASES(lstrcmpW, compare_rows);
API_CASES(lstrcmpiA, compare_rows);
API_CASES(lstrcmpiW, compare_rows);

START_TEST(compares)
{
	const char *a = compare_rows[_i].a, *b = compare_rows[_i].b;
	WCHAR room_a[ROOM], room_b[ROOM], *wa = widen(a, room_a), *wb = widen(b, room_b);

	ck_assert_int_eq(lstrcmpA(a, b), compare_rows[_i].with);
	ck_assert_int_eq(lstrcmpW(wa, wb), compare_rows[_i].with);
	ck_assert_int_eq(lstrcmpiA(a, b), compare_rows[_i].without);
	ck_assert_int_eq(lstrcmpiW(wa, wb), compare_rows[_i].without);
}
END_TEST

static const struct {
	const char *format; /* of 7 */
	int r;
	const char *wanted; /* NULL: as many blanks */
} print_rows[] = {
	{ "%d!", 2, "7!" },       { "", 0, "" }, { "%1023d", 1023, NULL }, { "%1024d", 1023, NULL },
	{ "%2000d", 1023, NULL },
};

API_CASES(wsprintfA, print_rows);
API_CASES(wsprintfW, print_rows);
API_CASES(wvsprintfA, print_rows);
API_CASES(wvsprintfW, print_rows);

static int print_list(char *a, const char *format, WCHAR *w, const WCHAR *wide, ...)
{
	va_list args, again;
	int n;

	va_start(args, wide);
	va_copy(again, args);
	n = wvsprintfA(a, format, args);
	ck_assert_int_eq(wvsprintfW(w, wide, again), n);
	va_end(again);
	va_end(args);
	return n;
}

START_TEST(prints)
{
	static char a[1024];
	static WCHAR w[1024];
	WCHAR wide[ROOM];
	const char *format = print_rows[_i].format;

	widen(format, wide);
	for (int list = 0; list < 2; list++) {
		memset(a, '#', sizeof a);
		wmemset(w, '#', 1024);
		if (list) {
			ck_assert_int_eq(print_list(a, format, w, wide, 7), print_rows[_i].r);
		} else {
			ck_assert_int_eq(wsprintfA(a, format, 7), print_rows[_i].r);
			ck_assert_int_eq(wsprintfW(w, wide, 7), print_rows[_i].r);
		}
		ck_assert_uint_eq(strlen(a), print_rows[_i].r);
		ck_assert_uint_eq(wcslen(w), print_rows[_i].r);
		if (print_rows[_i].wanted)
			check(a, w, print_rows[_i].wanted);
	}
	SetLastError(0);
	ck_assert_int_eq(wsprintfA(a, NULL), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_int_eq(wsprintfW(NULL, L""), 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("lstr");

	TEST_ROWS(tcase, strings, string_rows);
	TEST_ROWS(tcase, compares, compare_rows);
	TEST_ROWS(tcase, prints, print_rows);
	return suite_run("lstr", tcase);
}
