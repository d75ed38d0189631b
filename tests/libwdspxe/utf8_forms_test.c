/* The forms in UTF-8 of the functions whose text is wide: PxeTraceA, PxeProvider…A. What they share
 * with the wide forms is tested there: trace_test.c, provider_list_test.c. */
#include <errno.h>
#include <stdio.h>

#include "libwdspxe/api_cases.h"
#include "libwdspxe/recording_host.h"
#include "libwdspxe/trace_format.h"
#include "scratch.h"

#define TEXT(name)  "name = \"" name "\";\nmodule = \"/m/" name ".so\";\n"
#define EURO        "\xe2\x82\xac"
#define ANY         ((HANDLE)(uintptr_t)0x1234)
#define REPLACEMENT "\xef\xbf\xbd"

static void setup(void)
{
	scratch_make();
	ck_assert_int_eq(setenv("WDSPXE_PROVIDERS_DIR", scratch, 1), 0);
	ck_assert_int_eq(setenv("WDSPXE_STATE_DIR", scratch, 1), 0);
	scratch_write("50-a.conf", TEXT("a"));
	scratch_write("60-b.conf", TEXT("b" EURO) "critical = true;\n");
	ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
}

static void teardown(void)
{
	scratch_remove();
}

/* ---- PxeTraceA ---- */

static const struct {
	const char *name, *text, *line;
	PXE_SEVERITY severity, said; /* 0: nothing is */
} trace_rows[] = {
	{ "a line", "on 7", "on 7", PXE_TRACE_INFO, PXE_TRACE_INFO },
	{ "an error", "it", "it", PXE_TRACE_ERROR, PXE_TRACE_ERROR },
	{ "not enabled", "it", "", PXE_TRACE_VERBOSE, 0 },
	{ "an unknown severity", "it", "it", 42, PXE_TRACE_ERROR },
	{ "it is no format", "100% %s %n", "100% %s %n", PXE_TRACE_INFO, PXE_TRACE_INFO },
	{ "UTF-8", "5 " EURO, "5 " EURO, PXE_TRACE_INFO, PXE_TRACE_INFO },
	{ "no UTF-8", "5 \xe9 6", "5 " REPLACEMENT " 6", PXE_TRACE_INFO, PXE_TRACE_INFO },
	{ "one line", "a\nb\x1b[1m", "a b [1m", PXE_TRACE_INFO, PXE_TRACE_INFO },
	{ "empty", "", "", PXE_TRACE_INFO, PXE_TRACE_INFO },
	{ "NULL", NULL, "(null)", PXE_TRACE_INFO, PXE_TRACE_INFO },
};
API_CASES(PxeTraceA, trace_rows);

START_TEST(trace_by_row)
{
	recorded.mask = PXE_TRACE_INFO | PXE_TRACE_ERROR;
	recorded.lines = 0;
	errno = EXDEV;
	ck_assert_uint_eq(PxeTraceA(ANY, trace_rows[_i].severity, trace_rows[_i].text), 0);
	ck_assert_int_eq(errno, EXDEV);
	ck_assert_msg(recorded.lines == (trace_rows[_i].said ? 1 : 0), "%s", trace_rows[_i].name);
	if (trace_rows[_i].said == 0)
		return;
	ck_assert_uint_eq(recorded.severity, trace_rows[_i].said);
	ck_assert_ptr_eq(recorded.handle, ANY);
	ck_assert_str_eq(recorded.text, trace_rows[_i].line);
}
END_TEST

START_TEST(a_long_text_is_cut_between_characters)
{
	char text[3 * 2000 + 1] = "";

	for (int i = 0; i < 2000; i++)
		memcpy(text + 3 * i, EURO, 4);
	recorded.mask = PXE_TRACE_INFO;
	ck_assert_uint_eq(PxeTraceA(NULL, PXE_TRACE_INFO, text), 0);
	ck_assert_uint_eq(strlen(recorded.text), 3 * TRACE_CHARS_MAX);
}
END_TEST

/* ---- the list ---- */

/* "0 a /m/a.so;1 b! /m/b.so;", ! for critical. */
static const char *listing(void)
{
	static char text[4096];
	PPXE_PROVIDERA p = (PPXE_PROVIDERA)(uintptr_t)16; /* never read */
	size_t used = 0;
	HANDLE h;

	text[0] = '\0';
	ck_assert_uint_eq(PxeProviderEnumFirst(&h), ERROR_SUCCESS);
	while (PxeProviderEnumNextA(h, &p) == ERROR_SUCCESS) {
		ck_assert_uint_eq(p->uSizeOfStruct, sizeof(PXE_PROVIDERA));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%u %s%s %s;", p->uIndex,
					 p->pszName, p->bIsCritical ? "!" : "", p->pszFilePath);
		ck_assert_uint_eq(PxeProviderFreeInfoA(p), ERROR_SUCCESS);
	}
	ck_assert_ptr_null(p);
	ck_assert_uint_eq(PxeProviderEnumClose(h), ERROR_SUCCESS);
	return text;
}

#define OLD "0 a /m/a.so;1 b" EURO "! /m/b" EURO ".so;"

static const struct {
	const char *name, *provider, *module;
	PXE_REG_INDEX index;
	DWORD r;
	const char *after;
} register_rows[] = {
	{ "at the top", "n" EURO, "/n" EURO ".so", 0, ERROR_SUCCESS,
	  "0 n" EURO " /n" EURO ".so;1 a /m/a.so;2 b" EURO "! /m/b" EURO ".so;" },
	{ "at the bottom", "n", "/n.so", PXE_REG_INDEX_BOTTOM, ERROR_SUCCESS, OLD "2 n /n.so;" },
	{ "no name", NULL, "/n.so", 0, ERROR_INVALID_PARAMETER, OLD },
	{ "no module", "n", NULL, 0, ERROR_INVALID_PARAMETER, OLD },
	{ "a name that is no UTF-8", "n\xe9", "/n.so", 0, ERROR_INVALID_NAME, OLD },
	{ "a name that is cut off", "n\xe2\x82", "/n.so", 0, ERROR_INVALID_NAME, OLD },
	{ "an empty name", "", "/n.so", 0, ERROR_INVALID_NAME, OLD },
	{ "a path that is no UTF-8", "n", "/\xe9.so", 0, ERROR_BAD_PATHNAME, OLD },
	{ "a relative path", "n", "n.so", 0, ERROR_BAD_PATHNAME, OLD },
	{ "taken in capitals", "B" EURO, "/n.so", 0, ERROR_ALREADY_EXISTS, OLD },
};
API_CASES(PxeProviderRegisterA, register_rows);

START_TEST(register_by_row)
{
	HKEY key = NULL;
	DWORD r = PxeProviderRegisterA(register_rows[_i].provider, register_rows[_i].module,
				       register_rows[_i].index, FALSE, &key);

	ck_assert_msg(r == register_rows[_i].r, "%s: %u", register_rows[_i].name, r);
	ck_assert_str_eq(listing(), register_rows[_i].after);
	ck_assert_int_eq(key != NULL, r == ERROR_SUCCESS);
	if (key)
		ck_assert_int_eq(RegCloseKey(key), ERROR_SUCCESS);
}
END_TEST

static const struct {
	const char *name, *provider;
	DWORD r;
	ULONG index; /* before it goes */
	const char *after;
} name_rows[] = {
	{ "the first", "a", ERROR_SUCCESS, 0, "0 b" EURO "! /m/b" EURO ".so;" },
	{ "the last, in capitals", "B" EURO, ERROR_SUCCESS, 1, "0 a /m/a.so;" },
	{ "unknown", "c", ERROR_NOT_FOUND, 99, OLD },
	{ "no UTF-8", "a\xff", ERROR_NOT_FOUND, 99, OLD },
	{ "NULL", NULL, ERROR_INVALID_PARAMETER, 99, OLD },
};
API_CASES(PxeProviderQueryIndexA, name_rows);
API_CASES(PxeProviderUnRegisterA, name_rows);

START_TEST(name_by_row)
{
	ULONG index = 99;

	ck_assert_uint_eq(PxeProviderQueryIndexA(name_rows[_i].provider, &index), name_rows[_i].r);
	ck_assert_uint_eq(index, name_rows[_i].index);
	ck_assert_uint_eq(PxeProviderQueryIndexA(name_rows[_i].provider, NULL),
			  ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeProviderUnRegisterA(name_rows[_i].provider), name_rows[_i].r);
	ck_assert_str_eq(listing(), name_rows[_i].after);
}
END_TEST

static const struct {
	const char *name;
	bool open, out;
	DWORD r;
} next_rows[] = {
	{ "open", true, true, ERROR_SUCCESS },
	{ "no out", true, false, ERROR_INVALID_PARAMETER },
	{ "closed", false, true, ERROR_INVALID_HANDLE },
};
API_CASES(PxeProviderEnumNextA, next_rows);

START_TEST(next_by_row)
{
	PPXE_PROVIDERA p = (PPXE_PROVIDERA)(uintptr_t)8;
	HANDLE h;
	DWORD r;

	ck_assert_uint_eq(PxeProviderEnumFirst(&h), 0);
	if (!next_rows[_i].open)
		ck_assert_uint_eq(PxeProviderEnumClose(h), 0);
	r = PxeProviderEnumNextA(h, next_rows[_i].out ? &p : NULL);
	ck_assert_msg(r == next_rows[_i].r, "%s: %u", next_rows[_i].name, r);
	if (r == 0)
		ck_assert_uint_eq(PxeProviderFreeInfoA(p), 0);
	else
		ck_assert_ptr_eq(p, (PPXE_PROVIDERA)(uintptr_t)8);
	PxeProviderEnumClose(h);
}
END_TEST

/* One enumeration, both forms in turn. */
START_TEST(both_forms_go_through_one_list)
{
	PPXE_PROVIDER wide;
	PPXE_PROVIDERA narrow;
	HANDLE h;

	ck_assert_uint_eq(PxeProviderEnumFirst(&h), 0);
	ck_assert_uint_eq(PxeProviderEnumNext(h, &wide), 0);
	ck_assert_uint_eq(PxeProviderEnumNextA(h, &narrow), 0);
	ck_assert_uint_eq(wide->uIndex, 0);
	ck_assert_uint_eq(narrow->uIndex, 1);
	ck_assert_str_eq(narrow->pszName, "b" EURO);
	ck_assert_uint_eq(PxeProviderEnumClose(h), 0);
	ck_assert_uint_eq(PxeProviderFreeInfo(wide), 0);
	ck_assert_uint_eq(PxeProviderFreeInfoA(narrow), 0);
}
END_TEST

static const struct {
	const char *name;
	bool info;
	DWORD r;
} free_rows[] = {
	{ "an entry", true, ERROR_SUCCESS },
	{ "NULL", false, ERROR_INVALID_PARAMETER },
};
API_CASES(PxeProviderFreeInfoA, free_rows);

START_TEST(free_by_row)
{
	PPXE_PROVIDERA p = NULL;
	HANDLE h;

	ck_assert_uint_eq(PxeProviderEnumFirst(&h), 0);
	if (free_rows[_i].info)
		ck_assert_uint_eq(PxeProviderEnumNextA(h, &p), 0);
	ck_assert_uint_eq(PxeProviderFreeInfoA(p), free_rows[_i].r);
	ck_assert_uint_eq(PxeProviderEnumClose(h), 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("utf8_forms");

	tcase_add_checked_fixture(tcase, setup, teardown);
	TEST_ROWS(tcase, trace_by_row, trace_rows);
	tcase_add_test(tcase, a_long_text_is_cut_between_characters);
	TEST_ROWS(tcase, register_by_row, register_rows);
	TEST_ROWS(tcase, name_by_row, name_rows);
	TEST_ROWS(tcase, next_by_row, next_rows);
	tcase_add_test(tcase, both_forms_go_through_one_list);
	TEST_ROWS(tcase, free_by_row, free_rows);
	suite_apart(); /* a host attaches once */
	return suite_run("utf8_forms", tcase);
}
