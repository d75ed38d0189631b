/* FindFirstFile, FindNextFile, FindClose, by Microsoft's pages; and the patterns, alone. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"
#include "windows/pattern.h"

/* ---- patterns ---- */

static const struct {
	const char *pattern, *name;
	bool matches;
} pattern_rows[] = {
	{ "boot.ini", "boot.ini", true },
	{ "boot.ini", "BOOT.Ini", true },
	{ "boot.ini", "boot.in", false },
	{ "boot.in", "boot.ini", false },
	{ "\xc3\x84*", "\xc3\xa4rger", true }, /* capital and small A with two dots */
	{ "*", "boot.ini", true },
	{ "*", ".", true },
	{ "*", "boot", true },
	{ "**", "boot", true },
	{ "*.*", "boot.ini", true },
	{ "*.*", "boot", true }, /* every name has an extension there, be it empty */
	{ "*.*", "..", true },
	{ "*.ini", "boot.ini", true },
	{ "*.ini", "a.b.ini", true },
	{ "*.ini", ".ini", true },
	{ "*.ini", "boot.ini.old", false },
	{ "*.ini", "boot.ini2", false },
	{ "*.ini", "bootini", false },
	{ "*.ini", "..", false },
	{ "*.ini*", "boot.ini2", true },
	{ "boot.*", "boot.ini", true },
	{ "boot.*", "boot", true },
	{ "boot.*", "boots", false },
	{ "*.", "boot", true },
	{ "*.", "boot.ini", false },
	{ "*o*t*", "boot", true },
	{ "*o*t*x", "boot", false },
	{ "b??t", "boot", true },
	{ "b??t", "bot", false },
	{ "boot?", "boot", true }, /* at the end it may be nothing */
	{ "boot??.ini", "boot.ini", true },
	{ "boot??.ini", "boot12.ini", true },
	{ "boot??.ini", "boot123.ini", false },
	{ "boot.???", "boot.ini", true },
	{ "boot.???", "boot", true },
	{ "boot.?", "boot.ini", false },
	{ "????????????", "525400770001", true },
	{ "????????????", "52-54-00-77-00-01", false },
	{ "?", "ab", false },
	{ "?", "\xc3\xa4", true },
	{ "?", ".", false },
	{ "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false }, /* at once */
};

START_TEST(patterns)
{
	struct pattern pattern;

	ck_assert(pattern_read(&pattern, pattern_rows[_i].pattern));
	ck_assert_msg(pattern_matches(&pattern, pattern_rows[_i].name) == pattern_rows[_i].matches,
		      "%s, %s", pattern_rows[_i].pattern, pattern_rows[_i].name);
}
END_TEST

START_TEST(long_patterns)
{
	static char text[NAME_MAX + 2];
	struct pattern pattern;

	memset(text, '?', NAME_MAX + 1);
	ck_assert(!pattern_read(&pattern, text));
	text[NAME_MAX] = '\0';
	ck_assert(pattern_read(&pattern, text));
	ck_assert(pattern_matches(&pattern, "boot"));
	memset(text, 'x', NAME_MAX);
	ck_assert(pattern_matches(&pattern, text));
}
END_TEST

/* ---- searches ---- */

static void fill(void)
{
	scratch_make();
	scratch_write("b.ini", "one");
	scratch_write("A.INI", "");
	scratch_write("c.txt", "three");
	scratch_write("\xc3\xa9", "e with an accent");
	scratch_write("-", "in front of the dots, by its octet");
	mkdir(scratch_path("sub"), 0755);
	scratch_write("sub/d.ini", "");
	ck_assert_int_eq(symlink("b.ini", scratch_path("link.lnk")), 0);
	ck_assert_int_eq(symlink("nothing", scratch_path("lost.lnk")), 0);
}

static const char *narrowed(const WIN32_FIND_DATAW *data)
{
	static char name[4 * MAX_PATH];

	WideCharToMultiByte(CP_UTF8, 0, data->cFileName, -1, name, sizeof(name), NULL, NULL);
	return name;
}

static HANDLE first(bool wide, const char *path, WIN32_FIND_DATAW *w, WIN32_FIND_DATAA *a)
{
	WCHAR name[PATH_MAX];

	if (path)
		MultiByteToWideChar(CP_UTF8, 0, path, -1, name, PATH_MAX);
	return wide ? FindFirstFileW(path ? name : NULL, w) : FindFirstFileA(path, a);
}

static const struct {
	const char *name;
	const char *pattern; /* in the folder; NULL: no text at all */
	const char *found;   /* in turn, a blank behind each */
	DWORD error;         /* of the first */
} search_rows[] = {
	{ "all", "*", ". .. - A.INI b.ini c.txt link.lnk lost.lnk sub \xc3\xa9 ", 0 },
	{ "all, as DOS has it", "*.*", ". .. - A.INI b.ini c.txt link.lnk lost.lnk sub \xc3\xa9 ",
	  0 },
	{ "an extension", "*.ini", "A.INI b.ini ", 0 },
	{ "a backslash", ".\\*.ini", "A.INI b.ini ", 0 },
	{ "a name", "b.ini", "b.ini ", 0 },
	{ "a name in capitals", "B.INI", "b.ini ", 0 },
	{ "a folder", "sub", "sub ", 0 },
	{ "in a folder", "sub\\*", ". .. d.ini ", 0 },
	{ "nothing", "*.com", "", ERROR_FILE_NOT_FOUND },
	{ "no such name", "z.ini", "", ERROR_FILE_NOT_FOUND },
	{ "a backslash at the end", "sub\\", "", ERROR_FILE_NOT_FOUND },
	{ "a folder that is not there", "no\\*", "", ERROR_PATH_NOT_FOUND },
	{ "a folder that is a file", "b.ini\\*", "", ERROR_DIRECTORY },
	{ "a folder in a file", "b.ini\\sub\\*", "", ERROR_PATH_NOT_FOUND },
	{ "a wildcard in a folder", "s*\\d.ini", "", ERROR_PATH_NOT_FOUND },
};
API_CASES(FindFirstFileA, search_rows);
API_CASES(FindFirstFileW, search_rows);
API_CASES(FindNextFileA, search_rows);
API_CASES(FindNextFileW, search_rows);
API_CASES(FindClose, search_rows);

START_TEST(searches)
{
	for (int wide = 0; wide < 2; wide++) {
		WIN32_FIND_DATAW w;
		WIN32_FIND_DATAA a;
		char found[500] = "";
		HANDLE search;
		BOOL more;

		SetLastError(0);
		search = first(wide, scratch_path(search_rows[_i].pattern), &w, &a);
		ck_assert_msg(GetLastError() == search_rows[_i].error, "%s: %u",
			      search_rows[_i].name, GetLastError());
		if (search_rows[_i].error) {
			ck_assert_ptr_eq(search, INVALID_HANDLE_VALUE);
			continue;
		}
		do {
			strcat(strcat(found, wide ? narrowed(&w) : a.cFileName), " ");
			ck_assert(wide ? !w.cAlternateFileName[0] : !a.cAlternateFileName[0]);
			more = wide ? FindNextFileW(search, &w) : FindNextFileA(search, &a);
		} while (more);
		ck_assert_uint_eq(GetLastError(), ERROR_NO_MORE_FILES);
		ck_assert_str_eq(found, search_rows[_i].found);
		SetLastError(0);
		ck_assert_int_eq(FindNextFileW(search, &w), FALSE); /* and so it stays */
		ck_assert_uint_eq(GetLastError(), ERROR_NO_MORE_FILES);
		ck_assert_int_eq(FindClose(search), TRUE);
		ck_assert_int_eq(FindClose(search), FALSE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	}
}
END_TEST

START_TEST(no_text_and_no_place)
{
	char path[PATH_MAX];

	for (int wide = 0; wide < 2; wide++) {
		WIN32_FIND_DATAW w;
		WIN32_FIND_DATAA a;
		HANDLE search;

		ck_assert_ptr_eq(first(wide, NULL, &w, &a), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_PATH_NOT_FOUND);
		ck_assert_ptr_eq(first(wide, "", &w, &a), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_PATH_NOT_FOUND);
		ck_assert_ptr_eq(first(wide, "\\\\server\\share\\*", &w, &a), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_BAD_NETPATH);
		ck_assert_ptr_eq(first(wide, scratch_path("*"), NULL, NULL), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
		strcpy(path, scratch_path(""));
		memset(path + strlen(path), 'x', NAME_MAX + 1);
		path[strlen(scratch_path("")) + NAME_MAX + 1] = '\0';
		ck_assert_ptr_eq(first(wide, path, &w, &a), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_FILENAME_EXCED_RANGE);
		search = first(wide, scratch_path("*"), &w, &a);
		ck_assert(!(wide ? FindNextFileW(search, NULL) : FindNextFileA(search, NULL)));
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
		ck_assert(wide ? FindNextFileW(search, &w) : FindNextFileA(search, &a));
		ck_assert_int_eq(FindClose(search), TRUE);
	}
	ck_assert_ptr_ne(first(true, "C:\\*", &(WIN32_FIND_DATAW){ 0 }, NULL),
			 INVALID_HANDLE_VALUE);
	ck_assert_int_eq(chdir(scratch), 0); /* without a folder it is the program's own */
	ck_assert_ptr_ne(first(false, "*.txt", NULL, &(WIN32_FIND_DATAA){ 0 }),
			 INVALID_HANDLE_VALUE);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

/* ---- what is told of a file ---- */

static const struct {
	const char *file;
	DWORD attributes, size;
} data_rows[] = {
	{ "b.ini", FILE_ATTRIBUTE_NORMAL, 3 },
	{ "sub", FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ "link.lnk", FILE_ATTRIBUTE_NORMAL, 3 }, /* what it leads to */
	{ "lost.lnk", FILE_ATTRIBUTE_NORMAL, 0 }, /* itself */
};

START_TEST(what_is_told)
{
	const char *path = scratch_path(data_rows[_i].file);
	const struct timespec times[2] = { { 86400, 0 }, { 2 * 86400, 500000000 } };
	WIN32_FIND_DATAW w;
	WIN32_FIND_DATAA a;
	SYSTEMTIME written;
	HANDLE search;

	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, scratch_path("b.ini"), times, 0), 0);
	memset(&w, 0xff, sizeof(w));
	memset(&a, 0xff, sizeof(a));
	search = first(true, path, &w, NULL);
	ck_assert_int_eq(FindClose(search), TRUE);
	search = first(false, path, NULL, &a);
	ck_assert_int_eq(FindClose(search), TRUE);
	w.ftLastAccessTime = a.ftLastAccessTime; /* to look at a link is to read it */
	ck_assert_mem_eq(&w, &a, offsetof(WIN32_FIND_DATAA, cFileName));
	ck_assert_uint_eq(w.dwFileAttributes, data_rows[_i].attributes);
	ck_assert_uint_eq(w.nFileSizeLow, data_rows[_i].size);
	ck_assert_uint_eq(w.nFileSizeHigh, 0);
	ck_assert_int_eq(FileTimeToSystemTime(&w.ftLastWriteTime, &written), TRUE);
	ck_assert_int_eq(written.wYear, 1970);
	ck_assert_int_eq(written.wDay, 3);
	ck_assert_int_eq(written.wMilliseconds, 500);
}
END_TEST

START_TEST(a_large_file)
{
	const char *path = scratch_path("b.ini");
	WIN32_FIND_DATAA a;

	ck_assert_int_eq(truncate(path, 5000000001), 0);
	ck_assert_int_eq(FindClose(first(false, path, NULL, &a)), TRUE);
	ck_assert_uint_eq((uint64_t)a.nFileSizeHigh << 32 | a.nFileSizeLow, 5000000001);
}
END_TEST

/* What has gone since the first one was found is not found any more. */
START_TEST(files_that_go)
{
	WIN32_FIND_DATAA a;
	HANDLE search = first(false, scratch_path("*.ini"), NULL, &a);

	ck_assert_str_eq(a.cFileName, "A.INI");
	unlink(scratch_path("b.ini"));
	ck_assert_int_eq(FindNextFileA(search, &a), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_NO_MORE_FILES);
	ck_assert_int_eq(FindClose(search), TRUE);
}
END_TEST

START_TEST(many_files)
{
	WIN32_FIND_DATAA a;
	HANDLE search;
	char name[20];
	int n = 1;

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%03d.mac", 99 - i);
		scratch_write(name, "");
	}
	search = first(false, scratch_path("*.mac"), NULL, &a);
	ck_assert_str_eq(a.cFileName, "000.mac");
	for (; FindNextFileA(search, &a); n++) {
		snprintf(name, sizeof(name), "%03d.mac", n);
		ck_assert_str_eq(a.cFileName, name);
	}
	ck_assert_int_eq(n, 100);
	ck_assert_int_eq(FindClose(search), TRUE);
}
END_TEST

START_TEST(a_folder_that_is_closed)
{
	WIN32_FIND_DATAA a;

	if (geteuid() == 0)
		return; /* nothing is closed to it */
	ck_assert_int_eq(chmod(scratch_path("sub"), 0), 0);
	ck_assert_ptr_eq(first(false, scratch_path("sub\\*"), NULL, &a), INVALID_HANDLE_VALUE);
	ck_assert_uint_eq(GetLastError(), ERROR_ACCESS_DENIED);
}
END_TEST

START_TEST(handles_of_others)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL),
	       none[3] = { NULL, INVALID_HANDLE_VALUE, event }, search;
	WIN32_FIND_DATAA a;
	WIN32_FIND_DATAW w;

	for (int i = 0; i < 3; i++) {
		SetLastError(0);
		ck_assert_int_eq(FindNextFileA(none[i], &a), FALSE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
		SetLastError(0);
		ck_assert_int_eq(FindNextFileW(none[i], &w), FALSE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
		SetLastError(0);
		ck_assert_int_eq(FindClose(none[i]), FALSE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	}
	search = first(false, scratch_path("*"), NULL, &a);
	ck_assert_int_eq(SetEvent(search), FALSE);
	ck_assert_uint_eq(WaitForSingleObject(search, 0), WAIT_FAILED);
	ck_assert_int_eq(FindClose(search), TRUE);
	ck_assert_int_eq(CloseHandle(event), TRUE);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("file_find");

	tcase_add_checked_fixture(tcase, fill, scratch_remove);
	TEST_ROWS(tcase, patterns, pattern_rows);
	tcase_add_test(tcase, long_patterns);
	TEST_ROWS(tcase, searches, search_rows);
	tcase_add_test(tcase, no_text_and_no_place);
	TEST_ROWS(tcase, what_is_told, data_rows);
	tcase_add_test(tcase, a_large_file);
	tcase_add_test(tcase, files_that_go);
	tcase_add_test(tcase, many_files);
	tcase_add_test(tcase, a_folder_that_is_closed);
	tcase_add_test(tcase, handles_of_others);
	return suite_run("file_find", tcase);
}
