/* PxeProviderRegister to PxeProviderEnumClose: each documented result, on a list of the test's own.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <wchar.h>

#include <wdspxe-host.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"

#define TEXT(name) "name = \"" name "\";\nmodule = \"/m/" name ".so\";\n"

static void setup(void)
{
	scratch_make();
	ck_assert_int_eq(setenv("WDSPXE_PROVIDERS_DIR", scratch, 1), 0);
	ck_assert_int_eq(setenv("WDSPXE_STATE_DIR", scratch, 1), 0);
	scratch_write("50-a.conf", TEXT("a"));
	scratch_write("60-b.conf", TEXT("b") "critical = true;\n");
}

static void teardown(void)
{
	chmod(scratch, 0755);
	scratch_remove();
}

/* The list in one string by enumeration: "0 a /m/a.so;1 b! /m/b.so;", ! for critical. */
static const wchar_t *listing(void)
{
	static wchar_t text[4096];
	PPXE_PROVIDER p = (PPXE_PROVIDER)(uintptr_t)16; /* never read */
	HANDLE h;

	text[0] = L'\0';
	ck_assert_uint_eq(PxeProviderEnumFirst(&h), ERROR_SUCCESS);
	while (PxeProviderEnumNext(h, &p) == ERROR_SUCCESS) {
		ck_assert_uint_eq(p->uSizeOfStruct, sizeof(PXE_PROVIDER));
		ck_assert(p->bIsCritical == 0 || p->bIsCritical == 1);
		swprintf(text + wcslen(text), 512, L"%u %ls%s %ls;", p->uIndex, p->pwszName,
			 p->bIsCritical ? "!" : "", p->pwszFilePath);
		ck_assert_uint_eq(PxeProviderFreeInfo(p), ERROR_SUCCESS);
	}
	ck_assert_ptr_null(p);
	ck_assert_uint_eq(PxeProviderEnumClose(h), ERROR_SUCCESS);
	return text;
}

#define OLD L"0 a /m/a.so;1 b! /m/b.so;"

#define W63  L"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define W255 W63 L"a" W63 L"a" W63 L"a" W63

enum state { WHOLE, BROKEN, READ_ONLY, MISSING, NO_PARENT };

static const struct {
	const char *name;
	const wchar_t *provider, *module;
	PXE_REG_INDEX index;
	BOOL critical;
	enum state state;
	DWORD r;
	const wchar_t *after; /* NULL: as before */
} register_rows[] = {
	{ "at the top", L"n", L"/n.so", PXE_REG_INDEX_TOP, FALSE, WHOLE, ERROR_SUCCESS,
	  L"0 n /n.so;1 a /m/a.so;2 b! /m/b.so;" },
	{ "in the middle, critical", L"n", L"/n.so", 1, TRUE, WHOLE, ERROR_SUCCESS,
	  L"0 a /m/a.so;1 n! /n.so;2 b! /m/b.so;" },
	{ "any non-zero is critical", L"n", L"/n.so", 1, -5, WHOLE, ERROR_SUCCESS,
	  L"0 a /m/a.so;1 n! /n.so;2 b! /m/b.so;" },
	{ "at the bottom", L"n", L"/n.so", PXE_REG_INDEX_BOTTOM, FALSE, WHOLE, ERROR_SUCCESS,
	  OLD L"2 n /n.so;" },
	{ "index one beyond the last", L"n", L"/n.so", 2, FALSE, WHOLE, ERROR_SUCCESS,
	  OLD L"2 n /n.so;" },
	{ "O-06: index beyond the end is appended", L"n", L"/n.so", 77, FALSE, WHOLE, ERROR_SUCCESS,
	  OLD L"2 n /n.so;" },
	{ "O-06: a module under two names, no file needed", L"n", L"/m/a.so", 2, FALSE, WHOLE,
	  ERROR_SUCCESS, OLD L"2 n /m/a.so;" },
	{ "O-05: 255 characters", W255, L"/n.so", 2, FALSE, WHOLE, ERROR_SUCCESS,
	  OLD L"2 " W255 L" /n.so;" },
	{ "O-05: any letters", L"Größe \u6f22 \U0001f680", L"/n.so", 2, FALSE, WHOLE, ERROR_SUCCESS,
	  OLD L"2 Größe \u6f22 \U0001f680 /n.so;" },
	{ "no directory yet", L"n", L"/n.so", 0, FALSE, MISSING, ERROR_SUCCESS, L"0 n /n.so;" },
	{ "no name", NULL, L"/n.so", 0, FALSE, WHOLE, ERROR_INVALID_PARAMETER, NULL },
	{ "no module", L"n", NULL, 0, FALSE, WHOLE, ERROR_INVALID_PARAMETER, NULL },
	{ "O-05: empty", L"", L"/n.so", 0, FALSE, WHOLE, ERROR_INVALID_NAME, NULL },
	{ "O-05: 256 characters", W255 L"a", L"/n.so", 0, FALSE, WHOLE, ERROR_INVALID_NAME, NULL },
	{ "O-05: slash", L"n/n", L"/n.so", 0, FALSE, WHOLE, ERROR_INVALID_NAME, NULL },
	{ "O-05: backslash", L"n\\n", L"/n.so", 0, FALSE, WHOLE, ERROR_INVALID_NAME, NULL },
	{ "O-05: control", L"n\x1f", L"/n.so", 0, FALSE, WHOLE, ERROR_INVALID_NAME, NULL },
	{ "O-05: no character", (const wchar_t[]){ 'n', 0xd800, 0 }, L"/n.so", 0, FALSE, WHOLE,
	  ERROR_INVALID_NAME, NULL },
	{ "O-06: taken", L"a", L"/n.so", 0, FALSE, WHOLE, ERROR_ALREADY_EXISTS, NULL },
	{ "O-05, O-06: taken in capitals", L"A", L"/n.so", 0, FALSE, WHOLE, ERROR_ALREADY_EXISTS,
	  NULL },
	{ "O-06: relative", L"n", L"n.so", 0, FALSE, WHOLE, ERROR_BAD_PATHNAME, NULL },
	{ "O-06: empty path", L"n", L"", 0, FALSE, WHOLE, ERROR_BAD_PATHNAME, NULL },
	{ "a path that is no text", L"n", (const wchar_t[]){ '/', 0x110000, 0 }, 0, FALSE, WHOLE,
	  ERROR_BAD_PATHNAME, NULL },
	{ "the list is broken", L"n", L"/n.so", 0, FALSE, BROKEN, ERROR_BAD_FORMAT, NULL },
	{ "O-06: may not be written", L"n", L"/n.so", 0, FALSE, READ_ONLY, ERROR_ACCESS_DENIED,
	  NULL },
	{ "no place for the directory", L"n", L"/n.so", 0, FALSE, NO_PARENT, ERROR_FILE_NOT_FOUND,
	  NULL },
};
API_CASES(PxeProviderRegister, register_rows);

static void bring_about(enum state state)
{
	if (state == BROKEN)
		scratch_write("70-c.conf", "name = ");
	if (state == READ_ONLY)
		ck_assert_int_eq(chmod(scratch, 0555), 0);
	if (state == MISSING)
		scratch_remove();
	if (state == NO_PARENT)
		setenv("WDSPXE_PROVIDERS_DIR", scratch_path("x/y"), 1);
}

/* As a user for whom rights count; the directory is his. */
static void drop_root(void)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(scratch, 65534, 65534), 0);
	ck_assert_int_eq(chown(scratch_path("50-a.conf"), 65534, 65534), 0);
	ck_assert_int_eq(setgid(65534), 0);
	ck_assert_int_eq(setuid(65534), 0);
}

START_TEST(register_by_row)
{
	HKEY key = (HKEY)(uintptr_t)8;
	bool enumerable = register_rows[_i].state != BROKEN;
	DWORD r;

	if (register_rows[_i].state == READ_ONLY)
		drop_root();
	bring_about(register_rows[_i].state);
	for (int with_key = 0; with_key < 2; with_key++) {
		r = PxeProviderRegister(register_rows[_i].provider, register_rows[_i].module,
					register_rows[_i].index, register_rows[_i].critical,
					with_key ? &key : NULL);
		ck_assert_msg(r == register_rows[_i].r, "%s: %u", register_rows[_i].name, r);
		if (enumerable && register_rows[_i].state != NO_PARENT)
			ck_assert_msg(wcscmp(listing(), register_rows[_i].after
								? register_rows[_i].after
								: OLD) == 0,
				      "%s: %ls", register_rows[_i].name, listing());
		if (r == ERROR_SUCCESS && !with_key)
			ck_assert_uint_eq(PxeProviderUnRegister(register_rows[_i].provider),
					  ERROR_SUCCESS);
	}
	if (r == ERROR_SUCCESS)
		ck_assert_int_eq(RegCloseKey(key), ERROR_SUCCESS);
	else
		ck_assert_ptr_eq(key, (HKEY)(uintptr_t)8);
}
END_TEST

static const struct {
	const char *name;
	const wchar_t *provider;
	enum state state;
	DWORD r;
	const wchar_t *after;
} unregister_rows[] = {
	{ "the first", L"a", WHOLE, ERROR_SUCCESS, L"0 b! /m/b.so;" },
	{ "the last, in capitals", L"B", WHOLE, ERROR_SUCCESS, L"0 a /m/a.so;" },
	{ "beside a broken one", L"a", BROKEN, ERROR_SUCCESS, NULL },
	{ "NULL", NULL, WHOLE, ERROR_INVALID_PARAMETER, OLD },
	{ "O-08: unknown", L"c", WHOLE, ERROR_NOT_FOUND, OLD },
	{ "O-08: no name at all", L"", WHOLE, ERROR_NOT_FOUND, OLD },
	{ "no list", L"a", MISSING, ERROR_NOT_FOUND, L"" },
	{ "may not be written", L"a", READ_ONLY, ERROR_ACCESS_DENIED, OLD },
};
API_CASES(PxeProviderUnRegister, unregister_rows);

START_TEST(unregister_by_row)
{
	DWORD r;

	if (unregister_rows[_i].state == READ_ONLY)
		drop_root();
	bring_about(unregister_rows[_i].state);
	r = PxeProviderUnRegister(unregister_rows[_i].provider);
	ck_assert_msg(r == unregister_rows[_i].r, "%s: %u", unregister_rows[_i].name, r);
	if (unregister_rows[_i].after)
		ck_assert_msg(wcscmp(listing(), unregister_rows[_i].after) == 0, "%s: %ls",
			      unregister_rows[_i].name, listing());
}
END_TEST

static const struct {
	const char *name;
	const wchar_t *provider;
	bool out;
	enum state state;
	DWORD r;
	ULONG index;
} index_rows[] = {
	{ "the first", L"a", true, WHOLE, ERROR_SUCCESS, 0 },
	{ "the second, in capitals", L"B", true, WHOLE, ERROR_SUCCESS, 1 },
	{ "O-09: unknown", L"c", true, WHOLE, ERROR_NOT_FOUND, 99 },
	{ "no list", L"a", true, MISSING, ERROR_NOT_FOUND, 99 },
	{ "no name", NULL, true, WHOLE, ERROR_INVALID_PARAMETER, 99 },
	{ "no out", L"a", false, WHOLE, ERROR_INVALID_PARAMETER, 99 },
	{ "the list is broken", L"a", true, BROKEN, ERROR_BAD_FORMAT, 99 },
	{ "reading is for everybody", L"b", true, READ_ONLY, ERROR_SUCCESS, 1 },
};
API_CASES(PxeProviderQueryIndex, index_rows);

START_TEST(index_by_row)
{
	ULONG index = 99;
	DWORD r;

	bring_about(index_rows[_i].state);
	r = PxeProviderQueryIndex(index_rows[_i].provider, index_rows[_i].out ? &index : NULL);
	ck_assert_msg(r == index_rows[_i].r && index == index_rows[_i].index, "%s: %u, %u",
		      index_rows[_i].name, r, index);
}
END_TEST

START_TEST(an_index_puts_one_beside_another)
{
	ULONG index;

	ck_assert_uint_eq(PxeProviderQueryIndex(L"b", &index), 0);
	ck_assert_uint_eq(PxeProviderRegister(L"before", L"/x", index, FALSE, NULL), 0);
	ck_assert_uint_eq(PxeProviderQueryIndex(L"b", &index), 0);
	ck_assert_uint_eq(PxeProviderRegister(L"after", L"/x", index + 1, FALSE, NULL), 0);
	ck_assert(wcscmp(listing(), L"0 a /m/a.so;1 before /x;2 b! /m/b.so;3 after /x;") == 0);
}
END_TEST

/* ---- enumeration ------------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	bool out;
	enum state state;
	DWORD r;
} first_rows[] = {
	{ "a list", true, WHOLE, ERROR_SUCCESS },
	{ "O-10: an empty list", true, MISSING, ERROR_SUCCESS },
	{ "a broken list", true, BROKEN, ERROR_BAD_FORMAT },
	{ "no out", false, WHOLE, ERROR_INVALID_PARAMETER },
};
API_CASES(PxeProviderEnumFirst, first_rows);

START_TEST(first_by_row)
{
	HANDLE h = (HANDLE)(uintptr_t)8;
	DWORD r;

	bring_about(first_rows[_i].state);
	r = PxeProviderEnumFirst(first_rows[_i].out ? &h : NULL);
	ck_assert_msg(r == first_rows[_i].r, "%s: %u", first_rows[_i].name, r);
	if (r == ERROR_SUCCESS)
		ck_assert_uint_eq(PxeProviderEnumClose(h), ERROR_SUCCESS);
	else
		ck_assert_ptr_eq(h, (HANDLE)(uintptr_t)8);
}
END_TEST

enum wrong { RIGHT, NONE, FORGED, CLOSED, A_KEY };

static HANDLE handle_of(enum wrong wrong)
{
	HANDLE h = NULL;
	HKEY key;

	if (wrong == NONE)
		return NULL;
	if (wrong == FORGED)
		return (HANDLE)(uintptr_t)0x1234;
	if (wrong == A_KEY) {
		ck_assert_int_eq(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SYSTEM", 0, KEY_READ, &key), 0);
		return key;
	}
	ck_assert_uint_eq(PxeProviderEnumFirst(&h), ERROR_SUCCESS);
	if (wrong == CLOSED)
		ck_assert_uint_eq(PxeProviderEnumClose(h), ERROR_SUCCESS);
	return h;
}

static const struct {
	const char *name;
	enum wrong handle;
	bool out;
	DWORD next, close;
} handle_rows[] = {
	{ "open", RIGHT, true, ERROR_SUCCESS, ERROR_SUCCESS },
	{ "no out", RIGHT, false, ERROR_INVALID_PARAMETER, ERROR_SUCCESS },
	{ "NULL", NONE, true, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "forged", FORGED, true, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "closed", CLOSED, true, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
	{ "of another kind", A_KEY, true, ERROR_INVALID_HANDLE, ERROR_INVALID_HANDLE },
};
API_CASES(PxeProviderEnumNext, handle_rows);
API_CASES(PxeProviderEnumClose, handle_rows);

START_TEST(handle_by_row)
{
	PPXE_PROVIDER p = (PPXE_PROVIDER)(uintptr_t)8;
	HANDLE h = handle_of(handle_rows[_i].handle);
	DWORD r = PxeProviderEnumNext(h, handle_rows[_i].out ? &p : NULL);

	ck_assert_msg(r == handle_rows[_i].next, "%s: %u", handle_rows[_i].name, r);
	if (r)
		ck_assert_ptr_eq(p, (PPXE_PROVIDER)(uintptr_t)8);
	r = PxeProviderEnumClose(h);
	ck_assert_msg(r == handle_rows[_i].close, "%s: %u", handle_rows[_i].name, r);
	if (handle_rows[_i].next == ERROR_SUCCESS) { /* it outlives its enumeration */
		ck_assert(wcscmp(p->pwszName, L"a") == 0);
		ck_assert_uint_eq(PxeProviderFreeInfo(p), ERROR_SUCCESS);
	}
}
END_TEST

START_TEST(an_enumeration_is_a_snapshot_and_ends)
{
	PPXE_PROVIDER p = NULL;
	HANDLE h;

	ck_assert_uint_eq(PxeProviderEnumFirst(&h), 0);
	ck_assert_uint_eq(PxeProviderUnRegister(L"b"), 0);
	ck_assert_uint_eq(PxeProviderRegister(L"c", L"/c", 0, FALSE, NULL), 0);
	for (ULONG i = 0; i < 2; i++) {
		ck_assert_uint_eq(PxeProviderEnumNext(h, &p), 0);
		ck_assert_uint_eq(p->uIndex, i);
		ck_assert(wcscmp(p->pwszName, i ? L"b" : L"a") == 0);
		ck_assert_uint_eq(PxeProviderFreeInfo(p), 0);
	}
	for (int i = 0; i < 2; i++) { /* and stays at its end */
		p = (PPXE_PROVIDER)(uintptr_t)8;
		ck_assert_uint_eq(PxeProviderEnumNext(h, &p), ERROR_NO_MORE_ITEMS);
		ck_assert_ptr_null(p);
	}
	ck_assert_uint_eq(PxeProviderEnumClose(h), 0);
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
API_CASES(PxeProviderFreeInfo, free_rows);

START_TEST(free_by_row)
{
	PPXE_PROVIDER p = NULL;
	HANDLE h;

	ck_assert_uint_eq(PxeProviderEnumFirst(&h), 0);
	if (free_rows[_i].info)
		ck_assert_uint_eq(PxeProviderEnumNext(h, &p), 0);
	ck_assert_uint_eq(PxeProviderFreeInfo(p), free_rows[_i].r);
	ck_assert_uint_eq(PxeProviderEnumClose(h), 0);
}
END_TEST

START_TEST(enumerations_are_many_but_not_without_end)
{
	HANDLE h[300];
	int n = 0;

	while (n < 300 && PxeProviderEnumFirst(&h[n]) == ERROR_SUCCESS)
		n++;
	ck_assert_int_eq(n, 256);
	ck_assert_uint_eq(PxeProviderEnumFirst(&h[n]), ERROR_NOT_ENOUGH_MEMORY);
	while (n > 0)
		ck_assert_uint_eq(PxeProviderEnumClose(h[--n]), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeProviderEnumFirst(&h[0]), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeProviderEnumClose(h[0]), ERROR_SUCCESS);
}
END_TEST

/* ---- the key of a registration, and where the list is ------------------------------------------
 */

START_TEST(registration_gives_the_settings_key)
{
	DWORD value = 7, got = 0, len = sizeof(got);
	HKEY key;

	ck_assert_uint_eq(PxeProviderRegister(L"n", L"/n.so", 0, FALSE, &key), 0);
	ck_assert_int_eq(RegSetValueExW(key, L"Answer", 0, REG_DWORD, (const BYTE *)&value, 4), 0);
	ck_assert_int_eq(RegQueryValueExW(key, L"answer", NULL, NULL, (LPBYTE)&got, &len), 0);
	ck_assert_uint_eq(got, 7);
	ck_assert_str_eq(scratch_read("40-n.conf"), "name = \"n\";\nmodule = \"/n.so\";\n"
						    "settings : \n{\n  Answer = 7;\n};\n");
	/* O-08: the key goes with its provider */
	ck_assert_uint_eq(PxeProviderUnRegister(L"n"), 0);
	ck_assert_int_eq(RegQueryValueExW(key, L"answer", NULL, NULL, (LPBYTE)&got, &len),
			 ERROR_KEY_DELETED);
	ck_assert_int_eq(RegCloseKey(key), 0);
	ck_assert_int_eq(RegCloseKey(key), ERROR_INVALID_HANDLE);
}
END_TEST

static const struct {
	const char *name, *path;
	DWORD r;
} dir_rows[] = {
	{ "absolute", "/nonexistent/x", ERROR_SUCCESS },
	{ "NULL: the environment again", NULL, ERROR_SUCCESS },
	{ "relative", "x", ERROR_BAD_PATHNAME },
	{ "empty", "", ERROR_BAD_PATHNAME },
};
API_CASES(PxeHostSetProvidersDir, dir_rows);

START_TEST(dir_by_row)
{
	ULONG index;

	ck_assert_uint_eq(PxeHostSetProvidersDir("/nonexistent/y"), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostSetProvidersDir(dir_rows[_i].path), dir_rows[_i].r);
	ck_assert_uint_eq(PxeProviderQueryIndex(L"a", &index),
			  dir_rows[_i].path ? ERROR_NOT_FOUND : ERROR_SUCCESS);
	ck_assert_uint_eq(PxeHostSetProvidersDir(NULL), ERROR_SUCCESS);
}
END_TEST

/* ---- many at once -----------------------------------------------------------------------------
 */

static int one_process(int i)
{
	wchar_t name[32];
	DWORD value = (DWORD)i;
	ULONG index;
	HKEY key;

	swprintf(name, 32, L"provider %d", i);
	if (PxeProviderRegister(name, L"/m.so", (ULONG)i % 7, i % 3 == 0, &key) != 0)
		return 1;
	if (RegSetValueExA(key, "value", 0, REG_DWORD, (const BYTE *)&value, 4) != 0)
		return 2;
	if (RegCloseKey(key) != 0)
		return 3;
	if (PxeProviderQueryIndex(name, &index) != 0)
		return 4;
	return i % 2 && PxeProviderUnRegister(name) != 0 ? 5 : 0;
}

START_TEST(two_hundred_installers_at_once)
{
	wchar_t name[32];
	pid_t pid[200];
	ULONG index;
	int status;

	for (int i = 0; i < 200; i++) {
		pid[i] = fork();
		ck_assert_int_ge(pid[i], 0);
		if (pid[i] == 0)
			_exit(one_process(i));
	}
	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d: step %d", i,
			      WEXITSTATUS(status));
	}
	for (int i = 0; i < 200; i++) {
		swprintf(name, 32, L"provider %d", i);
		ck_assert_uint_eq(PxeProviderQueryIndex(name, &index), i % 2 ? ERROR_NOT_FOUND : 0);
	}
}
END_TEST

static void *one_thread(void *context)
{
	for (int i = 0; i < 5; i++) {
		int r = one_process((int)(uintptr_t)context * 10 + 2 * i + 1);

		if (r)
			return (void *)(uintptr_t)r;
	}
	return NULL;
}

START_TEST(threads_of_one_installer)
{
	pthread_t thread[8];
	void *r;

	for (uintptr_t i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, one_thread, (void *)i), 0);
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(pthread_join(thread[i], &r), 0);
		ck_assert_ptr_null(r);
	}
	ck_assert(wcscmp(listing(), OLD) == 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("provider_list");

	tcase_add_checked_fixture(t, setup, teardown);
	TEST_ROWS(t, register_by_row, register_rows);
	TEST_ROWS(t, unregister_by_row, unregister_rows);
	TEST_ROWS(t, index_by_row, index_rows);
	tcase_add_test(t, an_index_puts_one_beside_another);
	TEST_ROWS(t, first_by_row, first_rows);
	TEST_ROWS(t, handle_by_row, handle_rows);
	tcase_add_test(t, an_enumeration_is_a_snapshot_and_ends);
	TEST_ROWS(t, free_by_row, free_rows);
	tcase_add_test(t, enumerations_are_many_but_not_without_end);
	tcase_add_test(t, registration_gives_the_settings_key);
	TEST_ROWS(t, dir_by_row, dir_rows);
	tcase_add_test(t, two_hundred_installers_at_once);
	tcase_add_test(t, threads_of_one_installer);
	tcase_set_timeout(t, 120);
	suite_apart(); /* a test takes away the folder of all */
	return suite_run("libwdspxe/provider_list", t);
}
