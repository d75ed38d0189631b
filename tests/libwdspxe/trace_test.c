/* PxeTrace and PxeTraceV: the format rules, strings of every wrong kind, severities, no host. */
#include <errno.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libwdspxe/api_cases.h"
#include "libwdspxe/recording_host.h"
#include "libwdspxe/trace_format.h"

#define ANY ((HANDLE)(uintptr_t)0x1234)

static const char *traced(const wchar_t *format, ...)
{
	va_list params;

	recorded.mask = PXE_TRACE_INFO;
	recorded.lines = 0;
	va_start(params, format);
	ck_assert_uint_eq(PxeTraceV(ANY, PXE_TRACE_INFO, format, params), ERROR_SUCCESS);
	va_end(params);
	ck_assert_uint_eq(recorded.lines, 1);
	return recorded.text;
}

/* Each row is one call; the arguments are what a Windows source would pass. */
#define ROW(wanted, ...) ck_assert_str_eq(traced(__VA_ARGS__), wanted)

START_TEST(strings_are_wide_unless_they_say_otherwise)
{
	ROW("plain", L"plain");
	ROW("100%", L"%d%%", 100);
	ROW("a wide b", L"a %s b", L"wide");
	ROW("a wide b", L"a %ls b", L"wide");
	ROW("a wide b", L"a %ws b", L"wide");
	ROW("a narrow b", L"a %S b", "narrow");
	ROW("a narrow b", L"a %hs b", "narrow");
	ROW("wide", L"%lS", L"wide");
	ROW("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", L"%s", L"\u00e9\u20ac\U0001f600");
	ROW("\xc3\xa9\xe2\x82\xac", L"%S", "\xc3\xa9\xe2\x82\xac");
	ROW("[  abc]", L"[%5s]", L"abc");
	ROW("[abc  ]", L"[%-5s]", L"abc");
	ROW("[abc  ]", L"[%*s]", -5, L"abc");
	ROW("[ab]", L"[%.2s]", L"abc");
	ROW("[   ab]", L"[%5.2s]", L"abc");
	ROW("[ab]", L"[%.*s]", 2, L"abc");
	ROW("[abc]", L"[%.*s]", -1, L"abc");
	ROW("[]", L"[%.0s]", L"abc");
	ROW("[\xc3\xa9 ]", L"[%-2s]", L"\u00e9");
	ROW("[  ab]", L"[%4.2S]", "abc");
	ROW("A\xe2\x82\xac", L"%c%c", L'A', L'\u20ac');
	ROW("AB", L"%C%hc", 'A', 'B');
	ROW("\xef\xbf\xbd", L"%C", 0xe9);
	ROW("[  A][A  ]", L"[%3c][%-3lc]", L'A', L'A');
}
END_TEST

START_TEST(integers_have_the_sizes_of_windows)
{
	ROW("-1 4294967295", L"%d %u", -1, -1);
	ROW("-1", L"%i", -1);
	ROW("4294967295", L"%lu", (DWORD)0xffffffff);
	ROW("-2", L"%ld", (LONG)-2);
	ROW("5 6", L"%lu %lu", (DWORD)5, (DWORD)6);
	ROW("18446744073709551615", L"%I64u", UINT64_MAX);
	ROW("-9223372036854775808", L"%I64d", INT64_MIN);
	ROW("18446744073709551615", L"%llu", (unsigned long long)UINT64_MAX);
	ROW("123", L"%I32u", 123u);
	ROW("9000000000", L"%Iu", (size_t)9000000000);
	ROW("9000000000 9000000000", L"%zu %ju", (size_t)9000000000, (uintmax_t)9000000000);
	ROW("-7", L"%td", (ptrdiff_t)-7);
	ROW("-1 65535", L"%hd %hu", 0xffff, 0xffff);
	ROW("-1 255", L"%hhd %hhu", 0xff, 0xff);
	ROW("ff FF 377", L"%x %X %o", 255, 255, 255);
	ROW("0xff 0XFF 0377 0 0", L"%#x %#X %#o %#x %#o", 255, 255, 255, 0, 0);
	ROW("[   42][42   ][00042]", L"[%5d][%-5d][%05d]", 42, 42, 42);
	ROW("[+42][ 42][-42]", L"[%+d][% d][%+d]", 42, 42, -42);
	ROW("[-0042][  042][042  ]", L"[%05d][%5.3d][%-5.3d]", -42, 42, 42);
	ROW("[  042]", L"[%05.3d]", 42);
	ROW("[][0]", L"[%.0d][%.1d]", 0, 0);
	ROW("[0x002a]", L"[%#06x]", 42);
	ROW("000000000000BEEF", L"%p", (void *)0xbeef);
	ROW("0000000000000000", L"%p", (void *)NULL);
}
END_TEST

START_TEST(other_conversions)
{
	double nothing = 0;

	ROW("1.500000 1.5 1.50", L"%f %g %.2f", 1.5, 1.5, 1.5);
	ROW("1.5e+10 1E+10", L"%.1e %G", 1.5e10, 1e10);
	ROW("0x1.8p+0", L"%a", 1.5);
	ROW("2.5", L"%Lg", (long double)2.5);
	ROW("[  1.5][1.5  ][001.5][+1.5]", L"[%5.1f][%-5.1f][%05.1f][%+.1f]", 1.5, 1.5, 1.5, 1.5);
	ROW("-inf nan", L"%f %f", -__builtin_inf(), __builtin_nan(""));
	ROW("[]5", L"[%n]%d", &nothing, 5); /* and nothing is written there */
	ck_assert(nothing == 0.0);
	ROW("%q %", L"%q %");
	ROW("%5.3l", L"%5.3l");
	ROW("%Z 5", L"%Z %d", 5);
}
END_TEST

START_TEST(line_is_one_and_clean)
{
	ROW("a b c", L"a\nb\tc\r\n");
	ROW("", L"\n");
	ROW("", L"");
	ROW("a b", L"a%cb", 7);
	ROW("a  b", L"a\x85 b");
	ROW("(null)", NULL);
	ROW("[(null)] [(null)]", L"[%s] [%S]", NULL, NULL);
	ROW("[(null)]", L"[%.2s]", NULL); /* a precision does not cut the word */
}
END_TEST

/* ---- strings that are not what the format says -------------------------------------------------
 */

enum { PAGES = 2 };

/* The last `len` octets before memory that is not there. */
static uint8_t *edge(const void *octets, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *map = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	ck_assert(map != MAP_FAILED);
	ck_assert_int_eq(mprotect(map + page, page, PROT_NONE), 0);
	memcpy(map + page - len, octets, len);
	return map + page - len;
}

static void edge_free(const uint8_t *at, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	munmap((void *)(uintptr_t)(at + len - page), PAGES * page);
}

static const struct {
	const char *name, *octets;
	size_t len;
	const char *wide, *narrow; /* under %s and under %S */
} edge_rows[] = {
	{ "a narrow string", "abcdefg", 8, "abcdefg", "abcdefg" },
	{ "an odd address", "abcdef", 7, "abcdef", "abcdef" },
	{ "a short one", "abc", 4, "abc", "abc" },
	{ "without a NUL", "abcd", 4, "abcd", "abcd" },
	{ "broken UTF-8 at the end", "abc\xe2\x82", 5, "abc\xef\xbf\xbd\xef\xbf\xbd",
	  "abc\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a wide string", "a\0\0\0b\0\0\0\0\0\0", 12, "ab", "a" },
	{ "a wide one without a NUL", "a\0\0\0b\0\0", 8, "ab", "a" },
	{ "no Unicode in it", "a\0\0\0\xff\xff\xff\xff", 8, "a\xef\xbf\xbd", "a" },
	{ "a surrogate", "a\0\0\0\x00\xd8\0\0\0\0\0", 12, "a\xef\xbf\xbd", "a" },
	{ "empty", "", 1, "", "" },
};

START_TEST(strings_end_where_memory_does)
{
	uint8_t *at = edge(edge_rows[_i].octets, edge_rows[_i].len);
	char wide[64], narrow[64];

	snprintf(wide, sizeof(wide), "[%s]", edge_rows[_i].wide);
	snprintf(narrow, sizeof(narrow), "[%s]", edge_rows[_i].narrow);
	ck_assert_msg(strcmp(traced(L"[%s]", at), wide) == 0, "%s: %s", edge_rows[_i].name,
		      recorded.text);
	ck_assert_msg(strcmp(traced(L"[%S]", at), narrow) == 0, "%s: %s", edge_rows[_i].name,
		      recorded.text);
	edge_free(at, edge_rows[_i].len);
}
END_TEST

START_TEST(addresses_that_cannot_be_read)
{
	uint8_t *at = edge("x", 1);

	ROW("[(unreadable)]", L"[%s]", (void *)1);
	ROW("[(unreadable)]", L"[%S]", (void *)1);
	ROW("[(unreadable)]", L"[%s]", (void *)UINTPTR_MAX);
	ROW("[(unreadable)]", L"[%s]", at + 1);
	ROW("[(unreadable)]", L"[%S]", at + 1);
	edge_free(at, 1);
}
END_TEST

START_TEST(precision_bounds_the_read)
{
	wchar_t wide[3] = { L'a', L'b', L'c' };
	uint8_t *at = edge(wide, sizeof(wide)), *narrow = edge("abc", 3);

	ROW("abc", L"%.3s", at);
	ROW("ab", L"%.2s", at);
	ROW("ab", L"%.2S", narrow);
	edge_free(at, sizeof(wide));
	edge_free(narrow, 3);
}
END_TEST

START_TEST(text_is_cut_and_stays_whole)
{
	static wchar_t text[5000];
	static char narrow[5001];

	for (size_t i = 0; i < ROWS(text) - 1; i++)
		text[i] = L'\u20ac';
	memset(narrow, 'x', sizeof(narrow) - 1);
	ck_assert_uint_eq(strlen(traced(L"%s", text)), 3 * TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(L"%s%s", text, text)), 3 * TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(text)), 3 * TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(L"%S", narrow)), TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(L"%0999999999d", 1)), TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(L"%.999999999d", 1)), TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(L"x%*d.", INT_MAX, 1)), 1); /* blanks at the end go */
	ck_assert_uint_eq(strlen(traced(L"%*d.", INT_MIN, 1)), 1);
	ck_assert_uint_eq(strlen(traced(L"%.2000f", 1.5)), TRACE_CHARS_MAX);
	ck_assert_uint_eq(strlen(traced(L"%02000f", 1.5)), TRACE_CHARS_MAX);
}
END_TEST

/* ---- severities, handles, hosts ----------------------------------------------------------------
 */

static const struct {
	const char *name;
	PXE_SEVERITY mask, severity, said; /* said 0: nothing was */
	HANDLE given, current, heard;
} trace_rows[] = {
	{ "verbose", PXE_TRACE_VERBOSE, PXE_TRACE_VERBOSE, PXE_TRACE_VERBOSE, ANY, NULL, ANY },
	{ "info", PXE_TRACE_INFO, PXE_TRACE_INFO, PXE_TRACE_INFO, ANY, NULL, ANY },
	{ "warning", PXE_TRACE_WARNING, PXE_TRACE_WARNING, PXE_TRACE_WARNING, ANY, NULL, ANY },
	{ "error", PXE_TRACE_ERROR, PXE_TRACE_ERROR, PXE_TRACE_ERROR, ANY, NULL, ANY },
	{ "fatal", PXE_TRACE_FATAL, PXE_TRACE_FATAL, PXE_TRACE_FATAL, ANY, NULL, ANY },
	{ "not enabled", PXE_TRACE_ERROR, PXE_TRACE_INFO, 0, ANY, NULL, NULL },
	{ "O-55: unknown severity", PXE_TRACE_ERROR, 42, PXE_TRACE_ERROR, ANY, NULL, ANY },
	{ "O-55: several bits", PXE_TRACE_ERROR, PXE_TRACE_INFO | PXE_TRACE_FATAL, PXE_TRACE_ERROR,
	  ANY, NULL, ANY },
	{ "O-55: unknown, and errors are off", PXE_TRACE_INFO, 0, 0, ANY, NULL, NULL },
	{ "O-55: NULL is whom the host calls", PXE_TRACE_INFO, PXE_TRACE_INFO, PXE_TRACE_INFO, NULL,
	  (HANDLE)7, (HANDLE)7 },
	{ "O-55: NULL is nobody", PXE_TRACE_INFO, PXE_TRACE_INFO, PXE_TRACE_INFO, NULL, NULL,
	  NULL },
	{ "a handle wins", PXE_TRACE_INFO, PXE_TRACE_INFO, PXE_TRACE_INFO, ANY, (HANDLE)7, ANY },
};
API_CASES(PxeTrace, trace_rows);
API_CASES(PxeTraceV, trace_rows);
API_CASES(PxeHostSetProvider, trace_rows);

START_TEST(trace_by_row)
{
	recorded.lines = 0;
	recorded.handle = NULL;
	recorded.mask = trace_rows[_i].mask;
	PxeHostSetProvider(trace_rows[_i].current);
	errno = EXDEV;
	ck_assert_uint_eq(
		PxeTrace(trace_rows[_i].given, trace_rows[_i].severity, L"%s %lu", L"on", (DWORD)7),
		ERROR_SUCCESS);
	ck_assert_int_eq(errno, EXDEV);
	PxeHostSetProvider(NULL);

	ck_assert_msg(recorded.lines == (trace_rows[_i].said ? 1 : 0), "%s", trace_rows[_i].name);
	ck_assert_msg(recorded.handle == trace_rows[_i].heard, "%s", trace_rows[_i].name);
	if (trace_rows[_i].said) {
		ck_assert_uint_eq(recorded.severity, trace_rows[_i].said);
		ck_assert_str_eq(recorded.text, "on 7");
	}
}
END_TEST

/* Without a host: silent, or to stderr where the environment says so. */
static const struct {
	const char *name, *variable, *wanted;
} alone_rows[] = {
	{ "silent", NULL, "" },
	{ "to stderr", "1", "wdspxe: warning: on 7\n" },
};

START_TEST(trace_without_a_host)
{
	FILE *file = tmpfile();
	char text[64] = "";
	int saved = dup(STDERR_FILENO);
	size_t n;

	ck_assert_uint_eq(PxeHostDetach(), ERROR_SUCCESS);
	if (alone_rows[_i].variable)
		setenv("WDSPXE_TRACE", alone_rows[_i].variable, 1);
	else
		unsetenv("WDSPXE_TRACE");
	dup2(fileno(file), STDERR_FILENO);
	ck_assert_uint_eq(PxeTrace(NULL, PXE_TRACE_WARNING, L"on %lu", (DWORD)7), ERROR_SUCCESS);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	ck_assert_str_eq(text, alone_rows[_i].wanted);
}
END_TEST

static void attach(void)
{
	ck_assert_uint_eq(PxeHostAttach(&recording_host), ERROR_SUCCESS);
}

static void detach(void)
{
	(void)PxeHostDetach();
}

int main(void)
{
	TCase *tcase = tcase_create("trace");

	tcase_add_checked_fixture(tcase, attach, detach);
	tcase_add_test(tcase, strings_are_wide_unless_they_say_otherwise);
	tcase_add_test(tcase, integers_have_the_sizes_of_windows);
	tcase_add_test(tcase, other_conversions);
	tcase_add_test(tcase, line_is_one_and_clean);
	TEST_ROWS(tcase, strings_end_where_memory_does, edge_rows);
	tcase_add_test(tcase, addresses_that_cannot_be_read);
	tcase_add_test(tcase, precision_bounds_the_read);
	tcase_add_test(tcase, text_is_cut_and_stays_whole);
	TEST_ROWS(tcase, trace_by_row, trace_rows);
	TEST_ROWS(tcase, trace_without_a_host, alone_rows);
	return suite_run("trace", tcase);
}
