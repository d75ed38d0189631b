/* The environment, by Microsoft's pages. */
#include <stdlib.h>
#include <string.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { SIZE = 100 };

static void setup(void)
{
	setenv("Boot_Root", "/srv/\xc3\xa9", 1);
	setenv("BOOT_EMPTY", "", 1);
	unsetenv("BOOT_NONE");
}

static const WCHAR *wide(const char *text)
{
	static WCHAR out[SIZE];

	MultiByteToWideChar(CP_UTF8, 0, text, -1, out, SIZE);
	return out;
}

static void same(bool is_wide, const void *found, const char *expected)
{
	if (is_wide)
		ck_assert_mem_eq(found, wide(expected),
				 (wcslen(wide(expected)) + 1) * sizeof(WCHAR));
	else
		ck_assert_str_eq(found, expected);
}

static const struct {
	const char *name;
	const char *variable;
	DWORD size;
	DWORD wide_n, narrow_n, error;
	const char *value; /* NULL: nothing is said of the buffer */
} get_rows[] = {
	{ "a value", "Boot_Root", SIZE, 6, 7, 0, "/srv/\xc3\xa9" },
	{ "without case", "BOOT_ROOT", SIZE, 6, 7, 0, "/srv/\xc3\xa9" },
	{ "too little room", "Boot_Root", 3, 7, 8, 0, NULL },
	{ "no room", "Boot_Root", 0, 7, 8, 0, NULL },
	{ "an empty one", "BOOT_EMPTY", SIZE, 0, 0, 0, "" },
	{ "none", "BOOT_NONE", SIZE, 0, 0, ERROR_ENVVAR_NOT_FOUND, NULL },
	{ "the beginning of one", "Boot_", SIZE, 0, 0, ERROR_ENVVAR_NOT_FOUND, NULL },
	{ "an empty name", "", SIZE, 0, 0, ERROR_ENVVAR_NOT_FOUND, NULL },
};
API_CASES(GetEnvironmentVariableA, get_rows);
API_CASES(GetEnvironmentVariableW, get_rows);

START_TEST(get)
{
	for (int is_wide = 0; is_wide < 2; is_wide++) {
		WCHAR out[SIZE];
		DWORD n;

		SetLastError(4711);
		n = is_wide ? GetEnvironmentVariableW(wide(get_rows[_i].variable), out,
						      get_rows[_i].size)
			    : GetEnvironmentVariableA(get_rows[_i].variable, (char *)out,
						      get_rows[_i].size);
		ck_assert_uint_eq(n, is_wide ? get_rows[_i].wide_n : get_rows[_i].narrow_n);
		ck_assert_uint_eq(GetLastError(), get_rows[_i].error);
		if (get_rows[_i].value)
			same(is_wide, out, get_rows[_i].value);
	}
	ck_assert_uint_eq(GetEnvironmentVariableA(NULL, NULL, 0), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(GetEnvironmentVariableW(L"Boot_Root", NULL, 0), 7);
}
END_TEST

static const struct {
	const char *name;
	const char *text, *value;
	DWORD size, n; /* in ASCII: the same for both */
} expand_rows[] = {
	{ "no variable", "boot", "boot", SIZE, 5 },
	{ "an empty one", "<%BOOT_EMPTY%>", "<>", SIZE, 3 },
	{ "one that is not there", "%BOOT_NONE%%BOOT_EMPTY%", "%BOOT_NONE%", SIZE, 12 },
	{ "one %", "100%", "100%", SIZE, 5 },
	{ "two", "100%% sure", "100%% sure", SIZE, 11 },
	{ "just enough room", "boot", "boot", 5, 5 },
	{ "too little room", "boot", "", 4, 5 },
	{ "nothing", "", "", SIZE, 1 },
};
API_CASES(ExpandEnvironmentStringsA, expand_rows);
API_CASES(ExpandEnvironmentStringsW, expand_rows);

START_TEST(expand)
{
	for (int is_wide = 0; is_wide < 2; is_wide++) {
		WCHAR out[SIZE], text[SIZE];
		DWORD n;

		wcscpy(text, wide(expand_rows[_i].text));
		n = is_wide ? ExpandEnvironmentStringsW(text, out, expand_rows[_i].size)
			    : ExpandEnvironmentStringsA(expand_rows[_i].text, (char *)out,
							expand_rows[_i].size);
		ck_assert_uint_eq(n, expand_rows[_i].n);
		same(is_wide, out, expand_rows[_i].value);
	}
}
END_TEST

START_TEST(expand_beyond_ascii)
{
	WCHAR out[SIZE];
	char narrow[SIZE];

	ck_assert_uint_eq(ExpandEnvironmentStringsW(L"%BOOT_root%/x", out, SIZE), 9);
	same(true, out, "/srv/\xc3\xa9/x");
	ck_assert_uint_eq(ExpandEnvironmentStringsA("%BOOT_root%/x", narrow, SIZE), 10);
	same(false, narrow, "/srv/\xc3\xa9/x");
	ck_assert_uint_eq(ExpandEnvironmentStringsA("%BOOT_root%/x", NULL, 0), 10);
	ck_assert_uint_eq(ExpandEnvironmentStringsW(NULL, out, SIZE), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("environment");

	tcase_add_checked_fixture(tcase, setup, NULL);
	TEST_ROWS(tcase, get, get_rows);
	TEST_ROWS(tcase, expand, expand_rows);
	tcase_add_test(tcase, expand_beyond_ascii);
	return suite_run("environment", tcase);
}
