/* Microsoft's C library: compares, copies, formats, numbers; each row by the narrow and the wide
 * form. */
#include <errno.h>
#include <limits.h>

#include <windows/crt.h>
#include <windows/windows.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"

enum { ROOM = 80 };

static wchar_t *widen(const char *text, wchar_t *out)
{
	if (!text)
		return NULL;
	for (size_t i = 0; i == 0 || text[i - 1]; i++)
		out[i] = (wchar_t)text[i];
	return out;
}

/* `.` stands for NUL, `#` for what was there: of that many characters. */
static void fill(const char *text, char *a, wchar_t *w)
{
	for (size_t i = 0; text[i]; i++) {
		a[i] = text[i] == '.' ? 0 : text[i];
		w[i] = a[i];
	}
}

static void check(const char *name, const char *wanted, const char *a, const wchar_t *w)
{
	for (size_t i = 0; wanted[i]; i++) {
		char c = wanted[i] == '.' ? 0 : wanted[i];

		ck_assert_msg(a[i] == c, "%s: narrow %zu is %d", name, i, a[i]);
		ck_assert_msg(w[i] == (wchar_t)c, "%s: wide %zu is %d", name, i, w[i]);
	}
}

/* ---- compares ----------------------------------------------------------------------------------
 */

static const struct {
	const char *a, *b;
	size_t count; /* SIZE_MAX: by all forms */
	int sign;     /* 2: it is an error */
} compare_rows[] = {
	{ "Policy", "POLICY", SIZE_MAX, 0 },
	{ "a", "b", SIZE_MAX, -1 },
	{ "B", "a", SIZE_MAX, 1 },
	{ "", "", SIZE_MAX, 0 },
	{ "ab", "a", SIZE_MAX, 1 },
	{ "a", "ab", SIZE_MAX, -1 },
	{ "_", "A", SIZE_MAX, -1 }, /* compared as small letters */
	{ "[", "a", SIZE_MAX, -1 },
	{ "\xe4", "\xc4", SIZE_MAX, 1 },
	{ "abX", "ABY", 2, 0 },
	{ "abX", "ABY", 3, -1 },
	{ "a", "b", 0, 0 },
	{ NULL, "a", SIZE_MAX, 2 },
	{ "a", NULL, SIZE_MAX, 2 },
	{ NULL, NULL, 1, 2 },
};

API_CASES(_stricmp, compare_rows);
API_CASES(_strnicmp, compare_rows);
API_CASES(_wcsicmp, compare_rows);
API_CASES(_wcsnicmp, compare_rows);

static void check_sign(int r, int sign)
{
	if (sign == 2) {
		ck_assert_int_eq(r, _NLSCMPERROR);
		ck_assert_int_eq(errno, EINVAL);
	} else {
		ck_assert_int_eq((r > 0) - (r < 0), sign);
	}
}

START_TEST(compares)
{
	const char *a = compare_rows[_i].a, *b = compare_rows[_i].b;
	wchar_t room_a[ROOM], room_b[ROOM], *wa = widen(a, room_a), *wb = widen(b, room_b);
	size_t count = compare_rows[_i].count;
	int sign = compare_rows[_i].sign;

	errno = 0;
	check_sign(_strnicmp(a, b, count), sign);
	check_sign(_wcsnicmp(wa, wb, count), sign);
	if (count == SIZE_MAX) {
		check_sign(_stricmp(a, b), sign);
		check_sign(_wcsicmp(wa, wb), sign);
	}
}
END_TEST

/* ---- copies ------------------------------------------------------------------------------------
 */

#define TRUNCATE _TRUNCATE

struct put_row {
	const char *name, *before; /* the whole buffer; NULL: there is none */
	size_t size;               /* that is told */
	const char *from;
	size_t count; /* INT_MAX: by the forms without one, too */
	errno_t r;
	const char *after;
};

static const struct put_row copy_rows[] = {
	{ "fits", "#####", 5, "abc", INT_MAX, 0, "abc.#" },
	{ "fits exactly", "####", 4, "abc", INT_MAX, 0, "abc." },
	{ "empty", "##", 2, "", INT_MAX, 0, ".#" },
	{ "too long", "###", 3, "abc", INT_MAX, ERANGE, ".##" },
	{ "no size", "#", 0, "a", INT_MAX, EINVAL, "#" },
	{ "no buffer", NULL, 4, "a", INT_MAX, EINVAL, "" },
	{ "no source", "##", 2, NULL, INT_MAX, EINVAL, ".#" },
	{ "a part", "#####", 5, "abc", 2, 0, "ab.##" },
	{ "a part that is too long", "##", 2, "abc", 2, ERANGE, ".#" },
	{ "more than there is", "#####", 5, "ab", 4, 0, "ab.##" },
	{ "more than there is room for", "###", 3, "ab", 9, 0, "ab." },
	{ "nothing", "##", 2, "ab", 0, 0, ".#" },
	{ "nothing of nothing", "##", 2, NULL, 0, 0, ".#" },
	{ "nothing nowhere", NULL, 0, NULL, 0, 0, "" },
	{ "what fits", "###", 3, "abc", TRUNCATE, STRUNCATE, "ab." },
	{ "all fits", "####", 4, "abc", TRUNCATE, 0, "abc." },
	{ "what fits, nothing", "#", 1, "abc", TRUNCATE, STRUNCATE, "." },
	{ "what fits, of no source", "##", 2, NULL, TRUNCATE, EINVAL, ".#" },
};

static const struct put_row cat_rows[] = {
	{ "fits", "ab.##", 5, "cd", INT_MAX, 0, "abcd." },
	{ "to an empty one", ".####", 5, "cd", INT_MAX, 0, "cd.##" },
	{ "too long", "ab.#", 4, "cd", INT_MAX, ERANGE, ".b.#" },
	{ "does not end", "####", 4, "a", INT_MAX, EINVAL, ".###" },
	{ "no size", "#", 0, "a", INT_MAX, EINVAL, "#" },
	{ "no buffer", NULL, 4, "a", INT_MAX, EINVAL, "" },
	{ "no source", "a.#", 3, NULL, INT_MAX, EINVAL, "..#" },
	{ "a part", "a.###", 5, "bcd", 2, 0, "abc.#" },
	{ "nothing", "a.#", 3, "bcd", 0, 0, "a.#" },
	{ "nothing nowhere", NULL, 0, NULL, 0, 0, "" },
	{ "what fits", "a.##", 4, "bcd", TRUNCATE, STRUNCATE, "abc." },
	{ "all fits", "a.##", 4, "bc", TRUNCATE, 0, "abc." },
};

API_CASES(strcpy_s, copy_rows);
API_CASES(wcscpy_s, copy_rows);
API_CASES(strncpy_s, copy_rows);
API_CASES(wcsncpy_s, copy_rows);
API_CASES(strcat_s, cat_rows);
API_CASES(wcscat_s, cat_rows);
API_CASES(strncat_s, cat_rows);
API_CASES(wcsncat_s, cat_rows);

typedef errno_t narrow_put(char *, size_t, const char *, size_t);
typedef errno_t wide_put(wchar_t *, size_t, const wchar_t *, size_t);

static errno_t narrow_copy(char *to, size_t size, const char *from, size_t count)
{
	(void)count;
	return strcpy_s(to, size, from);
}

static errno_t wide_copy(wchar_t *to, size_t size, const wchar_t *from, size_t count)
{
	(void)count;
	return wcscpy_s(to, size, from);
}

static errno_t narrow_cat(char *to, size_t size, const char *from, size_t count)
{
	(void)count;
	return strcat_s(to, size, from);
}

static errno_t wide_cat(wchar_t *to, size_t size, const wchar_t *from, size_t count)
{
	(void)count;
	return wcscat_s(to, size, from);
}

static void put_check(const struct put_row *row, narrow_put *narrow, wide_put *wide)
{
	size_t n = row->before ? strlen(row->before) : 0;
	char *a = row->before ? malloc(n + 1) : NULL;
	wchar_t *w = row->before ? malloc((n + 1) * sizeof *w) : NULL, from[ROOM];

	if (row->before)
		fill(row->before, a, w);
	errno = 0;
	ck_assert_msg(narrow(a, row->size, row->from, row->count) == row->r, "%s", row->name);
	ck_assert_msg(row->r == STRUNCATE || errno == row->r, "%s: errno %d", row->name, errno);
	ck_assert_msg(wide(w, row->size, widen(row->from, from), row->count) == row->r, "%s",
		      row->name);
	check(row->name, row->after, a, w);
	free(a);
	free(w);
}

START_TEST(copies)
{
	put_check(&copy_rows[_i], strncpy_s, wcsncpy_s);
	if (copy_rows[_i].count == INT_MAX)
		put_check(&copy_rows[_i], narrow_copy, wide_copy);
}
END_TEST

START_TEST(appends)
{
	put_check(&cat_rows[_i], strncat_s, wcsncat_s);
	if (cat_rows[_i].count == INT_MAX)
		put_check(&cat_rows[_i], narrow_cat, wide_cat);
}
END_TEST

static const struct {
	const char *name;
	size_t size, count;
	bool to, from;
	errno_t r;
	const char *after;
} move_rows[] = {
	{ "fits", 4, 3, true, true, 0, "abc#" },
	{ "exactly", 3, 3, true, true, 0, "abc#" },
	{ "nothing", 0, 0, false, false, 0, "####" },
	{ "too much", 2, 3, true, true, ERANGE, "..##" },
	{ "nowhere", 4, 3, false, true, EINVAL, "####" },
	{ "of nothing", 2, 1, true, false, EINVAL, "..##" },
};

API_CASES(memcpy_s, move_rows);
API_CASES(memmove_s, move_rows);
API_CASES(wmemcpy_s, move_rows);
API_CASES(wmemmove_s, move_rows);

START_TEST(moves)
{
	size_t size = move_rows[_i].size, count = move_rows[_i].count;
	bool copy = move_rows[_i].r == 0;
	char a[] = "####", b[] = "####";
	wchar_t w[] = L"####", x[] = L"####";
	bool to = move_rows[_i].to, from = move_rows[_i].from;

	ck_assert_int_eq(memcpy_s(to ? a : NULL, size, from ? "abc" : NULL, count),
			 move_rows[_i].r);
	ck_assert_int_eq(wmemcpy_s(to ? w : NULL, size, from ? L"abc" : NULL, count),
			 move_rows[_i].r);
	check(move_rows[_i].name, move_rows[_i].after, a, w);
	ck_assert_int_eq(memmove_s(to ? b : NULL, size, from ? "abc" : NULL, count),
			 move_rows[_i].r);
	ck_assert_int_eq(wmemmove_s(to ? x : NULL, size, from ? L"abc" : NULL, count),
			 move_rows[_i].r);
	check(move_rows[_i].name, copy ? move_rows[_i].after : "####", b, x);
}
END_TEST

static const struct {
	const char *text; /* `.`: NUL */
	size_t size, len;
	const char *small, *large;
	errno_t r; /* of the forms with a size */
} letter_rows[] = {
	{ "aB1_.", 5, 4, "ab1_.", "AB1_.", 0 },
	{ "aB.c", 4, 2, "ab.c", "AB.c", 0 },
	{ ".", 1, 0, ".", ".", 0 },
	{ "aBc.", 3, 3, ".Bc.", ".Bc.", EINVAL },
	{ "\xe4\xc4.", 3, 2, "\xe4\xc4.", "\xe4\xc4.", 0 },
};

API_CASES(strnlen_s, letter_rows);
API_CASES(wcsnlen_s, letter_rows);
API_CASES(_strlwr, letter_rows);
API_CASES(_strupr, letter_rows);
API_CASES(_wcslwr, letter_rows);
API_CASES(_wcsupr, letter_rows);
API_CASES(_strlwr_s, letter_rows);
API_CASES(_strupr_s, letter_rows);
API_CASES(_wcslwr_s, letter_rows);
API_CASES(_wcsupr_s, letter_rows);
API_CASES(_strdup, letter_rows);
API_CASES(_wcsdup, letter_rows);

START_TEST(letters)
{
	const char *text = letter_rows[_i].text;
	size_t size = letter_rows[_i].size;
	char a[ROOM];
	wchar_t w[ROOM];

	fill(text, a, w);
	ck_assert_uint_eq(strnlen_s(a, size), letter_rows[_i].len);
	ck_assert_uint_eq(wcsnlen_s(w, size), letter_rows[_i].len);
	ck_assert_int_eq(_strlwr_s(a, size), letter_rows[_i].r);
	ck_assert_int_eq(_wcslwr_s(w, size), letter_rows[_i].r);
	check("small", letter_rows[_i].small, a, w);
	fill(text, a, w);
	ck_assert_int_eq(_strupr_s(a, size), letter_rows[_i].r);
	ck_assert_int_eq(_wcsupr_s(w, size), letter_rows[_i].r);
	check("large", letter_rows[_i].large, a, w);
	if (letter_rows[_i].r == 0) {
		char *copy;
		wchar_t *wide;

		fill(text, a, w);
		copy = _strdup(a);
		wide = _wcsdup(w);
		ck_assert_str_eq(copy, a);
		ck_assert_int_eq(wcscmp(wide, w), 0);
		free(copy);
		free(wide);
		ck_assert_ptr_eq(_strlwr(a), a);
		ck_assert_ptr_eq(_wcslwr(w), w);
		check("small", letter_rows[_i].small, a, w);
		ck_assert_ptr_eq(_strupr(a), a);
		ck_assert_ptr_eq(_wcsupr(w), w);
		check("large", letter_rows[_i].large, a, w);
	}
}
END_TEST

START_TEST(letters_of_nothing)
{
	ck_assert_uint_eq(strnlen_s(NULL, 4), 0);
	ck_assert_uint_eq(wcsnlen_s(NULL, 4), 0);
	ck_assert_ptr_null(_strlwr(NULL));
	ck_assert_ptr_null(_strupr(NULL));
	ck_assert_ptr_null(_wcslwr(NULL));
	ck_assert_ptr_null(_wcsupr(NULL));
	ck_assert_int_eq(_strlwr_s(NULL, 4), EINVAL);
	ck_assert_int_eq(_wcsupr_s(NULL, 0), EINVAL);
	ck_assert_ptr_null(_strdup(NULL));
	ck_assert_ptr_null(_wcsdup(NULL));
}
END_TEST

static const struct {
	const char *text, *parts; /* joined by | */
} token_rows[] = {
	{ "a, b,,c", "a|b|c|" },
	{ ", ,", "" },
	{ "", "" },
	{ "one", "one|" },
};

API_CASES(strtok_s, token_rows);
API_CASES(wcstok_s, token_rows);

START_TEST(tokens)
{
	char text[ROOM], joined[ROOM] = "", *at = text, *context = NULL;
	wchar_t wide[ROOM], w_joined[ROOM] = L"", *w_context = NULL, wanted[ROOM];

	widen(token_rows[_i].text, wide);
	strcpy(text, token_rows[_i].text);
	for (at = strtok_s(text, ", ", &context); at; at = strtok_s(NULL, ", ", &context)) {
		strcat(joined, at);
		strcat(joined, "|");
	}
	ck_assert_str_eq(joined, token_rows[_i].parts);
	for (wchar_t *w = wcstok_s(wide, L", ", &w_context); w;
	     w = wcstok_s(NULL, L", ", &w_context)) {
		wcscat(w_joined, w);
		wcscat(w_joined, L"|");
	}
	ck_assert_int_eq(wcscmp(w_joined, widen(token_rows[_i].parts, wanted)), 0);
	context = NULL;
	w_context = NULL;
	ck_assert_ptr_null(strtok_s(NULL, ",", &context));
	ck_assert_ptr_null(strtok_s(text, NULL, &context));
	ck_assert_ptr_null(strtok_s(text, ",", NULL));
	ck_assert_ptr_null(wcstok_s(NULL, L",", &w_context));
	ck_assert_ptr_null(wcstok_s(wide, NULL, &w_context));
	ck_assert_ptr_null(wcstok_s(wide, L",", NULL));
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* ---- formats -----------------------------------------------------------------------------------
 */

enum print { WHOLE, PART, OLD, CUT, COUNT };

static const struct print_row {
	const char *name;
	enum print how;
	const char *before; /* the whole buffer; NULL: there is none */
	size_t size, count;
	const char *format; /* of the number 123 */
	int r;
	int error; /* 0: errno is as before */
	const char *after;
} print_rows[] = {
	{ "fits", WHOLE, "#####", 5, 0, "%d", 3, 0, "123.#" },
	{ "exactly", WHOLE, "####", 4, 0, "%d", 3, 0, "123." },
	{ "too long", WHOLE, "###", 3, 0, "%d", -1, ERANGE, ".2#" },
	{ "no size", WHOLE, "#", 0, 0, "%d", -1, EINVAL, "#" },
	{ "no buffer", WHOLE, NULL, 4, 0, "%d", -1, EINVAL, "" },
	{ "no format", WHOLE, "##", 2, 0, NULL, -1, EINVAL, ".#" },

	{ "fits", PART, "#####", 5, 4, "%d", 3, 0, "123.#" },
	{ "exactly", PART, "####", 4, 3, "%d", 3, 0, "123." },
	{ "as many as asked for", PART, "####", 4, 2, "%d", -1, 0, "12.#" },
	{ "what fits", PART, "###", 3, TRUNCATE, "%d", -1, 0, "12." },
	{ "all fits", PART, "####", 4, TRUNCATE, "%d", 3, 0, "123." },
	{ "more than there is room for", PART, "###", 3, 3, "%d", -1, ERANGE, ".2#" },
	{ "nothing nowhere", PART, NULL, 0, 0, "%d", 0, 0, "" },
	{ "no buffer", PART, NULL, 4, 4, "%d", -1, EINVAL, "" },
	{ "no size", PART, "#", 0, 1, "%d", -1, EINVAL, "#" },
	{ "no format", PART, "##", 2, 1, NULL, -1, EINVAL, ".#" },

	{ "fits", OLD, "#####", 0, 5, "%d", 3, 0, "123.#" },
	{ "fits without a NUL", OLD, "####", 0, 3, "%d", 3, 0, "123#" },
	{ "too long", OLD, "####", 0, 2, "%d", -1, 0, "12##" },
	{ "nothing", OLD, "##", 0, 0, "%d", -1, 0, "##" },
	{ "counts", OLD, NULL, 0, 0, "%d", 3, 0, "" },
	{ "no buffer", OLD, NULL, 0, 4, "%d", -1, EINVAL, "" },
	{ "no format", OLD, "##", 0, 2, NULL, -1, EINVAL, "##" },

	{ "fits", CUT, "#####", 5, 0, "%d", 3, 0, "123.#" },
	{ "is cut", CUT, "###", 3, 0, "%d", -1, 0, "12." },
	{ "no size", CUT, "#", 0, 0, "%d", -1, EINVAL, "#" },
	{ "no format", CUT, "##", 2, 0, NULL, -1, EINVAL, ".#" },

	{ "counts", COUNT, "", 0, 0, "%5d", 5, 0, "" },
	{ "counts nothing", COUNT, "", 0, 0, "", 0, 0, "" },
	{ "no format", COUNT, "", 0, 0, NULL, -1, EINVAL, "" },
};

API_CASES(sprintf_s, print_rows);
API_CASES(swprintf_s, print_rows);
API_CASES(_snprintf_s, print_rows);
API_CASES(_snwprintf_s, print_rows);
API_CASES(_snprintf, print_rows);
API_CASES(_snwprintf, print_rows);
API_CASES(_scprintf, print_rows);
API_CASES(_scwprintf, print_rows);
API_CASES(_swprintf_windows, print_rows);
API_CASES(vsprintf_s, print_rows);
API_CASES(vswprintf_s, print_rows);
API_CASES(_vsnprintf_s, print_rows);
API_CASES(_vsnwprintf_s, print_rows);
API_CASES(_vsnprintf, print_rows);
API_CASES(_vsnwprintf, print_rows);
API_CASES(_vscprintf, print_rows);
API_CASES(_vscwprintf, print_rows);
API_CASES(_vswprintf_windows, print_rows);

static int narrow_print(const struct print_row *row, char *to, ...)
{
	va_list args;
	int r = -1;

	va_start(args, to);
	switch (row->how) {
	case WHOLE:
		r = vsprintf_s(to, row->size, row->format, args);
		break;
	case PART:
		r = _vsnprintf_s(to, row->size, row->count, row->format, args);
		break;
	case OLD:
		r = _vsnprintf(to, row->count, row->format, args);
		break;
	case CUT:
		break;
	case COUNT:
		r = _vscprintf(row->format, args);
		break;
	}
	va_end(args);
	return r;
}

static int wide_print(const struct print_row *row, wchar_t *to, const wchar_t *format, ...)
{
	va_list args;
	int r = -1;

	va_start(args, format);
	switch (row->how) {
	case WHOLE:
		r = vswprintf_s(to, row->size, format, args);
		break;
	case PART:
		r = _vsnwprintf_s(to, row->size, row->count, format, args);
		break;
	case OLD:
		r = _vsnwprintf(to, row->count, format, args);
		break;
	case CUT:
		r = vswprintf(to, row->size, format, args);
		break;
	case COUNT:
		r = _vscwprintf(format, args);
		break;
	}
	va_end(args);
	return r;
}

static int narrow_direct(const struct print_row *row, char *to)
{
	switch (row->how) {
	case WHOLE:
		return sprintf_s(to, row->size, row->format, 123);
	case PART:
		return _snprintf_s(to, row->size, row->count, row->format, 123);
	case OLD:
		return _snprintf(to, row->count, row->format, 123);
	case CUT:
		break;
	case COUNT:
		return _scprintf(row->format, 123);
	}
	return -1;
}

static int wide_direct(const struct print_row *row, wchar_t *to, const wchar_t *format)
{
	switch (row->how) {
	case WHOLE:
		return swprintf_s(to, row->size, format, 123);
	case PART:
		return _snwprintf_s(to, row->size, row->count, format, 123);
	case OLD:
		return _snwprintf(to, row->count, format, 123);
	case CUT:
		return swprintf(to, row->size, format, 123);
	case COUNT:
		return _scwprintf(format, 123);
	}
	return -1;
}

static void print_check(const struct print_row *row, bool direct)
{
	size_t n = row->before ? strlen(row->before) : 0;
	char *a = row->before ? malloc(n + 1) : NULL;
	wchar_t *w = row->before ? malloc((n + 1) * sizeof *w) : NULL, room[ROOM];
	const wchar_t *format = widen(row->format, room);
	int r;

	if (row->before)
		fill(row->before, a, w);
	errno = 0;
	r = direct ? wide_direct(row, w, format) : wide_print(row, w, format, 123);
	ck_assert_msg(r == row->r, "%s: wide %d", row->name, r);
	ck_assert_msg(errno == row->error, "%s: errno %d", row->name, errno);
	if (row->how != CUT) {
		errno = 0;
		r = direct ? narrow_direct(row, a) : narrow_print(row, a, 123);
		ck_assert_msg(r == row->r, "%s: narrow %d", row->name, r);
		ck_assert_msg(errno == row->error, "%s: errno %d", row->name, errno);
		check(row->name, row->after, a, w);
	}
	free(a);
	free(w);
}

START_TEST(prints)
{
	print_check(&print_rows[_i], true);
	print_check(&print_rows[_i], false);
}
END_TEST

/* A wide format's %s is wide, by the name of the C library too. */
START_TEST(prints_wide_text)
{
	wchar_t w[ROOM];
	char a[ROOM];

	ck_assert_int_eq(swprintf(w, ROOM, L"%s-%S", L"wide", "narrow"), 11);
	ck_assert_int_eq(wcscmp(w, L"wide-narrow"), 0);
	ck_assert_int_eq(sprintf_s(a, sizeof a, "%s-%S %I64d", "narrow", L"wide", 1LL << 40), 25);
	ck_assert_str_eq(a, "narrow-wide 1099511627776");
}
END_TEST

/* ---- numbers -----------------------------------------------------------------------------------
 */

static const struct {
	const char *text;
	long long n;
	double f;
	int error; /* of those of 32 bits */
} read_rows[] = {
	{ "123", 123, 123, 0 },
	{ " -5x", -5, -5, 0 },
	{ "+7", 7, 7, 0 },
	{ "0x10", 0, 16, 0 },
	{ "", 0, 0, 0 },
	{ "abc", 0, 0, 0 },
	{ "1.5", 1, 1.5, 0 },
	{ "2147483647", 2147483647, 2147483647.0, 0 },
	{ "2147483648", 2147483648, 2147483648.0, ERANGE },
	{ "-2147483649", -2147483649, -2147483649.0, ERANGE },
	{ NULL, 0, 0, EINVAL },
};

API_CASES(_wtoi, read_rows);
API_CASES(_wtol, read_rows);
API_CASES(_wtoi64, read_rows);
API_CASES(_wtof, read_rows);
API_CASES(_atoi64, read_rows);

START_TEST(reads)
{
	wchar_t room[ROOM];
	const char *text = read_rows[_i].text;
	const wchar_t *wide = widen(text, room);
	long long n = read_rows[_i].n, cut = n < INT_MIN ? INT_MIN : n > INT_MAX ? INT_MAX : n;

	errno = 0;
	ck_assert_int_eq(_wtoi(wide), cut);
	ck_assert_int_eq(errno, read_rows[_i].error);
	errno = 0;
	ck_assert_int_eq(_wtol(wide), cut);
	ck_assert_int_eq(errno, read_rows[_i].error);
	ck_assert_int_eq(_wtoi64(wide), n);
	ck_assert_int_eq(_atoi64(text), n);
	ck_assert(_wtof(wide) == read_rows[_i].f);
}
END_TEST

static const struct {
	const char *text;
	int base;
	long long n;
	unsigned long long u;
	size_t end;
	int error; /* of both */
} strto_rows[] = {
	{ "12z", 10, 12, 12, 2, 0 },
	{ "ff", 16, 255, 255, 2, 0 },
	{ "0xff", 0, 255, 255, 4, 0 },
	{ "-1", 10, -1, ~0ULL, 2, 0 },
	{ "z", 36, 35, 35, 1, 0 },
	{ "5", 1, 0, 0, 0, EINVAL },
	{ "5", 37, 0, 0, 0, EINVAL },
	{ "5", -1, 0, 0, 0, EINVAL },
	{ "99999999999999999999", 10, LLONG_MAX, ~0ULL, 20, ERANGE },
};

API_CASES(_strtoi64, strto_rows);
API_CASES(_strtoui64, strto_rows);
API_CASES(_wcstoi64, strto_rows);
API_CASES(_wcstoui64, strto_rows);

START_TEST(reads_with_a_base)
{
	wchar_t room[ROOM], *w_end;
	const char *text = strto_rows[_i].text;
	const wchar_t *wide = widen(text, room);
	int base = strto_rows[_i].base;
	char *end;

	errno = 0;
	ck_assert_int_eq(_strtoi64(text, &end, base), strto_rows[_i].n);
	ck_assert_int_eq(errno, strto_rows[_i].error);
	ck_assert_ptr_eq(end, text + strto_rows[_i].end);
	ck_assert(_strtoui64(text, &end, base) == strto_rows[_i].u);
	ck_assert_ptr_eq(end, text + strto_rows[_i].end);
	ck_assert_int_eq(_wcstoi64(wide, &w_end, base), strto_rows[_i].n);
	ck_assert_ptr_eq(w_end, wide + strto_rows[_i].end);
	ck_assert(_wcstoui64(wide, &w_end, base) == strto_rows[_i].u);
	ck_assert_ptr_eq(w_end, wide + strto_rows[_i].end);
	ck_assert_int_eq(_strtoi64(NULL, NULL, 10), 0);
}
END_TEST

static const struct {
	long long n;
	int base;
	const char *of_32, *of_64, *unsigned_64;
} write_rows[] = {
	{ 0, 10, "0", "0", "0" },
	{ 255, 16, "ff", "ff", "ff" },
	{ -1, 10, "-1", "-1", "18446744073709551615" },
	{ -1, 16, "ffffffff", "ffffffffffffffff", "ffffffffffffffff" },
	{ 5, 2, "101", "101", "101" },
	{ 35, 36, "z", "z", "z" },
	{ INT_MIN, 10, "-2147483648", "-2147483648", "18446744071562067968" },
};

API_CASES(_itoa, write_rows);
API_CASES(_ltoa, write_rows);
API_CASES(_ultoa, write_rows);
API_CASES(_i64toa, write_rows);
API_CASES(_ui64toa, write_rows);
API_CASES(_itow, write_rows);
API_CASES(_ltow, write_rows);
API_CASES(_ultow, write_rows);
API_CASES(_i64tow, write_rows);
API_CASES(_ui64tow, write_rows);
API_CASES(_itoa_s, write_rows);
API_CASES(_ltoa_s, write_rows);
API_CASES(_ultoa_s, write_rows);
API_CASES(_i64toa_s, write_rows);
API_CASES(_ui64toa_s, write_rows);
API_CASES(_itow_s, write_rows);
API_CASES(_ltow_s, write_rows);
API_CASES(_ultow_s, write_rows);
API_CASES(_i64tow_s, write_rows);
API_CASES(_ui64tow_s, write_rows);

#define WRITES(name, value, wanted)                                                                \
	do {                                                                                       \
		wchar_t wide_[ROOM];                                                               \
		size_t len_ = strlen(wanted);                                                      \
                                                                                                   \
		widen(wanted, wide_);                                                              \
		ck_assert_ptr_eq(name##a(value, a, base), a);                                      \
		ck_assert_str_eq(a, wanted);                                                       \
		ck_assert_ptr_eq(name##w(value, w, base), w);                                      \
		ck_assert_int_eq(wcscmp(w, wide_), 0);                                             \
		ck_assert_int_eq(name##a_s(value, a, len_ + 1, base), 0);                          \
		ck_assert_str_eq(a, wanted);                                                       \
		ck_assert_int_eq(name##w_s(value, w, len_ + 1, base), 0);                          \
		ck_assert_int_eq(wcscmp(w, wide_), 0);                                             \
		ck_assert_int_eq(name##a_s(value, a, len_, base), ERANGE);                         \
		ck_assert_str_eq(a, "");                                                           \
		ck_assert_int_eq(name##w_s(value, w, len_, base), ERANGE);                         \
		ck_assert_int_eq(w[0], 0);                                                         \
		ck_assert_int_eq(name##a_s(value, NULL, ROOM, base), EINVAL);                      \
		ck_assert_int_eq(name##w_s(value, w, 0, base), EINVAL);                            \
		ck_assert_int_eq(name##a_s(value, a, ROOM, 1), EINVAL);                            \
		ck_assert_int_eq(name##w_s(value, w, ROOM, 37), EINVAL);                           \
	} while (0)

START_TEST(writes)
{
	long long n = write_rows[_i].n;
	int base = write_rows[_i].base;
	const char *of_u32 = write_rows[_i].of_32;
	char a[ROOM], unsigned_32[ROOM];
	wchar_t w[ROOM];

	if (base == 10) {
		sprintf(unsigned_32, "%u", (unsigned)n);
		of_u32 = unsigned_32;
	}
	WRITES(_ito, (int)n, write_rows[_i].of_32);
	WRITES(_lto, (long)n, write_rows[_i].of_32);
	WRITES(_ulto, (unsigned long)n, of_u32);
	WRITES(_i64to, n, write_rows[_i].of_64);
	WRITES(_ui64to, (unsigned long long)n, write_rows[_i].unsigned_64);
}
END_TEST

/* ---- files and paths ---------------------------------------------------------------------------
 */

static const struct {
	const char *path, *drive, *dir, *fname, *ext;
} path_rows[] = {
	{ "C:\\dir\\sub\\file.ini", "C:", "\\dir\\sub\\", "file", ".ini" },
	{ "\\usr\\lib\\filter.so", "", "\\usr\\lib\\", "filter", ".so" },
	{ "/usr/lib/filter.so", "", "/usr/lib/", "filter", ".so" },
	{ "file", "", "", "file", "" },
	{ "file.", "", "", "file", "." },
	{ ".ini", "", "", "", ".ini" },
	{ "a.b.c", "", "", "a.b", ".c" },
	{ "dir.d\\file", "", "dir.d\\", "file", "" },
	{ "C:file", "C:", "", "file", "" },
	{ "C:\\", "C:", "\\", "", "" },
	{ "", "", "", "", "" },
};

static const struct {
	const char *drive, *dir, *fname, *ext;
	size_t size;
	errno_t r;
	const char *path;
} make_rows[] = {
	{ "C", "dir", "file", "ini", ROOM, 0, "C:dir\\file.ini" },
	{ "C:", "\\dir\\", "file", ".ini", ROOM, 0, "C:\\dir\\file.ini" },
	{ NULL, "/dir/", "file", NULL, ROOM, 0, "/dir/file" },
	{ "", "", "file", "", ROOM, 0, "file" },
	{ NULL, NULL, NULL, NULL, ROOM, 0, "" },
	{ NULL, "d", "f", NULL, 4, 0, "d\\f" },
	{ NULL, "d", "f", NULL, 3, ERANGE, "" },
};

API_CASES(_splitpath, path_rows);
API_CASES(_wsplitpath, path_rows);
API_CASES(_splitpath_s, path_rows);
API_CASES(_wsplitpath_s, path_rows);
API_CASES(_makepath, make_rows);
API_CASES(_wmakepath, make_rows);
API_CASES(_makepath_s, make_rows);
API_CASES(_wmakepath_s, make_rows);

static void check_both(const char *a, const wchar_t *w, const char *wanted)
{
	wchar_t wide[ROOM];

	ck_assert_str_eq(a, wanted);
	ck_assert_int_eq(wcscmp(w, widen(wanted, wide)), 0);
}

START_TEST(splits)
{
	const char *path = path_rows[_i].path;
	char drive[_MAX_DRIVE], dir[_MAX_DIR], fname[_MAX_FNAME], ext[_MAX_EXT], made[_MAX_PATH];
	wchar_t w_drive[_MAX_DRIVE], w_dir[_MAX_DIR], w_fname[_MAX_FNAME], w_ext[_MAX_EXT];
	wchar_t wide[ROOM], w_made[_MAX_PATH];

	widen(path, wide);
	_splitpath(path, drive, dir, fname, ext);
	_wsplitpath(wide, w_drive, w_dir, w_fname, w_ext);
	check_both(drive, w_drive, path_rows[_i].drive);
	check_both(dir, w_dir, path_rows[_i].dir);
	check_both(fname, w_fname, path_rows[_i].fname);
	check_both(ext, w_ext, path_rows[_i].ext);
	_makepath(made, drive, dir, fname, ext);
	_wmakepath(w_made, w_drive, w_dir, w_fname, w_ext);
	check_both(made, w_made, path);
	memset(fname, '#', sizeof fname);
	ck_assert_int_eq(_splitpath_s(path, NULL, 0, dir, sizeof dir, fname,
				      strlen(path_rows[_i].fname) + 1, NULL, 0),
			 0);
	ck_assert_int_eq(_wsplitpath_s(wide, NULL, 0, w_dir, _MAX_DIR, w_fname,
				       strlen(path_rows[_i].fname) + 1, NULL, 0),
			 0);
	check_both(dir, w_dir, path_rows[_i].dir);
	check_both(fname, w_fname, path_rows[_i].fname);
}
END_TEST

START_TEST(makes)
{
	const char *parts[] = { make_rows[_i].drive, make_rows[_i].dir, make_rows[_i].fname,
				make_rows[_i].ext };
	wchar_t room[4][ROOM], w[ROOM] = L"####";
	char a[ROOM] = "####";

	ck_assert_int_eq(_makepath_s(a, make_rows[_i].size, parts[0], parts[1], parts[2], parts[3]),
			 make_rows[_i].r);
	ck_assert_int_eq(_wmakepath_s(w, make_rows[_i].size, widen(parts[0], room[0]),
				      widen(parts[1], room[1]), widen(parts[2], room[2]),
				      widen(parts[3], room[3])),
			 make_rows[_i].r);
	check_both(a, w, make_rows[_i].path);
}
END_TEST

START_TEST(paths_that_do_not_fit)
{
	char a[4] = "###", b[4] = "###";
	wchar_t w[4] = L"###";

	ck_assert_int_eq(_splitpath_s("file.ini", NULL, 0, a, 4, b, 4, NULL, 0), ERANGE);
	ck_assert_str_eq(a, "");
	ck_assert_str_eq(b, "");
	ck_assert_int_eq(_splitpath_s(NULL, NULL, 0, NULL, 0, b, 4, NULL, 0), EINVAL);
	ck_assert_int_eq(_splitpath_s("a", b, 0, NULL, 0, NULL, 0, NULL, 0), EINVAL);
	ck_assert_int_eq(_wsplitpath_s(L"a", NULL, 4, NULL, 0, w, 4, NULL, 0), EINVAL);
	ck_assert_int_eq(_makepath_s(NULL, 4, "C", NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(_wmakepath_s(w, 0, L"C", NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

static const struct {
	const char *name, *mode; /* `name` behind the scratch folder's, or none */
	errno_t r;
} open_rows[] = {
	{ "\\file.txt", "r", 0 },
	{ "/file.txt", "rb", 0 },
	{ "\\new.txt", "w", 0 },
	{ "\\none.txt", "r", ENOENT },
	{ "\\none\\none.txt", "w", ENOENT },
	{ NULL, "r", EINVAL },
	{ "", "r", EINVAL },
	{ "\\file.txt", NULL, EINVAL },
	{ "\\file.txt", "", EINVAL },
	{ "\\file.txt", "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr", EINVAL },
};

API_CASES(_fopen_windows, open_rows);
API_CASES(_wfopen, open_rows);
API_CASES(fopen_s, open_rows);
API_CASES(_wfopen_s, open_rows);

static void check_opened(FILE *file, errno_t r)
{
	ck_assert_int_eq(file == NULL, r != 0);
	if (file)
		fclose(file);
	else
		ck_assert_int_eq(errno, r);
}

/* Without a name or a mode, what was there is left alone. */
static void check_opened_s(FILE *file, const FILE *before, bool given, errno_t r)
{
	if (given)
		check_opened(file, r);
	else
		ck_assert_ptr_eq(file, before);
}

START_TEST(opens)
{
	const char *name = open_rows[_i].name, *mode = open_rows[_i].mode;
	wchar_t w_path[256], w_mode[ROOM], *wide = NULL;
	char path[256];
	FILE *file, *before = stdin;

	scratch_write("file.txt", "text");
	widen(name, w_path);
	if (name && name[0]) {
		snprintf(path, sizeof path, "C:%s%s", scratch, name);
		for (char *at = path; *at && name[0] == '\\'; at++)
			if (*at == '/')
				*at = '\\';
		widen(path, w_path);
		name = path;
	}
	wide = name ? w_path : NULL;
	widen(mode, w_mode);
	check_opened(fopen(name, mode), open_rows[_i].r);
	check_opened(_wfopen(wide, mode ? w_mode : NULL), open_rows[_i].r);
	file = before;
	ck_assert_int_eq(fopen_s(&file, name, mode), open_rows[_i].r);
	check_opened_s(file, before, name && mode, open_rows[_i].r);
	file = before;
	ck_assert_int_eq(_wfopen_s(&file, wide, mode ? w_mode : NULL), open_rows[_i].r);
	check_opened_s(file, before, name && mode, open_rows[_i].r);
	ck_assert_int_eq(fopen_s(NULL, name, mode), EINVAL);
	ck_assert_int_eq(_wfopen_s(NULL, wide, L"r"), EINVAL);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("crt");

	TEST_ROWS(tcase, compares, compare_rows);
	TEST_ROWS(tcase, copies, copy_rows);
	TEST_ROWS(tcase, appends, cat_rows);
	TEST_ROWS(tcase, moves, move_rows);
	TEST_ROWS(tcase, letters, letter_rows);
	tcase_add_test(tcase, letters_of_nothing);
	TEST_ROWS(tcase, tokens, token_rows);
	TEST_ROWS(tcase, prints, print_rows);
	tcase_add_test(tcase, prints_wide_text);
	TEST_ROWS(tcase, reads, read_rows);
	TEST_ROWS(tcase, reads_with_a_base, strto_rows);
	TEST_ROWS(tcase, writes, write_rows);
	TEST_ROWS(tcase, splits, path_rows);
	TEST_ROWS(tcase, makes, make_rows);
	tcase_add_test(tcase, paths_that_do_not_fit);
	tcase_add_checked_fixture(tcase, scratch_make, scratch_remove);
	TEST_ROWS(tcase, opens, open_rows);
	return suite_run("crt", tcase);
}
