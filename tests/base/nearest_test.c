/* base/nearest: what a mistyped word meant, and that most words mean none of them. */
#include "suite.h"

#include "base/nearest.h"

static const char *const words[] = { "file",       "url",      "arch",          "vendor-class",
				     "user-class", "x64-uefi", "x64-uefi-http", NULL };

static const struct {
	const char *typed, *meant;
} rows[] = {
	{ "fille", "file" },
	{ "fiel", "file" },
	{ "File", "file" },
	{ "ulr", "url" },
	{ "vendor_class", "vendor-class" },
	{ "userclass", "user-class" },
	{ "x64", "x64-uefi" },
	{ "x64-ufei", "x64-uefi" },
	{ "x64-uefi-htp", "x64-uefi-http" },
	{ "", NULL },
	{ "menu", NULL },
	{ "colour", NULL },
	{ "a-word-that-is-longer-than-any-of-these-words", NULL },
};

/* C6: an unknown key was refused, and what was meant was left to the admin. */
START_TEST(a_mistyped_word_is_known)
{
	const char *meant = nearest(rows[_i].typed, words);

	if (rows[_i].meant)
		ck_assert_pstr_eq(meant, rows[_i].meant);
	else
		ck_assert_ptr_null(meant);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("nearest");

	TEST_ROWS(tcase, a_mistyped_word_is_known, rows);
	return suite_run("base/nearest", tcase);
}
