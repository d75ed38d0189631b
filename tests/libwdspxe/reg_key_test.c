/* RegOpenKeyEx, RegCreateKeyEx, RegDeleteKey, RegCloseKey, RegEnumKeyEx, RegEnumValue,
 * RegQueryInfoKey: keys and what they hold, in both forms.
 */
#include <pthread.h>

#include "libwdspxe/reg_file.h"

#define UNTOUCHED ((HKEY)(uintptr_t)8)

/* ---- RegOpenKeyEx, RegCloseKey ----------------------------------------------------------------
 */

static const struct {
	const char *what;
	enum reg_handle key;
	const wchar_t *path;
	DWORD options;
	bool out;
	LSTATUS r;
} open_rows[] = {
	{ "a group", KEY_OK, L"sub", 0, true, 0 },
	{ "any case, two down", KEY_OK, L"SUB\\Deep", 0, true, 0 },
	{ "a backslash at the end", KEY_OK, L"sub\\", 0, true, 0 },
	{ "a list", KEY_OK, L"boot", 0, true, 0 },
	{ "a member of it", KEY_OK, L"boot\\2", 0, true, 0 },
	{ "an array of numbers", KEY_OK, L"ports", 0, true, 0 },
	{ "an odd name", KEY_OK, L"X 86", 0, true, 0 },
	{ "itself by NULL", KEY_OK, NULL, 0, true, 0 },
	{ "itself by nothing", KEY_OK, L"", 0, true, 0 },
	{ "the machine", KEY_ABOVE, NULL, 0, true, 0 },
	{ "half the way", KEY_ABOVE, L"system\\currentcontrolset\\SERVICES", 0, true, 0 },
	{ "absent", KEY_OK, L"absent", 0, true, ERROR_FILE_NOT_FOUND },
	{ "absent below", KEY_OK, L"sub\\absent\\deep", 0, true, ERROR_FILE_NOT_FOUND },
	{ "a value", KEY_OK, L"text", 0, true, ERROR_FILE_NOT_FOUND },
	{ "an array of strings is a value", KEY_OK, L"strings", 0, true, ERROR_FILE_NOT_FOUND },
	{ "a string of a list", KEY_OK, L"boot\\1", 0, true, ERROR_FILE_NOT_FOUND },
	{ "the list registry", KEY_OK, L"registry", 0, true, ERROR_FILE_NOT_FOUND },
	{ "another tree", KEY_ABOVE, L"SOFTWARE", 0, true, ERROR_FILE_NOT_FOUND },
	{ "no such provider", KEY_ABOVE,
	  L""
	  "SYSTEM\\CurrentControlSet\\Services\\WDSServer"
	  "\\Providers\\WDSPXE\\Providers\\none",
	  0, true, ERROR_FILE_NOT_FOUND },
	{ "an empty part", KEY_OK, L"sub\\\\deep", 0, true, ERROR_BAD_PATHNAME },
	{ "a backslash in front", KEY_OK, L"\\sub", 0, true, ERROR_BAD_PATHNAME },
	{ "options", KEY_OK, L"sub", 1, true, ERROR_INVALID_PARAMETER },
	{ "no out", KEY_OK, L"sub", 0, false, ERROR_INVALID_PARAMETER },
	{ "NULL key", KEY_NULL, L"sub", 0, true, ERROR_INVALID_HANDLE },
	{ "forged key", KEY_FORGED, L"sub", 0, true, ERROR_INVALID_HANDLE },
	{ "closed key", KEY_CLOSED, L"sub", 0, true, ERROR_INVALID_HANDLE },
	{ "the provider is gone", KEY_GONE, L"sub", 0, true, ERROR_KEY_DELETED },
};
API_CASES(RegOpenKeyExA, open_rows);
API_CASES(RegOpenKeyExW, open_rows);

static LSTATUS open_by(int i, bool wide, HKEY key, PHKEY out)
{
	char path[256];

	wcstombs(path, open_rows[i].path ? open_rows[i].path : L"", sizeof(path));
	if (wide)
		return RegOpenKeyExW(key, open_rows[i].path, open_rows[i].options, KEY_READ, out);
	return RegOpenKeyExA(key, open_rows[i].path ? path : NULL, open_rows[i].options, KEY_READ,
			     out);
}

START_TEST(open_by_row)
{
	HKEY key = reg_handle(open_rows[_i].key, 0);

	for (int wide = 0; wide < 2; wide++) {
		HKEY out = UNTOUCHED;
		LSTATUS r = open_by(_i, wide, key, open_rows[_i].out ? &out : NULL);

		ck_assert_msg(r == open_rows[_i].r, "%s: %d", open_rows[_i].what, r);
		if (r == ERROR_SUCCESS)
			ck_assert_int_eq(RegCloseKey(out), ERROR_SUCCESS);
		else
			ck_assert_ptr_eq(out, UNTOUCHED);
	}
}
END_TEST

START_TEST(keys_are_many_but_not_without_end)
{
	static HKEY keys[5000];
	HKEY root = reg_open(NULL, KEY_READ);
	int n = 0;

	while (n < 5000 && RegOpenKeyExA(root, "sub", 0, KEY_READ, &keys[n]) == ERROR_SUCCESS)
		n++;
	ck_assert_int_eq(n, 4096 - 512 - 1); /* hosts have a part of their own */
	ck_assert_int_eq(RegOpenKeyExA(root, "sub", 0, KEY_READ, &keys[n]),
			 ERROR_NOT_ENOUGH_MEMORY);
	while (n > 0)
		ck_assert_int_eq(RegCloseKey(keys[--n]), ERROR_SUCCESS);
	ck_assert_int_eq(RegCloseKey(root), ERROR_SUCCESS);
}
END_TEST

static const struct {
	const char *what;
	enum reg_handle key;
	LSTATUS first, second;
} close_rows[] = {
	{ "open", KEY_OK, ERROR_SUCCESS, ERROR_INVALID_HANDLE },
	{ "the machine", KEY_ABOVE, ERROR_SUCCESS, ERROR_SUCCESS },
	{ "its provider is gone", KEY_GONE, ERROR_SUCCESS, ERROR_INVALID_HANDLE },
	{ "NULL", KEY_NULL, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "forged", KEY_FORGED, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "closed", KEY_CLOSED, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
};
API_CASES(RegCloseKey, close_rows);

START_TEST(close_by_row)
{
	HKEY key = reg_handle(close_rows[_i].key, 0);

	ck_assert_int_eq(RegCloseKey(key), close_rows[_i].first);
	ck_assert_int_eq(RegCloseKey(key), close_rows[_i].second);
}
END_TEST

START_TEST(handle_of_a_closed_key_is_never_another_keys)
{
	HKEY old = reg_open(NULL, KEY_READ), new;

	ck_assert_int_eq(RegCloseKey(old), 0);
	for (int i = 0; i < 10000; i++) { /* more than the table has places */
		ck_assert_int_eq(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SYSTEM", 0, KEY_READ, &new), 0);
		ck_assert_ptr_ne(new, old);
		ck_assert_int_eq(RegCloseKey(old), ERROR_INVALID_HANDLE);
		ck_assert_int_eq(RegCloseKey(new), 0);
	}
}
END_TEST

/* ---- RegCreateKeyEx ---------------------------------------------------------------------------
 */

#define FILE_WITH(settings)                                                                        \
	"name = \"Boot Files\"; module = \"/m.so\"; # c\nsettings: { " settings "}; # d\n"

static const struct {
	const char *what, *before, *path;
	REGSAM right; /* of the key above */
	DWORD reserved, options;
	bool out;
	LSTATUS r;
	DWORD disposition;
	const char *changes;
} create_rows[] = {
	{ "new", "", "k", KEY_CREATE_SUB_KEY, 0, 0, true, 0, REG_CREATED_NEW_KEY,
	  "( " MADE("", "k") " ); " },
	{ "with all on the way", "", "k\\l", KEY_CREATE_SUB_KEY, 0, 0, true, 0, REG_CREATED_NEW_KEY,
	  "( " MADE("", "k") ", " MADE("k", "l") " ); " },
	{ "there already", "k: { }; ", "K", KEY_READ, 0, 0, true, 0, REG_OPENED_EXISTING_KEY, "" },
	{ "itself", "", "", KEY_READ, 0, 0, true, 0, REG_OPENED_EXISTING_KEY, "" },
	{ "an odd name", "", "x 86", KEY_CREATE_SUB_KEY, 0, 0, true, 0, REG_CREATED_NEW_KEY,
	  "( " MADE("", "x 86") " ); " },
	{ "below an odd name", "registry = ( { name = \"x 86\"; type = \"KEY\"; data: { }; } ); ",
	  "X 86\\a", KEY_CREATE_SUB_KEY, 0, 0, true, 0, REG_CREATED_NEW_KEY,
	  "( " MADE("X 86", "a") " ); " },
	{ "a value has the name", "k = 1; ", "k", KEY_CREATE_SUB_KEY, 0, 0, true, 0,
	  REG_CREATED_NEW_KEY, "( " MADE("", "k") " ); " },
	/* A list is its writer's. */
	{ "the next member of a list", "l = ( 1 ); ", "l\\1", KEY_CREATE_SUB_KEY, 0, 0, true,
	  ERROR_ACCESS_DENIED, 0, "" },
	{ "below a member of a list", "l = ( { a = 1; } ); ", "l\\0\\b", KEY_CREATE_SUB_KEY, 0, 0,
	  true, ERROR_ACCESS_DENIED, 0, "" },
	{ "a member of an array", "l = [ 1 ]; ", "l\\1", KEY_CREATE_SUB_KEY, 0, 0, true,
	  ERROR_ACCESS_DENIED, 0, "" },
	{ "no path", "", NULL, KEY_CREATE_SUB_KEY, 0, 0, true, ERROR_INVALID_PARAMETER, 0, "" },
	{ "no out", "", "k", KEY_CREATE_SUB_KEY, 0, 0, false, ERROR_INVALID_PARAMETER, 0, "" },
	{ "reserved", "", "k", KEY_CREATE_SUB_KEY, 1, 0, true, ERROR_INVALID_PARAMETER, 0, "" },
	{ "volatile", "", "k", KEY_CREATE_SUB_KEY, 0, REG_OPTION_VOLATILE, true,
	  ERROR_INVALID_PARAMETER, 0, "" },
	{ "an empty part", "", "k\\\\l", KEY_CREATE_SUB_KEY, 0, 0, true, ERROR_BAD_PATHNAME, 0,
	  "" },
	{ "a control character", "", "k\n", KEY_CREATE_SUB_KEY, 0, 0, true, ERROR_INVALID_PARAMETER,
	  0, "" },
	{ "without the right", "", "k", KEY_READ, 0, 0, true, ERROR_ACCESS_DENIED, 0, "" },
	{ "deeper than a file may be", "",
	  "a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a"
	  "\\a\\a\\a\\a",
	  KEY_CREATE_SUB_KEY, 0, 0, true, ERROR_INVALID_DATA, 0, "" },
};
API_CASES(RegCreateKeyExA, create_rows);
API_CASES(RegCreateKeyExW, create_rows);

START_TEST(create_by_row)
{
	for (int wide = 0; wide < 2; wide++) {
		DWORD disposition = 99;
		HKEY key, out = UNTOUCHED;
		wchar_t path[256] = L"";
		char text[512];
		LSTATUS r;

		snprintf(text, sizeof(text), FILE_WITH("%s"), create_rows[_i].before);
		scratch_write("50-boot.conf", text);
		reg_reset();
		key = reg_open(NULL, create_rows[_i].right);
		mbstowcs(path, create_rows[_i].path ? create_rows[_i].path : "", 256);
		if (wide)
			r = RegCreateKeyExW(key, create_rows[_i].path ? path : NULL,
					    create_rows[_i].reserved, NULL, create_rows[_i].options,
					    KEY_READ, NULL, create_rows[_i].out ? &out : NULL,
					    &disposition);
		else
			r = RegCreateKeyExA(key, create_rows[_i].path, create_rows[_i].reserved,
					    NULL, create_rows[_i].options, KEY_READ, NULL,
					    create_rows[_i].out ? &out : NULL, &disposition);
		ck_assert_msg(r == create_rows[_i].r, "%s: %d", create_rows[_i].what, r);
		ck_assert_msg(strcmp(reg_changes(), create_rows[_i].changes) == 0, "%s: %s",
			      create_rows[_i].what, reg_changes());
		ck_assert_str_eq(scratch_read("50-boot.conf"), text);
		if (r == ERROR_SUCCESS) {
			ck_assert_uint_eq(disposition, create_rows[_i].disposition);
			ck_assert_int_eq(RegCloseKey(out), 0);
		} else {
			ck_assert(out == UNTOUCHED && disposition == 99);
		}
		ck_assert_int_eq(RegCloseKey(key), 0);
	}
}
END_TEST

START_TEST(create_does_not_make_providers)
{
	HKEY key = UNTOUCHED;

	ck_assert_int_eq(RegCreateKeyExA(HKEY_LOCAL_MACHINE, REG_PROVIDERS "\\none", 0, NULL, 0,
					 KEY_ALL_ACCESS, NULL, &key, NULL),
			 ERROR_ACCESS_DENIED);
	ck_assert_int_eq(RegCreateKeyExA(HKEY_LOCAL_MACHINE, "SOFTWARE", 0, NULL, 0, KEY_ALL_ACCESS,
					 NULL, &key, NULL),
			 ERROR_ACCESS_DENIED);
	ck_assert_ptr_eq(key, UNTOUCHED);
	/* as installers do it: from the root down to a key of the provider */
	ck_assert_int_eq(RegCreateKeyExA(HKEY_LOCAL_MACHINE, REG_PROVIDERS "\\boot files\\new", 0,
					 NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL),
			 ERROR_SUCCESS);
	ck_assert_int_eq(RegSetValueExA(key, "a", 0, REG_SZ, (const BYTE *)"x", 2), 0);
	ck_assert_str_eq(
		reg_changes(),
		"( " MADE("", "new") ", { path = \"new\"; name = \"a\"; type = \"REG_SZ\"; "
				     "data = \"x\"; } ); ");
	ck_assert_int_eq(RegCloseKey(key), 0);
}
END_TEST

/* ---- RegDeleteKey -----------------------------------------------------------------------------
 */

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path;
	LSTATUS r;
	const char *changes;
} delete_rows[] = {
	{ "a group", KEY_OK, "sub\\DEEP", 0,
	  CHANGED("sub", "DEEP", "\"KEY\"", "deleted = true; over; ") },
	{ "an odd name", KEY_OK, "x 86", 0, GONE("x 86", "KEY") },
	{ "an array", KEY_OK, "ports", 0, GONE("ports", "KEY") },
	{ "a member of a list", KEY_OK, "boot\\0", ERROR_ACCESS_DENIED, NULL },
	{ "it has subkeys", KEY_OK, "sub", ERROR_ACCESS_DENIED, NULL },
	{ "a provider", KEY_ABOVE, REG_PROVIDERS "\\Boot Files", ERROR_ACCESS_DENIED, NULL },
	{ "above the providers", KEY_ABOVE, "SYSTEM", ERROR_ACCESS_DENIED, NULL },
	{ "itself", KEY_OK, "", ERROR_ACCESS_DENIED, NULL },
	{ "absent", KEY_OK, "absent", ERROR_FILE_NOT_FOUND, NULL },
	{ "a value", KEY_OK, "text", ERROR_FILE_NOT_FOUND, NULL },
	{ "the list registry", KEY_OK, "registry", ERROR_FILE_NOT_FOUND, NULL },
	{ "no path", KEY_OK, NULL, ERROR_INVALID_PARAMETER, NULL },
	{ "an empty part", KEY_OK, "sub\\\\deep", ERROR_BAD_PATHNAME, NULL },
	{ "NULL key", KEY_NULL, "sub", ERROR_INVALID_HANDLE, NULL },
	{ "forged key", KEY_FORGED, "sub", ERROR_INVALID_HANDLE, NULL },
	{ "closed key", KEY_CLOSED, "sub", ERROR_INVALID_HANDLE, NULL },
	{ "the provider is gone", KEY_GONE, "sub", ERROR_KEY_DELETED, NULL },
};
API_CASES(RegDeleteKeyA, delete_rows);
API_CASES(RegDeleteKeyW, delete_rows);

START_TEST(delete_by_row)
{
	for (int wide = 0; wide < 2; wide++) {
		wchar_t path[256] = L"";
		HKEY key;
		LSTATUS r;

		scratch_write("50-boot.conf", reg_file);
		reg_reset();
		key = reg_handle(delete_rows[_i].key, 0);
		mbstowcs(path, delete_rows[_i].path ? delete_rows[_i].path : "", 256);
		r = wide ? RegDeleteKeyW(key, delete_rows[_i].path ? path : NULL)
			 : RegDeleteKeyA(key, delete_rows[_i].path);
		ck_assert_msg(r == delete_rows[_i].r, "%s: %d", delete_rows[_i].what, r);
		ck_assert_str_eq(reg_changes(), r ? "" : delete_rows[_i].changes);
		if (delete_rows[_i].key != KEY_GONE)
			ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
	}
}
END_TEST

START_TEST(open_key_of_a_deleted_one_says_so)
{
	HKEY root = reg_open(NULL, KEY_ALL_ACCESS), deep = reg_open("sub\\deep", KEY_ALL_ACCESS),
	     out;
	DWORD n;

	ck_assert_int_eq(RegDeleteKeyA(root, "sub\\deep"), 0);
	ck_assert_int_eq(RegQueryValueExA(deep, "x", NULL, NULL, NULL, NULL), ERROR_KEY_DELETED);
	ck_assert_int_eq(RegSetValueExA(deep, "x", 0, REG_SZ, (const BYTE *)"x", 2),
			 ERROR_KEY_DELETED);
	ck_assert_int_eq(RegDeleteValueA(deep, "x"), ERROR_KEY_DELETED);
	ck_assert_int_eq(RegOpenKeyExA(deep, "y", 0, KEY_READ, &out), ERROR_KEY_DELETED);
	ck_assert_int_eq(RegQueryInfoKeyA(deep, NULL, NULL, NULL, &n, NULL, NULL, NULL, NULL, NULL,
					  NULL, NULL),
			 ERROR_KEY_DELETED);
	ck_assert_int_eq(RegCloseKey(deep), 0);
	ck_assert_int_eq(RegCloseKey(root), 0);
}
END_TEST

/* ---- RegEnumKeyEx -----------------------------------------------------------------------------
 */

enum { FITS, TOO_SHORT, NO_NAME, NO_ROOM, RESERVED, CLASS, CLASS_NO_ROOM, CLASS_SHORT };

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path; /* of a provider's key; "^…": from the root */
	DWORD index;
	int how;
	LSTATUS r;
	const wchar_t *name;
} enumkey_rows[] = {
	{ "the first", 0, NULL, 0, FITS, 0, L"sub" },
	{ "a list", 0, NULL, 1, FITS, 0, L"boot" },
	{ "an array", 0, NULL, 2, FITS, 0, L"ports" },
	{ "an odd one last", 0, NULL, 3, FITS, 0, L"x 86" },
	{ "no more", 0, NULL, REG_SUBKEYS, FITS, ERROR_NO_MORE_ITEMS, NULL },
	{ "far beyond", 0, NULL, 0xFFFFFFFF, FITS, ERROR_NO_MORE_ITEMS, NULL },
	{ "members that are groups only", 0, "boot", 1, FITS, 0, L"2" },
	{ "none", 0, "sub\\deep", 0, FITS, ERROR_NO_MORE_ITEMS, NULL },
	{ "from the root", 0, "^", 0, FITS, 0, L"SYSTEM" },
	{ "one only", 0, "^", 1, FITS, ERROR_NO_MORE_ITEMS, NULL },
	{ "the providers", 0, "^" REG_PROVIDERS, 0, FITS, 0, L"Boot Files" },
	{ "no more providers", 0, "^" REG_PROVIDERS, 1, FITS, ERROR_NO_MORE_ITEMS, NULL },
	{ "with class", 0, NULL, 0, CLASS, 0, L"sub" },
	{ "one character short", 0, NULL, 0, TOO_SHORT, ERROR_MORE_DATA, L"sub" },
	{ "no room for the class", 0, NULL, 0, CLASS_SHORT, ERROR_MORE_DATA, NULL },
	{ "no name", 0, NULL, 0, NO_NAME, ERROR_INVALID_PARAMETER, NULL },
	{ "no room", 0, NULL, 0, NO_ROOM, ERROR_INVALID_PARAMETER, NULL },
	{ "reserved", 0, NULL, 0, RESERVED, ERROR_INVALID_PARAMETER, NULL },
	{ "class without its room", 0, NULL, 0, CLASS_NO_ROOM, ERROR_INVALID_PARAMETER, NULL },
	{ "NULL key", KEY_NULL, NULL, 0, FITS, ERROR_INVALID_HANDLE, NULL },
	{ "forged key", KEY_FORGED, NULL, 0, FITS, ERROR_INVALID_HANDLE, NULL },
	{ "closed key", KEY_CLOSED, NULL, 0, FITS, ERROR_INVALID_HANDLE, NULL },
	{ "without the right", KEY_WITHOUT_RIGHT, NULL, 0, FITS, ERROR_ACCESS_DENIED, NULL },
	{ "the provider is gone", KEY_GONE, NULL, 0, FITS, ERROR_KEY_DELETED, NULL },
};
API_CASES(RegEnumKeyExA, enumkey_rows);
API_CASES(RegEnumKeyExW, enumkey_rows);

static HKEY key_for(const char *path, enum reg_handle state, REGSAM right)
{
	HKEY key;

	if (path && path[0] == '^') {
		ck_assert_int_eq(RegOpenKeyExA(HKEY_LOCAL_MACHINE, path + 1, 0, KEY_READ, &key), 0);
		return key;
	}
	return path ? reg_open(path, KEY_READ) : reg_handle(state, right);
}

START_TEST(enumkey_by_row)
{
	HKEY key = key_for(enumkey_rows[_i].path, enumkey_rows[_i].key, KEY_ENUMERATE_SUB_KEYS);
	int how = enumkey_rows[_i].how;

	for (int wide = 0; wide < 2; wide++) {
		DWORD room = how == TOO_SHORT ? (DWORD)wcslen(enumkey_rows[_i].name) : 64,
		      before = room;
		DWORD class_room = how == CLASS_SHORT ? 0 : 8, reserved;
		bool class = how == CLASS || how == CLASS_SHORT || how == CLASS_NO_ROOM;
		wchar_t name[65] = L"?", class_name[8] = L"?";
		FILETIME time = { 0, 0 };
		LSTATUS r;

		if (wide)
			r = RegEnumKeyExW(
				key, enumkey_rows[_i].index, how == NO_NAME ? NULL : name,
				how == NO_ROOM ? NULL : &room, how == RESERVED ? &reserved : NULL,
				class ? class_name : NULL,
				how == CLASS || how == CLASS_SHORT ? &class_room : NULL, &time);
		else
			r = RegEnumKeyExA(
				key, enumkey_rows[_i].index, how == NO_NAME ? NULL : (char *)name,
				how == NO_ROOM ? NULL : &room, how == RESERVED ? &reserved : NULL,
				class ? (char *)class_name : NULL,
				how == CLASS || how == CLASS_SHORT ? &class_room : NULL, &time);
		ck_assert_msg(r == enumkey_rows[_i].r, "%s: %d", enumkey_rows[_i].what, r);
		if (r) {
			ck_assert(room == before && name[0] == L'?' && class_name[0] == L'?');
			continue;
		}
		if (!wide) {
			wchar_t converted[65];

			mbstowcs(converted, (char *)name, 65);
			wcscpy(name, converted);
		}
		ck_assert_msg(wcscmp(name, enumkey_rows[_i].name) == 0 && room == wcslen(name),
			      "%s: %ls", enumkey_rows[_i].what, name);
		if (how == CLASS)
			ck_assert(class_room == 0 && *(char *)class_name == '\0');
		if (!enumkey_rows[_i].path) /* after 2020 */
			ck_assert_uint_gt(time.dwHighDateTime, 30000000);
	}
}
END_TEST

/* ---- RegEnumValue -----------------------------------------------------------------------------
 */

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path;
	DWORD index;
	int how; /* FITS, TOO_SHORT (the name), CLASS_SHORT (the data), NO_NAME … , CLASS: no data
		    wanted */
	LSTATUS r;
	const wchar_t *name;
	DWORD type, len; /* of the data in the A form */
} enumvalue_rows[] = {
	{ "string", 0, NULL, 0, FITS, 0, L"text", REG_SZ, 7 },
	{ "int", 0, NULL, 1, FITS, 0, L"number", REG_DWORD, 4 },
	{ "int64", 0, NULL, 2, FITS, 0, L"wide", REG_QWORD, 8 },
	{ "bool", 0, NULL, 3, FITS, 0, L"yes", REG_DWORD, 4 },
	{ "float", 0, NULL, 4, FITS, 0, L"real", REG_SZ, 4 },
	{ "strings", 0, NULL, 5, FITS, 0, L"strings", REG_MULTI_SZ, 6 },
	{ "no strings", 0, NULL, 6, FITS, 0, L"none", REG_MULTI_SZ, 1 },
	{ "odd name", 0, NULL, 7, FITS, 0, L"Odd Name", REG_SZ, 4 },
	{ "binary", 0, NULL, 8, FITS, 0, L"Blob", REG_BINARY, 3 },
	{ "default", 0, NULL, 9, FITS, 0, L"", REG_SZ, 8 },
	{ "expand", 0, NULL, 10, FITS, 0, L"path", REG_EXPAND_SZ, 4 },
	{ "own type", 0, NULL, 11, FITS, 0, L"Own", 77, 1 },
	{ "no more", 0, NULL, REG_VALUES, FITS, ERROR_NO_MORE_ITEMS, NULL, 0, 0 },
	{ "far beyond", 0, NULL, 0xFFFFFFFF, FITS, ERROR_NO_MORE_ITEMS, NULL, 0, 0 },
	{ "members that are values only", 0, "boot", 0, FITS, 0, L"1", REG_SZ, 3 },
	{ "of an array", 0, "ports", 1, FITS, 0, L"1", REG_DWORD, 4 },
	{ "above the providers", 0, "^SYSTEM", 0, FITS, ERROR_NO_MORE_ITEMS, NULL, 0, 0 },
	{ "no data wanted", 0, NULL, 0, CLASS, 0, L"text", REG_SZ, 0 },
	{ "a name one short", 0, NULL, 0, TOO_SHORT, ERROR_MORE_DATA, L"text", 0, 0 },
	{ "data one short", 0, NULL, 2, CLASS_SHORT, ERROR_MORE_DATA, L"wide", 0, 8 },
	{ "no name", 0, NULL, 0, NO_NAME, ERROR_INVALID_PARAMETER, NULL, 0, 0 },
	{ "no room", 0, NULL, 0, NO_ROOM, ERROR_INVALID_PARAMETER, NULL, 0, 0 },
	{ "reserved", 0, NULL, 0, RESERVED, ERROR_INVALID_PARAMETER, NULL, 0, 0 },
	{ "data without its size", 0, NULL, 0, CLASS_NO_ROOM, ERROR_INVALID_PARAMETER, NULL, 0, 0 },
	{ "NULL key", KEY_NULL, NULL, 0, FITS, ERROR_INVALID_HANDLE, NULL, 0, 0 },
	{ "forged key", KEY_FORGED, NULL, 0, FITS, ERROR_INVALID_HANDLE, NULL, 0, 0 },
	{ "closed key", KEY_CLOSED, NULL, 0, FITS, ERROR_INVALID_HANDLE, NULL, 0, 0 },
	{ "without the right", KEY_WITHOUT_RIGHT, NULL, 0, FITS, ERROR_ACCESS_DENIED, NULL, 0, 0 },
	{ "the provider is gone", KEY_GONE, NULL, 0, FITS, ERROR_KEY_DELETED, NULL, 0, 0 },
};
API_CASES(RegEnumValueA, enumvalue_rows);
API_CASES(RegEnumValueW, enumvalue_rows);

START_TEST(enumvalue_by_row)
{
	HKEY key = key_for(enumvalue_rows[_i].path, enumvalue_rows[_i].key, KEY_QUERY_VALUE);
	int how = enumvalue_rows[_i].how;

	for (int wide = 0; wide < 2; wide++) {
		DWORD room = how == TOO_SHORT ? (DWORD)wcslen(enumvalue_rows[_i].name) : 64,
		      before = room;
		DWORD len = how == CLASS_SHORT ? enumvalue_rows[_i].len - 1 : 64, type = 99,
		      reserved;
		LPBYTE data = how == CLASS ? NULL : (BYTE[64]){ 0 };
		LPDWORD size = how == CLASS || how == CLASS_NO_ROOM ? NULL : &len;
		wchar_t name[65] = L"?";
		LSTATUS r;

		if (wide)
			r = RegEnumValueW(key, enumvalue_rows[_i].index,
					  how == NO_NAME ? NULL : name,
					  how == NO_ROOM ? NULL : &room,
					  how == RESERVED ? &reserved : NULL, &type, data, size);
		else
			r = RegEnumValueA(key, enumvalue_rows[_i].index,
					  how == NO_NAME ? NULL : (char *)name,
					  how == NO_ROOM ? NULL : &room,
					  how == RESERVED ? &reserved : NULL, &type, data, size);
		ck_assert_msg(r == enumvalue_rows[_i].r, "%s: %d", enumvalue_rows[_i].what, r);
		if (r == ERROR_MORE_DATA && how == CLASS_SHORT)
			ck_assert_uint_eq(len, enumvalue_rows[_i].len);
		if (r) {
			ck_assert(room == before && name[0] == L'?' && type == 99);
			continue;
		}
		if (!wide) {
			wchar_t converted[65];

			mbstowcs(converted, (char *)name, 65);
			wcscpy(name, converted);
		}
		ck_assert_msg(wcscmp(name, enumvalue_rows[_i].name) == 0 && room == wcslen(name) &&
				      type == enumvalue_rows[_i].type,
			      "%s: %ls, %u", enumvalue_rows[_i].what, name, type);
		if (size && !wide)
			ck_assert_uint_eq(len, enumvalue_rows[_i].len);
	}
}
END_TEST

/* ---- RegQueryInfoKey --------------------------------------------------------------------------
 */

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path;
	int how;
	LSTATUS r;
	DWORD keys, key_name, values, value_name, data, data_wide;
} info_rows[] = {
	{ "a provider", 0, NULL, FITS, 0, REG_SUBKEYS, 5, REG_VALUES, 8, 8, 32 },
	{ "a list", 0, "boot", FITS, 0, 2, 1, 1, 1, 3, 12 },
	{ "an empty key", 0, "x 86", FITS, 0, 0, 0, 1, 1, 4, 4 },
	{ "above the providers", 0, "^SYSTEM", FITS, 0, 1, 17, 0, 0, 0, 0 },
	{ "the providers", 0, "^" REG_PROVIDERS, FITS, 0, 1, 10, 0, 0, 0, 0 },
	{ "with class", 0, "boot", CLASS, 0, 2, 1, 1, 1, 3, 12 },
	{ "no room for the class", 0, "boot", CLASS_SHORT, ERROR_MORE_DATA, 0, 0, 0, 0, 0, 0 },
	{ "class without its room", 0, "boot", CLASS_NO_ROOM, ERROR_INVALID_PARAMETER, 0, 0, 0, 0,
	  0, 0 },
	{ "reserved", 0, "boot", RESERVED, ERROR_INVALID_PARAMETER, 0, 0, 0, 0, 0, 0 },
	{ "NULL key", KEY_NULL, NULL, FITS, ERROR_INVALID_HANDLE, 0, 0, 0, 0, 0, 0 },
	{ "forged key", KEY_FORGED, NULL, FITS, ERROR_INVALID_HANDLE, 0, 0, 0, 0, 0, 0 },
	{ "closed key", KEY_CLOSED, NULL, FITS, ERROR_INVALID_HANDLE, 0, 0, 0, 0, 0, 0 },
	{ "without the right", KEY_WITHOUT_RIGHT, NULL, FITS, ERROR_ACCESS_DENIED, 0, 0, 0, 0, 0,
	  0 },
	{ "the provider is gone", KEY_GONE, NULL, FITS, ERROR_KEY_DELETED, 0, 0, 0, 0, 0, 0 },
};
API_CASES(RegQueryInfoKeyA, info_rows);
API_CASES(RegQueryInfoKeyW, info_rows);

START_TEST(info_by_row)
{
	HKEY key = key_for(info_rows[_i].path, info_rows[_i].key, KEY_QUERY_VALUE);
	int how = info_rows[_i].how;

	for (int wide = 0; wide < 2; wide++) {
		DWORD keys = 99, key_name = 99, class_len = 99, values = 99, value_name = 99,
		      data = 99, security = 99, reserved, class_room = how == CLASS_SHORT ? 0 : 8;
		bool class = how == CLASS || how == CLASS_SHORT || how == CLASS_NO_ROOM;
		LPDWORD room = how == CLASS || how == CLASS_SHORT ? &class_room : NULL;
		wchar_t name[8] = L"?";
		LSTATUS r;

		if (wide)
			r = RegQueryInfoKeyW(key, class ? name : NULL, room,
					     how == RESERVED ? &reserved : NULL, &keys, &key_name,
					     &class_len, &values, &value_name, &data, &security,
					     NULL);
		else
			r = RegQueryInfoKeyA(key, class ? (char *)name : NULL, room,
					     how == RESERVED ? &reserved : NULL, &keys, &key_name,
					     &class_len, &values, &value_name, &data, &security,
					     NULL);
		ck_assert_msg(r == info_rows[_i].r, "%s: %d", info_rows[_i].what, r);
		if (r) {
			ck_assert(keys == 99 && values == 99 && data == 99 && name[0] == L'?');
			continue;
		}
		ck_assert_msg(keys == info_rows[_i].keys && key_name == info_rows[_i].key_name &&
				      values == info_rows[_i].values &&
				      value_name == info_rows[_i].value_name,
			      "%s: %u %u %u %u", info_rows[_i].what, keys, key_name, values,
			      value_name);
		ck_assert_msg(data == (wide ? info_rows[_i].data_wide : info_rows[_i].data),
			      "%s: %u", info_rows[_i].what, data);
		ck_assert(class_len == 0 && security == 0);
		ck_assert_int_eq(wide ? RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL,
							 NULL, NULL, NULL, NULL, NULL)
				      : RegQueryInfoKeyA(key, NULL, NULL, NULL, NULL, NULL, NULL,
							 NULL, NULL, NULL, NULL, NULL),
				 0);
	}
}
END_TEST

START_TEST(order_of_the_providers)
{
	wchar_t order[64];
	DWORD len = sizeof(order), type;
	HKEY key;

	scratch_write("10-first.conf", "name = \"first\"; module = \"/m\";");
	ck_assert_int_eq(
		RegOpenKeyExA(HKEY_LOCAL_MACHINE,
			      "SYSTEM\\CurrentControlSet\\Services\\WDSServer\\Providers\\WDSPXE",
			      0, KEY_READ, &key),
		0);
	ck_assert_int_eq(RegQueryValueExW(key, L"ProvidersOrder", NULL, &type, (LPBYTE)order, &len),
			 0);
	ck_assert_uint_eq(type, REG_MULTI_SZ);
	ck_assert_uint_eq(len, sizeof(L"first\0Boot Files\0"));
	ck_assert_int_eq(memcmp(order, L"first\0Boot Files\0", len), 0);
	ck_assert_int_eq(
		RegSetValueExA(key, "ProvidersOrder", 0, REG_MULTI_SZ, (const BYTE *)"", 1),
		ERROR_ACCESS_DENIED);
	ck_assert_int_eq(RegCloseKey(key), 0);
}
END_TEST

/* ---- the file changes under an open key --------------------------------------------------------
 */

START_TEST(installer_sees_the_file_as_it_is)
{
	HKEY key = reg_open("sub", KEY_READ), other = reg_open("sub", KEY_ALL_ACCESS);
	DWORD value = 0, len;

	for (DWORD i = 0; i < 200; i++) { /* faster than a file's time ticks */
		len = 4;
		ck_assert_int_eq(RegSetValueExA(other, "y", 0, REG_DWORD, (const BYTE *)&i, 4), 0);
		ck_assert_int_eq(RegQueryValueExA(key, "y", NULL, NULL, (LPBYTE)&value, &len), 0);
		ck_assert_uint_eq(value, i);
	}
	ck_assert_int_eq(rename(scratch_path("50-boot.conf"), scratch_path("99-moved.conf")), 0);
	ck_assert_int_eq(RegQueryValueExA(key, "y", NULL, NULL, (LPBYTE)&value, &len), 0);
	scratch_write("99-moved.conf", "name = ");
	ck_assert_int_eq(RegQueryValueExA(key, "y", NULL, NULL, (LPBYTE)&value, &len),
			 ERROR_INVALID_DATA);
	scratch_write("99-moved.conf", "name = \"somebody else\"; module = \"/m\";");
	ck_assert_int_eq(RegQueryValueExA(key, "y", NULL, NULL, (LPBYTE)&value, &len),
			 ERROR_KEY_DELETED);
	ck_assert_int_eq(RegCloseKey(key), 0);
	ck_assert_int_eq(RegCloseKey(other), 0);
}
END_TEST

static void *one_thread(void *context)
{
	uintptr_t failed = 0;
	char name[16];

	sprintf(name, "t%d", (int)(uintptr_t)context);
	for (DWORD i = 0; i < 30; i++) {
		HKEY key = reg_open(NULL, KEY_ALL_ACCESS), sub;
		DWORD value = 0, len = 4;

		failed += RegCreateKeyExA(key, name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &sub,
					  NULL) != 0;
		failed += RegSetValueExA(sub, "v", 0, REG_DWORD, (const BYTE *)&i, 4) != 0;
		failed += RegQueryValueExA(sub, "v", NULL, NULL, (LPBYTE)&value, &len) != 0 ||
			  value != i;
		failed += RegCloseKey(sub) != 0;
		failed += RegDeleteKeyA(key, name) != 0;
		failed += RegCloseKey(key) != 0;
		failed += RegCloseKey(key) != ERROR_INVALID_HANDLE && i == 0;
	}
	return (void *)failed;
}

START_TEST(threads_share_keys)
{
	pthread_t thread[6];
	void *failed;

	for (uintptr_t i = 0; i < 6; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, one_thread, (void *)i), 0);
	for (int i = 0; i < 6; i++) {
		ck_assert_int_eq(pthread_join(thread[i], &failed), 0);
		ck_assert_ptr_null(failed);
	}
	ck_assert_str_eq(reg_changes(), "");
	ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("reg_key");

	tcase_add_checked_fixture(t, reg_setup, reg_teardown);
	TEST_ROWS(t, open_by_row, open_rows);
	TEST_ROWS(t, close_by_row, close_rows);
	tcase_add_test(t, keys_are_many_but_not_without_end);
	tcase_add_test(t, handle_of_a_closed_key_is_never_another_keys);
	TEST_ROWS(t, create_by_row, create_rows);
	tcase_add_test(t, create_does_not_make_providers);
	TEST_ROWS(t, delete_by_row, delete_rows);
	tcase_add_test(t, open_key_of_a_deleted_one_says_so);
	TEST_ROWS(t, enumkey_by_row, enumkey_rows);
	TEST_ROWS(t, enumvalue_by_row, enumvalue_rows);
	TEST_ROWS(t, info_by_row, info_rows);
	tcase_add_test(t, order_of_the_providers);
	tcase_add_test(t, installer_sees_the_file_as_it_is);
	tcase_add_test(t, threads_share_keys);
	tcase_set_timeout(t, 120);
	suite_apart(); /* a test leaves keys open */
	return suite_run("libwdspxe/reg_key", t);
}
