/* server/descriptors: what was closed is missed, and nothing else is. */
#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/descriptors.h"
#include "suite.h"

static int failing; /* errno of each fstat(); 0: it works */

/* In place of the C library's. */
int fstat(int fd, struct stat *out)
{
	int (*real)(int, struct stat *) = dlsym(RTLD_NEXT, "fstat");

	if (!failing)
		return real(fd, out);
	errno = failing;
	return -1;
}

static int ends[2];

static void note_two(void)
{
	failing = 0;
	ck_assert_int_eq(pipe(ends), 0);
	descriptors_note(ends[0], "the first");
	descriptors_note(ends[1], "the second");
	ck_assert_ptr_null(descriptors_lost());
}

START_TEST(a_closed_one_is_missed)
{
	close(ends[1]);
	ck_assert_str_eq(descriptors_lost(), "the second");
}
END_TEST

START_TEST(another_one_in_its_place_is_seen)
{
	int other[2];

	ck_assert_int_eq(pipe(other), 0);
	ck_assert_int_eq(dup2(other[0], ends[0]), ends[0]);
	ck_assert_str_eq(descriptors_lost(), "the first");
}
END_TEST

static const int reasons[] = { EIO, ENOMEM, EOVERFLOW, EACCES, EPERM, ENOSYS };

START_TEST(a_look_that_fails_ends_nothing)
{
	failing = reasons[_i];
	ck_assert_ptr_null(descriptors_lost());
	failing = 0;
	close(ends[0]);
	ck_assert_str_eq(descriptors_lost(), "the first");
}
END_TEST

START_TEST(what_was_never_open_is_not_missed)
{
	descriptors_note(-1, "a port that is not served");
	ck_assert_ptr_null(descriptors_lost());
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("descriptors");

	tcase_add_checked_fixture(tcase, note_two, NULL);
	tcase_add_test(tcase, a_closed_one_is_missed);
	tcase_add_test(tcase, another_one_in_its_place_is_seen);
	TEST_ROWS(tcase, a_look_that_fails_ends_nothing, reasons);
	tcase_add_test(tcase, what_was_never_open_is_not_missed);
	suite_apart(); /* a test loses what the next one notes */
	return suite_run("server/descriptors", tcase);
}
