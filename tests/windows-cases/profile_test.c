/* INI files: each row read from UTF-8, UTF-16 and code page 1252, by the A and the W form. */
#include <limits.h>
#include <sys/wait.h>
#include <wchar.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"

#define NOT_FOUND ERROR_FILE_NOT_FOUND
#define MORE      ERROR_MORE_DATA
#define WRONG     ERROR_INVALID_PARAMETER

enum { ROOM = 64, KEEP = 0x77 };

/* ---- one text in every encoding ----------------------------------------------------------------
 */

enum encoding { UTF8, UTF8_MARK, UTF16, WESTERN, ENCODINGS };

static size_t widen(const char *text, size_t octets, WCHAR *out, size_t room)
{
	int n = octets == 0 ? 0
			    : MultiByteToWideChar(CP_UTF8, 0, text, (int)octets, out, (int)room);

	return (size_t)n;
}

/* False: the text is not to be had in that encoding. */
static bool file_write(const char *name, const char *text, enum encoding encoding)
{
	static WCHAR wide[40000];
	size_t n = widen(text, strlen(text), wide, ROWS(wide));
	FILE *file;

	for (size_t i = 0; i < n; i++)
		if ((encoding == WESTERN && wide[i] > 0xff) ||
		    (encoding == UTF16 && wide[i] > 0xffff))
			return false;
	file = fopen(scratch_path(name), "w");
	ck_assert_ptr_nonnull(file);
	if (encoding == UTF8_MARK)
		fputs("\xef\xbb\xbf", file);
	if (encoding == UTF16)
		fputs("\xff\xfe", file);
	for (size_t i = 0; i < n && encoding >= UTF16; i++) {
		fputc((int)(wide[i] & 0xff), file);
		if (encoding == UTF16)
			fputc((int)(wide[i] >> 8), file);
	}
	if (encoding < UTF16)
		fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
	return true;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

struct get_row {
	const char *name, *file, *section, *key, *fallback;
	DWORD size;         /* of the buffer, in characters of the W form */
	const char *wanted; /* `|` is a NUL inside */
	DWORD error;
};

#define FILTER                                                                                     \
	"; the filter\r\n[Configuration]\r\nPolicy=1\r\n Name = two words \r\nName=other\r\n"      \
	"Empty=\r\nQuoted=\" a \"\r\nSingle='b'\r\nHalf=\"c\r\nMixed=\"d'\r\nMark=\"\r\n"          \
	"Twice=\"\"e\"\"\r\nComment=f ; g\r\n;Hidden=h\r\nlonely\r\na=b=c\r\n[Devices]\r\n"        \
	"000000000000525400000001=boot\\x64\\wdsmgfw.efi\r\n[configuration]\r\nLate=1\r\n"         \
	"[ Padded ]\r\nkey=1\r\n[open\r\nkey=2\r\n[\xc3\x84rger]\r\n\xc3\x9c=\xc3\xa4\xc3\xb6\r\n"

static const struct get_row get_rows[] = {
	{ "a string", FILTER, "Configuration", "Policy", NULL, ROOM, "1", 0 },
	{ "without case", FILTER, "CONFIGURATION", "poLICY", "0", ROOM, "1", 0 },
	{ "blanks around", FILTER, "Configuration", "Name", NULL, ROOM, "two words", 0 },
	{ "blanks around what is asked", FILTER, " Configuration ", " Name ", NULL, ROOM,
	  "two words", 0 },
	{ "a path", FILTER, "Devices", "000000000000525400000001", NULL, ROOM,
	  "boot\\x64\\wdsmgfw.efi", 0 },
	{ "empty, not the default", FILTER, "Configuration", "Empty", "x", ROOM, "", 0 },
	{ "marks go, blanks stay", FILTER, "Configuration", "Quoted", NULL, ROOM, " a ", 0 },
	{ "single marks", FILTER, "Configuration", "Single", NULL, ROOM, "b", 0 },
	{ "half a pair", FILTER, "Configuration", "Half", NULL, ROOM, "\"c", 0 },
	{ "no pair", FILTER, "Configuration", "Mixed", NULL, ROOM, "\"d'", 0 },
	{ "one mark", FILTER, "Configuration", "Mark", NULL, ROOM, "\"", 0 },
	{ "one pair goes", FILTER, "Configuration", "Twice", NULL, ROOM, "\"e\"", 0 },
	{ "no comment in a value", FILTER, "Configuration", "Comment", NULL, ROOM, "f ; g", 0 },
	{ "a comment is no key", FILTER, "Configuration", ";Hidden", "x", ROOM, "x", NOT_FOUND },
	{ "a line without = is no key", FILTER, "Configuration", "lonely", "x", ROOM, "x",
	  NOT_FOUND },
	{ "the first = counts", FILTER, "Configuration", "a", NULL, ROOM, "b=c", 0 },
	{ "the first section counts", FILTER, "Configuration", "Late", "x", ROOM, "x", NOT_FOUND },
	{ "blanks in brackets", FILTER, "Padded", "key", NULL, ROOM, "1", 0 },
	{ "no bracket at the end", FILTER, "open", "key", NULL, ROOM, "2", 0 },
	{ "letters beyond ASCII", FILTER, "\xc3\xa4RGER", "\xc3\xbc", NULL, ROOM,
	  "\xc3\xa4\xc3\xb6", 0 },
	{ "no such key", FILTER, "Devices", "none", "default", ROOM, "default", NOT_FOUND },
	{ "no such section", FILTER, "None", "Policy", "default", ROOM, "default", NOT_FOUND },
	{ "no such file", NULL, "Configuration", "Policy", "default", ROOM, "default", NOT_FOUND },
	{ "no default", FILTER, "Devices", "none", NULL, ROOM, "", NOT_FOUND },
	{ "a default loses blanks", FILTER, "Devices", "none", " x  ", ROOM, " x", NOT_FOUND },
	{ "a default keeps marks", FILTER, "Devices", "none", "\"x\"", ROOM, "\"x\"", NOT_FOUND },

	{ "fits", FILTER, "Configuration", "Name", NULL, 10, "two words", 0 },
	{ "is cut", FILTER, "Configuration", "Name", NULL, 9, "two word", MORE },
	{ "one character", FILTER, "Configuration", "Name", NULL, 1, "", MORE },
	{ "no room", FILTER, "Configuration", "Name", NULL, 0, "", MORE },
	{ "a default is cut", FILTER, "Devices", "none", "default", 4, "def", NOT_FOUND },

	{ "keys", "[a]\nx=1\n;y=2\n\nz\nw=\n[b]\nv=1\n", "a", NULL, NULL, ROOM, "x|w|", 0 },
	{ "keys fit", "[a]\nx=1\nw=\n", "a", NULL, NULL, 5, "x|w|", 0 },
	{ "keys are cut", "[a]\nx=1\nw=\n", "a", NULL, NULL, 4, "x|", MORE },
	{ "keys are cut inside", "[a]\nlong=1\n", "a", NULL, NULL, 5, "lon", MORE },
	{ "no room for keys", "[a]\nx=1\n", "a", NULL, NULL, 2, "", MORE },
	{ "no keys", "[a]\n[b]\nx=1\n", "a", NULL, "x", ROOM, "", 0 },
	{ "keys of no section", "[a]\n", "b", NULL, "x", ROOM, "x", NOT_FOUND },
	{ "sections", FILTER, NULL, NULL, NULL, 128,
	  "Configuration|Devices|configuration|Padded|open|\xc3\x84rger|", 0 },
	{ "sections, a key is named", "[a]\n[b]\n", NULL, "x", NULL, ROOM, "a|b|", 0 },
	{ "sections are cut", "[a]\n[b]\n", NULL, NULL, NULL, 4, "a|", MORE },
	{ "no sections", "x=1\n", NULL, NULL, "x", ROOM, "", 0 },

	{ "before any section", "x=1\n[a]\n", "", "x", "-", ROOM, "-", NOT_FOUND },
	{ "an empty name", "[]\nx=1\n", "", "x", "-", ROOM, "1", 0 },
	{ "line ends of Unix", "[a]\nx=1\ny=2", "a", "y", NULL, ROOM, "2", 0 },
	{ "behind a bracket", "[a] ; b\nx=1\n", "a", "x", NULL, ROOM, "1", 0 },
	{ "an indented heading", "\t[a]\r\n\tx\t=\t1\t\r\n", "a", "x", NULL, ROOM, "1", 0 },
	{ "an empty file", "", "a", "x", "-", ROOM, "-", NOT_FOUND },
	{ "beyond 8 bits", "[a]\nx=\xd0\x96\xe2\x82\xac\n[\xd0\x96]\ny=1\n", "\xd0\xb6", "Y", NULL,
	  ROOM, "1", 0 },
	{ "beyond 16 bits", "[a]\nx=\xf0\x9f\x98\x80\n", "a", "x", NULL, ROOM, "\xf0\x9f\x98\x80",
	  0 },
};

API_CASES(GetPrivateProfileStringA, get_rows);
API_CASES(GetPrivateProfileStringW, get_rows);

/* What a row wants as characters of the W form, NULs where `|` stands; their number. */
static size_t wanted_read(const char *text, WCHAR out[ROOM * 4])
{
	size_t n = widen(text, strlen(text), out, ROOM * 4);

	for (size_t i = 0; i < n; i++)
		if (out[i] == '|')
			out[i] = 0;
	return n;
}

static void get_wide(const struct get_row *row, const char *path)
{
	WCHAR section[ROOM], key[ROOM], fallback[ROOM], file[PATH_MAX], wanted[ROOM * 4];
	WCHAR *out = malloc(row->size * sizeof *out + 1);
	size_t n = wanted_read(row->wanted, wanted);
	bool list = !row->section || !row->key;
	DWORD r;

#define WIDE(text, out) ((text) ? (widen(text, strlen(text) + 1, out, ROWS(out)), (out)) : NULL)
	SetLastError(77);
	r = GetPrivateProfileStringW(WIDE(row->section, section), WIDE(row->key, key),
				     WIDE(row->fallback, fallback), out, row->size,
				     WIDE(path, file));
	ck_assert_msg(r == n, "%s: %u characters", row->name, r);
	ck_assert_msg(GetLastError() == row->error, "%s: %u", row->name, GetLastError());
	ck_assert_msg(wmemcmp(out, wanted, n) == 0, "%s: %ls", row->name, out);
	for (size_t i = n; i < n + 1 + list && i < row->size; i++)
		ck_assert_msg(out[i] == 0, "%s: does not end", row->name);
	free(out);
}

/* The A form has more octets: with a buffer of as many, what fits there fits here. */
static void get_narrow(const struct get_row *row, const char *path)
{
	size_t n = strlen(row->wanted), i;
	bool ascii = true;
	char *out = malloc(row->size + n + 1);
	DWORD r, size;

	for (i = 0; i < n; i++)
		ascii = ascii && (uint8_t)row->wanted[i] < 0x80;
	size = row->size + (ascii ? 0 : (DWORD)n);
	SetLastError(77);
	r = GetPrivateProfileStringA(row->section, row->key, row->fallback, out, size, path);
	ck_assert_msg(r == n, "%s: %u octets", row->name, r);
	ck_assert_msg(GetLastError() == row->error, "%s: %u", row->name, GetLastError());
	for (i = 0; i < n; i++)
		ck_assert_msg(out[i] == (row->wanted[i] == '|' ? 0 : row->wanted[i]), "%s: %s",
			      row->name, out);
	ck_assert_msg(size == 0 || out[n] == 0, "%s: does not end", row->name);
	free(out);
}

START_TEST(gets)
{
	const struct get_row *row = &get_rows[_i];

	for (enum encoding e = UTF8; e < ENCODINGS; e++) {
		const char *path = scratch_path("get.ini");

		unlink(path);
		if (row->file && !file_write("get.ini", row->file, e))
			continue;
		get_wide(row, path);
		get_narrow(row, path);
	}
}
END_TEST

/* Cut in every place: as many octets as there is room for, in the middle of a letter too. */
START_TEST(gets_what_fits)
{
	const char *path = scratch_write("get.ini", "[a]\nx=caf\xc3\xa9\n"), *text = "caf\xc3\xa9";

	for (DWORD size = 1; size <= 5; size++) {
		char out[8];

		memset(out, KEEP, sizeof out);
		ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, size, path),
				  size - 1);
		ck_assert_int_eq(memcmp(out, text, size - 1), 0);
		ck_assert_int_eq(out[size - 1], 0);
		ck_assert_int_eq(out[size], KEEP);
		ck_assert_uint_eq(GetLastError(), MORE);
	}
	SetLastError(77);
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", NULL, 8, path), 0);
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", NULL, 8, NULL), 0);
	ck_assert_uint_eq(GetLastError(), WRONG);
}
END_TEST

/* As long as Windows has them, and longer. */
START_TEST(long_ones)
{
	static char file[40000], out[40000];
	static WCHAR wide[40000];
	const DWORD lengths[] = { 254, 255, 256, 32766, 32767, 39000 };
	DWORD len = lengths[_i];

	strcpy(file, "[a]\nx=");
	memset(file + 6, 'v', len);
	strcpy(file + 6 + len, "\n");
	for (enum encoding e = UTF8; e < ENCODINGS; e++) {
		ck_assert(file_write("get.ini", file, e));
		ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out,
							   scratch_path("get.ini")),
				  len);
		ck_assert_uint_eq(strlen(out), len);
		widen(scratch_path("get.ini"), strlen(scratch_path("get.ini")) + 1, wide, 40000);
		ck_assert_uint_eq(GetPrivateProfileSectionW(L"a", wide, 40000, wide), len + 3);
		ck_assert_uint_eq(wcslen(wide), len + 2);
	}
}
END_TEST

/* ---- lists -------------------------------------------------------------------------------------
 */

static const struct {
	const char *name, *file, *section; /* section NULL: the names of all */
	DWORD size;
	const char *wanted;
	DWORD error;
} list_rows[] = {
	{ "lines", "[a]\n x = \" 1 \" \n;y=2\n\nz\nw=\n[b]\nv=1\n", "A", ROOM, "x=\" 1 \"|z|w=|",
	  0 },
	{ "lines fit", "[a]\nx=1\n", "a", 5, "x=1|", 0 },
	{ "lines are cut", "[a]\nx=1\n", "a", 4, "x=", MORE },
	{ "no lines", "[a]\n[b]\n", "a", ROOM, "", 0 },
	{ "no section", "[a]\n", "b", ROOM, "", NOT_FOUND },
	{ "no file", NULL, "a", ROOM, "", NOT_FOUND },
	{ "names", "[a]\nx=1\n[b]\n[a]\n", NULL, ROOM, "a|b|a|", 0 },
	{ "names fit", "[a]\n[b]\n", NULL, 5, "a|b|", 0 },
	{ "names are cut", "[a]\n[b]\n", NULL, 4, "a|", MORE },
	{ "no names", "", NULL, ROOM, "", 0 },
	{ "names of no file", NULL, NULL, ROOM, "", NOT_FOUND },
};

API_CASES(GetPrivateProfileSectionA, list_rows);
API_CASES(GetPrivateProfileSectionW, list_rows);
API_CASES(GetPrivateProfileSectionNamesA, list_rows);
API_CASES(GetPrivateProfileSectionNamesW, list_rows);

START_TEST(lists)
{
	const char *section = list_rows[_i].section, *path = scratch_path("list.ini");
	DWORD size = list_rows[_i].size, error = list_rows[_i].error, r;
	WCHAR w_section[ROOM], w_path[PATH_MAX], wanted[ROOM * 4], w[ROOM];
	size_t n = wanted_read(list_rows[_i].wanted, wanted);
	char a[ROOM];

	unlink(path);
	if (list_rows[_i].file)
		scratch_write("list.ini", list_rows[_i].file);
	memset(a, KEEP, sizeof a);
	SetLastError(77);
	r = section ? GetPrivateProfileSectionA(section, a, size, path)
		    : GetPrivateProfileSectionNamesA(a, size, path);
	ck_assert_uint_eq(r, n);
	ck_assert_uint_eq(GetLastError(), error);
	for (size_t i = 0; i < n + 2 && i < size; i++)
		ck_assert_int_eq(a[i], i < n ? (char)wanted[i] : 0);
	wmemset(w, KEEP, ROOM);
	SetLastError(77);
	r = section ? GetPrivateProfileSectionW(WIDE(section, w_section), w, size,
						WIDE(path, w_path))
		    : GetPrivateProfileSectionNamesW(w, size, WIDE(path, w_path));
	ck_assert_uint_eq(r, n);
	ck_assert_uint_eq(GetLastError(), error);
	for (size_t i = 0; i < n + 2 && i < size; i++)
		ck_assert_int_eq(w[i], i < n ? wanted[i] : 0);
}
END_TEST

START_TEST(lists_of_nothing)
{
	char a[4] = "###";
	const char *path = scratch_write("list.ini", "[a]\nx=1\n");

	ck_assert_uint_eq(GetPrivateProfileSectionA(NULL, a, 4, path), 0);
	ck_assert_uint_eq(GetLastError(), WRONG);
	ck_assert_uint_eq(GetPrivateProfileSectionA("a", NULL, 4, path), 0);
	ck_assert_uint_eq(GetLastError(), WRONG);
	ck_assert_uint_eq(GetPrivateProfileSectionNamesA(a, 4, NULL), 0);
	ck_assert_uint_eq(GetLastError(), WRONG);
	ck_assert_uint_eq(GetPrivateProfileSectionA("a", a, 0, path), 0);
	ck_assert_uint_eq(GetLastError(), MORE);
}
END_TEST

/* ---- numbers -----------------------------------------------------------------------------------
 */

static const struct {
	const char *value; /* NULL: no such key */
	INT fallback;
	UINT wanted;
	DWORD error;
} int_rows[] = {
	{ "7", 1, 7, 0 },
	{ " 7 ", 1, 7, 0 },
	{ "\"7\"", 1, 7, 0 },
	{ "0", 1, 0, 0 },
	{ "-5", 1, (UINT)-5, 0 },
	{ "+5", 1, 5, 0 },
	{ "0x1F", 1, 31, 0 },
	{ "0o17", 1, 15, 0 },
	{ "0b101", 1, 5, 0 },
	{ "017", 1, 17, 0 },
	{ "12abc", 1, 12, 0 },
	{ "abc", 1, 0, 0 },
	{ "4294967295", 1, 4294967295, 0 },
	{ "4294967297", 0, 1, 0 },
	{ "", 9, 9, 0 },
	{ NULL, 9, 9, NOT_FOUND },
	{ NULL, -1, (UINT)-1, NOT_FOUND },
};

API_CASES(GetPrivateProfileIntA, int_rows);
API_CASES(GetPrivateProfileIntW, int_rows);

START_TEST(numbers)
{
	char file[64] = "[a]\n";
	const char *path;
	WCHAR w_path[PATH_MAX];

	if (int_rows[_i].value)
		sprintf(file, "[a]\nx=%s\n", int_rows[_i].value);
	path = scratch_write("int.ini", file);
	SetLastError(77);
	ck_assert_uint_eq(GetPrivateProfileIntA("a", "x", int_rows[_i].fallback, path),
			  int_rows[_i].wanted);
	ck_assert_uint_eq(GetLastError(), int_rows[_i].error);
	SetLastError(77);
	ck_assert_uint_eq(
		GetPrivateProfileIntW(L"A", L"X", int_rows[_i].fallback, WIDE(path, w_path)),
		int_rows[_i].wanted);
	ck_assert_uint_eq(GetLastError(), int_rows[_i].error);
	ck_assert_uint_eq(GetPrivateProfileIntA("b", "x", 3, path), 3);
	ck_assert_uint_eq(GetLastError(), NOT_FOUND);
	ck_assert_uint_eq(GetPrivateProfileIntA(NULL, "x", 3, path), 3);
	ck_assert_uint_eq(GetLastError(), WRONG);
	ck_assert_uint_eq(GetPrivateProfileIntA("a", NULL, 3, path), 3);
	ck_assert_uint_eq(GetLastError(), WRONG);
}
END_TEST

/* ---- writing -----------------------------------------------------------------------------------
 */

static const struct write_row {
	const char *name, *before; /* NULL: no file */
	const char *section, *key, *value, *after;
	BOOL r;
	DWORD error;
} write_rows[] = {
	{ "a new value", "; c\n[a]\nx = 1\ny=2\n", "A", "X", "3", "; c\n[a]\nx=3\ny=2\n", TRUE, 0 },
	{ "a new key", "[a]\r\nx=1\r\n\r\n[b]\r\n", "a", "y", "2",
	  "[a]\r\nx=1\r\ny=2\r\n\r\n[b]\r\n", TRUE, 0 },
	{ "behind comments", "[a]\n; c\n\n[b]\n", "a", "y", "2", "[a]\n; c\ny=2\n\n[b]\n", TRUE,
	  0 },
	{ "at an end without a line end", "[a]\nx=1", "a", "y", "2", "[a]\nx=1\ny=2\n", TRUE, 0 },
	{ "behind a heading without one", "\n[a]", "a", "y", "2", "\n[a]\ny=2\n", TRUE, 0 },
	{ "a new section", "[a]\nx=1\n", "b", "y", "2", "[a]\nx=1\n[b]\ny=2\n", TRUE, 0 },
	{ "a new section behind no line end", "\n[a]", "b", "y", "2", "\n[a]\n[b]\ny=2\n", TRUE,
	  0 },
	{ "a new file", NULL, "a", "x", "1", "[a]\r\nx=1\r\n", TRUE, 0 },
	{ "an empty file", "", "a", "x", "1", "[a]\r\nx=1\r\n", TRUE, 0 },
	{ "an empty value", "[a]\nx=1\n", "a", "x", "", "[a]\nx=\n", TRUE, 0 },
	{ "blanks and marks as they are", "\n[a]\n", "a", "x", " \"1\" ", "\n[a]\nx= \"1\" \n",
	  TRUE, 0 },
	{ "letters", "\n[\xc3\xa4]\n\xc3\xb6=1\n", "\xc3\x84", "\xc3\x96", "\xc3\xbc",
	  "\n[\xc3\xa4]\n\xc3\xb6=\xc3\xbc\n", TRUE, 0 },
	{ "the first section", "\n[a]\n[A]\n", "a", "x", "1", "\n[a]\nx=1\n[A]\n", TRUE, 0 },
	{ "a key goes", "[a]\nx=1\n;y\ny=2\n", "a", "x", NULL, "[a]\n;y\ny=2\n", TRUE, 0 },
	{ "the last key goes", "[a]\nx=1", "a", "x", NULL, "[a]\n", TRUE, 0 },
	{ "no key goes", "[a]\nx=1\n", "a", "y", NULL, "[a]\nx=1\n", TRUE, 0 },
	{ "no key of no section", "[a]\nx=1\n", "b", "y", NULL, "[a]\nx=1\n", TRUE, 0 },
	{ "a section goes", "[a]\nx=1\n\n[b]\ny=1\n", "a", NULL, NULL, "[b]\ny=1\n", TRUE, 0 },
	{ "a section goes, whatever the value", "[a]\nx=1\n[b]\n", "a", NULL, "2", "[b]\n", TRUE,
	  0 },
	{ "no section goes", "[a]\n", "b", NULL, NULL, "[a]\n", TRUE, 0 },
	{ "nothing goes of no file", NULL, "a", "x", NULL, NULL, TRUE, 0 },
	{ "flush", "[a]\n", NULL, NULL, NULL, "[a]\n", FALSE, 0 },
	{ "no section is named", "[a]\n", NULL, "x", "1", "[a]\n", FALSE, WRONG },
	{ "a value of two lines", "[a]\n", "a", "x", "1\ny=2", "[a]\n", FALSE, WRONG },
	{ "a name with =", "[a]\n", "a", "x=y", "1", "[a]\n", FALSE, WRONG },
	{ "an empty key", "[a]\n", "a", " ", "1", "[a]\n", FALSE, WRONG },
	{ "a key that is a comment", "[a]\n", "a", ";x", "1", "[a]\n", FALSE, WRONG },
	{ "a key that is a heading", "[a]\n", "a", "[x", "1", "[a]\n", FALSE, WRONG },
	{ "a section with a bracket", "[a]\n", "a]b", "x", "1", "[a]\n", FALSE, WRONG },
};

API_CASES(WritePrivateProfileStringA, write_rows);
API_CASES(WritePrivateProfileStringW, write_rows);

/* The file's octets are those of `text`, in that encoding. */
static void check_file(const char *name, const char *what, const char *text, enum encoding encoding)
{
	char wanted[1024], *is = malloc(1024);
	size_t n = 0, size;
	FILE *file;

	if (!text) {
		ck_assert_int_ne(access(scratch_path(name), F_OK), 0);
		free(is);
		return;
	}
	ck_assert(file_write("wanted.ini", text, encoding));
	file = fopen(scratch_path("wanted.ini"), "r");
	n = fread(wanted, 1, sizeof wanted, file);
	fclose(file);
	file = fopen(scratch_path(name), "r");
	ck_assert_msg(file != NULL, "%s: no file", what);
	size = fread(is, 1, 1024, file);
	fclose(file);
	ck_assert_msg(size == n && memcmp(is, wanted, n) == 0, "%s: %.*s", what, (int)size, is);
	free(is);
}

static void write_once(const struct write_row *row, enum encoding encoding, bool wide)
{
	const char *path = scratch_path("write.ini");
	WCHAR section[ROOM], key[ROOM], value[ROOM], file[PATH_MAX];
	BOOL r;

	unlink(path);
	if (row->before && !file_write("write.ini", row->before, encoding))
		return;
	SetLastError(77);
	r = wide ? WritePrivateProfileStringW(WIDE(row->section, section), WIDE(row->key, key),
					      WIDE(row->value, value), WIDE(path, file))
		 : WritePrivateProfileStringA(row->section, row->key, row->value, path);
	ck_assert_msg(r == row->r, "%s: %d", row->name, r);
	ck_assert_msg(GetLastError() == row->error, "%s: %u", row->name, GetLastError());
	check_file("write.ini", row->name, row->after, row->before ? encoding : UTF8);
}

START_TEST(writes)
{
	for (enum encoding e = UTF8; e < ENCODINGS; e++) {
		/* Text of ASCII is UTF-8 as well as 1252. */
		write_once(&write_rows[_i], e, false);
		write_once(&write_rows[_i], e, true);
	}
}
END_TEST

static const struct {
	const char *name, *before, *section, *lines, *after; /* `|` in lines is a NUL */
	BOOL r;
	DWORD error;
} fill_rows[] = {
	{ "in place of all", "[a]\nx=1\n;c\n\n[b]\ny=1\n", "A", "z=2|w|", "[a]\nz=2\nw\n[b]\ny=1\n",
	  TRUE, 0 },
	{ "a new section", "[a]\n", "b", "x=1|", "[a]\n[b]\nx=1\n", TRUE, 0 },
	{ "a new file", NULL, "b", "x=1|", "[b]\r\nx=1\r\n", TRUE, 0 },
	{ "behind no line end", "\n[a]", "a", "x=1|", "\n[a]\nx=1\n", TRUE, 0 },
	{ "no lines", "[a]\nx=1\n[b]\n", "a", "", "[a]\n[b]\n", TRUE, 0 },
	{ "the section goes", "[a]\nx=1\n[b]\n", "a", NULL, "[b]\n", TRUE, 0 },
	{ "no section is named", "[a]\n", NULL, "x=1|", "[a]\n", FALSE, WRONG },
	{ "a heading among them", "[a]\n", "a", "x=1| [b]|", "[a]\n", FALSE, WRONG },
	{ "a line of two", "[a]\n", "a", "x=1\ny=2|", "[a]\n", FALSE, WRONG },
};

API_CASES(WritePrivateProfileSectionA, fill_rows);
API_CASES(WritePrivateProfileSectionW, fill_rows);

START_TEST(fills)
{
	const char *path = scratch_path("fill.ini"), *from = fill_rows[_i].lines;
	char lines[ROOM] = "";
	WCHAR w_section[ROOM], w_lines[ROOM] = L"", w_path[PATH_MAX];
	const char *section = fill_rows[_i].section;

	for (size_t i = 0; from && from[i]; i++) {
		lines[i] = from[i] == '|' ? '\0' : from[i];
		w_lines[i] = lines[i];
	}
	for (int wide = 0; wide < 2; wide++) {
		unlink(path);
		if (fill_rows[_i].before)
			scratch_write("fill.ini", fill_rows[_i].before);
		SetLastError(77);
		ck_assert_int_eq(
			wide ? WritePrivateProfileSectionW(WIDE(section, w_section),
							   from ? w_lines : NULL,
							   WIDE(path, w_path))
			     : WritePrivateProfileSectionA(section, from ? lines : NULL, path),
			fill_rows[_i].r);
		ck_assert_uint_eq(GetLastError(), fill_rows[_i].error);
		check_file("fill.ini", fill_rows[_i].name, fill_rows[_i].after, UTF8);
	}
}
END_TEST

/* ---- files -------------------------------------------------------------------------------------
 */

START_TEST(paths)
{
	char path[PATH_MAX], out[8];

	scratch_write("paths.ini", "[a]\nx=1\n");
	snprintf(path, sizeof path, "C:%s\\paths.ini", scratch);
	for (char *at = path; *at; at++)
		if (*at == '/')
			*at = '\\';
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out, path), 1);
	ck_assert(WritePrivateProfileStringA("a", "x", "22", path));
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out, path), 2);
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out, "\\\\s\\x.ini"),
			  0);
	ck_assert_uint_eq(GetLastError(), ERROR_BAD_NETPATH);
	ck_assert_uint_eq(
		GetPrivateProfileStringA("a", "x", "", out, sizeof out, "/none/none/x.ini"), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_PATH_NOT_FOUND);
	ck_assert(!WritePrivateProfileStringA("a", "x", "1", "/none/none/x.ini"));
	ck_assert_uint_eq(GetLastError(), ERROR_PATH_NOT_FOUND);
	ck_assert(!WritePrivateProfileStringA("a", "x", "1", scratch));
	ck_assert_uint_eq(GetLastError(), ERROR_ACCESS_DENIED);
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out, "/dev/null"), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_ACCESS_DENIED);
}
END_TEST

/* A name without a folder is beside the module that calls: here the test program. */
START_TEST(beside_the_module)
{
	char path[PATH_MAX], name[64], out[8];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);

	snprintf(name, sizeof name, "profile_test.%d.ini", (int)getpid());
	path[n] = '\0';
	strcpy(strrchr(path, '/') + 1, name);
	ck_assert(WritePrivateProfileStringA("a", "x", "1", name));
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out, name), 1);
	ck_assert_uint_eq(GetPrivateProfileStringA("a", "x", "", out, sizeof out, path), 1);
	unlink(path);
}
END_TEST

/* A link stays one, the mode stays, and what is read-only is not written. */
START_TEST(keeps_what_the_file_is)
{
	const char *path = scratch_write("real.ini", "[a]\nx=1\n");
	struct stat st;

	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(symlink("real.ini", scratch_path("link.ini")), 0);
	ck_assert(WritePrivateProfileStringA("a", "x", "2", scratch_path("link.ini")));
	ck_assert_str_eq(scratch_read("real.ini"), "[a]\nx=2\n");
	ck_assert_int_eq(lstat(scratch_path("link.ini"), &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(stat(scratch_path("real.ini"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0640);
	ck_assert_int_eq(chmod(scratch_path("real.ini"), 0440), 0);
	ck_assert(!WritePrivateProfileStringA("a", "x", "3", scratch_path("real.ini")));
	ck_assert_uint_eq(GetLastError(), ERROR_ACCESS_DENIED);
	ck_assert_str_eq(scratch_read("real.ini"), "[a]\nx=2\n");
}
END_TEST

enum { WRITERS = 4, KEYS = 25 };

/* Several processes write keys of one file at the same time: none is lost, and none sees half. */
START_TEST(nobody_loses_a_key)
{
	char key[32];

	scratch_write("many.ini", "[a]\nfirst=1\n");
	for (int w = 0; w < WRITERS; w++) {
		if (fork() != 0)
			continue;
		for (int k = 0; k < KEYS; k++) {
			sprintf(key, "k%d-%d", w, k);
			if (!WritePrivateProfileStringA("a", key, "1", scratch_path("many.ini")) ||
			    GetPrivateProfileIntA("a", "first", 0, scratch_path("many.ini")) != 1)
				_exit(1);
		}
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status = -1;

		wait(&status);
		ck_assert_int_eq(status, 0);
	}
	for (int w = 0; w < WRITERS; w++)
		for (int k = 0; k < KEYS; k++) {
			sprintf(key, "k%d-%d", w, k);
			ck_assert_uint_eq(
				GetPrivateProfileIntA("a", key, 0, scratch_path("many.ini")), 1);
		}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("profile");

	tcase_add_checked_fixture(tcase, scratch_make, scratch_remove);
	tcase_set_timeout(tcase, 60);
	TEST_ROWS(tcase, gets, get_rows);
	tcase_add_test(tcase, gets_what_fits);
	tcase_add_loop_test(tcase, long_ones, 0, 6);
	TEST_ROWS(tcase, lists, list_rows);
	tcase_add_test(tcase, lists_of_nothing);
	TEST_ROWS(tcase, numbers, int_rows);
	TEST_ROWS(tcase, writes, write_rows);
	TEST_ROWS(tcase, fills, fill_rows);
	tcase_add_test(tcase, paths);
	tcase_add_test(tcase, beside_the_module);
	tcase_add_test(tcase, keeps_what_the_file_is);
	tcase_add_test(tcase, nobody_loses_a_key);
	return suite_run("profile", tcase);
}
