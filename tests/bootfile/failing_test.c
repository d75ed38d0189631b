/* bootfile over a registry, and a memory, that fails once: at each call in turn. It takes the
 * settings whole or refuses them.
 *
 * This program's functions come before those of the libraries: what the provider calls is counted
 * and, at one call, fails.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "bench.h"

static struct {
	unsigned calls, fail_at; /* fail_at 0: none */
	LSTATUS with;
} registry;

static bool fails(void)
{
	return ++registry.calls == registry.fail_at;
}

/* The library's function of the same name. */
#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

LSTATUS RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
		      PHKEY phkResult)
{
	return fails() ? registry.with
		       : REAL(RegOpenKeyExA)(hKey, lpSubKey, ulOptions, samDesired, phkResult);
}

LSTATUS RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
			 LPBYTE lpData, LPDWORD lpcbData)
{
	return fails() ? registry.with
		       : REAL(RegQueryValueExA)(hKey, lpValueName, lpReserved, lpType, lpData,
						lpcbData);
}

LSTATUS RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
		      LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime)
{
	return fails() ? registry.with
		       : REAL(RegEnumKeyExA)(hKey, dwIndex, lpName, lpcchName, lpReserved, lpClass,
					     lpcchClass, lpftLastWriteTime);
}

LSTATUS RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
		      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
	return fails() ? registry.with
		       : REAL(RegEnumValueA)(hKey, dwIndex, lpValueName, lpcchValueName, lpReserved,
					     lpType, lpData, lpcbData);
}

LSTATUS RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
			 LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
			 LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
			 LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime)
{
	return fails() ? registry.with
		       : REAL(RegQueryInfoKeyA)(hKey, lpClass, lpcchClass, lpReserved, lpcSubKeys,
						lpcbMaxSubKeyLen, lpcbMaxClassLen, lpcValues,
						lpcbMaxValueNameLen, lpcbMaxValueLen,
						lpcbSecurityDescriptor, lpftLastWriteTime);
}

DWORD PXEAPI PxeKeyLocationA(HKEY hKey, LPCSTR pszValueName, LPSTR pszFile, DWORD cchFile,
			     PDWORD puLine)
{
	return fails() ? (DWORD)registry.with
		       : REAL(PxeKeyLocationA)(hKey, pszValueName, pszFile, cchFile, puLine);
}

/* ---- memory: what the provider and the library ask for ---- */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MEMORY_CAN_FAIL 1

/* The C library's own, by the names under which it keeps them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static struct {
	unsigned calls, fail_at;
	bool counts;
} memory;

/* Is it asked for by bootfile.so, the kit or libwdspxe.so, and is it its turn to fail? */
static bool memory_fails(const void *caller)
{
	Dl_info from;

	if (!memory.counts)
		return false;
	memory.counts = false; /* dladdr() may ask too */
	if (dladdr(caller, &from) && from.dli_fname &&
	    (strstr(from.dli_fname, "bootfile.so") || strstr(from.dli_fname, "libwdspxe-boot.so") ||
	     strstr(from.dli_fname, "libwdspxe.so")))
		memory.calls++;
	else
		caller = NULL;
	memory.counts = true;
	return caller && memory.calls == memory.fail_at;
}

#pragma GCC visibility push(default) /* so that they come first */
void *malloc(size_t size)
{
	return memory_fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return memory_fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return memory_fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = memory_fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}
#pragma GCC visibility pop
#endif

/* Every kind of value that settings have, and an entry for each client below. */
static const char settings[] =
	"server = [ \"192.0.2.9\", \"fd77::9\" ];\n"
	"classes = [ \"Acme\" ]; banned-uuids = []; response-delay = 0;\n"
	"boot = ( { mac = [ \"02:00:00:00:00:01\", \"02:00:00:00:00:02\" ]; file = \"mac\"; },\n"
	"         { user-class = \"one\"; arch = ( 0, \"ebc\" ); file = \"two\"; },\n"
	"         { user-class = [ \"two\" ]; arch = [ 0, 1 ]; file = \"three\"; delay = 0; },\n"
	"         { subnet = \"192.0.2.0/24\"; family = [ 4, 6 ]; user-class = \"three\";\n"
	"           file = \"${subnet}\"; options-66-67 = true; },\n"
	"         { arch = 0; action = \"ignore\"; } );\n";

static void check_complete(PXE_FAKE *fake)
{
	static const struct {
		struct ask ask;
		const char *file; /* NULL: silence, which is the last entry's */
	} asks[] = {
		{ { .mac = "02:00:00:00:00:02" }, "mac" },
		{ { .user_class = "one" }, "two" },
		{ { .user_class = "two" }, "three" },
		{ { .user_class = "three" }, "192.0.2.0" },
		{ { .arch = 0 }, NULL },
	};
	struct bench bench = { .fake = fake };

	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		const PXE_FAKE_REPLY *reply = bench_ask(&bench, &asks[i].ask);

		ck_assert_msg((reply != NULL) == (asks[i].file != NULL), "client %zu", i);
		if (reply)
			ck_assert_str_eq(reply_file(reply), asks[i].file);
		else
			ck_assert_int_eq(bench.verdict.Action, PXE_BA_IGNORE);
	}
}

/* The last line that was traced. */
static const char *last_trace(PXE_FAKE *fake)
{
	const char *line = "", *next;

	for (ULONG i = 0; (next = PxeFakeTrace(fake, i)) != NULL; i++)
		line = next;
	return line;
}

/* Loads the settings once; false: that call never came, so that all have been tried. */
static bool load_failing_at(unsigned call, LSTATUS with)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "", number[16];
	DWORD status;

	ck_assert_ptr_nonnull(fake);
	registry.calls = 0;
	registry.fail_at = call;
	registry.with = with;
	status = PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why);
	registry.fail_at = 0;
	snprintf(number, sizeof number, "(error %d)", with);
	if (status == ERROR_SUCCESS)
		check_complete(fake);
	else if (with != ERROR_FILE_NOT_FOUND) /* that one also means another type */
		ck_assert_msg(strstr(last_trace(fake), number), "call %u: %s", call,
			      last_trace(fake));
	PxeFakeFree(fake);
	return registry.calls >= call;
}

static const LSTATUS errors[] = { ERROR_NOT_ENOUGH_MEMORY, ERROR_ACCESS_DENIED, ERROR_KEY_DELETED,
				  ERROR_FILE_NOT_FOUND };

/* S6: a registry call that failed was taken for the end of the list, and entries vanished. */
START_TEST(a_failing_registry_never_shortens_the_settings)
{
	unsigned call = 1;

	while (load_failing_at(call, errors[_i]))
		call++;
	ck_assert_uint_gt(call, 50);
}
END_TEST

#ifdef MEMORY_CAN_FAIL
static bool load_without_memory_at(unsigned call)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "";
	DWORD status;

	ck_assert_ptr_nonnull(fake);
	memory.calls = 0;
	memory.fail_at = call;
	memory.counts = true;
	status = PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why);
	memory.counts = false;
	if (status == ERROR_SUCCESS)
		check_complete(fake);
	PxeFakeFree(fake);
	return memory.calls >= call;
}

/* S6: so did a failing malloc(): 16 of 260 gave a shortened list, and "good". */
START_TEST(a_failing_malloc_never_shortens_the_settings)
{
	unsigned call = 1;

	while (load_without_memory_at(call))
		call++;
	ck_assert_uint_gt(call, 200);
}
END_TEST
#endif

int main(void)
{
	TCase *tcase = tcase_create("bootfile, where something fails");

	tcase_set_timeout(tcase, 120);
	TEST_ROWS(tcase, a_failing_registry_never_shortens_the_settings, errors);
#ifdef MEMORY_CAN_FAIL
	tcase_add_test(tcase, a_failing_malloc_never_shortens_the_settings);
#endif
	return suite_run("bootfile/failing", tcase);
}
