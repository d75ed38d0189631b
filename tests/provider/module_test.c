/* provider/module: whether the file of a loaded module has become another. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wdspxe.h>

#include "built.h"
#include "provider/module.h"
#include "suite.h"
#include "temporary.h"

static char folder[TEMPORARY_MAX], path[TEMPORARY_MAX + 8], why[512];
static struct module module;

/* A real module's file that may be written to, loaded. */
static void set_up(void)
{
	char command[1024];

	SetLastError(0); /* so that the library which the module needs is there */
	ck_assert_ptr_nonnull(mkdtemp(temporary_template(folder, "module")));
	snprintf(path, sizeof(path), "%s/it.so", folder);
	snprintf(command, sizeof(command), "cp %s %s", built_module("tests/providers/scripted.so"),
		 path);
	ck_assert_int_eq(system(command), 0);
	ck_assert_msg(module_load(path, NULL, NULL, &module, why, sizeof(why)) == 0, "%s", why);
}

static void tear_down(void)
{
	module_unload(&module);
	unlink(path);
	rmdir(folder);
}

/* Changes the last octet in place; the file's time is then what it was. */
static void turn_last_octet(void)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;
	char octet;

	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(pread(fd, &octet, 1, st.st_size - 1), 1);
	octet = (char)~octet;
	ck_assert_int_eq(pwrite(fd, &octet, 1, st.st_size - 1), 1);
	ck_assert_int_eq(futimens(fd, (struct timespec[2]){ st.st_atim, st.st_mtim }), 0);
	close(fd);
}

START_TEST(file_as_it_was_loaded_has_not_changed)
{
	ck_assert_int_eq(module_change(&module, path), MODULE_SAME);
}
END_TEST

/* S1, H5: a module that was built again may keep its size, its inode and its time; any octet of the
 * file itself tells. */
START_TEST(one_octet_is_a_change)
{
	turn_last_octet();
	ck_assert_int_eq(module_change(&module, path), MODULE_OTHER);
	turn_last_octet();
	ck_assert_int_eq(module_change(&module, path), MODULE_SAME);
}
END_TEST

START_TEST(file_that_was_cut_off_or_is_gone_has_changed)
{
	ck_assert_int_eq(truncate(path, 1000), 0);
	ck_assert_int_eq(module_change(&module, path), MODULE_OTHER);
	unlink(path);
	ck_assert_int_eq(module_change(&module, path), MODULE_OTHER);
}
END_TEST

/* ---- the version of the API ---- */

/* Writes the version into the module's note, its only one. */
static void set_version(uint32_t major, uint32_t minor)
{
	static const uint8_t note[] = { 1, 0, 0, 0, 'w', 'd', 's', 'p', 'x', 'e', 0, 0 };
	uint32_t version[] = { major, minor };
	uint8_t octets[sizeof(note)];
	int fd = open(path, O_RDWR | O_CLOEXEC);

	for (off_t at = 0; pread(fd, octets, sizeof(note), at) == sizeof(note); at += 4)
		if (memcmp(octets, note, sizeof(note)) == 0)
			ck_assert_int_eq(
				pwrite(fd, version, sizeof(version), at + (off_t)sizeof(note)),
				sizeof(version));
	close(fd);
}

static const struct {
	const char *name;
	uint32_t major, minor;
	bool newer;
	const char *why; /* NULL: it is loaded */
} versions[] = {
	{ "ours", PXE_API_VERSION_MAJOR, PXE_API_VERSION_MINOR, false, NULL },
	{ "a later minor", PXE_API_VERSION_MAJOR, PXE_API_VERSION_MINOR + 7, true, NULL },
	{ "a later major", PXE_API_VERSION_MAJOR + 1, 0, false,
	  "it was built for version 2.0 of the API, and this is version 1." },
	{ "an earlier major", 0, 9, false,
	  "it was built for version 0.9 of the API, and this is version 1." },
};

START_TEST(version_is_looked_at)
{
	int r;

	module_unload(&module);
	memset(&module, 0, sizeof(module));
	set_version(versions[_i].major, versions[_i].minor);
	r = module_load(path, NULL, NULL, &module, why, sizeof(why));
	ck_assert_msg(r == (versions[_i].why ? MODULE_E_UNLOADABLE : 0), "%s: %d",
		      versions[_i].name, r);
	ck_assert_int_eq(module.newer, versions[_i].newer);
	if (versions[_i].why)
		ck_assert_msg(strstr(why, versions[_i].why) != NULL, "%s", why);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("module");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, file_as_it_was_loaded_has_not_changed);
	tcase_add_test(tcase, one_octet_is_a_change);
	tcase_add_test(tcase, file_that_was_cut_off_or_is_gone_has_changed);
	TEST_ROWS(tcase, version_is_looked_at, versions);
	return suite_run("module", tcase);
}
