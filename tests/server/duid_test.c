/* server/duid: made once, kept, and never an obstacle. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/duid.h"
#include "suite.h"
#include "temporary.h"

static char folder[TEMPORARY_MAX];
static char path[TEMPORARY_MAX + 8], why[4400];

static void make_folder(void)
{
	ck_assert_ptr_nonnull(mkdtemp(temporary_template(folder, "duid")));
	snprintf(path, sizeof(path), "%s/duid", folder);
	why[0] = 0;
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(path);
	rmdir(folder);
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(made_once_and_kept)
{
	uint8_t first[DUID_LEN], second[DUID_LEN];

	ck_assert_int_eq(duid_get(folder, true, first, why, sizeof(why)), 0);
	ck_assert(first[0] == 0 && first[1] == 4);
	ck_assert_int_eq(duid_get(folder, true, second, why, sizeof(why)), 0);
	ck_assert_mem_eq(first, second, DUID_LEN);
}
END_TEST

START_TEST(not_kept_where_nobody_wants_it)
{
	uint8_t first[DUID_LEN];

	ck_assert_int_eq(duid_get(folder, false, first, why, sizeof(why)), 0);
	ck_assert(first[0] == 0 && first[1] == 4);
	ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(the_file_decides)
{
	uint8_t duid[DUID_LEN];

	write_file("000400112233445566778899aabbccddeeff\n");
	ck_assert_int_eq(duid_get(folder, true, duid, why, sizeof(why)), 0);
	ck_assert_mem_eq(duid, "\0\4\0\x11\x22\x33", 6);
	ck_assert_uint_eq(duid[17], 0xff);
}
END_TEST

static const char *const wrong[] = { "", "0004", "0003000112233445566778899aabbccddeef",
				     "zz0400112233445566778899aabbccddeeff" };

START_TEST(a_file_that_is_none_is_left_alone)
{
	uint8_t duid[DUID_LEN];
	char text[64] = "";
	FILE *file;

	write_file(wrong[_i]);
	ck_assert_int_eq(duid_get(folder, true, duid, why, sizeof(why)), 1);
	ck_assert_ptr_nonnull(strstr(why, "does not contain a valid DUID"));
	ck_assert(duid[0] == 0 && duid[1] == 4);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	if (!fgets(text, sizeof(text), file))
		text[0] = 0;
	fclose(file);
	ck_assert_str_eq(text, wrong[_i]);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_told)
{
	uint8_t duid[DUID_LEN];

	ck_assert_int_eq(duid_get("/proc/nowhere", true, duid, why, sizeof(why)), 1);
	ck_assert_ptr_nonnull(strstr(why, "/proc/nowhere/duid"));
	ck_assert(duid[0] == 0 && duid[1] == 4);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("duid");

	tcase_add_checked_fixture(tcase, make_folder, remove_folder);
	tcase_add_test(tcase, made_once_and_kept);
	tcase_add_test(tcase, not_kept_where_nobody_wants_it);
	tcase_add_test(tcase, the_file_decides);
	TEST_ROWS(tcase, a_file_that_is_none_is_left_alone, wrong);
	tcase_add_test(tcase, a_folder_that_cannot_be_written_is_told);
	return suite_run("server/duid", tcase);
}
