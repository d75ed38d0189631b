/* One suite of one case: what most of the unit tests' mains need. */
#pragma once

#include <check.h>
#include <stdlib.h>

/** Runs the case as the suite `name`; frees all; the exit status for main(). */
static inline int suite_run(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/** tcase_add_loop_test() over a table: the test's _i is the row. */
#define TEST_ROWS(tcase, test, rows)                                                               \
	tcase_add_loop_test(tcase, test, 0, (int)(sizeof(rows) / sizeof((rows)[0])))
