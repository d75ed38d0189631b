/* A provider's file for the tests of Reg*, with everything that a registry can see in it. */
#pragma once

#include <sys/wait.h>
#include <wchar.h>

#include <wdspxe-host.h>

#include "libwdspxe/api_cases.h"
#include "scratch.h"

#define REG_PROVIDERS "SYSTEM\\CurrentControlSet\\Services\\WDSServer\\Providers\\WDSPXE\\Providers"

static const char reg_file[] =
	"# The admin's own words.\n"                                                 /* 1 */
	"name = \"Boot Files\";\n"                                                   /* 2 */
	"module = \"/m.so\";\n"                                                      /* 3 */
	"settings:\n"                                                                /* 4 */
	"{\n"                                                                        /* 5 */
	"    text = \"gr\xc3\xbc\xc3\x9f\";   # said\n"                              /* 6 */
	"    number = 0xFFFFFFFF;\n"                                                 /* 7 */
	"    wide = -5L;\n"                                                          /* 8 */
	"    yes = true;\n"                                                          /* 9 */
	"    real = 2.5;\n"                                                          /* 10 */
	"    strings = [ \"a\", \"bc\" ];\n"                                         /* 11 */
	"    none = [ ];\n"                                                          /* 12 */
	"    sub: { deep: { x = 1; }; y = 2; };\n"                                   /* 13 */
	"    boot = ( { file = \"f0\"; },\n"                                         /* 14 */
	"             \"s1\", { file = \"f2\"; } );\n"                               /* 15 */
	"    ports = [ 67, 4011 ];\n"                                                /* 16 */
	"    registry = (\n"                                                         /* 17 */
	"        { name = \"Odd Name\"; type = \"REG_SZ\"; data = \"odd\"; },\n"     /* 18 */
	"        { name = \"Blob\"; type = \"REG_BINARY\"; data = \"00 fF12\"; },\n" /* 19 */
	"        { name = \"x 86\"; type = \"KEY\"; data: { z = 3; }; },\n"          /* 20 */
	"        { name = \"\"; type = \"REG_SZ\"; data = \"default\"; },\n"         /* 21 */
	"        { name = \"path\"; type = \"REG_EXPAND_SZ\"; data = \"%x%\"; },\n"  /* 22 */
	"        { name = \"Own\"; type = 77; data = \"aa\"; }\n"                    /* 23 */
	"    );\n"
	"};\n";

enum { REG_SUBKEYS = 4, REG_VALUES = 12 };

static inline void reg_setup(void)
{
	scratch_make();
	ck_assert_int_eq(setenv("WDSPXE_PROVIDERS_DIR", scratch, 1), 0);
	ck_assert_int_eq(setenv("WDSPXE_STATE_DIR", scratch, 1), 0);
	scratch_write("50-boot.conf", reg_file);
}

static inline void reg_teardown(void)
{
	chmod(scratch, 0755);
	scratch_remove();
}

/** The changes in the provider's overlay on one line; a hash, which ends a change, is cut off.
 * "": none. Valid until the next call. */
static inline const char *reg_changes(void)
{
	static char out[8192];
	const char *at = strstr(scratch_read("registry/boot files.conf"), "( "), *hash;
	size_t n = 0;

	while (at && *at && n < sizeof(out) - 16) {
		if ((hash = strstr(at, "over = \"")) == at)
			at = strchr(at, ';') + 1, n += (size_t)sprintf(out + n, "over;");
		else if ((unsigned char)*at > ' ')
			out[n++] = *at++;
		else if (at++, n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	out[n] = '\0';
	return out;
}

/* What one change makes of it. */
#define CHANGED(path, name, type, rest)                                                            \
	"( { path = \"" path "\"; name = \"" name "\"; type = " type "; " rest "} ); "
#define SET(name, type, data)      CHANGED("", name, "\"" type "\"", "data = " data "; ")
#define SET_OVER(name, type, data) CHANGED("", name, "\"" type "\"", "data = " data "; over; ")
#define MADE(path, name)           "{ path = \"" path "\"; name = \"" name "\"; type = \"KEY\"; }"
#define GONE(name, type)           CHANGED("", name, "\"" type "\"", "deleted = true; over; ")

/** Nothing was written anywhere. */
static inline void reg_reset(void)
{
	unlink(scratch_path("registry/boot files.conf"));
}

/** The provider's settings, or a key below; NULL path: the settings. */
static inline HKEY reg_open(const char *path, REGSAM access)
{
	char full[512];
	HKEY key;

	snprintf(full, sizeof(full), REG_PROVIDERS "\\boot FILES%s%s", path ? "\\" : "",
		 path ? path : "");
	ck_assert_int_eq(RegOpenKeyExA(HKEY_LOCAL_MACHINE, full, 0, access, &key), ERROR_SUCCESS);
	return key;
}

/** A key in a state: one that does not work, or one that reads only. */
enum reg_handle {
	KEY_OK,
	KEY_NULL,
	KEY_FORGED,
	KEY_CLOSED,
	KEY_WITHOUT_RIGHT,
	KEY_ABOVE,
	KEY_GONE
};

static inline HKEY reg_handle(enum reg_handle state, REGSAM right)
{
	HKEY key;

	switch (state) {
	case KEY_NULL:
		return NULL;
	case KEY_FORGED:
		return (HKEY)(uintptr_t)0x77777777;
	case KEY_ABOVE:
		return HKEY_LOCAL_MACHINE;
	default:
		key = reg_open(NULL, state == KEY_WITHOUT_RIGHT ? KEY_ALL_ACCESS & ~right
								: KEY_ALL_ACCESS);
	}
	if (state == KEY_CLOSED)
		ck_assert_int_eq(RegCloseKey(key), ERROR_SUCCESS);
	if (state == KEY_GONE)
		ck_assert_int_eq(unlink(scratch_path("50-boot.conf")), 0);
	return key;
}
