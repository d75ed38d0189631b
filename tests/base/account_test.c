/* base/account: names and numbers, from files as the system has them and as it should not. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/account.h"
#include "scratch.h"
#include "suite.h"

static const struct {
	const char *text, *name;
	uint32_t id;
} rows[] = {
	{ "root:x:0:0:root:/root:/bin/sh\nwdspxe:x:999:\n", "wdspxe", 999 },
	{ "root:x:0:\nwdspxe:x:999:a,b", "wdspxe", 999 },
	{ "root::0:\n", "root", 0 },
	{ "wdspxe-ear:x:7:\nwdspxe:x:8:\n", "wdspxe", 8 },
	{ "a:x:4294967294:\n", "a", 4294967294U },
	{ "a:x:4294967296:\na:x:5:\n", "a", 5 },
	{ "a\na:x\na:x:\na:x::\na:x:6\na:x:-:\n:x:1:\n#\n\na:x:7:\n", "a", 7 },
	{ "b:x:1:\n", "a", UINT32_MAX },
	{ "", "a", UINT32_MAX },
};

START_TEST(the_number_of_a_name)
{
	char name[16] = "untouched";

	scratch_write("file", rows[_i].text);
	ck_assert_uint_eq(account_id(scratch_path("file"), rows[_i].name), rows[_i].id);
	if (rows[_i].id == UINT32_MAX)
		return;
	ck_assert(account_name(scratch_path("file"), rows[_i].id, name, sizeof(name)));
	ck_assert_str_eq(name, rows[_i].name);
}
END_TEST

/* A group may have more members than a line has room for; what they say is no line. */
START_TEST(a_long_line_is_passed_over)
{
	static char text[200000];
	size_t len = (size_t)snprintf(text, sizeof(text), "many:x:1:");

	while (len < sizeof(text) - 100)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "a:x:2:,");
	snprintf(text + len, sizeof(text) - len, "\na:x:3:\n");
	scratch_write("file", text);
	ck_assert_uint_eq(account_id(scratch_path("file"), "many"), 1);
	ck_assert_uint_eq(account_id(scratch_path("file"), "a"), 3);
}
END_TEST

START_TEST(what_is_not_there_has_no_number)
{
	char name[8] = "before";

	ck_assert_uint_eq(account_id(scratch_path("none"), "root"), UINT32_MAX);
	ck_assert(!account_name(scratch_path("none"), 0, name, sizeof(name)));
	ck_assert(!account_name(ACCOUNT_USERS, UINT32_MAX, name, sizeof(name)));
	ck_assert_str_eq(name, "before");
}
END_TEST

START_TEST(it_agrees_with_the_c_library)
{
	char name[64];

	ck_assert_uint_eq(account_id(ACCOUNT_USERS, "root"), getpwnam("root")->pw_uid);
	ck_assert_uint_eq(account_id(ACCOUNT_GROUPS, "root"), 0);
	ck_assert(account_name(ACCOUNT_USERS, 0, name, sizeof(name)));
	ck_assert_str_eq(name, "root");
	ck_assert(account_name(ACCOUNT_USERS, 0, name, 3));
	ck_assert_str_eq(name, "ro");
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("account");

	tcase_add_checked_fixture(t, scratch_make, scratch_remove);
	TEST_ROWS(t, the_number_of_a_name, rows);
	tcase_add_test(t, a_long_line_is_passed_over);
	tcase_add_test(t, what_is_not_there_has_no_number);
	tcase_add_test(t, it_agrees_with_the_c_library);
	return suite_run("base/account", t);
}
