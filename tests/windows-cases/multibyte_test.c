/* MultiByteToWideChar, WideCharToMultiByte: sizes, flags and errors of Microsoft's pages. */
#include <limits.h>
#include <wchar.h>

#include <windows/stringapiset.h>

#include "libwdspxe/api_cases.h"

enum { ROOM = 16, KEEP = 0x77 };

#define CAFE    "caf\xc3\xa9"
#define W_CAFE  L"caf\u00e9"
#define SMILE   "\xf0\x9f\x98\x80"
#define INVALID ERROR_INVALID_PARAMETER
#define SMALL   ERROR_INSUFFICIENT_BUFFER
#define FLAGS   ERROR_INVALID_FLAGS
#define NO_TEXT ERROR_NO_UNICODE_TRANSLATION

struct to_wide {
	const char *name;
	UINT page;
	DWORD flags;
	const char *from;
	int count, room; /* room 0: asks for the size; -1: no buffer, but a size */
	int r;           /* characters; 0: fails */
	DWORD error;
	const WCHAR *wanted; /* so many of them as r says */
};

static const struct to_wide to_wide_rows[] = {
	{ "with its NUL", CP_ACP, 0, CAFE, -1, ROOM, 5, 0, W_CAFE },
	{ "counted, without a NUL", CP_ACP, 0, CAFE, 5, ROOM, 4, 0, W_CAFE },
	{ "counted, with its NUL", CP_UTF8, 0, CAFE, 6, ROOM, 5, 0, W_CAFE },
	{ "a NUL inside", CP_UTF8, 0, "a\0b", 3, ROOM, 3, 0, L"a\0b" },
	{ "any negative count", CP_UTF8, 0, "a", INT_MIN, ROOM, 2, 0, L"a" },
	{ "asks for the size", CP_UTF8, 0, CAFE, -1, 0, 5, 0, NULL },
	{ "a size that fits", CP_UTF8, 0, CAFE, -1, 5, 5, 0, W_CAFE },
	{ "too small", CP_UTF8, 0, CAFE, -1, 4, 0, SMALL, NULL },
	{ "beyond 16 bits", CP_UTF8, 0, SMILE, -1, ROOM, 2, 0, L"\U0001f600" },
	{ "OEM", CP_OEMCP, 0, CAFE, -1, ROOM, 5, 0, W_CAFE },
	{ "thread's", CP_THREAD_ACP, 0, CAFE, -1, ROOM, 5, 0, W_CAFE },
	{ "precomposed", CP_ACP, MB_PRECOMPOSED, CAFE, -1, ROOM, 5, 0, W_CAFE },
	{ "precomposed, composite", CP_ACP, MB_PRECOMPOSED | MB_COMPOSITE, "a", -1, ROOM, 0, FLAGS,
	  NULL },
	{ "precomposed, of UTF-8", CP_UTF8, MB_PRECOMPOSED, "a", -1, ROOM, 0, FLAGS, NULL },
	{ "unknown flags", CP_ACP, 0x100, "a", -1, ROOM, 0, FLAGS, NULL },
	{ "invalid is U+FFFD", CP_UTF8, 0, "a\xff", -1, ROOM, 3, 0, L"a\ufffd" },
	{ "cut is U+FFFD", CP_UTF8, 0, "a\xc3", 2, ROOM, 2, 0, L"a\ufffd" },
	{ "a surrogate is none", CP_UTF8, 0, "\xed\xa0\x80", 3, ROOM, 3, 0, L"\ufffd\ufffd\ufffd" },
	{ "too long a form", CP_UTF8, 0, "\xc0\xaf", 2, ROOM, 2, 0, L"\ufffd\ufffd" },
	{ "beyond Unicode", CP_UTF8, 0, "\xf4\x90\x80\x80", 4, ROOM, 4, 0,
	  L"\ufffd\ufffd\ufffd\ufffd" },
	{ "invalid is an error", CP_UTF8, MB_ERR_INVALID_CHARS, "a\xff", -1, ROOM, 0, NO_TEXT,
	  NULL },
	{ "... and asked for the size", CP_UTF8, MB_ERR_INVALID_CHARS, "\xc3", 1, 0, 0, NO_TEXT,
	  NULL },
	{ "... of CP_ACP", CP_ACP, MB_ERR_INVALID_CHARS, "\xe9", -1, ROOM, 0, NO_TEXT, NULL },
	{ "... and is not there", CP_UTF8, MB_ERR_INVALID_CHARS, CAFE, -1, ROOM, 5, 0, W_CAFE },
	{ "1252", 1252, 0, "\x80\xe9\x9f", -1, ROOM, 4, 0, L"\u20ac\u00e9\u0178" },
	{ "1252 has all", 1252, MB_ERR_INVALID_CHARS, "\x81", -1, ROOM, 2, 0, L"\x81" },
	{ "ISO 8859-1", 28591, 0, "\xe9", -1, ROOM, 2, 0, L"\u00e9" },
	{ "ASCII", 20127, 0, "a\xe9", -1, ROOM, 3, 0, L"a\ufffd" },
	{ "no such page", 12345, 0, "a", -1, ROOM, 0, INVALID, NULL },
	{ "UTF-7", CP_UTF7, 0, "a", -1, ROOM, 0, INVALID, NULL },
	{ "no text", CP_UTF8, 0, NULL, -1, ROOM, 0, INVALID, NULL },
	{ "nothing to read", CP_UTF8, 0, "a", 0, ROOM, 0, INVALID, NULL },
	{ "a size and no buffer", CP_UTF8, 0, "a", -1, -1, 0, INVALID, NULL },
};

API_CASES(MultiByteToWideChar, to_wide_rows);

START_TEST(to_wide)
{
	const struct to_wide *row = &to_wide_rows[_i];
	bool none = row->room < 0;
	WCHAR *out = calloc(ROOM, sizeof *out);
	int r;

	for (int i = 0; i < ROOM; i++)
		out[i] = KEEP;
	SetLastError(0);
	r = MultiByteToWideChar(row->page, row->flags, row->from, row->count, none ? NULL : out,
				none ? ROOM : row->room);
	ck_assert_msg(r == row->r, "%s: %d", row->name, r);
	ck_assert_msg(GetLastError() == row->error, "%s: %u", row->name, GetLastError());
	if (row->wanted)
		ck_assert_msg(wmemcmp(out, row->wanted, (size_t)r) == 0, "%s", row->name);
	for (int i = row->room > 0 ? (r ? r : row->room) : 0; i < ROOM; i++)
		ck_assert_msg(out[i] == KEEP, "%s: writes too much", row->name);
	free(out);
}
END_TEST

struct to_octets {
	const char *name;
	UINT page;
	DWORD flags;
	const WCHAR *from;
	int count, room;
	const char *instead; /* lpDefaultChar */
	int used;            /* -1: not asked for */
	int r;
	DWORD error;
	const char *wanted;
};

static const WCHAR lone[] = { 'a', 0xd83d, 0 }, pair[] = { 0xd83d, 0xde00, 0 },
		   beyond[] = { 0x110000, 0 };

static const struct to_octets to_octets_rows[] = {
	{ "with its NUL", CP_ACP, 0, W_CAFE, -1, ROOM, NULL, -1, 6, 0, CAFE },
	{ "counted, without a NUL", CP_ACP, 0, W_CAFE, 4, ROOM, NULL, -1, 5, 0, CAFE },
	{ "as the samples do", CP_ACP, WC_NO_BEST_FIT_CHARS, W_CAFE, -1, ROOM, NULL, -1, 6, 0,
	  CAFE },
	{ "asks for the size", CP_UTF8, 0, W_CAFE, -1, 0, NULL, -1, 6, 0, NULL },
	{ "a size that fits", CP_UTF8, 0, W_CAFE, -1, 6, NULL, -1, 6, 0, CAFE },
	{ "too small", CP_UTF8, 0, W_CAFE, -1, 5, NULL, -1, 0, SMALL, NULL },
	{ "no part of a character", CP_UTF8, 0, W_CAFE, -1, 4, NULL, -1, 0, SMALL, NULL },
	{ "beyond 16 bits", CP_UTF8, 0, L"\U0001f600", -1, ROOM, NULL, -1, 5, 0, SMILE },
	{ "a pair is one character", CP_UTF8, 0, pair, -1, ROOM, NULL, -1, 5, 0, SMILE },
	{ "half a pair is U+FFFD", CP_UTF8, 0, lone, -1, ROOM, NULL, -1, 5, 0, "a\xef\xbf\xbd" },
	{ "beyond Unicode", CP_UTF8, 0, beyond, -1, ROOM, NULL, -1, 4, 0, "\xef\xbf\xbd" },
	{ "invalid is an error", CP_UTF8, WC_ERR_INVALID_CHARS, lone, -1, ROOM, NULL, -1, 0,
	  NO_TEXT, NULL },
	{ "... and is not there", CP_UTF8, WC_ERR_INVALID_CHARS, W_CAFE, -1, ROOM, NULL, -1, 6, 0,
	  CAFE },
	{ "a default, not needed", CP_ACP, 0, W_CAFE, -1, ROOM, "#", FALSE, 6, 0, CAFE },
	{ "a default, needed", CP_ACP, 0, lone, -1, ROOM, "#", TRUE, 3, 0, "a#" },
	{ "a default, of UTF-8", CP_UTF8, 0, L"a", -1, ROOM, "#", -1, 0, INVALID, NULL },
	{ "used, of UTF-8", CP_UTF8, 0, L"a", -1, ROOM, NULL, FALSE, 0, INVALID, NULL },
	{ "other flags, of UTF-8", CP_UTF8, WC_NO_BEST_FIT_CHARS, L"a", -1, ROOM, NULL, -1, 0,
	  FLAGS, NULL },
	{ "unknown flags", CP_ACP, 0x1, L"a", -1, ROOM, NULL, -1, 0, FLAGS, NULL },
	{ "composite", CP_ACP, WC_COMPOSITECHECK | WC_SEPCHARS, L"a", -1, ROOM, NULL, -1, 2, 0,
	  "a" },
	{ "1252", 1252, 0, L"\u20ac\u00e9\u0178", -1, ROOM, NULL, FALSE, 4, 0, "\x80\xe9\x9f" },
	{ "1252 has not all", 1252, 0, L"\u0416", -1, ROOM, NULL, TRUE, 2, 0, "?" },
	{ "... with a default", 1252, WC_NO_BEST_FIT_CHARS, L"\u0416", -1, ROOM, "#", TRUE, 2, 0,
	  "#" },
	{ "... and half a pair", 1252, 0, lone, -1, ROOM, NULL, TRUE, 3, 0, "a?" },
	{ "invalid, of 1252", 1252, WC_ERR_INVALID_CHARS, L"a", -1, ROOM, NULL, -1, 0, FLAGS,
	  NULL },
	{ "ISO 8859-1", 28591, 0, L"\u00e9\u20ac", -1, ROOM, NULL, TRUE, 3, 0, "\xe9?" },
	{ "ASCII", 20127, 0, L"a\u00e9", -1, ROOM, NULL, TRUE, 3, 0, "a?" },
	{ "no such page", 12345, 0, L"a", -1, ROOM, NULL, -1, 0, INVALID, NULL },
	{ "no text", CP_UTF8, 0, NULL, -1, ROOM, NULL, -1, 0, INVALID, NULL },
	{ "nothing to read", CP_UTF8, 0, L"a", 0, ROOM, NULL, -1, 0, INVALID, NULL },
	{ "a size and no buffer", CP_UTF8, 0, L"a", -1, -1, NULL, -1, 0, INVALID, NULL },
};

API_CASES(WideCharToMultiByte, to_octets_rows);

START_TEST(to_octets)
{
	const struct to_octets *row = &to_octets_rows[_i];
	bool none = row->room < 0;
	char *out = malloc(ROOM);
	BOOL used = 77;
	int r;

	memset(out, KEEP, ROOM);
	SetLastError(0);
	r = WideCharToMultiByte(row->page, row->flags, row->from, row->count, none ? NULL : out,
				none ? ROOM : row->room, row->instead,
				row->used < 0 ? NULL : &used);
	ck_assert_msg(r == row->r, "%s: %d", row->name, r);
	ck_assert_msg(GetLastError() == row->error, "%s: %u", row->name, GetLastError());
	if (row->wanted)
		ck_assert_msg(memcmp(out, row->wanted, (size_t)r) == 0, "%s", row->name);
	if (row->used >= 0 && row->error == 0)
		ck_assert_msg(used == row->used, "%s: used %d", row->name, used);
	for (int i = row->room > 0 ? (r ? r : row->room) : 0; i < ROOM; i++)
		ck_assert_msg(out[i] == KEEP, "%s: writes too much", row->name);
	free(out);
}
END_TEST

START_TEST(not_in_place)
{
	WCHAR text[ROOM] = L"a";

	SetLastError(0);
	ck_assert_int_eq(WideCharToMultiByte(CP_ACP, 0, text, -1, (LPSTR)text, ROOM, NULL, NULL),
			 0);
	ck_assert_uint_eq(GetLastError(), INVALID);
	SetLastError(0);
	ck_assert_int_eq(MultiByteToWideChar(CP_ACP, 0, (LPCSTR)text, -1, text, ROOM), 0);
	ck_assert_uint_eq(GetLastError(), INVALID);
}
END_TEST

static const struct {
	UINT page;
	BOOL valid;
} page_rows[] = {
	{ CP_UTF8, TRUE }, { 1252, TRUE },           { 28591, TRUE },    { 20127, TRUE },
	{ CP_ACP, FALSE }, { CP_THREAD_ACP, FALSE }, { CP_UTF7, FALSE }, { 932, FALSE },
};

API_CASES(IsValidCodePage, page_rows);
API_CASES(GetACP, page_rows);
API_CASES(GetOEMCP, page_rows);

START_TEST(pages)
{
	ck_assert_int_eq(IsValidCodePage(page_rows[_i].page), page_rows[_i].valid);
	ck_assert_int_eq(IsValidCodePage(GetACP()), TRUE);
	ck_assert_uint_eq(GetACP(), CP_UTF8);
	ck_assert_uint_eq(GetOEMCP(), CP_UTF8);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("multibyte");

	TEST_ROWS(tcase, to_wide, to_wide_rows);
	TEST_ROWS(tcase, to_octets, to_octets_rows);
	tcase_add_test(tcase, not_in_place);
	TEST_ROWS(tcase, pages, page_rows);
	return suite_run("multibyte", tcase);
}
