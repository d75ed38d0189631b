/* Files by handle and by name, by Microsoft's pages. */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"

#define READ  GENERIC_READ
#define WRITE GENERIC_WRITE
#define BOTH  (GENERIC_READ | GENERIC_WRITE)

static HANDLE create(bool wide, const char *path, DWORD access, DWORD how, DWORD flags)
{
	WCHAR name[PATH_MAX];

	if (path)
		MultiByteToWideChar(CP_UTF8, 0, path, -1, name, PATH_MAX);
	return wide ? CreateFileW(path ? name : NULL, access, FILE_SHARE_READ, NULL, how, flags,
				  NULL)
		    : CreateFileA(path, access, 0, NULL, how, flags, NULL);
}

/* ---- opening: "old" is a file of 3 octets, "sub" a folder, "new" is not there ---- */

static const struct {
	const char *name;
	const char *file;
	DWORD access, how, flags;
	DWORD error; /* the last error, also of one that is opened */
	int size;    /* of the file afterwards; -1: there is none */
} open_rows[] = {
	{ "open", "old", READ, OPEN_EXISTING, 0, 0, 3 },
	{ "open for both", "old", BOTH, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, 0, 3 },
	{ "open for nothing", "old", 0, OPEN_EXISTING, 0, 0, 3 },
	{ "open what is not there", "new", READ, OPEN_EXISTING, 0, ERROR_FILE_NOT_FOUND, -1 },
	{ "in a folder that is not there", "no/new", WRITE, CREATE_ALWAYS, 0, ERROR_PATH_NOT_FOUND,
	  -1 },
	{ "backslashes", ".\\old", READ, OPEN_EXISTING, 0, 0, 3 },
	{ "a new one", "new", WRITE, CREATE_NEW, 0, 0, 0 },
	{ "a new one that is there", "old", WRITE, CREATE_NEW, 0, ERROR_FILE_EXISTS, 3 },
	{ "always", "new", WRITE, CREATE_ALWAYS, 0, 0, 0 },
	{ "always, and there was one", "old", WRITE, CREATE_ALWAYS, 0, ERROR_ALREADY_EXISTS, 0 },
	{ "always, for reading", "old", READ, CREATE_ALWAYS, 0, ERROR_ALREADY_EXISTS, 0 },
	{ "open always", "new", BOTH, OPEN_ALWAYS, 0, 0, 0 },
	{ "open always, and there was one", "old", BOTH, OPEN_ALWAYS, 0, ERROR_ALREADY_EXISTS, 3 },
	{ "emptied", "old", WRITE, TRUNCATE_EXISTING, 0, 0, 0 },
	{ "emptied, but only read", "old", READ, TRUNCATE_EXISTING, 0, ERROR_INVALID_PARAMETER, 3 },
	{ "emptied, but not there", "new", WRITE, TRUNCATE_EXISTING, 0, ERROR_FILE_NOT_FOUND, -1 },
	{ "a way that is none", "old", READ, 6, 0, ERROR_INVALID_PARAMETER, 3 },
	{ "a folder", "sub", READ, OPEN_EXISTING, 0, ERROR_ACCESS_DENIED, -2 },
	{ "a folder, as one", "sub", READ, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, 0, -2 },
	{ "a folder for writing", "sub", WRITE, OPEN_EXISTING, 0, ERROR_ACCESS_DENIED, -2 },
	{ "asynchronous", "old", READ, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, ERROR_NOT_SUPPORTED,
	  3 },
	{ "gone when it is closed", "old", BOTH, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, 0, -1 },
};
API_CASES(CreateFileA, open_rows);
API_CASES(CreateFileW, open_rows);

START_TEST(opening)
{
	for (int wide = 0; wide < 2; wide++) {
		struct stat st;
		DWORD error = open_rows[_i].error;
		HANDLE file;

		scratch_write("old", "one");
		unlink(scratch_path("new"));
		mkdir(scratch_path("sub"), 0755);
		SetLastError(4711);
		file = create(wide, scratch_path(open_rows[_i].file), open_rows[_i].access,
			      open_rows[_i].how, open_rows[_i].flags);
		ck_assert_msg(GetLastError() == error, "%s: %u", open_rows[_i].name,
			      GetLastError());
		ck_assert_int_eq(file == INVALID_HANDLE_VALUE,
				 error != 0 && error != ERROR_ALREADY_EXISTS);
		if (file != INVALID_HANDLE_VALUE)
			ck_assert_int_eq(CloseHandle(file), TRUE);
		if (open_rows[_i].size == -2)
			continue;
		if (stat(scratch_path(open_rows[_i].file[0] == '.' ? "old" : open_rows[_i].file),
			 &st) < 0)
			st.st_size = -1;
		ck_assert_int_eq(st.st_size, open_rows[_i].size);
	}
}
END_TEST

START_TEST(no_name)
{
	for (int wide = 0; wide < 2; wide++) {
		ck_assert_ptr_eq(create(wide, NULL, READ, OPEN_EXISTING, 0), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_PATH_NOT_FOUND);
		ck_assert_ptr_eq(create(wide, "", READ, OPEN_EXISTING, 0), INVALID_HANDLE_VALUE);
		ck_assert_uint_eq(GetLastError(), ERROR_PATH_NOT_FOUND);
	}
}
END_TEST

/* ---- reading and writing ---- */

static const struct {
	const char *name;
	DWORD access;
	DWORD read, written; /* errors */
} access_rows[] = {
	{ "for reading", READ, 0, ERROR_ACCESS_DENIED },
	{ "for writing", WRITE, ERROR_ACCESS_DENIED, 0 },
	{ "for both", BOTH, 0, 0 },
	{ "for all", GENERIC_ALL, 0, 0 },
	{ "for appending", FILE_APPEND_DATA, ERROR_ACCESS_DENIED, 0 },
	{ "for nothing", 0, ERROR_ACCESS_DENIED, ERROR_ACCESS_DENIED },
};
API_CASES(ReadFile, access_rows);
API_CASES(WriteFile, access_rows);
API_CASES(FlushFileBuffers, access_rows);
API_CASES(SetEndOfFile, access_rows);

START_TEST(reading_and_writing)
{
	HANDLE file;
	char got[10] = "";
	DWORD n;

	scratch_write("old", "one two");
	file = create(true, scratch_path("old"), access_rows[_i].access, OPEN_EXISTING, 0);
	n = 4711;
	SetLastError(0);
	ck_assert_int_eq(ReadFile(file, got, 3, &n, NULL), access_rows[_i].read == 0);
	ck_assert_uint_eq(GetLastError(), access_rows[_i].read);
	ck_assert_uint_eq(n, access_rows[_i].read ? 0 : 3);
	ck_assert_str_eq(got, access_rows[_i].read ? "" : "one");
	SetLastError(0);
	n = 4711;
	ck_assert_int_eq(WriteFile(file, "12", 2, &n, NULL), access_rows[_i].written == 0);
	ck_assert_uint_eq(GetLastError(), access_rows[_i].written);
	ck_assert_uint_eq(n, access_rows[_i].written ? 0 : 2);
	ck_assert_int_eq(FlushFileBuffers(file), access_rows[_i].written == 0);
	ck_assert_int_eq(SetEndOfFile(file), access_rows[_i].written == 0);
	ck_assert_int_eq(ReadFile(file, got, 3, NULL, NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_int_eq(WriteFile(file, got, 3, NULL, NULL), FALSE);
	CloseHandle(file);
	if (access_rows[_i].access == FILE_APPEND_DATA) {
		file = create(false, scratch_path("old"), READ, OPEN_EXISTING, 0);
		ReadFile(file, got, 9, &n, NULL);
		ck_assert_mem_eq(got, "one two12", 9);
		CloseHandle(file);
	}
}
END_TEST

START_TEST(the_end_and_places)
{
	OVERLAPPED at = { .Offset = 4 };
	HANDLE file;
	char got[10] = "";
	DWORD n;

	scratch_write("old", "one two");
	file = create(true, scratch_path("old"), BOTH, OPEN_EXISTING, 0);
	ck_assert_int_eq(ReadFile(file, got, 9, &n, NULL), TRUE);
	ck_assert_uint_eq(n, 7);
	ck_assert_int_eq(ReadFile(file, got, 9, &n, NULL), TRUE); /* the end is no error */
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(ReadFile(file, got, 9, &n, &at), TRUE);
	ck_assert_uint_eq(n, 3);
	ck_assert_mem_eq(got, "two", 3);
	ck_assert_uint_eq(at.InternalHigh, 3);
	ck_assert_uint_eq(SetFilePointer(file, 0, NULL, FILE_CURRENT), 7);
	at.Offset = 7;
	ck_assert_int_eq(ReadFile(file, got, 9, &n, &at), FALSE); /* but here it is */
	ck_assert_uint_eq(GetLastError(), ERROR_HANDLE_EOF);
	at.Offset = 0;
	ck_assert_int_eq(WriteFile(file, "O", 1, &n, &at), TRUE);
	ck_assert_uint_eq(SetFilePointer(file, 0, NULL, FILE_CURRENT), 1);
	at.Offset = at.OffsetHigh = 0xffffffff; /* at the end */
	ck_assert_int_eq(WriteFile(file, "!", 1, &n, &at), TRUE);
	ck_assert_uint_eq(SetFilePointer(file, 0, NULL, FILE_CURRENT), 8);
	ck_assert_int_eq(ReadFile(file, got, 3, &n, &at), FALSE); /* nobody reads there */
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
	ck_assert_int_eq(ReadFile(file, got, 9, &n, NULL), TRUE);
	ck_assert_uint_eq(n, 8);
	ck_assert_mem_eq(got, "One two!", 8);
	CloseHandle(file);
}
END_TEST

START_TEST(no_buffer)
{
	HANDLE file;
	DWORD n;

	scratch_write("old", "one two");
	file = create(true, scratch_path("old"), BOTH, OPEN_EXISTING, 0);
	ck_assert_int_eq(ReadFile(file, NULL, 3, &n, NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_NOACCESS);
	ck_assert_int_eq(WriteFile(file, NULL, 3, &n, NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_NOACCESS);
	CloseHandle(file);
}
END_TEST

/* Without a place for the upper half the pointer stays where it is. */
START_TEST(too_far_for_32_bits)
{
	HANDLE file;
	LONG high = 1;

	scratch_write("old", "one");
	file = create(true, scratch_path("old"), BOTH, OPEN_EXISTING, 0);
	ck_assert_uint_eq(SetFilePointer(file, 5, &high, FILE_BEGIN), 5);
	ck_assert_int_eq(high, 1);
	ck_assert_uint_eq(SetFilePointer(file, 1, NULL, FILE_CURRENT), INVALID_SET_FILE_POINTER);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	high = 0;
	ck_assert_uint_eq(SetFilePointer(file, 0, &high, FILE_CURRENT), 5);
	ck_assert_int_eq(high, 1);
	CloseHandle(file);
	file = create(true, scratch_path("old"), 0, OPEN_EXISTING, 0);
	ck_assert_uint_eq(SetFilePointer(file, 0, NULL, FILE_BEGIN), INVALID_SET_FILE_POINTER);
	ck_assert_uint_eq(GetLastError(), ERROR_ACCESS_DENIED);
	CloseHandle(file);
}
END_TEST

/* ---- where, and how large ---- */

static const struct {
	const char *name;
	int64_t by;
	DWORD method;
	int64_t where; /* in a file of 10 octets, at 4 */
	DWORD error;
} seek_rows[] = {
	{ "from the beginning", 3, FILE_BEGIN, 3, 0 },
	{ "from here", -1, FILE_CURRENT, 3, 0 },
	{ "from the end", -10, FILE_END, 0, 0 },
	{ "beyond the end", 5000000000, FILE_BEGIN, 5000000000, 0 },
	{ "where the lower half looks like an error", 0xffffffff, FILE_BEGIN, 0xffffffff, 0 },
	{ "before the beginning", -5, FILE_CURRENT, 4, ERROR_NEGATIVE_SEEK },
	{ "from nowhere", 0, 3, 4, ERROR_INVALID_PARAMETER },
};
API_CASES(SetFilePointer, seek_rows);
API_CASES(SetFilePointerEx, seek_rows);
API_CASES(GetFileSize, seek_rows);
API_CASES(GetFileSizeEx, seek_rows);

START_TEST(seeking)
{
	LARGE_INTEGER by = { .QuadPart = seek_rows[_i].by }, where = { .QuadPart = 0 }, size,
		      none = { 0 };
	LONG high = by.u.HighPart;
	HANDLE file;
	DWORD n;

	scratch_write("old", "0123456789");
	file = create(true, scratch_path("old"), BOTH, OPEN_EXISTING, 0);
	ck_assert_uint_eq(SetFilePointer(file, 4, NULL, FILE_BEGIN), 4);
	SetLastError(0);
	ck_assert_int_eq(SetFilePointerEx(file, by, &where, seek_rows[_i].method),
			 seek_rows[_i].error == 0);
	ck_assert_uint_eq(GetLastError(), seek_rows[_i].error);
	ck_assert_int_eq(SetFilePointerEx(file, none, &where, FILE_CURRENT), TRUE);
	ck_assert_int_eq(where.QuadPart, seek_rows[_i].where);
	ck_assert_uint_eq(SetFilePointer(file, 4, NULL, FILE_BEGIN), 4);
	SetLastError(4711);
	n = SetFilePointer(file, (LONG)by.u.LowPart, &high, seek_rows[_i].method);
	if (seek_rows[_i].error) {
		ck_assert_uint_eq(n, INVALID_SET_FILE_POINTER);
		ck_assert_uint_eq(GetLastError(), seek_rows[_i].error);
	} else {
		ck_assert_int_eq((int64_t)((uint64_t)(uint32_t)high << 32 | n),
				 seek_rows[_i].where);
		ck_assert_uint_eq(GetLastError(), n == INVALID_SET_FILE_POINTER ? NO_ERROR : 4711);
	}
	ck_assert_int_eq(SetEndOfFile(file), TRUE);
	ck_assert_int_eq(GetFileSizeEx(file, &size), TRUE);
	ck_assert_int_eq(size.QuadPart, seek_rows[_i].where);
	ck_assert_uint_eq(GetFileSize(file, NULL), (DWORD)size.QuadPart);
	ck_assert_uint_eq(GetFileSize(file, &n), (DWORD)size.QuadPart);
	ck_assert_uint_eq(n, size.QuadPart >> 32);
	ck_assert_int_eq(GetFileSizeEx(file, NULL), FALSE);
	CloseHandle(file);
	ck_assert_int_eq(GetFileSizeEx(file, &size), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
}
END_TEST

START_TEST(handles_of_others)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL),
	       none[3] = { NULL, INVALID_HANDLE_VALUE, event };
	HANDLE file;
	char got[3];
	DWORD n;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(ReadFile(none[i], got, 1, &n, NULL), FALSE);
		ck_assert_int_eq(WriteFile(none[i], got, 1, &n, NULL), FALSE);
		ck_assert_int_eq(FlushFileBuffers(none[i]), FALSE);
		ck_assert_int_eq(SetEndOfFile(none[i]), FALSE);
		SetLastError(0);
		ck_assert_uint_eq(SetFilePointer(none[i], 0, NULL, 0), INVALID_SET_FILE_POINTER);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
		SetLastError(0);
		ck_assert_uint_eq(GetFileSize(none[i], NULL), INVALID_FILE_SIZE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	}
	scratch_write("old", "one");
	file = create(true, scratch_path("old"), READ, OPEN_EXISTING, 0);
	ck_assert_int_eq(SetEvent(file), FALSE);
	ck_assert_uint_eq(WaitForSingleObject(file, 0),
			  WAIT_FAILED); /* no file can be waited for */
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_int_eq(CloseHandle(file), TRUE);
	ck_assert_int_eq(CloseHandle(file), FALSE);
}
END_TEST

/* ---- by name ---- */

static BOOL delete_w(const WCHAR *a, const WCHAR *b)
{
	(void)b;
	return DeleteFileW(a);
}

static BOOL make_w(const WCHAR *a, const WCHAR *b)
{
	(void)b;
	return CreateDirectoryW(a, NULL);
}

static BOOL remove_w(const WCHAR *a, const WCHAR *b)
{
	(void)b;
	return RemoveDirectoryW(a);
}

static BOOL replace_w(const WCHAR *a, const WCHAR *b)
{
	return MoveFileExW(a, b, MOVEFILE_REPLACE_EXISTING | MOVEFILE_COPY_ALLOWED);
}

static BOOL delete_a(const char *a, const char *b)
{
	(void)b;
	return DeleteFileA(a);
}

static BOOL make_a(const char *a, const char *b)
{
	(void)b;
	return CreateDirectoryA(a, NULL);
}

static BOOL remove_a(const char *a, const char *b)
{
	(void)b;
	return RemoveDirectoryA(a);
}

static BOOL replace_a(const char *a, const char *b)
{
	return MoveFileExA(a, b, MOVEFILE_REPLACE_EXISTING);
}

static const struct {
	const char *name;
	BOOL (*wide)(const WCHAR *a, const WCHAR *b);
	BOOL (*narrow)(const char *a, const char *b);
	const char *from, *to;
	DWORD error;
} name_rows[] = {
	{ "delete", delete_w, delete_a, "old", "", 0 },
	{ "delete nothing", delete_w, delete_a, "new", "", ERROR_FILE_NOT_FOUND },
	{ "delete in no folder", delete_w, delete_a, "no\\new", "", ERROR_PATH_NOT_FOUND },
	{ "delete a folder", delete_w, delete_a, "sub", "", ERROR_ACCESS_DENIED },
	{ "make a folder", make_w, make_a, "new", "", 0 },
	{ "make one that is there", make_w, make_a, "sub", "", ERROR_ALREADY_EXISTS },
	{ "make one where a file is", make_w, make_a, "old", "", ERROR_ALREADY_EXISTS },
	{ "make one in no folder", make_w, make_a, "no/new", "", ERROR_PATH_NOT_FOUND },
	{ "remove a folder", remove_w, remove_a, "sub", "", 0 },
	{ "remove a full one", remove_w, remove_a, "full", "", ERROR_DIR_NOT_EMPTY },
	{ "remove no folder", remove_w, remove_a, "old", "", ERROR_DIRECTORY },
	{ "remove nothing", remove_w, remove_a, "new", "", ERROR_FILE_NOT_FOUND },
	{ "move", MoveFileW, MoveFileA, "old", "new", 0 },
	{ "move onto one", MoveFileW, MoveFileA, "old", "other", ERROR_ALREADY_EXISTS },
	{ "move onto one, and replace it", replace_w, replace_a, "old", "other", 0 },
	{ "move nothing", MoveFileW, MoveFileA, "new", "newer", ERROR_FILE_NOT_FOUND },
	{ "move to no folder", MoveFileW, MoveFileA, "old", "no/new", ERROR_PATH_NOT_FOUND },
};
API_CASES(DeleteFileA, name_rows);
API_CASES(DeleteFileW, name_rows);
API_CASES(CreateDirectoryA, name_rows);
API_CASES(CreateDirectoryW, name_rows);
API_CASES(RemoveDirectoryA, name_rows);
API_CASES(RemoveDirectoryW, name_rows);
API_CASES(MoveFileA, name_rows);
API_CASES(MoveFileW, name_rows);
API_CASES(MoveFileExA, name_rows);
API_CASES(MoveFileExW, name_rows);

START_TEST(by_name)
{
	for (int wide = 0; wide < 2; wide++) {
		const char *from, *to;
		WCHAR a[PATH_MAX], b[PATH_MAX];
		BOOL done;

		unlink(scratch_path("new"));
		rmdir(scratch_path("new"));
		scratch_write("old", "one");
		scratch_write("other", "two");
		mkdir(scratch_path("full"), 0755);
		scratch_write("full/one", "three");
		mkdir(scratch_path("sub"), 0755);
		from = scratch_path(name_rows[_i].from);
		to = scratch_path(name_rows[_i].to);
		MultiByteToWideChar(CP_UTF8, 0, from, -1, a, PATH_MAX);
		MultiByteToWideChar(CP_UTF8, 0, to, -1, b, PATH_MAX);
		SetLastError(0);
		done = wide ? name_rows[_i].wide(a, b) : name_rows[_i].narrow(from, to);
		ck_assert_msg(done == (name_rows[_i].error == 0) &&
				      GetLastError() == name_rows[_i].error,
			      "%s: %u", name_rows[_i].name, GetLastError());
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("file_handle");

	tcase_add_checked_fixture(tcase, scratch_make, scratch_remove);
	TEST_ROWS(tcase, opening, open_rows);
	tcase_add_test(tcase, no_name);
	TEST_ROWS(tcase, reading_and_writing, access_rows);
	tcase_add_test(tcase, the_end_and_places);
	tcase_add_test(tcase, no_buffer);
	tcase_add_test(tcase, too_far_for_32_bits);
	TEST_ROWS(tcase, seeking, seek_rows);
	tcase_add_test(tcase, handles_of_others);
	TEST_ROWS(tcase, by_name, name_rows);
	return suite_run("file_handle", tcase);
}
