/* base/trust: what others may have changed on the way to a file. Wants root, to give files away. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>

#include "base/trust.h"
#include "scratch.h"
#include "suite.h"

enum { STRANGER = 65534 };

static char why[PATH_MAX + 256];

static void folder(const char *name, mode_t mode)
{
	ck_assert_int_eq(mkdir(scratch_path(name), 0755), 0);
	ck_assert_int_eq(chmod(scratch_path(name), mode), 0);
}

static void linked(const char *target, const char *name)
{
	ck_assert_int_eq(symlink(target, scratch_path(name)), 0);
}

/* good/file is right; the rest of the rows starts from there. */
static void before(void)
{
	umask(022); /* another one would make good/file writable for a group */
	scratch_make();
	folder("good", 0755);
	folder("open", 0777);
	folder("sticky", 01777);
	folder("group", 0775);
	scratch_write("good/file", "");
	scratch_write("good/writable", "");
	ck_assert_int_eq(chmod(scratch_path("good/writable"), 0664), 0);
	scratch_write("open/file", "");
	scratch_write("sticky/file", "");
	scratch_write("group/file", "");
	linked("good/file", "link");
	linked("good", "door");
	linked("../good/file", "open/link");
	linked("open/link", "long");
	linked("../open", "good/out");
	linked("round", "round");
	linked(scratch_path("good"), "whole");
	linked("../good/file", "sticky/link");
}

static const struct {
	const char *path;
	int result;
	const char *said; /* a part of the reason */
} rows[] = {
	{ "good/file", 0, NULL },
	{ "good/./file", 0, NULL },
	{ "good/../good//file", 0, NULL },
	{ "link", 0, NULL },
	{ "door/file", 0, NULL },
	{ "whole/file", 0, NULL },
	{ "sticky/file", 0, NULL },
	{ "sticky/link", 0, NULL },
	{ "good/writable", -EPERM, "mode 0664); forbid that with chmod go-w" },
	{ "open/file", -EPERM, "open: other users can change this folder" },
	{ "group/file", -EPERM, "group: other users can change this folder" },
	{ "open/link", -EPERM, "open: other users can change this folder" },
	{ "long", -EPERM, "open: other users can change this folder" },
	{ "good/out/link", -EPERM, "open: other users can change this folder" },
	{ "open/../good/file", -EPERM, "open: other users can change this folder" },
	{ "good/none", -ENOENT, "good/none: No such file" },
	{ "good/file/more", -ENOTDIR, "Not a directory" },
	{ "round", -ELOOP, "round" },
};

START_TEST(each_step_of_the_way_counts)
{
	int r = trust_check(scratch_path(rows[_i].path), why, sizeof(why));

	ck_assert_msg(r == rows[_i].result, "%s: %d, %s", rows[_i].path, r, why);
	if (rows[_i].said)
		ck_assert_msg(strstr(why, rows[_i].said) != NULL, "%s: %s", rows[_i].path, why);
}
END_TEST

START_TEST(whose_a_file_is_is_told)
{
	char said[100];

	snprintf(said, sizeof(said), "good/writable: other users can change it (owner %u, mode ",
		 (unsigned)geteuid());
	ck_assert_int_eq(trust_check(scratch_path("good/writable"), why, sizeof(why)), -EPERM);
	ck_assert_msg(strstr(why, said) != NULL, "%s", why);
}
END_TEST

static const char *const given_away[] = { "good", "good/file", "sticky/link", "link" };
static const char *const asked[] = { "good/file", "good/file", "sticky/link", "link" };

START_TEST(what_belongs_to_another_is_refused)
{
	if (getuid() != 0)
		return;
	ck_assert_int_eq(lchown(scratch_path(given_away[_i]), STRANGER, STRANGER), 0);
	ck_assert_int_eq(trust_check(scratch_path(asked[_i]), why, sizeof(why)), -EPERM);
	ck_assert_msg(strstr(why, "belongs to another user (65534); give it to root with chown") !=
			      NULL,
		      "%s", why);
}
END_TEST

START_TEST(the_open_file_is_the_one_that_is_checked)
{
	int fd = open(scratch_path("good/file"), O_RDONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(trust_check_fd(fd, scratch_path("link"), why, sizeof(why)), 0);
	ck_assert_int_eq(rename(scratch_path("good/writable"), scratch_path("good/file")), 0);
	ck_assert_int_eq(chmod(scratch_path("good/file"), 0644), 0);
	ck_assert_int_eq(trust_check_fd(fd, scratch_path("link"), why, sizeof(why)), -EAGAIN);
	close(fd);
}
END_TEST

START_TEST(a_path_that_is_none)
{
	char name[PATH_MAX + 10];

	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(trust_check(name, why, sizeof(why)), -ENAMETOOLONG);
	name[NAME_MAX + 2] = '\0';
	ck_assert_int_eq(trust_check(name, why, sizeof(why)), -ENAMETOOLONG);
	ck_assert_int_eq(trust_check("good/file", why, sizeof(why)), -EINVAL);
	ck_assert_int_eq(trust_check("/", why, sizeof(why)), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("trust");

	tcase_add_checked_fixture(t, before, scratch_remove);
	TEST_ROWS(t, each_step_of_the_way_counts, rows);
	tcase_add_test(t, whose_a_file_is_is_told);
	TEST_ROWS(t, what_belongs_to_another_is_refused, given_away);
	tcase_add_test(t, the_open_file_is_the_one_that_is_checked);
	tcase_add_test(t, a_path_that_is_none);
	return suite_run("base/trust", t);
}
