/* PxeHostKeyOpen, PxeHostKeyRefresh, PxeHostKeyClose, PxeKeyLocation: the key that a provider gets,
 * and where in the file something stands.
 */
#include "libwdspxe/reg_file.h"

static const struct {
	const char *what;
	const char *text; /* NULL: no file */
	bool path, out;
	DWORD r;
} open_rows[] = {
	{ "a file", reg_file, true, true, ERROR_SUCCESS },
	{ "without settings", "name = \"n\"; module = \"/m\";", true, true, ERROR_SUCCESS },
	{ "no file", NULL, true, true, ERROR_FILE_NOT_FOUND },
	{ "not libconfig", "name = ", true, true, ERROR_BAD_FORMAT },
	{ "an entry without data",
	  "name = \"n\"; module = \"/m\"; settings: { registry = ( { name = \"a\"; } ); };", true,
	  true, ERROR_BAD_FORMAT },
	{ "an entry of an unknown type",
	  "name = \"n\"; module = \"/m\"; settings: { registry = ( { name = \"a\"; type = "
	  "\"REG_X\"; "
	  "data = \"\"; } ); };",
	  true, true, ERROR_BAD_FORMAT },
	{ "an entry whose data has another type",
	  "name = \"n\"; module = \"/m\"; settings: { a: { registry = ( { name = \"a\"; type = "
	  "\"REG_DWORD\"; data = \"\"; } ); }; };",
	  true, true, ERROR_BAD_FORMAT },
	{ "octets that are none",
	  "name = \"n\"; module = \"/m\"; settings: { registry = ( { name = \"a\"; type = "
	  "\"REG_BINARY\"; data = \"0g\"; } ); };",
	  true, true, ERROR_BAD_FORMAT },
	{ "two entries of a name",
	  "name = \"n\"; module = \"/m\"; settings: { registry = ( { name = \"a b\"; type = "
	  "\"REG_SZ\"; data = \"\"; }, { name = \"A B\"; type = \"REG_SZ\"; data = \"\"; } ); };",
	  true, true, ERROR_BAD_FORMAT },
	{ "registry is no list", "name = \"n\"; module = \"/m\"; settings: { registry = 5; };",
	  true, true, ERROR_BAD_FORMAT },
	{ "no path", reg_file, false, true, ERROR_INVALID_PARAMETER },
	{ "no out", reg_file, true, false, ERROR_INVALID_PARAMETER },
};
API_CASES(PxeHostKeyOpen, open_rows);

START_TEST(open_by_row)
{
	HKEY key = (HKEY)(uintptr_t)8;
	const char *path = scratch_path("60-x.conf");
	DWORD r;

	if (open_rows[_i].text)
		scratch_write("60-x.conf", open_rows[_i].text);
	r = PxeHostKeyOpen(open_rows[_i].path ? path : NULL, open_rows[_i].out ? &key : NULL);
	ck_assert_msg(r == open_rows[_i].r, "%s: %u", open_rows[_i].what, r);
	if (r == ERROR_SUCCESS)
		ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
	else
		ck_assert_ptr_eq(key, (HKEY)(uintptr_t)8);
}
END_TEST

static HKEY host_open(void)
{
	HKEY key;

	ck_assert_uint_eq(PxeHostKeyOpen(scratch_path("50-boot.conf"), &key), ERROR_SUCCESS);
	return key;
}

static DWORD number_of(HKEY key)
{
	DWORD value = 0, len = sizeof(value);

	ck_assert_int_eq(RegQueryValueExA(key, "number", NULL, NULL, (LPBYTE)&value, &len), 0);
	return value;
}

START_TEST(provider_cannot_close_it_and_the_host_can)
{
	HKEY key = host_open(), sub;

	ck_assert_int_eq(RegOpenKeyExA(key, "sub", 0, KEY_READ, &sub), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(RegCloseKey(key), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 0xFFFFFFFF);
	ck_assert_uint_eq(PxeHostKeyClose(sub), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
	ck_assert_int_eq(RegQueryValueExA(sub, "y", NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
	ck_assert_int_eq(RegQueryValueExA(key, "y", NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
}
END_TEST

/* S6: one that closes none of its keys keeps nobody else from opening his, and no reload from
 * opening its new instance's. */
START_TEST(provider_has_a_share_of_the_keys)
{
	HKEY leaky = host_open(), other = host_open(), sub;
	int n = 0;

	while (n < 5000 && RegOpenKeyExA(leaky, "sub", 0, KEY_READ, &sub) == ERROR_SUCCESS)
		n++;
	ck_assert_int_eq(n, 512);
	ck_assert_int_eq(RegOpenKeyExA(leaky, "sub", 0, KEY_READ, &sub), ERROR_NOT_ENOUGH_MEMORY);
	ck_assert_int_eq(RegOpenKeyExA(other, "sub", 0, KEY_READ, &sub), ERROR_SUCCESS);
	ck_assert_int_eq(RegCloseKey(sub), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostKeyClose(leaky), ERROR_SUCCESS);

	leaky = host_open(); /* a new instance has all of it again */
	for (n = 0; n < 2000; n++) {
		ck_assert_int_eq(RegOpenKeyExA(leaky, "sub", 0, KEY_READ, &sub), ERROR_SUCCESS);
		ck_assert_int_eq(RegCloseKey(sub), ERROR_SUCCESS);
	}
	ck_assert_uint_eq(PxeHostKeyClose(leaky), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostKeyClose(other), ERROR_SUCCESS);
}
END_TEST

START_TEST(it_is_a_snapshot_until_it_is_refreshed)
{
	HKEY key = host_open(), sub;

	ck_assert_int_eq(RegOpenKeyExA(key, "sub", 0, KEY_READ, &sub), 0);
	scratch_write("50-boot.conf", "name = \"n\"; module = \"/m\"; settings: { number = 5; };");
	ck_assert_uint_eq(number_of(key), 0xFFFFFFFF);
	ck_assert_int_eq(RegQueryValueExA(sub, "y", NULL, NULL, NULL, NULL), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostKeyRefresh(key), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 5);
	ck_assert_int_eq(RegQueryValueExA(sub, "y", NULL, NULL, NULL, NULL), ERROR_KEY_DELETED);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

START_TEST(provider_writes_beside_the_file)
{
	HKEY key = host_open(), other;
	DWORD five = 5;

	ck_assert_int_eq(RegSetValueExA(key, "Number", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	ck_assert_uint_eq(number_of(key), 5);
	ck_assert_str_eq(scratch_read("50-boot.conf"), reg_file);
	ck_assert_str_eq(reg_changes(), SET_OVER("Number", "REG_DWORD", "5"));
	other = host_open();
	ck_assert_uint_eq(number_of(other), 5);
	ck_assert_uint_eq(PxeHostKeyClose(other), ERROR_SUCCESS);
	ck_assert_int_eq(unlink(scratch_path("50-boot.conf")), 0);
	ck_assert_int_eq(RegSetValueExA(key, "Number", 0, REG_DWORD, (const BYTE *)&five, 4),
			 ERROR_KEY_DELETED);
	ck_assert_uint_eq(number_of(key), 5); /* what it has read, it has */
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

/* What the administrator changes after a program has, is his; what he leaves alone is not. */
START_TEST(administrators_later_edit_wins)
{
	static const char edited[] = "name = \"Boot Files\"; module = \"/m.so\";\nsettings: {\n"
				     "number = 6;\nyes = true; sub: { y = 2; }; };\n";
	HKEY key = host_open(), sub;
	DWORD five = 5, value = 0, len = sizeof(value);

	ck_assert_int_eq(RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	ck_assert_int_eq(RegSetValueExA(key, "yes", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	ck_assert_int_eq(
		RegCreateKeyExA(key, "sub\\new", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &sub, NULL), 0);
	ck_assert_int_eq(RegSetValueExA(sub, "a", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	ck_assert_int_eq(RegDeleteValueA(key, "text"), 0);
	scratch_write("50-boot.conf", edited);
	ck_assert_uint_eq(number_of(key), 5); /* a snapshot */
	ck_assert_uint_eq(PxeHostKeyRefresh(key), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 6);
	ck_assert_int_eq(RegQueryValueExA(key, "yes", NULL, NULL, (LPBYTE)&value, &len), 0);
	ck_assert_uint_eq(value, 5);
	ck_assert_int_eq(RegQueryValueExA(sub, "a", NULL, NULL, (LPBYTE)&value, &len), 0);
	scratch_write("50-boot.conf", reg_file); /* as it was: the program's is in force again */
	ck_assert_uint_eq(PxeHostKeyRefresh(key), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 5);
	ck_assert_int_eq(RegQueryValueExA(key, "text", NULL, NULL, NULL, NULL),
			 ERROR_FILE_NOT_FOUND);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

/* Of another version, or of somebody else: it is left as it is. */
START_TEST(foreign_overlay_is_never_overwritten)
{
	static const char *const heads[] = { "# wdspxed-registry 2\nx = 1;\n", "changes = ( );\n",
					     "# wdspxed-registry 1\nchanges = ( { a = 1; } );\n",
					     "# wdspxed-registry 1\nchanges = (\n", "" };
	HKEY key = host_open(), none = NULL;
	DWORD five = 5;

	ck_assert_int_eq(mkdir(scratch_path("registry"), 0755), 0);
	for (size_t i = 0; i < ROWS(heads); i++) {
		scratch_write("registry/boot files.conf", heads[i]);
		ck_assert_int_eq(
			RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&five, 4),
			ERROR_INVALID_DATA);
		ck_assert_str_eq(scratch_read("registry/boot files.conf"), heads[i]);
		ck_assert_uint_eq(PxeHostKeyOpen(scratch_path("50-boot.conf"), &none),
				  ERROR_BAD_FORMAT);
	}
	ck_assert_uint_eq(number_of(key), 0xFFFFFFFF);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

static const struct {
	const char *what, *path;
	BOOL lasting;
	DWORD r, write, installer, registers;
	bool reads; /* what was written before */
} state_rows[] = {
	{ "a directory", "", TRUE, ERROR_SUCCESS, 0, ERROR_ACCESS_DENIED, 0, false },
	{ "the usual one", NULL, TRUE, ERROR_SUCCESS, 0, 0, 0, true },
	{ "nothing lasts", NULL, FALSE, ERROR_SUCCESS, 0, ERROR_ACCESS_DENIED, ERROR_ACCESS_DENIED,
	  true },
	{ "relative", "x", TRUE, ERROR_BAD_PATHNAME, 0, 0, 0, true },
};
API_CASES(PxeHostSetStateDir, state_rows);

START_TEST(state_by_row)
{
	HKEY key = host_open(), installer;
	DWORD five = 5, six = 6;
	char before[8192];

	ck_assert_int_eq(RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
	strcpy(before, reg_changes());
	ck_assert_uint_eq(PxeHostSetStateDir(state_rows[_i].path, state_rows[_i].lasting),
			  state_rows[_i].r);
	key = host_open();
	installer = reg_open(NULL, KEY_ALL_ACCESS);
	ck_assert_uint_eq(number_of(key), state_rows[_i].reads ? 5 : 0xFFFFFFFF);
	ck_assert_int_eq(RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&six, 4),
			 state_rows[_i].write);
	ck_assert_uint_eq(number_of(key), 6);
	ck_assert_uint_eq(PxeHostKeyRefresh(key), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 6);
	ck_assert_msg((strcmp(reg_changes(), before) == 0) ==
			      (state_rows[_i].installer == ERROR_ACCESS_DENIED),
		      "%s", reg_changes());
	ck_assert_int_eq(RegSetValueExA(installer, "a", 0, REG_DWORD, (const BYTE *)&six, 4),
			 state_rows[_i].installer);
	ck_assert_uint_eq(PxeProviderRegister(L"n", L"/n", 0, FALSE, NULL),
			  state_rows[_i].registers);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostSetStateDir(NULL, TRUE), ERROR_SUCCESS);
}
END_TEST

static const struct {
	const char *what;
	const char *text;    /* of the file then; NULL: none */
	enum reg_handle key; /* KEY_OK: a host's key; KEY_WITHOUT_RIGHT: an installer's */
	DWORD refresh, close;
} handle_rows[] = {
	{ "changed", "name = \"n\"; module = \"/m\"; settings: { number = 4294967295L; };", KEY_OK,
	  ERROR_SUCCESS, ERROR_SUCCESS },
	{ "broken", "name = ", KEY_OK, ERROR_BAD_FORMAT, ERROR_SUCCESS },
	{ "gone", NULL, KEY_OK, ERROR_KEY_DELETED, ERROR_SUCCESS },
	{ "an installer's", reg_file, KEY_WITHOUT_RIGHT, ERROR_INVALID_HANDLE,
	  ERROR_INVALID_HANDLE },
	{ "NULL", reg_file, KEY_NULL, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "forged", reg_file, KEY_FORGED, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "closed", reg_file, KEY_CLOSED, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "the machine", reg_file, KEY_ABOVE, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
};
API_CASES(PxeHostKeyRefresh, handle_rows);
API_CASES(PxeHostKeyClose, handle_rows);

static const struct {
	const char *what;
	bool refresh; /* before it */
	BOOL keep;
	enum reg_handle key;
	DWORD r, number; /* what the key shows then */
} settle_rows[] = {
	{ "keeps", true, TRUE, KEY_OK, ERROR_SUCCESS, 5 },
	{ "goes back", true, FALSE, KEY_OK, ERROR_SUCCESS, 0xFFFFFFFF },
	{ "nothing to go back to", false, FALSE, KEY_OK, ERROR_SUCCESS, 0xFFFFFFFF },
	{ "an installer's", false, TRUE, KEY_WITHOUT_RIGHT, ERROR_INVALID_HANDLE, 0 },
	{ "NULL", false, TRUE, KEY_NULL, ERROR_INVALID_HANDLE, 0 },
	{ "forged", false, TRUE, KEY_FORGED, ERROR_INVALID_HANDLE, 0 },
	{ "closed", false, TRUE, KEY_CLOSED, ERROR_INVALID_HANDLE, 0 },
	{ "the machine", false, TRUE, KEY_ABOVE, ERROR_INVALID_HANDLE, 0 },
};
API_CASES(PxeHostKeySettle, settle_rows);

/* S3: a provider that has to go back reads its old settings, whatever the file holds by now. */
START_TEST(settle_by_row)
{
	HKEY key = settle_rows[_i].key == KEY_OK ? host_open() : reg_handle(settle_rows[_i].key, 0);
	DWORD r;

	scratch_write("50-boot.conf", "name = \"n\"; module = \"/m\"; settings: { number = 5; };");
	if (settle_rows[_i].refresh)
		ck_assert_uint_eq(PxeHostKeyRefresh(key), ERROR_SUCCESS);
	r = PxeHostKeySettle(key, settle_rows[_i].keep);
	ck_assert_msg(r == settle_rows[_i].r, "%s: %u", settle_rows[_i].what, r);
	if (r != ERROR_SUCCESS)
		return;
	ck_assert_msg(number_of(key) == settle_rows[_i].number, "%s", settle_rows[_i].what);
	/* It is settled: there is nothing more to go back to. */
	ck_assert_uint_eq(PxeHostKeySettle(key, FALSE), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), settle_rows[_i].number);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

/* Settings that are packed once the provider has read them are as they were: whatever the file says
 * by now, by a key that was open, with their places; and can be written beside. */
START_TEST(large_settings_are_there_when_they_are_read_again)
{
	char *text = NULL, path[512];
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	DWORD five = 5, line = 0;
	HKEY key, sub;

	fprintf(out, "name = \"n\"; module = \"/m\";\nsettings: { number = 4; boot = (\n");
	for (int i = 0; i < 5000; i++)
		fprintf(out, "{ mac = \"52:54:00:00:%02x:%02x\"; },\n", i >> 8, i & 255);
	fprintf(out, "{ mac = \"last\"; } ); };\n");
	fclose(out);
	scratch_write("50-boot.conf", text);
	free(text);
	key = host_open();
	ck_assert_int_eq(RegOpenKeyExA(key, "boot\\4999", 0, KEY_READ, &sub), 0);
	for (int i = 0; i < 2; i++) {
		char value[32];
		DWORD room = sizeof(value);

		ck_assert_uint_eq(PxeHostKeySettle(key, TRUE), ERROR_SUCCESS);
		scratch_write("50-boot.conf", "name = \"n\"; module = \"/m\";");
		ck_assert_int_eq(RegQueryValueExA(sub, "mac", NULL, NULL, (LPBYTE)value, &room), 0);
		ck_assert_str_eq(value, "52:54:00:00:13:87");
		ck_assert_uint_eq(PxeHostKeySettle(key, TRUE), ERROR_SUCCESS);
		ck_assert_uint_eq(PxeKeyLocationA(sub, "mac", path, sizeof(path), &line), 0);
		ck_assert_uint_eq(line, 5002);
		ck_assert_uint_eq(PxeHostKeySettle(key, TRUE), ERROR_SUCCESS);
		ck_assert_uint_eq(number_of(key), 4 + (DWORD)i);
		ck_assert_uint_eq(PxeHostKeySettle(key, TRUE), ERROR_SUCCESS);
		ck_assert_int_eq(
			RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	}
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

/* Who has read new settings and refuses them goes back to the old ones, packed or not. */
START_TEST(packed_settings_are_gone_back_to)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	HKEY key;

	fprintf(out, "name = \"n\"; module = \"/m\";\nsettings: { number = 4; boot = [\n");
	for (int i = 0; i < 5000; i++)
		fprintf(out, "%d,", i);
	fprintf(out, "0 ]; };\n");
	fclose(out);
	scratch_write("50-boot.conf", text);
	free(text);
	key = host_open();
	ck_assert_uint_eq(PxeHostKeySettle(key, TRUE), ERROR_SUCCESS);
	scratch_write("50-boot.conf", "name = \"n\"; module = \"/m\"; settings: { number = 5; };");
	ck_assert_uint_eq(PxeHostKeyRefresh(key), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 5);
	ck_assert_uint_eq(PxeHostKeySettle(key, FALSE), ERROR_SUCCESS);
	ck_assert_uint_eq(number_of(key), 4);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

START_TEST(handle_by_row)
{
	HKEY key = handle_rows[_i].key == KEY_OK ? host_open() : reg_handle(handle_rows[_i].key, 0);
	DWORD r;

	if (handle_rows[_i].text)
		scratch_write("50-boot.conf", handle_rows[_i].text);
	else
		ck_assert_int_eq(unlink(scratch_path("50-boot.conf")), 0);
	r = PxeHostKeyRefresh(key);
	ck_assert_msg(r == handle_rows[_i].refresh, "%s: %u", handle_rows[_i].what, r);
	if (r == ERROR_BAD_FORMAT || r == ERROR_KEY_DELETED)
		ck_assert_uint_eq(number_of(key), 0xFFFFFFFF); /* as it was */
	r = PxeHostKeyClose(key);
	ck_assert_msg(r == handle_rows[_i].close, "%s: %u", handle_rows[_i].what, r);
}
END_TEST

static const struct {
	const char *what, *name;
	enum reg_handle key;
	DWORD r;
} name_rows[] = {
	{ "a name", "settings", KEY_OK, ERROR_SUCCESS },
	{ "no name", NULL, KEY_OK, ERROR_INVALID_PARAMETER },
	{ "an installer's", "settings", KEY_WITHOUT_RIGHT, ERROR_INVALID_HANDLE },
	{ "NULL", "settings", KEY_NULL, ERROR_INVALID_HANDLE },
	{ "forged", "settings", KEY_FORGED, ERROR_INVALID_HANDLE },
	{ "closed", "settings", KEY_CLOSED, ERROR_INVALID_HANDLE },
	{ "the machine", "settings", KEY_ABOVE, ERROR_INVALID_HANDLE },
};
API_CASES(PxeHostKeyName, name_rows);

/* D5: a file whose path says nothing to its reader is called otherwise. */
START_TEST(name_by_row)
{
	HKEY key = name_rows[_i].key == KEY_OK ? host_open() : reg_handle(name_rows[_i].key, 0);
	char file[256] = "";
	DWORD line;

	ck_assert_msg(PxeHostKeyName(key, name_rows[_i].name) == name_rows[_i].r, "%s",
		      name_rows[_i].what);
	if (name_rows[_i].key != KEY_OK)
		return;
	ck_assert_uint_eq(PxeKeyLocationA(key, NULL, file, sizeof(file), &line), 0);
	ck_assert_str_eq(file, name_rows[_i].name ? "settings" : scratch_path("50-boot.conf"));
	if (name_rows[_i].name)
		ck_assert_uint_eq(PxeHostKeyName(key, "again"), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostKeyClose(key), ERROR_SUCCESS);
}
END_TEST

/* ---- PxeKeyLocation ---------------------------------------------------------------------------
 */

enum { FITS, TOO_SHORT, NO_FILE, NO_LINE };

static const struct {
	const char *what;
	enum reg_handle key;
	const char *path;
	const wchar_t *name;
	int how;
	DWORD r, line;
} location_rows[] = {
	{ "the key", KEY_OK, NULL, NULL, FITS, 0, 4 },
	{ "the key by nothing", KEY_OK, NULL, L"", FITS, 0, 4 },
	{ "a value", KEY_OK, NULL, L"REAL", FITS, 0, 10 },
	{ "a subkey", KEY_OK, NULL, L"sub", FITS, 0, 13 },
	{ "a value below", KEY_OK, NULL, L"boot\\2\\file", FITS, 0, 15 },
	{ "a member of a list", KEY_OK, "boot", L"2", FITS, 0, 15 },
	{ "an entry", KEY_OK, NULL, L"blob", FITS, 0, 19 },
	{ "an odd key", KEY_OK, "x 86", NULL, FITS, 0, 20 },
	{ "an absent value: its key", KEY_OK, "boot\\0", L"absent", FITS, 0, 14 },
	{ "an absent subkey: the key", KEY_OK, NULL, L"sub\\absent\\x", FITS, 0, 13 },
	{ "too short", KEY_OK, NULL, NULL, TOO_SHORT, ERROR_INSUFFICIENT_BUFFER, 99 },
	{ "no file", KEY_OK, NULL, NULL, NO_FILE, ERROR_INVALID_PARAMETER, 99 },
	{ "no line", KEY_OK, NULL, NULL, NO_LINE, ERROR_INVALID_PARAMETER, 99 },
	{ "above the providers", KEY_ABOVE, NULL, NULL, FITS, ERROR_FILE_NOT_FOUND, 99 },
	{ "the provider is gone", KEY_GONE, NULL, NULL, FITS, ERROR_FILE_NOT_FOUND, 99 },
	{ "NULL", KEY_NULL, NULL, NULL, FITS, ERROR_INVALID_HANDLE, 99 },
	{ "forged", KEY_FORGED, NULL, NULL, FITS, ERROR_INVALID_HANDLE, 99 },
	{ "closed", KEY_CLOSED, NULL, NULL, FITS, ERROR_INVALID_HANDLE, 99 },
};
API_CASES(PxeKeyLocation, location_rows);
API_CASES(PxeKeyLocationA, location_rows);

START_TEST(location_by_row)
{
	HKEY key = location_rows[_i].path ? reg_open(location_rows[_i].path, KEY_READ)
					  : reg_handle(location_rows[_i].key, 0);
	const char *path = scratch_path("50-boot.conf");
	DWORD room = (DWORD)strlen(path) + (location_rows[_i].how == TOO_SHORT ? 0 : 1);

	for (int wide = 0; wide < 2; wide++) {
		wchar_t file[600] = L"?", want[600];
		DWORD line = 99, r;
		char name[64];

		wcstombs(name, location_rows[_i].name ? location_rows[_i].name : L"", sizeof(name));
		mbstowcs(want, path, 600);
		if (wide)
			r = PxeKeyLocation(key, location_rows[_i].name,
					   location_rows[_i].how == NO_FILE ? NULL : file, room,
					   location_rows[_i].how == NO_LINE ? NULL : &line);
		else
			r = PxeKeyLocationA(key, location_rows[_i].name ? name : NULL,
					    location_rows[_i].how == NO_FILE ? NULL : (char *)file,
					    room, location_rows[_i].how == NO_LINE ? NULL : &line);
		ck_assert_msg(r == location_rows[_i].r && line == location_rows[_i].line,
			      "%s: %u, line %u", location_rows[_i].what, r, line);
		if (r)
			ck_assert(file[0] == L'?');
		else
			ck_assert(wide ? wcscmp(file, want) == 0 : strcmp((char *)file, path) == 0);
	}
}
END_TEST

static const struct {
	const char *what;
	enum reg_handle key;
	const char *name;
	BOOL is;
} float_rows[] = {
	{ "a float", KEY_OK, "Real", TRUE },
	{ "a string below", KEY_OK, "boot\\2\\file", FALSE },
	{ "a list", KEY_OK, "boot", FALSE },
	{ "the key", KEY_OK, NULL, FALSE },
	{ "an absent value", KEY_OK, "absent", FALSE },
	{ "the provider is gone", KEY_GONE, "real", FALSE },
	{ "above the providers", KEY_ABOVE, "real", FALSE },
	{ "NULL", KEY_NULL, "real", FALSE },
	{ "closed", KEY_CLOSED, "real", FALSE },
};
API_CASES(PxeKeyIsFloat, float_rows);

START_TEST(a_number_with_a_point_is_told_from_a_string)
{
	HKEY key = reg_handle(float_rows[_i].key, 0);

	ck_assert_msg(PxeKeyIsFloat(key, float_rows[_i].name) == float_rows[_i].is, "%s",
		      float_rows[_i].what);
}
END_TEST

/* C5: in a list of hundreds of strings, the line of the one that is meant. */
START_TEST(location_of_a_string_in_a_list)
{
	static const struct {
		const char *name;
		DWORD line;
	} rows[] = {
		{ "macs", 2 },    { "macs\\0", 3 }, { "macs\\2", 5 },    { "macs\\9", 2 },
		{ "macs\\x", 2 }, { "text\\0", 6 }, { "macs\\2\\3", 2 }, { "absent\\0", 1 },
	};
	char file[256];
	DWORD line = 0;
	HKEY key;

	scratch_write("60-n.conf", "name = \"n\"; module = \"/m\"; settings = {\n"
				   "macs = [\n\"a\",\n\"b\",\n\"c\" ];\ntext = \"d\"; };\n");
	ck_assert_uint_eq(PxeHostKeyOpen(scratch_path("60-n.conf"), &key), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_uint_eq(PxeKeyLocationA(key, rows[i].name, file, sizeof(file), &line), 0);
		ck_assert_msg(line == rows[i].line, "%s: line %u", rows[i].name, line);
	}
	ck_assert_uint_eq(PxeHostKeyClose(key), 0);
}
END_TEST

/* The file and line of what is in force: the overlay's, for what a program has written. */
START_TEST(location_of_what_a_program_wrote)
{
	char file[256];
	HKEY key = host_open();
	DWORD line = 0, five = 5;

	ck_assert_int_eq(RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&five, 4), 0);
	ck_assert_uint_eq(PxeKeyLocationA(key, "number", file, sizeof(file), &line), 0);
	ck_assert_str_eq(file, scratch_path("registry/boot files.conf"));
	ck_assert_uint_eq(line, 9);
	ck_assert_uint_eq(PxeKeyLocationA(key, "wide", file, sizeof(file), &line), 0);
	ck_assert_str_eq(file, scratch_path("50-boot.conf"));
	ck_assert_uint_eq(line, 8);
	ck_assert_uint_eq(PxeHostKeyClose(key), 0);
}
END_TEST

START_TEST(location_without_settings)
{
	char file[256];
	DWORD line = 0;
	HKEY key;

	ck_assert_uint_eq(
		PxeHostKeyOpen(scratch_write("60-n.conf", "name = \"n\"; module = \"/m\";"), &key),
		0);
	ck_assert_uint_eq(PxeKeyLocationA(key, "absent", file, sizeof(file), &line), 0);
	ck_assert_uint_eq(line, 1);
	ck_assert_uint_eq(PxeHostKeyClose(key), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("reg_host");

	tcase_add_checked_fixture(t, reg_setup, reg_teardown);
	TEST_ROWS(t, open_by_row, open_rows);
	tcase_add_test(t, provider_cannot_close_it_and_the_host_can);
	tcase_add_test(t, provider_has_a_share_of_the_keys);
	tcase_add_test(t, it_is_a_snapshot_until_it_is_refreshed);
	tcase_add_test(t, large_settings_are_there_when_they_are_read_again);
	tcase_add_test(t, packed_settings_are_gone_back_to);
	tcase_add_test(t, provider_writes_beside_the_file);
	tcase_add_test(t, administrators_later_edit_wins);
	tcase_add_test(t, foreign_overlay_is_never_overwritten);
	TEST_ROWS(t, state_by_row, state_rows);
	TEST_ROWS(t, handle_by_row, handle_rows);
	TEST_ROWS(t, settle_by_row, settle_rows);
	TEST_ROWS(t, name_by_row, name_rows);
	TEST_ROWS(t, location_by_row, location_rows);
	TEST_ROWS(t, a_number_with_a_point_is_told_from_a_string, float_rows);
	tcase_add_test(t, location_without_settings);
	tcase_add_test(t, location_of_what_a_program_wrote);
	tcase_add_test(t, location_of_a_string_in_a_list);
	return suite_run("libwdspxe/reg_host", t);
}
