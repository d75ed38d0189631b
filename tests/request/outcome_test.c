/* request/outcome: one table, and the manual says the same. */
#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/outcome.h"
#include "page.h"
#include "suite.h"

static char *manual;

static void read_manual(void)
{
	manual = page_read_filled("man/wdspxed.8");
}

static void forget_manual(void)
{
	free(manual);
}

/* C9: a name is for machines, the same in a metric's label, a JSON key and a journal field. */
START_TEST(name_is_one_word_and_unique)
{
	const char *name = outcome_name(_i);

	ck_assert_uint_gt(strlen(name), 2);
	for (const char *c = name; *c; c++)
		ck_assert_msg(islower(*c) || *c == '-', "%s", name);
	for (int other = 0; other < _i; other++)
		ck_assert_str_ne(outcome_name(other), name);
}
END_TEST

/* C9: what each outcome means stands in wdspxed(8), in the words of the log. */
START_TEST(manual_has_each_outcome_in_the_same_words)
{
	char row[512];

	snprintf(row, sizeof(row), "\n.It Li %s\n", outcome_name(_i));
	/* the text follows the request line, and was joined to it */
	row[strlen(row) - 1] = ' ';
	strncat(row, outcome_meaning(_i), sizeof(row) - strlen(row) - 1);
	ck_assert_msg(strstr(manual, row) != NULL, "not in wdspxed(8): %s", row);
}
END_TEST

/* W7: what loses a client that could have been answered is told at the default level (info), but
 * for those that are sorted out because they are no request to a boot server. */
START_TEST(what_loses_a_client_is_told)
{
	static const enum outcome quiet[] = { OUTCOME_NOT_OURS,  OUTCOME_MALFORMED,
					      OUTCOME_BOOTP,     OUTCOME_OWN,
					      OUTCOME_INTERFACE, OUTCOME_OVERSIZED,
					      OUTCOME_DUPLICATE };
	bool is_quiet = false;

	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		is_quiet = is_quiet || (int)quiet[i] == _i;
	ck_assert_msg((outcome_level(_i) == OUTCOME_LEVEL_DEBUG) == is_quiet, "%s",
		      outcome_name(_i));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("outcome");

	tcase_add_unchecked_fixture(tcase, read_manual, forget_manual);
	tcase_add_loop_test(tcase, name_is_one_word_and_unique, 0, OUTCOME_COUNT);
	tcase_add_loop_test(tcase, manual_has_each_outcome_in_the_same_words, 0, OUTCOME_COUNT);
	tcase_add_loop_test(tcase, what_loses_a_client_is_told, 0, OUTCOME_COUNT);
	return suite_run("request/outcome", tcase);
}
