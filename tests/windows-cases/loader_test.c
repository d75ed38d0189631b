/* LoadLibrary, GetProcAddress, by Microsoft's pages. */
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wdspxe.h>
#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

#define MODULE TEST_BUILD "/tests/providers/windows_threads.so"

static HMODULE load_w(const char *name)
{
	WCHAR wide[PATH_MAX];

	return LoadLibraryW(
		name && MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, PATH_MAX) ? wide : NULL);
}

static HMODULE load_ex_w(const char *name)
{
	WCHAR wide[PATH_MAX];

	return LoadLibraryExW(
		name && MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, PATH_MAX) ? wide : NULL,
		NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
}

static HMODULE load_a(const char *name)
{
	return LoadLibraryA(name);
}

static HMODULE load_ex_a(const char *name)
{
	return LoadLibraryExA(name, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
}

static HMODULE (*const forms[])(const char *name) = { load_w, load_ex_w, load_a, load_ex_a };

static const struct {
	const char *name;
	const char *file;
	const char *function; /* one that it has */
	DWORD error;
	bool always; /* it was never loaded, and is not unloaded */
} load_rows[] = {
	{ "a path", MODULE, "start_waiting", 0, false },
	{ "wdspxe.dll", "wdspxe.dll", "PxeProviderRegister", 0, true },
	{ "names have no case", "WdsPxe.DLL", "PxeSendReply", 0, true },
	{ "without .dll", "wdspxe", "RegOpenKeyExW", 0, true },
	{ "in System32", "C:\\Windows\\System32\\wdspxe.dll", "PxePacketFree", 0, true },
	{ "kernel32.dll", "kernel32.dll", "InitializeSRWLock", 0, true },
	{ "advapi32.dll: what libwdspxe has", "advapi32.dll", "RegCloseKey", 0, true },
	{ "msvcrt: what the C library has", "msvcrt", "strlen", 0, true },
	{ "a library of the system", "libm.so.6", "cos", 0, false },
	{ "none", "nowhere.dll", NULL, ERROR_MOD_NOT_FOUND, false },
	{ "a path to none", "C:\\nowhere\\none.dll", NULL, ERROR_MOD_NOT_FOUND, false },
	{ "wdspxe.dll of somewhere else", "C:\\here\\wdspxe.dll", NULL, ERROR_MOD_NOT_FOUND,
	  false },
	{ "no module", TEST_SOURCE "/README.md", NULL, ERROR_BAD_EXE_FORMAT, false },
	{ "an empty name", "", NULL, ERROR_MOD_NOT_FOUND, false },
	{ "NULL", NULL, NULL, ERROR_INVALID_PARAMETER, false },
};
API_CASES(LoadLibraryA, load_rows);
API_CASES(LoadLibraryW, load_rows);
API_CASES(LoadLibraryExA, load_rows);
API_CASES(LoadLibraryExW, load_rows);
API_CASES(FreeLibrary, load_rows);
API_CASES(GetProcAddress, load_rows);

static void asked(HMODULE module, int row)
{
	SetLastError(0);
	ck_assert_ptr_nonnull((void *)GetProcAddress(module, load_rows[row].function));
	ck_assert_uint_eq(GetLastError(), 0);
	ck_assert_ptr_null((void *)GetProcAddress(module, "there_is_none"));
	ck_assert_uint_eq(GetLastError(), ERROR_PROC_NOT_FOUND);
	ck_assert_ptr_null((void *)GetProcAddress(module, (LPCSTR)(ULONG_PTR)17));
	ck_assert_uint_eq(GetLastError(), ERROR_PROC_NOT_FOUND);
}

START_TEST(load)
{
	for (size_t i = 0; i < ROWS(forms); i++) {
		HMODULE module = forms[i](load_rows[_i].file), again;

		ck_assert_msg((module == NULL) == (load_rows[_i].error != 0), "%s: %s",
			      load_rows[_i].name, module ? "" : dlerror());
		if (!module) {
			ck_assert_uint_eq(GetLastError(), load_rows[_i].error);
			continue;
		}
		asked(module, _i);
		again = forms[i](load_rows[_i].file);
		ck_assert_ptr_eq(again, module);
		ck_assert_int_eq(FreeLibrary(again), TRUE);
		asked(module, _i);
		ck_assert_int_eq(FreeLibrary(module), TRUE);
		if (load_rows[_i].always)
			continue;
		ck_assert_ptr_null((void *)GetProcAddress(module, load_rows[_i].function));
		ck_assert_uint_eq(GetLastError(), ERROR_MOD_NOT_FOUND);
		ck_assert_int_eq(FreeLibrary(module), FALSE);
		ck_assert_uint_eq(GetLastError(), ERROR_MOD_NOT_FOUND);
	}
}
END_TEST

START_TEST(it_is_unloaded)
{
	HMODULE module = LoadLibraryA(MODULE);
	void *still = dlopen(MODULE, RTLD_LAZY | RTLD_NOLOAD);

	ck_assert_ptr_nonnull(still);
	dlclose(still);
	FreeLibrary(module);
	ck_assert_ptr_null(dlopen(MODULE, RTLD_LAZY | RTLD_NOLOAD));
}
END_TEST

START_TEST(as_a_data_file)
{
	ck_assert_ptr_null(LoadLibraryExA(MODULE, NULL, LOAD_LIBRARY_AS_DATAFILE));
	ck_assert_uint_eq(GetLastError(), ERROR_NOT_SUPPORTED);
	ck_assert_ptr_null(LoadLibraryExW(L"" MODULE, NULL, LOAD_LIBRARY_AS_DATAFILE));
	ck_assert_uint_eq(GetLastError(), ERROR_NOT_SUPPORTED);
}
END_TEST

/* Beside the program, and .dll for .so. */
START_TEST(beside_the_caller)
{
	char self[PATH_MAX] = "", link[PATH_MAX + 20];
	HMODULE module;

	ck_assert_int_gt(readlink("/proc/self/exe", self, sizeof(self) - 1), 0);
	*strrchr(self, '/') = '\0';
	snprintf(link, sizeof(link), "%s/beside%d.so", self, getpid());
	ck_assert_int_eq(symlink(MODULE, link), 0);
	snprintf(self, sizeof(self), "Beside%d.dll", getpid());
	self[0] = 'b';
	module = LoadLibraryA(self);
	unlink(link);
	ck_assert_ptr_nonnull(module);
	ck_assert_ptr_nonnull((void *)GetProcAddress(module, "queue_waiting"));
	ck_assert_ptr_eq(GetModuleHandleA(self), module);
	FreeLibrary(module);
}
END_TEST

/* Names that mean something else after <windows.h> mean it here, too. */
static const struct {
	const char *dll, *name;
	FARPROC function;
} form_rows[] = {
	{ "kernel32", "GetModuleFileNameW", (FARPROC)GetModuleFileNameW },
	{ "kernel32", "GetModuleFileNameA", (FARPROC)GetModuleFileNameA },
	{ "wdspxe", "PxeProviderRegister", (FARPROC)PxeProviderRegister },
	{ "wdspxe", "PxeProviderEnumNext", (FARPROC)PxeProviderEnumNext },
	{ "msvcrt", "fopen", (FARPROC)fopen },
	{ "ucrtbase", "swprintf", (FARPROC)swprintf },
	{ "ucrtbase", "vswprintf", (FARPROC)vswprintf },
};

START_TEST(forms_of_windows)
{
	FARPROC found = GetProcAddress(LoadLibraryA(form_rows[_i].dll), form_rows[_i].name);

	ck_assert_ptr_eq((void *)found, (void *)form_rows[_i].function);
}
END_TEST

/* ---- GetModuleFileName of what was loaded ---- */

static const struct {
	const char *name;
	const char *file; /* NULL: the program */
	int less;         /* than is needed */
	DWORD error;
} file_rows[] = {
	{ "it fits", MODULE, 0, 0 },
	{ "it does not", MODULE, 1, ERROR_INSUFFICIENT_BUFFER },
	{ "not at all", MODULE, 20, ERROR_INSUFFICIENT_BUFFER },
	{ "the program", NULL, 0, 0 },
	{ "too small for the program's", NULL, 1, ERROR_INSUFFICIENT_BUFFER },
};

START_TEST(files)
{
	char wanted[PATH_MAX], a[PATH_MAX] = "";
	WCHAR w[PATH_MAX], wide[PATH_MAX];
	HMODULE module =
		file_rows[_i].file ? LoadLibraryA(file_rows[_i].file) : GetModuleHandleA(NULL);
	DWORD error = file_rows[_i].error, len, size;

	ck_assert_ptr_nonnull(
		realpath(file_rows[_i].file ? file_rows[_i].file : "/proc/self/exe", wanted));
	for (char *at = wanted; *at; at++)
		if (*at == '/')
			*at = '\\';
	len = (DWORD)strlen(wanted);
	size = len + 1 - (DWORD)file_rows[_i].less;
	wanted[size - 1] = '\0';
	MultiByteToWideChar(CP_UTF8, 0, wanted, -1, wide, PATH_MAX);
	SetLastError(0);
	ck_assert_uint_eq(GetModuleFileNameA(module, a, size), error ? size : len);
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert_str_eq(a, wanted);
	SetLastError(0);
	ck_assert_uint_eq(GetModuleFileNameW(module, w, size), error ? size : len);
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert_int_eq(wcscmp(w, wide), 0);
	if (!file_rows[_i].file)
		return;
	ck_assert_uint_eq(GetModuleFileNameA(module, NULL, size), 0);
	FreeLibrary(module);
	ck_assert_uint_eq(GetModuleFileNameA(module, a, size), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_MOD_NOT_FOUND);
}
END_TEST

static const struct {
	const char *name;
	const char *file; /* NULL: the program */
	const char *function;
	DWORD error;
} handle_rows[] = {
	{ "kernel32", "KERNEL32", "CreateEventA", 0 },
	{ "wdspxe.dll", "wdspxe.dll", "PxeTraceV", 0 },
	{ "one that was not loaded", "nowhere", NULL, ERROR_MOD_NOT_FOUND },
	{ "the program", NULL, "strlen", 0 },
};
API_CASES(GetModuleHandleA, handle_rows);
API_CASES(GetModuleHandleW, handle_rows);

START_TEST(module_handles)
{
	WCHAR wide[100];
	HMODULE module = GetModuleHandleA(handle_rows[_i].file), same;

	if (handle_rows[_i].file)
		MultiByteToWideChar(CP_UTF8, 0, handle_rows[_i].file, -1, wide, ROWS(wide));
	SetLastError(0);
	same = GetModuleHandleW(handle_rows[_i].file ? wide : NULL);
	ck_assert_uint_eq(GetLastError(), handle_rows[_i].error);
	ck_assert_ptr_eq(module, same);
	ck_assert_int_eq(module == NULL, handle_rows[_i].error != 0);
	if (!module)
		return;
	ck_assert_ptr_nonnull((void *)GetProcAddress(module, handle_rows[_i].function));
	ck_assert_int_eq(FreeLibrary(module), TRUE);
	ck_assert_ptr_nonnull((void *)GetProcAddress(module, handle_rows[_i].function));
}
END_TEST

START_TEST(handles_that_are_none)
{
	static int something;

	ck_assert_ptr_null((void *)GetProcAddress(NULL, "strlen"));
	ck_assert_uint_eq(GetLastError(), ERROR_MOD_NOT_FOUND);
	ck_assert_ptr_null((void *)GetProcAddress((HMODULE)(void *)&something, "strlen"));
	ck_assert_int_eq(FreeLibrary((HMODULE)(void *)&something), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_MOD_NOT_FOUND);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("loader");

	TEST_ROWS(tcase, load, load_rows);
	tcase_add_test(tcase, it_is_unloaded);
	tcase_add_test(tcase, as_a_data_file);
	tcase_add_test(tcase, beside_the_caller);
	TEST_ROWS(tcase, forms_of_windows, form_rows);
	TEST_ROWS(tcase, files, file_rows);
	TEST_ROWS(tcase, module_handles, handle_rows);
	tcase_add_test(tcase, handles_that_are_none);
	return suite_run("loader", tcase);
}
