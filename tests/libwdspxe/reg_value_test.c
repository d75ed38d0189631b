/* RegQueryValueEx, RegSetValueEx, RegDeleteValue, in both forms. */
#include "libwdspxe/reg_file.h"

/* ---- RegQueryValueEx --------------------------------------------------------------------------
 */

#define W(text)  (text), sizeof(text)
#define U32(n)   (const uint32_t[]){ n }, 4
#define U64(n)   (const uint64_t[]){ n }, 8
#define RAW(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })
#define ANY      NULL, 0
enum {
	ALL = 1000,
	ONE_LESS = 1001,
	NO_BUFFER = 1002,
	NOTHING = 1003,
	NO_SIZE = 1004,
	RESERVED = 1005
};

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path;
	const wchar_t *name;
	int how; /* ALL … */
	LSTATUS r;
	DWORD type;
	const void *data; /* in the wide form */
	size_t len;
	const char *narrow; /* in the A form, for texts; its size is `narrow_len` */
	size_t narrow_len;
} query_rows[] = {
	{ "string", 0, 0, L"text", ALL, 0, REG_SZ, W(L"gr\u00fc\u00df"), W("gr\xc3\xbc\xc3\x9f") },
	{ "any case of letters", 0, 0, L"TEXT", ALL, 0, REG_SZ, W(L"gr\u00fc\u00df"),
	  W("gr\xc3\xbc\xc3\x9f") },
	{ "int", 0, 0, L"number", ALL, 0, REG_DWORD, U32(0xFFFFFFFF), ANY },
	{ "int64", 0, 0, L"wide", ALL, 0, REG_QWORD, U64((uint64_t)-5), ANY },
	{ "bool", 0, 0, L"yes", ALL, 0, REG_DWORD, U32(1), ANY },
	{ "float", 0, 0, L"real", ALL, 0, REG_SZ, W(L"2.5"), W("2.5") },
	{ "strings", 0, 0, L"strings", ALL, 0, REG_MULTI_SZ, W(L"a\0bc\0"), W("a\0bc\0") },
	{ "no strings", 0, 0, L"none", ALL, 0, REG_MULTI_SZ, W(L""), W("") },
	{ "odd name", 0, 0, L"odd NAME", ALL, 0, REG_SZ, W(L"odd"), W("odd") },
	{ "default value", 0, 0, L"", ALL, 0, REG_SZ, W(L"default"), W("default") },
	{ "default value by NULL", 0, 0, NULL, ALL, 0, REG_SZ, W(L"default"), W("default") },
	{ "binary", 0, 0, L"Blob", ALL, 0, REG_BINARY, RAW(0, 0xff, 0x12), ANY },
	{ "expand", 0, 0, L"path", ALL, 0, REG_EXPAND_SZ, W(L"%x%"), W("%x%") },
	{ "a type of its own", 0, 0, L"own", ALL, 0, 77, RAW(0xaa), ANY },
	{ "in a subkey", 0, "sub\\deep", L"x", ALL, 0, REG_DWORD, U32(1), ANY },
	{ "in a list", 0, "boot\\2", L"file", ALL, 0, REG_SZ, W(L"f2"), W("f2") },
	{ "a member of a list", 0, "boot", L"1", ALL, 0, REG_SZ, W(L"s1"), W("s1") },
	{ "a member of an array", 0, "ports", L"1", ALL, 0, REG_DWORD, U32(4011), ANY },
	{ "in an odd key", 0, "x 86", L"z", ALL, 0, REG_DWORD, U32(3), ANY },
	{ "the module", 0, 0, L"ProviderDLL", ALL, 0, REG_SZ, W(L"/m.so"), W("/m.so") },
	{ "critical", 0, 0, L"IsCritical", ALL, 0, REG_DWORD, U32(0), ANY },
	{ "the module is the provider's own key's only", 0, "sub", L"ProviderDLL", ALL,
	  ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "size without data", 0, 0, L"text", NO_BUFFER, 0, REG_SZ, W(L"gr\u00fc\u00df"),
	  W("gr\xc3\xbc\xc3\x9f") },
	{ "is it there?", 0, 0, L"text", NOTHING, 0, 0, ANY, ANY },
	{ "one octet short", 0, 0, L"text", ONE_LESS, ERROR_MORE_DATA, 0, W(L"gr\u00fc\u00df"),
	  W("gr\xc3\xbc\xc3\x9f") },
	{ "one octet short for a number", 0, 0, L"wide", ONE_LESS, ERROR_MORE_DATA, 0, U64(0),
	  ANY },
	{ "absent", 0, 0, L"absent", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "a key is no value", 0, 0, L"sub", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "a list is no value", 0, 0, L"boot", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "nor is the list registry", 0, 0, L"registry", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "beyond a list", 0, "boot", L"9", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "a member is not 01", 0, "boot", L"01", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "data without its size", 0, 0, L"text", NO_SIZE, ERROR_INVALID_PARAMETER, 0, ANY, ANY },
	{ "reserved", 0, 0, L"text", RESERVED, ERROR_INVALID_PARAMETER, 0, ANY, ANY },
	{ "NULL key", KEY_NULL, 0, L"text", ALL, ERROR_INVALID_HANDLE, 0, ANY, ANY },
	{ "forged key", KEY_FORGED, 0, L"text", ALL, ERROR_INVALID_HANDLE, 0, ANY, ANY },
	{ "closed key", KEY_CLOSED, 0, L"text", ALL, ERROR_INVALID_HANDLE, 0, ANY, ANY },
	{ "without the right", KEY_WITHOUT_RIGHT, 0, L"text", ALL, ERROR_ACCESS_DENIED, 0, ANY,
	  ANY },
	{ "above the providers", KEY_ABOVE, 0, L"text", ALL, ERROR_FILE_NOT_FOUND, 0, ANY, ANY },
	{ "the provider is gone", KEY_GONE, 0, L"text", ALL, ERROR_KEY_DELETED, 0, ANY, ANY },
};
API_CASES(RegQueryValueExW, query_rows);
API_CASES(RegQueryValueExA, query_rows);

static void query(int i, bool wide)
{
	const void *want =
		wide || !query_rows[i].narrow ? query_rows[i].data : query_rows[i].narrow;
	DWORD need = (DWORD)(wide || !query_rows[i].narrow ? query_rows[i].len
							   : query_rows[i].narrow_len);
	int how = query_rows[i].how;
	DWORD len = how == ONE_LESS ? need - 1 : how == ALL ? 256 : 0, type = 99, reserved = 0;
	uint8_t buffer[260];
	HKEY key = query_rows[i].path ? reg_open(query_rows[i].path, KEY_READ)
				      : reg_handle(query_rows[i].key, KEY_QUERY_VALUE);
	LPBYTE out =
		how == NO_BUFFER || how == NOTHING ? NULL : buffer + 1; /* nothing is aligned */
	LPDWORD size = how == NOTHING || how == NO_SIZE ? NULL : &len;
	LPDWORD kind = how == NOTHING ? NULL : &type;
	char name[64];
	LSTATUS r;

	memset(buffer, 0xEE, sizeof(buffer));
	wcstombs(name, query_rows[i].name ? query_rows[i].name : L"", sizeof(name));
	if (wide)
		r = RegQueryValueExW(key, query_rows[i].name, how == RESERVED ? &reserved : NULL,
				     kind, out, size);
	else
		r = RegQueryValueExA(key, query_rows[i].name ? name : NULL,
				     how == RESERVED ? &reserved : NULL, kind, out, size);
	ck_assert_msg(r == query_rows[i].r, "%s: %d", query_rows[i].what, r);
	if (r == ERROR_SUCCESS && how == ALL) {
		ck_assert_msg(type == query_rows[i].type && len == need &&
				      memcmp(buffer + 1, want, need) == 0,
			      "%s: type %u, %u octets", query_rows[i].what, type, len);
	} else {
		ck_assert_msg(type == (how == NO_BUFFER ? query_rows[i].type : 99), "%s: type %u",
			      query_rows[i].what, type);
	}
	if (how == NO_BUFFER || r == ERROR_MORE_DATA)
		ck_assert_uint_eq(len, need);
	ck_assert_uint_eq(buffer[0], 0xEE);
	ck_assert_uint_eq(buffer[1 + (r || how != ALL ? 0 : need)], 0xEE);
	if (query_rows[i].key == KEY_OK || query_rows[i].key == KEY_GONE)
		ck_assert_int_eq(RegCloseKey(key), 0);
}

START_TEST(query_by_row)
{
	query(_i, true);
	if (query_rows[_i].key != KEY_GONE)
		query(_i, false);
}
END_TEST

/* ---- RegSetValueEx ----------------------------------------------------------------------------
 */

#define FILE_WITH(settings)                                                                        \
	"name = \"Boot Files\"; module = \"/m.so\"; # c\nsettings: { " settings "}; # d\n"

static const struct {
	const char *what;
	const char *before; /* of the settings; NULL: none */
	const char *path;
	const char *name;
	DWORD type;
	const void *data;
	DWORD len;
	LSTATUS r;
	const char *changes; /* in the overlay, where r is 0 */
} set_rows[] = {
	{ "new string", "", 0, "a", REG_SZ, "x", 2, 0, SET("a", "REG_SZ", "\"x\"") },
	{ "string in place", "a = \"y\"; /* c */ ", 0, "A", REG_SZ, "x", 2, 0,
	  SET_OVER("A", "REG_SZ", "\"x\"") },
	{ "string without its NUL", "", 0, "a", REG_SZ, "xyz", 2, 0, SET("a", "REG_SZ", "\"xy\"") },
	{ "string ends with its first NUL", "", 0, "a", REG_SZ, "x\0y", 4, 0,
	  SET("a", "REG_SZ", "\"x\"") },
	{ "empty string", "", 0, "a", REG_SZ, NULL, 0, 0, SET("a", "REG_SZ", "\"\"") },
	{ "number", "", 0, "a", REG_DWORD, (const uint32_t[]){ 5 }, 4, 0,
	  SET("a", "REG_DWORD", "5") },
	{ "large number", "a = 1; ", 0, "a", REG_DWORD, (const uint32_t[]){ 0x80000000 }, 4, 0,
	  SET_OVER("a", "REG_DWORD", "0x80000000") },
	{ "wide number", "", 0, "a", REG_QWORD, (const uint64_t[]){ 5 }, 8, 0,
	  SET("a", "REG_QWORD", "5L") },
	{ "strings", "", 0, "a", REG_MULTI_SZ, "p\0q\0", 5, 0,
	  SET("a", "REG_MULTI_SZ", "[ \"p\", \"q\" ]") },
	{ "strings without end", "", 0, "a", REG_MULTI_SZ, "p\0q", 3, 0,
	  SET("a", "REG_MULTI_SZ", "[ \"p\", \"q\" ]") },
	{ "no strings", "", 0, "a", REG_MULTI_SZ, "", 1, 0, SET("a", "REG_MULTI_SZ", "[ ]") },
	{ "in the place of a bool", "a = false; ", 0, "a", REG_DWORD, (const uint32_t[]){ 1 }, 4, 0,
	  SET_OVER("a", "REG_DWORD", "1") },
	{ "in the place of a float", "a = 1.5; ", 0, "a", REG_SZ, "2.25", 5, 0,
	  SET_OVER("a", "REG_SZ", "\"2.25\"") },
	{ "in a subkey", "s: { }; ", "s", "a", REG_SZ, "x", 2, 0,
	  CHANGED("s", "a", "\"REG_SZ\"", "data = \"x\"; ") },
	{ "odd name", "", 0, "a b", REG_SZ, "x", 2, 0, SET("a b", "REG_SZ", "\"x\"") },
	{ "default value", "", 0, NULL, REG_SZ, "x", 2, 0, SET("", "REG_SZ", "\"x\"") },
	{ "the reserved name", "", 0, "Registry", REG_DWORD, (const uint32_t[]){ 2 }, 4, 0,
	  SET("Registry", "REG_DWORD", "2") },
	{ "a key has the name", "k: { }; ", 0, "k", REG_QWORD, (const uint64_t[]){ 2 }, 8, 0,
	  SET("k", "REG_QWORD", "2L") },
	{ "binary", "", 0, "b", REG_BINARY, "\x00\xff", 2, 0, SET("b", "REG_BINARY", "\"00 ff\"") },
	{ "empty binary", "", 0, "b", REG_BINARY, NULL, 0, 0, SET("b", "REG_BINARY", "\"\"") },
	{ "expand", "", 0, "b", REG_EXPAND_SZ, "%x%", 4, 0, SET("b", "REG_EXPAND_SZ", "\"%x%\"") },
	{ "a type of its own", "", 0, "b", 77, "\x01", 1, 0,
	  CHANGED("", "b", "77L", "data = \"01\"; ") },
	{ "binary where a string was", "b = \"x\"; ", 0, "b", REG_BINARY, "\x01", 1, 0,
	  SET_OVER("b", "REG_BINARY", "\"01\"") },
	{ "over an entry",
	  "registry = ( { name = \"a b\"; type = \"REG_SZ\"; data = \"x\"; /* c */ } ); ", 0, "A B",
	  REG_MULTI_SZ, "p\0", 3, 0, SET_OVER("A B", "REG_MULTI_SZ", "[ \"p\" ]") },
	{ "no settings yet", NULL, 0, "a", REG_DWORD, (const uint32_t[]){ 3 }, 4, 0,
	  SET("a", "REG_DWORD", "3") },
	/* What stands in the file beside the settings is the administrator's. */
	{ "the module", "", 0, "ProviderDLL", REG_SZ, "/n.so", 6, ERROR_ACCESS_DENIED, NULL },
	{ "critical", "", 0, "IsCritical", REG_DWORD, (const uint32_t[]){ 3 }, 4,
	  ERROR_ACCESS_DENIED, NULL },
	/* And so is a list: whoever wrote it means all of it. */
	{ "a member of a list", "l = ( 1, \"y\" ); ", "l", "1", REG_SZ, "x", 2, ERROR_ACCESS_DENIED,
	  NULL },
	{ "below a list", "l = ( { a = 1; } ); ", "l\\0", "a", REG_SZ, "x", 2, ERROR_ACCESS_DENIED,
	  NULL },
	{ "the next member of a list", "l = ( 1 ); ", "l", "1", REG_SZ, "x", 2, ERROR_ACCESS_DENIED,
	  NULL },
	{ "the next member of an array", "l = [ 1 ]; ", "l", "1", REG_DWORD,
	  (const uint32_t[]){ 2 }, 4, ERROR_ACCESS_DENIED, NULL },
	{ "a number of 3 octets", "", 0, "a", REG_DWORD, "\0\0", 3, ERROR_INVALID_PARAMETER, NULL },
	{ "a wide number of 4", "", 0, "a", REG_QWORD, "\0\0\0", 4, ERROR_INVALID_PARAMETER, NULL },
	{ "size without data", "", 0, "a", REG_SZ, NULL, 2, ERROR_INVALID_PARAMETER, NULL },
	{ "enormous", "", 0, "a", REG_BINARY, "", 0x7fffffff, ERROR_INVALID_PARAMETER, NULL },
	{ "no UTF-8", "", 0, "a", REG_SZ, "\xff", 2, ERROR_NO_UNICODE_TRANSLATION, NULL },
	{ "a name that is no UTF-8", "", 0, "\xff", REG_SZ, "x", 2, ERROR_NO_UNICODE_TRANSLATION,
	  NULL },
	{ "a name in a list", "l = ( ); ", "l", "a", REG_SZ, "x", 2, ERROR_ACCESS_DENIED, NULL },
	{ "beyond a list", "l = ( ); ", "l", "1", REG_SZ, "x", 2, ERROR_ACCESS_DENIED, NULL },
	{ "binary in a list", "l = ( 1 ); ", "l", "0", REG_BINARY, "x", 1, ERROR_ACCESS_DENIED,
	  NULL },
	{ "another type in an array", "l = [ 1 ]; ", "l", "0", REG_SZ, "x", 2, ERROR_ACCESS_DENIED,
	  NULL },
	{ "another type behind an array", "l = [ 1 ]; ", "l", "1", REG_SZ, "x", 2,
	  ERROR_ACCESS_DENIED, NULL },
	{ "a module that is not absolute", "", 0, "ProviderDLL", REG_SZ, "n.so", 5,
	  ERROR_BAD_PATHNAME, NULL },
	{ "a module that is no string", "", 0, "ProviderDLL", REG_DWORD, "abc", 4,
	  ERROR_INVALID_PARAMETER, NULL },
};
API_CASES(RegSetValueExA, set_rows);

static void write_settings(const char *settings)
{
	char text[1024];

	if (settings)
		snprintf(text, sizeof(text), FILE_WITH("%s"), settings);
	else
		strcpy(text, "name = \"Boot Files\"; module = \"/m.so\";");
	scratch_write("50-boot.conf", text);
}

START_TEST(set_by_row)
{
	char before[1024];
	HKEY key;
	LSTATUS r;

	write_settings(set_rows[_i].before);
	strcpy(before, scratch_read("50-boot.conf"));
	key = reg_open(set_rows[_i].path, KEY_WRITE);
	r = RegSetValueExA(key, set_rows[_i].name, 0, set_rows[_i].type, set_rows[_i].data,
			   set_rows[_i].len);
	ck_assert_msg(r == set_rows[_i].r, "%s: %d", set_rows[_i].what, r);
	ck_assert_msg(strcmp(reg_changes(), r ? "" : set_rows[_i].changes) == 0, "%s: %s",
		      set_rows[_i].what, reg_changes());
	ck_assert_str_eq(scratch_read("50-boot.conf"), before);
	ck_assert_int_eq(RegCloseKey(key), 0);
}
END_TEST

static const struct {
	const char *what;
	enum reg_handle key;
	const wchar_t *name, *text;
	DWORD reserved, len;
	LSTATUS r;
} setw_rows[] = {
	{ "text", KEY_OK, L"text", L"n\u00e9", 0, 12, 0 },
	{ "half a character is cut off", KEY_OK, L"text", L"n\u00e9z", 0, 9, 0 },
	{ "reserved", KEY_OK, L"text", L"x", 1, 8, ERROR_INVALID_PARAMETER },
	{ "no character", KEY_OK, L"text", (const wchar_t[]){ 0xdc00, 0 }, 0, 8,
	  ERROR_NO_UNICODE_TRANSLATION },
	{ "a name of no character", KEY_OK, (const wchar_t[]){ 0xdc00, 0 }, L"x", 0, 8,
	  ERROR_NO_UNICODE_TRANSLATION },
	{ "NULL key", KEY_NULL, L"text", L"x", 0, 8, ERROR_INVALID_HANDLE },
	{ "forged key", KEY_FORGED, L"text", L"x", 0, 8, ERROR_INVALID_HANDLE },
	{ "closed key", KEY_CLOSED, L"text", L"x", 0, 8, ERROR_INVALID_HANDLE },
	{ "without the right", KEY_WITHOUT_RIGHT, L"text", L"x", 0, 8, ERROR_ACCESS_DENIED },
	{ "above the providers", KEY_ABOVE, L"text", L"x", 0, 8, ERROR_ACCESS_DENIED },
	{ "the provider is gone", KEY_GONE, L"text", L"x", 0, 8, ERROR_KEY_DELETED },
};
API_CASES(RegSetValueExW, setw_rows);

START_TEST(setw_by_row)
{
	HKEY key = reg_handle(setw_rows[_i].key, KEY_SET_VALUE);
	LSTATUS r = RegSetValueExW(key, setw_rows[_i].name, setw_rows[_i].reserved, REG_SZ,
				   (const BYTE *)setw_rows[_i].text, setw_rows[_i].len);
	wchar_t back[8] = L"";
	DWORD len = sizeof(back);

	ck_assert_msg(r == setw_rows[_i].r, "%s: %d", setw_rows[_i].what, r);
	if (r == ERROR_SUCCESS) {
		ck_assert_int_eq(
			RegQueryValueExW(key, setw_rows[_i].name, NULL, NULL, (LPBYTE)back, &len),
			0);
		ck_assert_uint_eq(len, 12);
		ck_assert(wcscmp(back, L"n\u00e9") == 0);
		ck_assert_str_eq(reg_changes(), SET_OVER("text", "REG_SZ", "\"n\xc3\xa9\""));
	}
	if (setw_rows[_i].key != KEY_GONE) {
		ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
	}
}
END_TEST

START_TEST(everything_set_comes_back)
{
	static const DWORD types[] = { REG_NONE,   REG_SZ,       REG_EXPAND_SZ,
				       REG_BINARY, REG_DWORD,    REG_DWORD_BIG_ENDIAN,
				       REG_LINK,   REG_MULTI_SZ, REG_QWORD,
				       0xFFFFFFFF };
	static const char *const names[] = { "plain", "odd name",     "",    "registry", "sub", "5",
					     "true",  "\xe6\xbc\xa2", "a\nb" };
	HKEY key = reg_open(NULL, KEY_ALL_ACCESS);

	for (size_t n = 0; n < ROWS(names); n++)
		for (size_t t = 0; t < ROWS(types); t++) {
			BYTE out[16], in[8] = { 'a', 0, 0, 0, 0, 0, 0, 0 };
			DWORD len = types[t] == REG_DWORD ? 4 : types[t] == REG_QWORD ? 8 : 2;
			DWORD room = sizeof(out), type;

			if (types[t] == REG_MULTI_SZ)
				len = 3;
			ck_assert_int_eq(RegSetValueExA(key, names[n], 0, types[t], in, len), 0);
			ck_assert_int_eq(RegQueryValueExA(key, names[n], NULL, &type, out, &room),
					 0);
			ck_assert_msg(type == types[t] && room == len && memcmp(in, out, len) == 0,
				      "%s, type %u", names[n], types[t]);
		}
	for (size_t n = 0; n < ROWS(names); n++)
		ck_assert_int_eq(RegDeleteValueA(key, names[n]), 0);
	/* all that is left: two of these names are the administrator's too */
	ck_assert_str_eq(
		reg_changes(),
		"( { path = \"\"; name = \"odd name\"; type = 4294967295L; deleted = true; "
		"over; }, { path = \"\"; name = \"\"; type = 4294967295L; deleted = true; "
		"over; } ); ");
	ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
	ck_assert_int_eq(RegCloseKey(key), 0);
}
END_TEST

/* ---- RegDeleteValue ---------------------------------------------------------------------------
 */

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path;
	const char *name;
	LSTATUS r;
	const char *changes; /* in the overlay, where r is 0 */
} delete_rows[] = {
	{ "a value", KEY_OK, NULL, "NUMBER", 0, GONE("NUMBER", "REG_DWORD") },
	{ "an entry", KEY_OK, NULL, "odd name", 0, GONE("odd name", "REG_SZ") },
	{ "the default value", KEY_OK, NULL, NULL, 0, GONE("", "REG_SZ") },
	{ "a member of a list", KEY_OK, "boot", "1", ERROR_ACCESS_DENIED, NULL },
	{ "absent", KEY_OK, NULL, "absent", ERROR_FILE_NOT_FOUND, NULL },
	{ "a key", KEY_OK, NULL, "sub", ERROR_FILE_NOT_FOUND, NULL },
	{ "the module", KEY_OK, NULL, "ProviderDLL", ERROR_ACCESS_DENIED, NULL },
	{ "critical", KEY_OK, NULL, "iscritical", ERROR_ACCESS_DENIED, NULL },
	{ "NULL key", KEY_NULL, NULL, "text", ERROR_INVALID_HANDLE, NULL },
	{ "forged key", KEY_FORGED, NULL, "text", ERROR_INVALID_HANDLE, NULL },
	{ "closed key", KEY_CLOSED, NULL, "text", ERROR_INVALID_HANDLE, NULL },
	{ "without the right", KEY_WITHOUT_RIGHT, NULL, "text", ERROR_ACCESS_DENIED, NULL },
	{ "above the providers", KEY_ABOVE, NULL, "text", ERROR_ACCESS_DENIED, NULL },
	{ "the provider is gone", KEY_GONE, NULL, "text", ERROR_KEY_DELETED, NULL },
};
API_CASES(RegDeleteValueA, delete_rows);
API_CASES(RegDeleteValueW, delete_rows);

static void delete (int i, bool wide)
{
	HKEY key = delete_rows[i].path ? reg_open(delete_rows[i].path, KEY_ALL_ACCESS)
				       : reg_handle(delete_rows[i].key, KEY_SET_VALUE);
	wchar_t name[32];
	LSTATUS r;

	mbstowcs(name, delete_rows[i].name ? delete_rows[i].name : "", 32);
	r = wide ? RegDeleteValueW(key, delete_rows[i].name ? name : NULL)
		 : RegDeleteValueA(key, delete_rows[i].name);
	ck_assert_msg(r == delete_rows[i].r, "%s: %d", delete_rows[i].what, r);
	ck_assert_str_eq(reg_changes(), r ? "" : delete_rows[i].changes);
	if (delete_rows[i].key != KEY_GONE)
		ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
}

START_TEST(delete_by_row)
{
	delete (_i, _i % 2);
	scratch_write("50-boot.conf", reg_file);
	reg_reset();
	delete (_i, !(_i % 2));
}
END_TEST

/* ---- what the admin may not let us ------------------------------------------------------------
 */

START_TEST(who_may_not_write_is_told)
{
	HKEY key, host;
	pid_t pid;
	int status;

	ck_assert_int_eq(chmod(scratch, 0555), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
			_exit(9);
		key = reg_open(NULL, KEY_ALL_ACCESS);
		if (RegSetValueExA(key, "a", 0, REG_SZ, (const BYTE *)"x", 2) !=
		    ERROR_ACCESS_DENIED)
			_exit(1);
		if (RegDeleteValueA(key, "text") != ERROR_ACCESS_DENIED)
			_exit(2);
		if (PxeHostKeyOpen(scratch_path("50-boot.conf"), &host) != 0)
			_exit(3);
		if (RegSetValueExA(host, "a", 0, REG_SZ, (const BYTE *)"x", 2) !=
		    ERROR_ACCESS_DENIED)
			_exit(4);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "step %d",
		      WEXITSTATUS(status));
	ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("reg_value");

	tcase_add_checked_fixture(t, reg_setup, reg_teardown);
	TEST_ROWS(t, query_by_row, query_rows);
	TEST_ROWS(t, set_by_row, set_rows);
	TEST_ROWS(t, setw_by_row, setw_rows);
	tcase_add_test(t, everything_set_comes_back);
	TEST_ROWS(t, delete_by_row, delete_rows);
	tcase_add_test(t, who_may_not_write_is_told);
	tcase_set_timeout(t, 60);
	return suite_run("libwdspxe/reg_value", t);
}
