/* What the mains of the unit tests need. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* The exit status of a program none of whose tests can be run here. It has said why: "SKIPPED". */
enum { EXIT_SKIPPED = 77 };

/* libcheck gives each test a process of its own, which a sanitizer makes dear: most of the time of
 * its run. There all tests of a program run in one. What one leaves behind meets the next, and is
 * reported at the end if it leaks; what only a first use in a process shows needs suite_apart().
 * Where such a program fails, tests/run-units.sh runs it again, each test by itself: then no test
 * is kept from running by the one that crashed, and that one is named.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SUITE_FORKS "no"
#else
#define SUITE_FORKS "yes"
#endif

/** Each test of this program needs a process of its own, under a sanitizer too; the caller says
 * why. */
static inline void suite_apart(void)
{
	setenv("CK_FORK", "yes", 0);
}

/** Runs the suite; frees all; the exit status for main(). In the environment, CK_FORK says yes or
 * no. */
static inline int suite_run_whole(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int run, failed;

	setenv("CK_FORK", SUITE_FORKS, 0);
	if (srunner_fork_status(runner) == CK_NOFORK)
		fputs("suite: all tests in one process (CK_FORK=yes: each its own)\n", stderr);
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
