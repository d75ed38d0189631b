/* What a source asks of the system: attributes of files, the host's name. */
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"
#include "windows/hostname.h"

/* ---- GetFileAttributes -------------------------------------------------------------------------
 */

#define NONE INVALID_FILE_ATTRIBUTES

static const struct {
	const char *before, *path; /* before: in front of the scratch folder's own path */
	bool backslashes;
	DWORD r, error;
} attribute_rows[] = {
	{ "", "/file", false, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "", "/read-only", false, FILE_ATTRIBUTE_READONLY, 0 },
	{ "", "/folder", false, FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ "", "/folder/", false, FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ "", "", false, FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ "", "/file", true, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "", "/folder\\..\\file", true, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "C:", "/file", true, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "c:", "/file", false, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "\\\\?\\", "/file", true, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "\\\\?\\C:", "/file", true, FILE_ATTRIBUTE_NORMAL, 0 },
	{ "", "/none", false, NONE, ERROR_FILE_NOT_FOUND },
	{ "", "/none/file", false, NONE, ERROR_PATH_NOT_FOUND },
	{ "", "/file/file", false, NONE, ERROR_PATH_NOT_FOUND },
	{ "\\", "/file", true, NONE, ERROR_BAD_NETPATH },
};

API_CASES(GetFileAttributesA, attribute_rows);
API_CASES(GetFileAttributesW, attribute_rows);

static void wide_of(const char *text, WCHAR *out)
{
	do
		*out++ = (WCHAR)*text;
	while (*text++);
}

START_TEST(attributes)
{
	DWORD wanted = attribute_rows[_i].r, error = attribute_rows[_i].error;
	char path[PATH_MAX];
	WCHAR wide[PATH_MAX];

	snprintf(path, sizeof path, "%s%s%s", attribute_rows[_i].before, scratch,
		 attribute_rows[_i].path);
	for (char *at = path; attribute_rows[_i].backslashes && *at; at++)
		if (*at == '/')
			*at = '\\';
	wide_of(path, wide);
	SetLastError(0);
	ck_assert_msg(GetFileAttributesA(path) == wanted, "%s: %u", path, GetLastError());
	ck_assert_msg(GetLastError() == error, "%s: %u", path, GetLastError());
	SetLastError(0);
	ck_assert_msg(GetFileAttributesW(wide) == wanted, "%s: %u", path, GetLastError());
	ck_assert_msg(GetLastError() == error, "%s: %u", path, GetLastError());
}
END_TEST

static const struct {
	const WCHAR *path;
	DWORD r, error;
} odd_rows[] = {
	{ NULL, NONE, ERROR_PATH_NOT_FOUND },
	{ L"", NONE, ERROR_PATH_NOT_FOUND },
	{ L"C:", NONE, ERROR_PATH_NOT_FOUND },
	{ L"C:\\", FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ L".", FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ L"C:.", FILE_ATTRIBUTE_DIRECTORY, 0 },
	{ L"/dev/null", FILE_ATTRIBUTE_DEVICE, 0 },
	{ (const WCHAR[]){ 'a', 0xd800, 0 }, NONE, ERROR_INVALID_NAME },
};

START_TEST(odd_paths)
{
	SetLastError(0);
	ck_assert_uint_eq(GetFileAttributesW(odd_rows[_i].path), odd_rows[_i].r);
	ck_assert_uint_eq(GetLastError(), odd_rows[_i].error);
}
END_TEST

START_TEST(long_paths)
{
	char path[2 * PATH_MAX];

	memset(path, 'a', sizeof path);
	path[sizeof path - 1] = '\0';
	ck_assert_uint_eq(GetFileAttributesA(path), NONE);
	ck_assert_uint_eq(GetLastError(), ERROR_FILENAME_EXCED_RANGE);
	path[NAME_MAX + 1] = '\0';
	ck_assert_uint_eq(GetFileAttributesA(path), NONE);
	ck_assert_uint_eq(GetLastError(), ERROR_FILENAME_EXCED_RANGE);
}
END_TEST

/* ---- this host's name --------------------------------------------------------------------------
 */

static const struct {
	const char *full, *hosts, *resolv, *host, *domain;
} split_rows[] = {
	{ "boot.example.org", "127.0.1.1 boot.wrong.org", "search wrong.org\n", "boot",
	  "example.org" },
	{ "boot", "127.0.1.1\tboot.example.org boot\n", "search wrong.org\n", "boot",
	  "example.org" },
	{ "boot", "# 127.0.1.1 boot.wrong.org\n::1 localhost\n10.0.0.1 other.org boot.example.org",
	  NULL, "boot", "example.org" },
	{ "boot", "127.0.1.1 bootstrap.example.org", NULL, "boot", "" },
	{ "BOOT", "127.0.1.1 boot.example.org", NULL, "BOOT", "example.org" },
	{ "boot", NULL, "nameserver 10.0.0.1\nsearch example.org other.org\n", "boot",
	  "example.org" },
	{ "boot", NULL, "domain example.org\n", "boot", "example.org" },
	{ "boot", NULL, "search .\n", "boot", "" },
	{ "boot", NULL, "search\n", "boot", "" },
	{ "boot", NULL, NULL, "boot", "" },
	{ "", "127.0.0.1 localhost\n", NULL, "", "" },
};

static FILE *file_of(const char *text)
{
	return text ? fmemopen((void *)(uintptr_t)text, strlen(text), "r") : NULL;
}

START_TEST(splits)
{
	FILE *hosts = file_of(split_rows[_i].hosts), *resolv = file_of(split_rows[_i].resolv);
	struct hostname name;

	hostname_split(split_rows[_i].full, hosts, resolv, &name);
	ck_assert_str_eq(name.host, split_rows[_i].host);
	ck_assert_str_eq(name.domain, split_rows[_i].domain);
	if (hosts)
		fclose(hosts);
	if (resolv)
		fclose(resolv);
}
END_TEST

enum { WHOLE = 256, FITS = -1, ONE_LESS = -2, NO_BUFFER = -3, NO_SIZE = -4 };

static const struct {
	const char *name;
	int format; /* -1: GetComputerName */
	int size;
	DWORD error; /* 0: it is told */
} name_rows[] = {
	{ "NetBIOS", -1, WHOLE, 0 },
	{ "NetBIOS, exactly", -1, FITS, 0 },
	{ "NetBIOS, too small", -1, ONE_LESS, ERROR_BUFFER_OVERFLOW },
	{ "NetBIOS, no buffer", -1, NO_BUFFER, ERROR_BUFFER_OVERFLOW },
	{ "NetBIOS, no size", -1, NO_SIZE, ERROR_INVALID_PARAMETER },
	{ "NetBIOS", ComputerNameNetBIOS, WHOLE, 0 },
	{ "host", ComputerNameDnsHostname, WHOLE, 0 },
	{ "domain", ComputerNameDnsDomain, WHOLE, 0 },
	{ "whole", ComputerNameDnsFullyQualified, WHOLE, 0 },
	{ "whole, exactly", ComputerNameDnsFullyQualified, FITS, 0 },
	{ "whole, too small", ComputerNameDnsFullyQualified, ONE_LESS, ERROR_MORE_DATA },
	{ "whole, no buffer", ComputerNameDnsFullyQualified, NO_BUFFER, ERROR_MORE_DATA },
	{ "whole, no size", ComputerNameDnsFullyQualified, NO_SIZE, ERROR_INVALID_PARAMETER },
	{ "physical NetBIOS", ComputerNamePhysicalNetBIOS, WHOLE, 0 },
	{ "physical host", ComputerNamePhysicalDnsHostname, WHOLE, 0 },
	{ "physical domain", ComputerNamePhysicalDnsDomain, WHOLE, 0 },
	{ "physical whole", ComputerNamePhysicalDnsFullyQualified, WHOLE, 0 },
	{ "no such format", ComputerNameMax, WHOLE, ERROR_INVALID_PARAMETER },
	{ "no such format", 99, WHOLE, ERROR_INVALID_PARAMETER },
};

API_CASES(GetComputerNameA, name_rows);
API_CASES(GetComputerNameW, name_rows);
API_CASES(GetComputerNameExA, name_rows);
API_CASES(GetComputerNameExW, name_rows);

/* What this host's name is in that format. */
static void name_wanted(int format, char out[600])
{
	struct hostname name;

	hostname_read(&name);
	out[0] = '\0';
	switch (format) {
	case -1:
	case ComputerNameNetBIOS:
	case ComputerNamePhysicalNetBIOS:
		strcpy(out, name.host);
		out[15] = 0;
		for (; *out; out++)
			if (*out >= 'a' && *out <= 'z')
				*out -= 'a' - 'A';
		break;
	case ComputerNameDnsHostname:
	case ComputerNamePhysicalDnsHostname:
		strcpy(out, name.host);
		break;
	case ComputerNameDnsDomain:
	case ComputerNamePhysicalDnsDomain:
		strcpy(out, name.domain);
		break;
	case ComputerNameDnsFullyQualified:
	case ComputerNamePhysicalDnsFullyQualified:
		sprintf(out, name.domain[0] ? "%s.%s" : "%s", name.host, name.domain);
		break;
	default:
		break;
	}
}

START_TEST(names)
{
	int format = name_rows[_i].format, asked = name_rows[_i].size;
	DWORD error = name_rows[_i].error, size, told;
	char wanted[600], a[600] = "";
	WCHAR wide[600], w[600] = L"";
	bool none = asked == NO_BUFFER;
	BOOL r;

	name_wanted(format, wanted);
	wide_of(wanted, wide);
	size = asked == WHOLE  ? WHOLE
	       : asked == FITS ? (DWORD)strlen(wanted) + 1
			       : (DWORD)strlen(wanted);
	told = size;
	SetLastError(0);
	r = format < 0 ? GetComputerNameA(none ? NULL : a, asked == NO_SIZE ? NULL : &told)
		       : GetComputerNameExA((COMPUTER_NAME_FORMAT)format, none ? NULL : a,
					    asked == NO_SIZE ? NULL : &told);
	ck_assert_int_eq(r, error == 0);
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert_str_eq(a, error == 0 ? wanted : "");
	if (error != ERROR_INVALID_PARAMETER)
		ck_assert_uint_eq(told, strlen(wanted) + (error != 0));
	told = size;
	SetLastError(0);
	r = format < 0 ? GetComputerNameW(none ? NULL : w, asked == NO_SIZE ? NULL : &told)
		       : GetComputerNameExW((COMPUTER_NAME_FORMAT)format, none ? NULL : w,
					    asked == NO_SIZE ? NULL : &told);
	ck_assert_int_eq(r, error == 0);
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert(wcscmp(w, error == 0 ? wide : L"") == 0);
	if (error != ERROR_INVALID_PARAMETER)
		ck_assert_uint_eq(told, strlen(wanted) + (error != 0));
}
END_TEST

static void fill(void)
{
	scratch_make();
	ck_assert_int_eq(mkdir(scratch_path("folder"), 0700), 0);
	scratch_write("file", "");
	ck_assert_int_eq(chmod(scratch_write("read-only", ""), 0444), 0);
}

/* ---- GetModuleFileName, as a source from Windows has it ----------------------------------------
 */

static const struct {
	const char *name;
	bool known, buffer;
	int size; /* 0: all that is needed; negative: less by as many */
	DWORD error;
} module_rows[] = {
	{ "the program", true, true, 0, 0 },
	{ "too small", true, true, -1, ERROR_INSUFFICIENT_BUFFER },
	{ "much too small", true, true, -9, ERROR_INSUFFICIENT_BUFFER },
	{ "no such module", false, true, 0, ERROR_MOD_NOT_FOUND },
	{ "no buffer", true, false, 0, ERROR_INVALID_PARAMETER },
};

API_CASES(WindowsModuleFileNameA, module_rows);
API_CASES(WindowsModuleFileNameW, module_rows);

START_TEST(modules)
{
	HMODULE module = module_rows[_i].known ? NULL : (HMODULE)(uintptr_t)0x1234567;
	DWORD error = module_rows[_i].error, len, size, r;
	char wanted[PATH_MAX], a[PATH_MAX] = "";
	WCHAR w[PATH_MAX] = L"", wide[PATH_MAX];

	len = (DWORD)readlink("/proc/self/exe", wanted, sizeof wanted - 1);
	wanted[len] = '\0';
	for (char *at = wanted; *at; at++)
		if (*at == '/')
			*at = '\\';
	size = (DWORD)((int)len + 1 + module_rows[_i].size);
	r = error == 0 ? len : error == ERROR_INSUFFICIENT_BUFFER ? size : 0;
	wanted[r == size ? size - 1 : r] = '\0';
	wide_of(wanted, wide);
	SetLastError(0);
	ck_assert_uint_eq(GetModuleFileNameA(module, module_rows[_i].buffer ? a : NULL, size), r);
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert_str_eq(a, wanted);
	SetLastError(0);
	ck_assert_uint_eq(GetModuleFileNameW(module, module_rows[_i].buffer ? w : NULL, size), r);
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert_int_eq(wcscmp(w, wide), 0);
}
END_TEST

/* ---- the list of providers, by such paths ------------------------------------------------------
 */

static const struct {
	const WCHAR *path; /* as an installer says it */
	DWORD r;
	const WCHAR *listed;
} register_rows[] = {
	{ L"/usr/lib/n.so", ERROR_SUCCESS, L"\\usr\\lib\\n.so" },
	{ L"\\usr\\lib\\n.so", ERROR_SUCCESS, L"\\usr\\lib\\n.so" },
	{ L"C:\\usr/lib\\n.so", ERROR_SUCCESS, L"\\usr\\lib\\n.so" },
	{ L"\\\\?\\C:\\\u00fcb\\n.so", ERROR_SUCCESS, L"\\\u00fcb\\n.so" },
	{ L"\\\\server\\n.so", ERROR_BAD_PATHNAME, NULL },
	{ L"n.so", ERROR_BAD_PATHNAME, NULL },
	{ L"", ERROR_BAD_PATHNAME, NULL },
	{ NULL, ERROR_INVALID_PARAMETER, NULL },
};

API_CASES(WindowsProviderRegister, register_rows);
API_CASES(WindowsProviderEnumNext, register_rows);

START_TEST(registers)
{
	PPXE_PROVIDER entry = NULL;
	HANDLE list;
	HKEY key;
	DWORD r;

	setenv("WDSPXE_PROVIDERS_DIR", scratch_path("providers.d"), 1);
	setenv("WDSPXE_STATE_DIR", scratch_path("state"), 1);
	r = PxeProviderRegister(L"n", register_rows[_i].path, PXE_REG_INDEX_TOP, FALSE, &key);
	ck_assert_uint_eq(r, register_rows[_i].r);
	ck_assert_uint_eq(PxeProviderEnumFirst(&list), ERROR_SUCCESS);
	r = PxeProviderEnumNext(list, &entry);
	ck_assert_uint_eq(r, register_rows[_i].listed ? ERROR_SUCCESS : ERROR_NO_MORE_ITEMS);
	if (r == ERROR_SUCCESS) {
		ck_assert_int_eq(wcscmp(entry->pwszFilePath, register_rows[_i].listed), 0);
		PxeProviderFreeInfo(entry);
		RegCloseKey(key);
		ck_assert_uint_eq(PxeProviderUnRegister(L"n"), ERROR_SUCCESS);
	}
	PxeProviderEnumClose(list);
	ck_assert_uint_eq(PxeProviderEnumNext(NULL, &entry), ERROR_INVALID_HANDLE);
}
END_TEST

/* ---- macros ---- */

C_ASSERT(sizeof(GUID) == 16 && RTL_NUMBER_OF(((GUID *)0)->Data4) == 8);
C_ASSERT(FIELD_OFFSET(GUID, Data4) == 8);

START_TEST(macros)
{
	const DWORD d = 0x12345678;
	GUID guid, copy;

	ck_assert_uint_eq(LOWORD(d), 0x5678);
	ck_assert_uint_eq(HIWORD(d), 0x1234);
	ck_assert_uint_eq(LOBYTE(d), 0x78);
	ck_assert_uint_eq(HIBYTE(d), 0x56);
	ck_assert_uint_eq(MAKEWORD(0x178, 0x256), 0x5678);
	ck_assert_int_eq(MAKELONG(0x15678, 0x8234), (LONG)0x82345678);
	ck_assert_int_eq(min(2, 1) + max(3, 4), 5);
	ck_assert_int_eq(__min(1, 2) + __max(4, 3), 5);
	ck_assert_ptr_eq(CONTAINING_RECORD(&guid.Data3, GUID, Data3), &guid);
	RtlFillMemory(&guid, sizeof(guid), 0xff);
	RtlCopyMemory(&copy, &guid, sizeof(copy));
	ck_assert_uint_eq(copy.Data1, 0xffffffff);
	ck_assert_ptr_eq(SecureZeroMemory(&guid, sizeof(guid)), &guid);
	ck_assert_uint_eq(guid.Data1 + guid.Data4[7], 0);
	ck_assert_int_eq(HRESULT_CODE(E_OUTOFMEMORY), ERROR_OUTOFMEMORY);
	ck_assert_int_eq(HRESULT_FACILITY(E_OUTOFMEMORY), FACILITY_WIN32);
	ck_assert_int_eq(HRESULT_SEVERITY(E_OUTOFMEMORY), SEVERITY_ERROR);
	ck_assert_int_eq(MAKE_HRESULT(SEVERITY_ERROR, FACILITY_WIN32, ERROR_OUTOFMEMORY),
			 E_OUTOFMEMORY);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("system");

	tcase_add_unchecked_fixture(tcase, fill, scratch_remove);
	TEST_ROWS(tcase, attributes, attribute_rows);
	TEST_ROWS(tcase, odd_paths, odd_rows);
	tcase_add_test(tcase, long_paths);
	TEST_ROWS(tcase, splits, split_rows);
	TEST_ROWS(tcase, names, name_rows);
	TEST_ROWS(tcase, modules, module_rows);
	TEST_ROWS(tcase, registers, register_rows);
	tcase_add_test(tcase, macros);
	return suite_run("system", tcase);
}
