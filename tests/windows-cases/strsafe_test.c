/* <strsafe.h>: one table for the four forms of each function, by Microsoft's pages. */
#include <locale.h>
#include <stdarg.h>

#include <windows/strsafe.h>

#include "libwdspxe/api_cases.h"

enum { WHOLE = STRSAFE_MAX_LENGTH };

#define TOO_LONG STRSAFE_E_INSUFFICIENT_BUFFER
#define WRONG    STRSAFE_E_INVALID_PARAMETER
#define FILL(c)  STRSAFE_FILL_BYTE(c)
#define FAIL(c)  STRSAFE_FAILURE_BYTE(c)
#define IGNORE   STRSAFE_IGNORE_NULLS
#define EMPTY    STRSAFE_NULL_ON_FAILURE
#define KEEP     STRSAFE_NO_TRUNCATION

/* ---- forms: each by one signature --------------------------------------------------------------
 */

struct call {
	void *to;
	size_t n; /* of characters or octets, as the form counts */
	const void *from;
	size_t max;
	DWORD flags;
	void *end; /* out, by the Ex forms */
	size_t left;
};

struct form {
	HRESULT (*call)(struct call *call);
	bool wide, octets, counted, extended;
};

#define PUT_FORMS(NAME, COUNT, X, c)                                                               \
	static HRESULT NAME##COUNT##X(struct call *a)                                              \
	{                                                                                          \
		return String##COUNT##NAME##X(a->to, a->n, a->from);                               \
	}                                                                                          \
	static HRESULT NAME##N##COUNT##X(struct call *a)                                           \
	{                                                                                          \
		return String##COUNT##NAME##N##X(a->to, a->n, a->from, a->max);                    \
	}                                                                                          \
	static HRESULT NAME##Ex##COUNT##X(struct call *a)                                          \
	{                                                                                          \
		c *end = a->end;                                                                   \
		HRESULT r = String##COUNT##NAME##Ex##X(a->to, a->n, a->from, &end, &a->left,       \
						       a->flags);                                  \
                                                                                                   \
		a->end = end;                                                                      \
		return r;                                                                          \
	}                                                                                          \
	static HRESULT NAME##NEx##COUNT##X(struct call *a)                                         \
	{                                                                                          \
		c *end = a->end;                                                                   \
		HRESULT r = String##COUNT##NAME##NEx##X(a->to, a->n, a->from, a->max, &end,        \
							&a->left, a->flags);                       \
                                                                                                   \
		a->end = end;                                                                      \
		return r;                                                                          \
	}

#define PUT_ROWS(NAME, COUNT, X, wide, octets)                                                     \
	{ NAME##COUNT##X, wide, octets, false, false },                                            \
		{ NAME##N##COUNT##X, wide, octets, true, false },                                  \
		{ NAME##Ex##COUNT##X, wide, octets, false, true },                                 \
		{ NAME##NEx##COUNT##X, wide, octets, true, true },

#define PUT(NAME)                                                                                  \
	PUT_FORMS(NAME, Cch, A, CHAR)                                                              \
	PUT_FORMS(NAME, Cch, W, WCHAR)                                                             \
	PUT_FORMS(NAME, Cb, A, CHAR)                                                               \
	PUT_FORMS(NAME, Cb, W, WCHAR)                                                              \
	static const struct form NAME##_forms[] = { PUT_ROWS(NAME, Cch, A, false, false) PUT_ROWS( \
		NAME, Cch, W, true, false) PUT_ROWS(NAME, Cb, A, false, true)                      \
							    PUT_ROWS(NAME, Cb, W, true, true) };

PUT(Copy)
PUT(Cat)

/* ---- text of a table, in either kind -----------------------------------------------------------
 *
 * `.` stands for NUL, `#` for what was in the buffer before, `*` for octets that fill.
 */

static uint32_t meant(char c, bool wide)
{
	if (c == '.')
		return 0;
	if (c == '*' && wide)
		return 0x2a2a2a2a;
	return (uint8_t)c;
}

static void write_text(void *to, bool wide, size_t i, uint32_t c)
{
	if (wide)
		((WCHAR *)to)[i] = (WCHAR)c;
	else
		((CHAR *)to)[i] = (CHAR)c;
}

static uint32_t read_text(const void *from, bool wide, size_t i)
{
	return wide ? (uint32_t)((const WCHAR *)from)[i] : ((const BYTE *)from)[i];
}

/* Of just so many characters, so that a sanitizer sees any beyond. NULL stays NULL. */
static void *text_of(const char *text, bool wide, size_t n)
{
	void *copy = text ? malloc(n * (wide ? sizeof(WCHAR) : 1) + 1) : NULL;

	for (size_t i = 0; copy && i < n; i++)
		write_text(copy, wide, i, meant(text[i], wide));
	return copy;
}

static void check_text(const char *name, const void *text, const char *wanted, bool wide, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(read_text(text, wide, i) == meant(wanted[i], wide),
			      "%s (%s): character %zu is %#x", name, wide ? "W" : "A", i,
			      read_text(text, wide, i));
}

/* ---- Copy, Cat ---------------------------------------------------------------------------------
 */

struct put_row {
	const char *name;
	const char *before; /* the whole buffer; NULL: there is none */
	const char *from;
	size_t max;  /* WHOLE: by all forms, else by those that count */
	DWORD flags; /* 0: by all forms, else by those that have them */
	HRESULT r;
	const char *after;
	int end;     /* characters in front; -1: not told */
	size_t size; /* of the buffer where it is not before's; 0: it is */
};

static const struct put_row copy_rows[] = {
	{ "fits", "######", "abc", WHOLE, 0, S_OK, "abc.##", 3, 0 },
	{ "fits exactly", "####", "abc", WHOLE, 0, S_OK, "abc.", 3, 0 },
	{ "empty", "####", "", WHOLE, 0, S_OK, ".###", 0, 0 },
	{ "is cut and ends", "####", "abcd", WHOLE, 0, TOO_LONG, "abc.", 3, 0 },
	{ "one character", "#", "a", WHOLE, 0, TOO_LONG, ".", 0, 0 },
	{ "one character, empty", "#", "", WHOLE, 0, S_OK, ".", 0, 0 },
	{ "no size", "", "abc", WHOLE, 0, WRONG, "", -1, 0 },
	{ "a size beyond all", "####", "abc", WHOLE, 0, WRONG, ".###", -1, STRSAFE_MAX_CCH + 1UL },
	{ "no buffer", NULL, "abc", WHOLE, 0, WRONG, NULL, -1, 4 },
	{ "no buffer, no size", NULL, "abc", WHOLE, 0, WRONG, NULL, -1, 0 },
	{ "no source", "####", NULL, WHOLE, 0, WRONG, ".###", -1, 0 },

	{ "a part", "######", "abcdef", 2, 0, S_OK, "ab.###", 2, 0 },
	{ "a part, exactly", "###", "abcdef", 2, 0, S_OK, "ab.", 2, 0 },
	{ "a part that is cut", "###", "abcdef", 3, 0, TOO_LONG, "ab.", 2, 0 },
	{ "nothing", "###", "abc", 0, 0, S_OK, ".##", 0, 0 },
	{ "more than there is", "######", "ab", 9, 0, S_OK, "ab.###", 2, 0 },
	{ "a part beyond all", "###", "abc", STRSAFE_MAX_CCH, 0, WRONG, ".##", -1, 0 },

	{ "nulls are empty", "###", NULL, WHOLE, IGNORE, S_OK, ".##", 0, 0 },
	{ "nowhere, nothing", NULL, NULL, WHOLE, IGNORE, S_OK, NULL, 0, 0 },
	{ "nowhere, empty", NULL, "", WHOLE, IGNORE, S_OK, NULL, 0, 0 },
	{ "nowhere, something", NULL, "a", WHOLE, IGNORE, WRONG, NULL, -1, 0 },
	{ "nowhere of a size", NULL, "a", WHOLE, IGNORE, WRONG, NULL, -1, 4 },
	{ "fills behind", "######", "abc", WHOLE, FILL('*'), S_OK, "abc.**", 3, 0 },
	{ "fills nothing", "####", "abc", WHOLE, FILL('*'), S_OK, "abc.", 3, 0 },
	{ "does not fill behind a cut", "###", "abc", WHOLE, FILL('*'), TOO_LONG, "ab.", 2, 0 },
	{ "fills on failure", "####", "abcd", WHOLE, FAIL('*'), TOO_LONG, "***.", 3, 0 },
	{ "fills with zeros", "####", "abcd", WHOLE, FAIL(0), TOO_LONG, "....", 0, 0 },
	{ "does not fill on success", "####", "ab", WHOLE, FAIL('*'), S_OK, "ab.#", 2, 0 },
	{ "empty on failure", "####", "abcd", WHOLE, EMPTY, TOO_LONG, ".bc.", 0, 0 },
	{ "fills, and is empty", "####", "abcd", WHOLE, EMPTY | FAIL('*'), TOO_LONG, ".**.", 0, 0 },
	{ "is not cut", "####", "abcd", WHOLE, KEEP, TOO_LONG, ".bc.", 0, 0 },
	{ "no source, fills", "####", NULL, WHOLE, FAIL('*'), WRONG, "***.", -1, 0 },
	{ "unknown flags", "####", "ab", WHOLE, 0x2000, WRONG, ".###", -1, 0 },
	{ "the octet alone", "####", "ab", WHOLE, '*', S_OK, "ab.#", 2, 0 },
};

static const struct put_row cat_rows[] = {
	{ "fits", "ab.###", "cd", WHOLE, 0, S_OK, "abcd.#", 4, 0 },
	{ "fits exactly", "ab.##", "cd", WHOLE, 0, S_OK, "abcd.", 4, 0 },
	{ "to an empty one", ".###", "abc", WHOLE, 0, S_OK, "abc.", 3, 0 },
	{ "nothing", "ab.#", "", WHOLE, 0, S_OK, "ab.#", 2, 0 },
	{ "is cut and ends", "ab.#", "cd", WHOLE, 0, TOO_LONG, "abc.", 3, 0 },
	{ "no room", "abc.", "d", WHOLE, 0, TOO_LONG, "abc.", 3, 0 },
	{ "no room is needed", "abc.", "", WHOLE, 0, S_OK, "abc.", 3, 0 },
	{ "does not end", "####", "a", WHOLE, 0, WRONG, "####", -1, 0 },
	{ "no size", "", "a", WHOLE, 0, WRONG, "", -1, 0 },
	{ "a size beyond all", "a.##", "b", WHOLE, 0, WRONG, "a.##", -1, STRSAFE_MAX_CCH + 1UL },
	{ "no buffer", NULL, "a", WHOLE, 0, WRONG, NULL, -1, 4 },
	{ "no source", "ab.#", NULL, WHOLE, 0, WRONG, "ab.#", -1, 0 },

	{ "a part", "a.####", "bcdef", 2, 0, S_OK, "abc.##", 3, 0 },
	{ "a part that is cut", "a.##", "bcdef", 4, 0, TOO_LONG, "abc.", 3, 0 },
	{ "no part", "a.##", "bc", 0, 0, S_OK, "a.##", 1, 0 },
	{ "a part beyond all", "a.##", "b", STRSAFE_MAX_CCH, 0, WRONG, "a.##", -1, 0 },

	{ "nulls are empty", "ab.#", NULL, WHOLE, IGNORE, S_OK, "ab.#", 2, 0 },
	{ "nowhere, nothing", NULL, NULL, WHOLE, IGNORE, S_OK, NULL, 0, 0 },
	{ "nowhere, something", NULL, "a", WHOLE, IGNORE, WRONG, NULL, -1, 0 },
	{ "fills behind", "a.####", "b", WHOLE, FILL('*'), S_OK, "ab.***", 2, 0 },
	{ "fills on failure", "ab.#", "cd", WHOLE, FAIL('*'), TOO_LONG, "***.", 3, 0 },
	{ "empty on failure", "ab.#", "cd", WHOLE, EMPTY, TOO_LONG, ".bc.", 0, 0 },
	{ "is not cut", "ab.#", "cd", WHOLE, KEEP, TOO_LONG, "ab..", 2, 0 },
	{ "unknown flags", "ab.#", "c", WHOLE, 0x2000, WRONG, "ab.#", -1, 0 },
};

API_CASES(StringCchCopyA, copy_rows);
API_CASES(StringCchCopyW, copy_rows);
API_CASES(StringCbCopyA, copy_rows);
API_CASES(StringCbCopyW, copy_rows);
API_CASES(StringCchCopyExA, copy_rows);
API_CASES(StringCchCopyExW, copy_rows);
API_CASES(StringCbCopyExA, copy_rows);
API_CASES(StringCbCopyExW, copy_rows);
API_CASES(StringCchCopyNA, copy_rows);
API_CASES(StringCchCopyNW, copy_rows);
API_CASES(StringCbCopyNA, copy_rows);
API_CASES(StringCbCopyNW, copy_rows);
API_CASES(StringCchCopyNExA, copy_rows);
API_CASES(StringCchCopyNExW, copy_rows);
API_CASES(StringCbCopyNExA, copy_rows);
API_CASES(StringCbCopyNExW, copy_rows);
API_CASES(StringCchCatA, cat_rows);
API_CASES(StringCchCatW, cat_rows);
API_CASES(StringCbCatA, cat_rows);
API_CASES(StringCbCatW, cat_rows);
API_CASES(StringCchCatExA, cat_rows);
API_CASES(StringCchCatExW, cat_rows);
API_CASES(StringCbCatExA, cat_rows);
API_CASES(StringCbCatExW, cat_rows);
API_CASES(StringCchCatNA, cat_rows);
API_CASES(StringCchCatNW, cat_rows);
API_CASES(StringCbCatNA, cat_rows);
API_CASES(StringCbCatNW, cat_rows);
API_CASES(StringCchCatNExA, cat_rows);
API_CASES(StringCchCatNExW, cat_rows);
API_CASES(StringCbCatNExA, cat_rows);
API_CASES(StringCbCatNExW, cat_rows);

static void put_check(const struct put_row *row, const struct form *form)
{
	size_t unit = form->octets && form->wide ? sizeof(WCHAR) : 1;
	size_t n = row->before ? strlen(row->before) : 0, size = row->size ? row->size : n;
	void *to = text_of(row->before, form->wide, n);
	void *from = text_of(row->from, form->wide, row->from ? strlen(row->from) + 1 : 0);
	struct call call = { to, size * unit, from, row->max * unit, row->flags, "?", 77 };
	HRESULT r;

	if (from)
		write_text(from, form->wide, strlen(row->from), 0);
	r = form->call(&call);
	ck_assert_msg(r == row->r, "%s: %#x", row->name, (unsigned)r);
	check_text(row->name, to, row->after, form->wide, n);
	if (form->extended && row->end < 0) {
		ck_assert_msg(strcmp(call.end, "?") == 0 && call.left == 77, "%s", row->name);
	} else if (form->extended && !to) {
		ck_assert_msg(!call.end && call.left == 0, "%s", row->name);
	} else if (form->extended) {
		size_t width = form->wide ? sizeof(WCHAR) : 1;

		ck_assert_msg((BYTE *)call.end == (BYTE *)to + (size_t)row->end * width, "%s: end",
			      row->name);
		ck_assert_msg(call.left == (n - (size_t)row->end) * unit, "%s: %zu are left",
			      row->name, call.left);
	}
	free(to);
	free(from);
}

static void put_check_forms(const struct put_row *row, const struct form forms[static 16])
{
	for (size_t i = 0; i < 16; i++)
		if ((row->max == WHOLE || forms[i].counted) &&
		    (row->flags == 0 || forms[i].extended))
			put_check(row, &forms[i]);
}

START_TEST(copies)
{
	put_check_forms(&copy_rows[_i], Copy_forms);
}
END_TEST

START_TEST(appends)
{
	put_check_forms(&cat_rows[_i], Cat_forms);
}
END_TEST

/* Octets behind the last whole character are nobody's, until the buffer is filled. */
START_TEST(octets_that_are_no_character)
{
	BYTE room[3 * sizeof(WCHAR) + 2];
	WCHAR *at = (WCHAR *)(void *)room, *end;
	size_t left;

	memset(room, '#', sizeof room);
	ck_assert_int_eq(StringCbCopyExW(at, sizeof room, L"ab", &end, &left, 0), S_OK);
	ck_assert_ptr_eq(end, at + 2);
	ck_assert_uint_eq(left, sizeof(WCHAR) + 2);
	ck_assert_int_eq(room[sizeof room - 1], '#');
	ck_assert_int_eq(StringCbCopyW(at, sizeof room, L"abc"), TOO_LONG);
	ck_assert(wcscmp(at, L"ab") == 0);
	ck_assert_int_eq(StringCbCopyNW(at, sizeof room, L"abc", 2 * sizeof(WCHAR) - 1), S_OK);
	ck_assert(wcscmp(at, L"a") == 0);
	ck_assert_int_eq(StringCbCopyExW(at, sizeof room, L"a", NULL, NULL, FILL('*')), S_OK);
	ck_assert_int_eq(room[sizeof room - 1], '*');
	ck_assert_int_eq(StringCbCopyW(at, sizeof(WCHAR) - 1, L""), WRONG);
}
END_TEST

/* ---- Length ------------------------------------------------------------------------------------
 */

static const struct {
	const char *name, *text;
	size_t max, size; /* size: of the memory */
	HRESULT r;
	size_t len;
} length_rows[] = {
	{ "ends", "abc.", 4, 4, S_OK, 3 },
	{ "ends early", "a.##", 4, 4, S_OK, 1 },
	{ "empty", ".", 1, 1, S_OK, 0 },
	{ "the most that may be asked for", "abc.", STRSAFE_MAX_CCH, 4, S_OK, 3 },
	{ "does not end in time", "abc.", 3, 4, WRONG, 0 },
	{ "of no size", "", 0, 0, WRONG, 0 },
	{ "more than may be asked for", "abc.", STRSAFE_MAX_CCH + 1UL, 4, WRONG, 0 },
	{ "no text", NULL, 4, 0, WRONG, 0 },
};

API_CASES(StringCchLengthA, length_rows);
API_CASES(StringCchLengthW, length_rows);
API_CASES(StringCbLengthA, length_rows);
API_CASES(StringCbLengthW, length_rows);

START_TEST(lengths)
{
	size_t max = length_rows[_i].max, size = length_rows[_i].size, len, wide = sizeof(WCHAR);
	HRESULT r = length_rows[_i].r;
	CHAR *a = text_of(length_rows[_i].text, false, size);
	WCHAR *w = text_of(length_rows[_i].text, true, size);

	len = 77;
	ck_assert_int_eq(StringCchLengthA(a, max, &len), r);
	ck_assert_uint_eq(len, length_rows[_i].len);
	len = 77;
	ck_assert_int_eq(StringCchLengthW(w, max, &len), r);
	ck_assert_uint_eq(len, length_rows[_i].len);
	len = 77;
	ck_assert_int_eq(StringCbLengthA(a, max, &len), r);
	ck_assert_uint_eq(len, length_rows[_i].len);
	len = 77;
	ck_assert_int_eq(StringCbLengthW(w, max * wide, &len), r);
	ck_assert_uint_eq(len, length_rows[_i].len * wide);
	ck_assert_int_eq(StringCchLengthW(w, max, NULL), r);
	ck_assert_int_eq(StringCbLengthA(a, max, NULL), r);
	free(a);
	free(w);
}
END_TEST

/* ---- Printf ------------------------------------------------------------------------------------
 */

enum kind { NONE, INTEGER, LONG64S, NARROW, WIDE, DOUBLE, LONG_DOUBLE, POINTER, TWO };

struct print_row {
	const char *format;
	enum kind kind;
	int64_t number;
	const void *text;
	const char *wanted;
};

static const struct print_row print_rows[] = {
	{ "plain", NONE, 0, NULL, "plain" },
	{ "100%%", NONE, 0, NULL, "100%" },
	{ "%s", NARROW, 0, "text", "text" },
	{ "%S", WIDE, 0, L"text", "text" },
	{ "[%hs]", NARROW, 0, "text", "[text]" },
	{ "[%hS]", NARROW, 0, "text", "[text]" },
	{ "[%ls]", WIDE, 0, L"text", "[text]" },
	{ "[%lS]", WIDE, 0, L"text", "[text]" },
	{ "[%ws]", WIDE, 0, L"text", "[text]" },
	{ "[%8ls]", WIDE, 0, L"text", "[    text]" },
	{ "[%-8ls]", WIDE, 0, L"text", "[text    ]" },
	{ "[%08ls]", WIDE, 0, L"text", "[0000text]" },
	{ "[%.2ls]", WIDE, 0, L"text", "[te]" },
	{ "[%.0ls]", WIDE, 0, L"text", "[]" },
	{ "[%.2hs]", NARROW, 0, "te", "[te]" },
	{ "[%5.2hs]", NARROW, 0, "text", "[   te]" },
	{ "%hs", NARROW, 0, NULL, "(null)" },
	{ "%ls", WIDE, 0, NULL, "(null)" },
	{ "%.3ls", WIDE, 0, NULL, "(nu" },
	{ "%hs", NARROW, 0, "caf\xc3\xa9", "caf\xc3\xa9" },
	{ "%ls", WIDE, 0, L"caf\u00e9", "caf\xc3\xa9" },
	{ "[%6ls]", WIDE, 0, L"caf\u00e9", "[  caf\xc3\xa9]" },
	{ "%ls", WIDE, 0, L"\U0001f600", "\xf0\x9f\x98\x80" },
	{ "%lc", INTEGER, 0xe9, NULL, "\xc3\xa9" },
	{ "%c", INTEGER, 'x', NULL, "x" },
	{ "%C", INTEGER, 'x', NULL, "x" },
	{ "%hc", INTEGER, 'x', NULL, "x" },
	{ "[%3c]", INTEGER, 'x', NULL, "[  x]" },
	{ "[%-3c]", INTEGER, 'x', NULL, "[x  ]" },
	{ "%d", INTEGER, -5, NULL, "-5" },
	{ "%i", INTEGER, INT32_MIN, NULL, "-2147483648" },
	{ "%u", INTEGER, -1, NULL, "4294967295" },
	{ "%lu", INTEGER, -1, NULL, "4294967295" },
	{ "%ld", INTEGER, -1, NULL, "-1" },
	{ "%I32u", INTEGER, -1, NULL, "4294967295" },
	{ "%lx", INTEGER, 0xbeef, NULL, "beef" },
	{ "%#010x", INTEGER, 0xbeef, NULL, "0x0000beef" },
	{ "%#X", INTEGER, 0xbeef, NULL, "0XBEEF" },
	{ "%#x", INTEGER, 0, NULL, "0" },
	{ "%o", INTEGER, 8, NULL, "10" },
	{ "%#o", INTEGER, 8, NULL, "010" },
	{ "%02x", INTEGER, 5, NULL, "05" },
	{ "%hu", INTEGER, 65537, NULL, "1" },
	{ "%hhd", INTEGER, 255, NULL, "-1" },
	{ "%+d", INTEGER, 5, NULL, "+5" },
	{ "% d", INTEGER, 5, NULL, " 5" },
	{ "[%5d]", INTEGER, 5, NULL, "[    5]" },
	{ "[%-5d]", INTEGER, 5, NULL, "[5    ]" },
	{ "[%.3d]", INTEGER, 5, NULL, "[005]" },
	{ "[%06.3d]", INTEGER, 5, NULL, "[   005]" },
	{ "[%.0d]", INTEGER, 0, NULL, "[]" },
	{ "%I64d", LONG64S, INT64_MIN, NULL, "-9223372036854775808" },
	{ "%I64u", LONG64S, -1, NULL, "18446744073709551615" },
	{ "%I64x", LONG64S, -1, NULL, "ffffffffffffffff" },
	{ "%lld", LONG64S, -2, NULL, "-2" },
	{ "%Iu", LONG64S, -1, NULL, "18446744073709551615" },
	{ "%Id", LONG64S, -3, NULL, "-3" },
	{ "%zu", LONG64S, 7, NULL, "7" },
	{ "%jd", LONG64S, -7, NULL, "-7" },
	{ "%p", POINTER, 0xab, NULL, "00000000000000AB" },
	{ "%f", DOUBLE, 3, NULL, "1.500000" },
	{ "[%8.2f]", DOUBLE, 3, NULL, "[    1.50]" },
	{ "[%08.2f]", DOUBLE, -3, NULL, "[-0001.50]" },
	{ "[%-8.2f]", DOUBLE, 3, NULL, "[1.50    ]" },
	{ "%+.1e", DOUBLE, 3, NULL, "+1.5e+00" },
	{ "%g", DOUBLE, 3, NULL, "1.5" },
	{ "%.30000g", DOUBLE, 3, NULL, "1.5" },
	{ "[%a]", DOUBLE, 3, NULL, "[0x1.8p+0]" },
	{ "[%010.1a]", DOUBLE, 3, NULL, "[0x001.8p+0]" },
	{ "[%-9.2e]", DOUBLE, -3, NULL, "[-1.50e+00]" },
	{ "%Lf", LONG_DOUBLE, 3, NULL, "1.500000" },
	{ "[%*d]", TWO, 5, NULL, "[    7]" },
	{ "[%*d]", TWO, -5, NULL, "[7    ]" },
	{ "[%.*d]", TWO, 3, NULL, "[007]" },
	{ "[%n]", POINTER, 0, NULL, "[]" },
	{ "%y%", NONE, 0, NULL, "%y%" },
};

API_CASES(StringCchPrintfA, print_rows);
API_CASES(StringCchPrintfW, print_rows);
API_CASES(StringCbPrintfA, print_rows);
API_CASES(StringCbPrintfW, print_rows);
API_CASES(StringCchPrintfExA, print_rows);
API_CASES(StringCchPrintfExW, print_rows);
API_CASES(StringCbPrintfExA, print_rows);
API_CASES(StringCbPrintfExW, print_rows);
API_CASES(StringCchVPrintfA, print_rows);
API_CASES(StringCchVPrintfW, print_rows);
API_CASES(StringCbVPrintfA, print_rows);
API_CASES(StringCbVPrintfW, print_rows);
API_CASES(StringCchVPrintfExA, print_rows);
API_CASES(StringCchVPrintfExW, print_rows);
API_CASES(StringCbVPrintfExA, print_rows);
API_CASES(StringCbVPrintfExW, print_rows);

/* All sixteen, each into a buffer of `room` characters. */
struct printed {
	HRESULT r[16];
	CHAR a[8][64];
	WCHAR w[8][64];
	size_t left_a, left_w;
};

static struct printed printed;

static void print_v(size_t room, const CHAR *a, const WCHAR *w, va_list args)
{
	size_t octets = room * sizeof(WCHAR);
	va_list each;
	CHAR *end_a;
	WCHAR *end_w;

#define EACH(i, call)                                                                              \
	va_copy(each, args);                                                                       \
	printed.r[i] = call;                                                                       \
	va_end(each)
	EACH(0, StringCchVPrintfA(printed.a[0], room, a, each));
	EACH(1, StringCbVPrintfA(printed.a[1], room, a, each));
	EACH(2, StringCchVPrintfExA(printed.a[2], room, &end_a, &printed.left_a, 0, a, each));
	EACH(3, StringCbVPrintfExA(printed.a[3], room, &end_a, &printed.left_a, 0, a, each));
	EACH(8, StringCchVPrintfW(printed.w[0], room, w, each));
	EACH(9, StringCbVPrintfW(printed.w[1], octets, w, each));
	EACH(10, StringCchVPrintfExW(printed.w[2], room, &end_w, &printed.left_w, 0, w, each));
	EACH(11, StringCbVPrintfExW(printed.w[3], octets, &end_w, &printed.left_w, 0, w, each));
	printed.left_w /= sizeof(WCHAR);
}

static void print_each(size_t room, const CHAR *a, const WCHAR *w, ...)
{
	va_list args;

	va_start(args, w);
	print_v(room, a, w, args);
	va_end(args);
}

/* The variadic ones take the same way to the same rules: so here they take the argument itself. */
#define PRINT(room, a_, w_, ...)                                                                   \
	do {                                                                                       \
		size_t n = (room) * sizeof(WCHAR);                                                 \
                                                                                                   \
		print_each(room, a_, w_, __VA_ARGS__);                                             \
		printed.r[4] = StringCchPrintfA(printed.a[4], room, a_, __VA_ARGS__);              \
		printed.r[5] = StringCbPrintfA(printed.a[5], room, a_, __VA_ARGS__);               \
		printed.r[6] =                                                                     \
			StringCchPrintfExA(printed.a[6], room, NULL, NULL, 0, a_, __VA_ARGS__);    \
		printed.r[7] =                                                                     \
			StringCbPrintfExA(printed.a[7], room, NULL, NULL, 0, a_, __VA_ARGS__);     \
		printed.r[12] = StringCchPrintfW(printed.w[4], room, w_, __VA_ARGS__);             \
		printed.r[13] = StringCbPrintfW(printed.w[5], n, w_, __VA_ARGS__);                 \
		printed.r[14] =                                                                    \
			StringCchPrintfExW(printed.w[6], room, NULL, NULL, 0, w_, __VA_ARGS__);    \
		printed.r[15] =                                                                    \
			StringCbPrintfExW(printed.w[7], n, NULL, NULL, 0, w_, __VA_ARGS__);        \
	} while (0)

/* The same text for the other kind of function: `%s` is told which it means. */
static void formats_of(const struct print_row *row, CHAR a[64], WCHAR w[64])
{
	bool narrow = row->kind == NARROW;
	size_t n = 0;

	strcpy(a, row->format);
	for (const char *at = row->format; *at; at++) {
		bool plain = at > row->format && at[-1] == '%' && (*at == 's' || *at == 'S');

		/* %s of an A function is %S of a W one. */
		w[n++] = (WCHAR)(plain ? (narrow ? 'S' : 's') : *at);
	}
	w[n] = 0;
}

static void print_row(const struct print_row *row, size_t room)
{
	CHAR a[64];
	WCHAR w[64];

	memset(&printed, 0, sizeof printed);
	formats_of(row, a, w);
	switch (row->kind) {
	case NONE:
	case INTEGER:
		PRINT(room, a, w, (int)row->number);
		break;
	case LONG64S:
		PRINT(room, a, w, row->number);
		break;
	case NARROW:
	case WIDE:
		PRINT(room, a, w, row->text);
		break;
	case DOUBLE:
		PRINT(room, a, w, (double)row->number / 2);
		break;
	case LONG_DOUBLE:
		PRINT(room, a, w, (long double)row->number / 2);
		break;
	case POINTER:
		PRINT(room, a, w, (void *)(uintptr_t)row->number);
		break;
	case TWO:
		PRINT(room, a, w, (int)row->number, 7);
		break;
	}
}

/* The characters of UTF-8 in the ASCII and Latin of the tables, as WCHAR. */
static size_t widen(const char *text, WCHAR out[64])
{
	size_t n = mbstowcs(out, text, 64);

	ck_assert_msg(n < 64, "%s", text);
	return n;
}

START_TEST(prints)
{
	const struct print_row *row = &print_rows[_i];
	WCHAR wide[64];
	size_t n = widen(row->wanted, wide);

	print_row(row, 64);
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(printed.r[i], S_OK);
		ck_assert_int_eq(printed.r[8 + i], S_OK);
		ck_assert_str_eq(printed.a[i], row->wanted);
		ck_assert_msg(wcscmp(printed.w[i], wide) == 0, "W form %d: %ls", i, printed.w[i]);
	}
	ck_assert_uint_eq(printed.left_a, 64 - strlen(row->wanted));
	ck_assert_uint_eq(printed.left_w, 64 - n);
}
END_TEST

/* Cut in every place: what is there is the beginning, and ends. */
START_TEST(prints_what_fits)
{
	const struct print_row *row = &print_rows[_i];
	size_t octets = strlen(row->wanted), chars;
	WCHAR wide[64];

	chars = widen(row->wanted, wide);
	for (size_t room = 1; room <= octets; room++) {
		print_row(row, room);
		for (int i = 0; i < 8; i++) {
			ck_assert_int_eq(printed.r[i], TOO_LONG);
			ck_assert_uint_eq(strlen(printed.a[i]), room - 1);
			ck_assert_int_eq(memcmp(printed.a[i], row->wanted, room - 1), 0);
			if (room > chars)
				continue;
			ck_assert_int_eq(printed.r[8 + i], TOO_LONG);
			ck_assert_uint_eq(wcslen(printed.w[i]), room - 1);
			ck_assert_int_eq(wmemcmp(printed.w[i], wide, room - 1), 0);
		}
		ck_assert_uint_eq(printed.left_a, 1);
	}
}
END_TEST

START_TEST(prints_nowhere_and_wrongly)
{
	static CHAR long_one[40000];
	CHAR a[8] = "#######";
	WCHAR w[8] = L"#######";
	CHAR *end;
	size_t left;

	ck_assert_int_eq(StringCchPrintfA(a, 0, "x"), WRONG);
	ck_assert_int_eq(a[0], '#');
	ck_assert_int_eq(StringCchPrintfW(w, STRSAFE_MAX_CCH + 1UL, L"x"), WRONG);
	ck_assert_int_eq(w[0], 0);
	ck_assert_int_eq(StringCchPrintfA(NULL, 8, "x"), WRONG);
	ck_assert_int_eq(StringCchPrintfA(a, 8, NULL), WRONG);
	ck_assert_int_eq(a[0], 0);
	ck_assert_int_eq(StringCchPrintfExA(a, 8, &end, &left, IGNORE, NULL), S_OK);
	ck_assert_ptr_eq(end, a);
	ck_assert_uint_eq(left, 8);
	ck_assert_int_eq(StringCchPrintfExA(NULL, 0, &end, &left, IGNORE, NULL), S_OK);
	ck_assert_int_eq(StringCchPrintfExA(NULL, 0, &end, &left, IGNORE, "x"), WRONG);
	ck_assert_int_eq(StringCchPrintfExA(a, 4, &end, &left, KEEP, "%d", 1000), TOO_LONG);
	ck_assert_str_eq(a, "");
	ck_assert_uint_eq(left, 4);
	ck_assert_int_eq(StringCchPrintfExA(a, 4, &end, &left, FAIL('*'), "%d", 1000), TOO_LONG);
	ck_assert_str_eq(a, "***");
	ck_assert_uint_eq(left, 1);
	ck_assert_int_eq(StringCchPrintfExW(w, 8, NULL, NULL, FILL('*'), L"%d", 5), S_OK);
	ck_assert_int_eq(w[7], 0x2a2a2a2a);
	ck_assert_int_eq(StringCchPrintfExW(w, 8, NULL, NULL, 0x2000, L"x"), WRONG);
	/* A width and a precision beyond all are counted, and take no time and no memory. */
	ck_assert_int_eq(StringCchPrintfA(a, 8, "%2000000000d%2000000000f", 1, 1.0), TOO_LONG);
	ck_assert_str_eq(a, "       ");
	ck_assert_int_eq(StringCchPrintfW(w, 8, L"%.2000000000d", 1), TOO_LONG);
	ck_assert(wcscmp(w, L"0000000") == 0);
	ck_assert_int_eq(StringCchPrintfA(a, 8, "%.2000000000f", 1.5), TOO_LONG);
	ck_assert_str_eq(a, "1.50000");
	ck_assert_int_eq(StringCchPrintfA(long_one, sizeof long_one, "%.30000e|", 1.5), S_OK);
	ck_assert_uint_eq(strlen(long_one), 30000 + 7);
	ck_assert_str_eq(long_one + 29999, "000e+00|");
	ck_assert_uint_eq(strspn(long_one + 3, "0"), 29999);
	/* What is no character, in text that changes its kind. */
	ck_assert_int_eq(StringCchPrintfW(w, 8, L"%hs", "a\xff\xc3"), S_OK);
	ck_assert(wcscmp(w, L"a\ufffd\ufffd") == 0);
	ck_assert_int_eq(StringCchPrintfA(a, 8, "%ls", (WCHAR[]){ 0xd800, 0 }), S_OK);
	ck_assert_str_eq(a, "\xef\xbf\xbd");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("strsafe");

	/* For mbstowcs() above; the library knows no locale. */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	TEST_ROWS(tcase, copies, copy_rows);
	TEST_ROWS(tcase, appends, cat_rows);
	tcase_add_test(tcase, octets_that_are_no_character);
	TEST_ROWS(tcase, lengths, length_rows);
	TEST_ROWS(tcase, prints, print_rows);
	TEST_ROWS(tcase, prints_what_fits, print_rows);
	tcase_add_test(tcase, prints_nowhere_and_wrongly);
	return suite_run("strsafe", tcase);
}
