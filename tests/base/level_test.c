/* Words for levels and severities: each leads back to what it stands for. */
#include <stddef.h>

#include <wdspxe.h>

#include "suite.h"

#include "base/level.h"

START_TEST(levels_have_syslogs_numbers)
{
	for (int level = LOG_ERR; level <= LOG_DEBUG; level++)
		ck_assert_int_eq(level_of(level_name(level)), level);
	ck_assert_str_eq(level_name(LOG_EMERG), "emerg");
	ck_assert_str_eq(level_name(LOG_ERR), "error");
	ck_assert_str_eq(level_words[LOG_DEBUG], "debug");
	ck_assert_ptr_null(level_words[LOG_DEBUG + 1]);
}
END_TEST

/* What is worse than an error cannot be asked for: the log always has it. */
START_TEST(other_words_are_no_level)
{
	static const char *const none[] = { "", "emerg", "critical", "Error", "debug ", "3" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_int_eq(level_of(none[i]), -1);
}
END_TEST

START_TEST(severities_are_those_of_traces)
{
	static const uint32_t all[] = { PXE_TRACE_VERBOSE, PXE_TRACE_INFO, PXE_TRACE_WARNING,
					PXE_TRACE_ERROR, PXE_TRACE_FATAL };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		ck_assert_uint_eq(severity_of(severity_name(all[i])), all[i]);
	ck_assert_str_eq(severity_name(0), "error");
	ck_assert_uint_eq(severity_of("loud"), 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("level");

	tcase_add_test(tcase, levels_have_syslogs_numbers);
	tcase_add_test(tcase, other_words_are_no_level);
	tcase_add_test(tcase, severities_are_those_of_traces);
	return suite_run("base/level", tcase);
}
