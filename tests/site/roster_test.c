/* site/roster: what a reload does about each provider, by what changed. */
#include <check.h>

#include "site/roster.h"
#include "suite.h"

#define OLD                                                                                        \
	"name = \"n\"; module = \"/m.so\"; threads = 2; critical = false; pending-timeout = 3.0;"  \
	"settings: { a = 1; };"

static const struct {
	const char *what, *text; /* text NULL: as it was */
	const char *path;        /* NULL: as it was */
	bool runs, module_changed, control;
	enum roster_plan plan;
} rows[] = {
	{ "nothing", NULL, NULL, true, false, false, PLAN_KEEP },
	{ "comments and layout",
	  "# c\nmodule = \"/m.so\"; name = \"n\"; critical = false; threads = 2;\n"
	  "pending-timeout = 3.0; settings: { a = 1; /* c */ };",
	  NULL, true, false, true, PLAN_KEEP },
	{ "critical and the timeout",
	  "name = \"n\"; module = \"/m.so\"; threads = 2; critical = true; pending-timeout = 9.0;"
	  "settings: { a = 1; };",
	  NULL, true, false, true, PLAN_KEEP },
	{ "settings, with ServiceControl",
	  "name = \"n\"; module = \"/m.so\"; threads = 2; critical = false; pending-timeout = 3.0;"
	  "settings: { a = 2; };",
	  NULL, true, false, true, PLAN_TELL },
	{ "settings, without",
	  "name = \"n\"; module = \"/m.so\"; threads = 2; critical = false; pending-timeout = 3.0;"
	  "settings: { a = 2; };",
	  NULL, true, false, false, PLAN_REPLACE },
	{ "settings and threads",
	  "name = \"n\"; module = \"/m.so\"; threads = 1; settings: { a = 2; };", NULL, true, false,
	  true, PLAN_REPLACE },
	{ "the module's path", "name = \"n\"; module = \"/o.so\"; settings: { a = 1; };", NULL,
	  true, false, true, PLAN_REPLACE },
	{ "the module's file", NULL, NULL, true, true, true, PLAN_REPLACE },
	{ "the drop-in's file name", NULL, "/p/60-n.conf", true, false, true, PLAN_REPLACE },
	{ "nothing, and it does not run", NULL, NULL, false, false, false, PLAN_RETRY },
	{ "settings, and it does not run",
	  "name = \"n\"; module = \"/m.so\"; threads = 2; critical = false; pending-timeout = 3.0;"
	  "settings: { a = 2; };",
	  NULL, false, false, false, PLAN_NEW },
	{ "the module's file, and it does not run", NULL, NULL, false, true, false, PLAN_NEW },
};

static struct dropin *dropin(const char *text, const char *path)
{
	struct registry_error error = { .line = 0 };
	struct dropin *out = NULL;

	ck_assert_msg(dropin_parse(span_str(text ? text : OLD), path ? path : "/p/50-n.conf", &out,
				   &error) == 0,
		      "%s", error.text);
	return out;
}

START_TEST(plan_of_each_change)
{
	struct dropin *old = dropin(NULL, NULL), *new = dropin(rows[_i].text, rows[_i].path);

	ck_assert_msg(roster_plan(old, new, rows[_i].runs, rows[_i].module_changed,
				  rows[_i].control) == rows[_i].plan,
		      "%s", rows[_i].what);
	dropin_free(old);
	dropin_free(new);
}
END_TEST

START_TEST(a_new_name_is_new)
{
	struct dropin *new = dropin(NULL, NULL);

	ck_assert_int_eq(roster_plan(NULL, new, false, false, false), PLAN_NEW);
	dropin_free(new);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("roster");

	TEST_ROWS(tcase, plan_of_each_change, rows);
	tcase_add_test(tcase, a_new_name_is_new);
	return suite_run("site/roster", tcase);
}
