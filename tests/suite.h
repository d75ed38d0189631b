/* What the mains of the unit tests need. */
#pragma once

#include <check.h>
#include <stdlib.h>

/* The exit status of a program none of whose tests can be run here. It has said why: "SKIPPED". */
enum { EXIT_SKIPPED = 77 };

/** Runs the suite; frees all; the exit status for main(). */
static inline int suite_run_whole(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int run, failed;

	srunner_run_all(runner, CK_ENV);
	run = srunner_ntests_run(runner);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	if (run == 0)
		return EXIT_SKIPPED;
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/** The same for a suite `name` of one case. */
static inline int suite_run(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);

	suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}

/** tcase_add_loop_test() over a table: the test's _i is the row. */
#define TEST_ROWS(tcase, test, rows)                                                               \
	tcase_add_loop_test(tcase, test, 0, (int)(sizeof(rows) / sizeof((rows)[0])))
