/* registry/dropin: the files that a drop-in includes. */
#include <check.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "registry/dropin.h"
#include "registry/provider_list.h"
#include "scratch.h"
#include "suite.h"

#define HEAD "name = \"n\";\nmodule = \"/m.so\";\n"
#define MAIN HEAD "include = \"d/*.conf\";\nsettings: { boot = (\n{ a = 1; },\n{ a = 2; } ); };\n"

static void setup(void)
{
	scratch_make();
	ck_assert_int_eq(mkdir(scratch_path("d"), 0755), 0);
}

static void teardown(void)
{
	scratch_remove();
}

static struct dropin *read_main(const char *text)
{
	struct registry_error error = { .line = 0 };
	struct dropin *d = NULL;

	ck_assert_msg(dropin_read(scratch_write("50-n.conf", text), &d, &error) == 0, "%s:%d: %s",
		      error.file, error.line, error.text);
	return d;
}

/* "1@50-n.conf:5 ...": each entry's a, the file that has it, and its line. */
static const char *entries(const struct dropin *d)
{
	const struct setting *boot = setting_child(d->settings, "boot");
	static char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; boot && i < boot->count; i++) {
		const struct setting *a = setting_child(boot->child[i], "a");
		const char *file = dropin_file_of(d, a);

		used += (size_t)sprintf(text + used, "%s%d@%s:%d", i ? " " : "", (int)a->integer,
					file + strlen(scratch) + 1, a->line);
	}
	return text;
}

START_TEST(entries_come_behind_in_the_order_of_octets)
{
	scratch_write("d/20.conf", "boot = ( { a = 5; } );");
	scratch_write("d/1x.conf", "# first\n\nboot = (\n{ a = 3; },\n{ a = 4; } );");
	scratch_write("d/.hidden.conf", "{");
	scratch_write("d/README", "{");
	scratch_write("d/A.conf", "BOOT: ( { A = 6; } )");
	_cleanup_(dropin_freep) struct dropin *d = read_main(MAIN);

	ck_assert_str_eq(entries(d), "1@50-n.conf:5 2@50-n.conf:6 3@d/1x.conf:4 4@d/1x.conf:5 "
				     "5@d/20.conf:1 6@d/A.conf:1");
	ck_assert_uint_eq(dropin_entries(d), 6);
	ck_assert_uint_eq(d->n_included, 3);
}
END_TEST

START_TEST(a_list_that_the_file_has_not_is_made)
{
	scratch_write("d/a.conf", "boot = ( { a = 1; } ); groups = ( { a = 2; } );");
	_cleanup_(dropin_freep) struct dropin *d = read_main(HEAD "include = [ \"d/a.conf\" ];");

	ck_assert_str_eq(entries(d), "1@d/a.conf:1");
	ck_assert_uint_eq(setting_child(d->settings, "groups")->count, 1);
	ck_assert_ptr_eq(d->own, d->settings);
}
END_TEST

START_TEST(nothing_that_matches_is_no_mistake)
{
	_cleanup_(dropin_freep) struct dropin *d = read_main(MAIN);

	ck_assert_str_eq(entries(d), "1@50-n.conf:5 2@50-n.conf:6");
}
END_TEST

START_TEST(patterns_follow_one_another)
{
	char text[512];

	scratch_write("d/a.conf", "boot = ( { a = 2; } );");
	scratch_write("d/b.inc", "boot = ( { a = 1; } );");
	snprintf(text, sizeof text, HEAD "include = ( \"d/*.inc\", \"%s/d/?.conf\" );", scratch);
	_cleanup_(dropin_freep) struct dropin *d = read_main(text);

	ck_assert_str_eq(entries(d), "1@d/b.inc:1 2@d/a.conf:1");
}
END_TEST

/* But for those that make a provider, which ".own.conf" does not. */
START_TEST(what_is_included_may_stand_beside_it)
{
	scratch_write(".own.conf", "boot = ( { a = 1; } );");
	_cleanup_(dropin_freep) struct dropin *d = read_main(HEAD "include = \".own.conf\";");

	ck_assert_str_eq(entries(d), "1@.own.conf:1");
}
END_TEST

/* What a reload goes by. */
START_TEST(a_change_of_an_included_file_is_one_of_the_settings)
{
	scratch_write("d/a.conf", "boot = ( { a = 3; } );");
	_cleanup_(dropin_freep) struct dropin *before = read_main(MAIN);

	for (unsigned i = 0; i < 5; i++) {
		struct dropin *after;

		if (i == 1)
			scratch_write("d/a.conf", "# a comment\nboot = ( { a = 3; } );");
		if (i == 2)
			scratch_write("d/a.conf", "boot = ( { a = 4; } );");
		if (i == 3)
			ck_assert_int_eq(rename(scratch_path("d/a.conf"), scratch_path("d/b.conf")),
					 0);
		if (i == 4)
			ck_assert_int_eq(unlink(scratch_path("d/b.conf")), 0);
		after = read_main(MAIN);
		ck_assert_uint_eq(dropin_compare(before, after),
				  i < 2 ? DROPIN_SAME : DROPIN_SETTINGS_CHANGED);
		dropin_free(after);
	}
	scratch_write("d/b.conf", "boot = ( { a = 3; } );"); /* the same, by another name */
	_cleanup_(dropin_freep) struct dropin *renamed = read_main(MAIN);

	ck_assert_uint_eq(dropin_compare(before, renamed), DROPIN_SETTINGS_CHANGED);
}
END_TEST

static const struct {
	const char *main, *included; /* d/a.conf; NULL: there is none */
	const char *file;            /* that is wrong */
	int line;
	const char *said;
} rows[] = {
	{ HEAD "include = 5;", NULL, "50-n.conf", 3,
	  "include must be a string or a list of strings, such as \"bootfile.d/*.conf\" [W0114]" },
	{ HEAD "include = ( \"d/a.conf\",\n 5 );", "", "50-n.conf", 4, "include must be a string" },
	{ HEAD "include = \"d/b.conf\";", NULL, "50-n.conf", 3,
	  "there is no file %s/d/b.conf [W0190]" },
	{ HEAD "include = \"e/*.conf\";", NULL, "50-n.conf", 3,
	  "there is no folder %s/e/ [W0190]" },
	{ HEAD "include = \"*/a.conf\";", NULL, "50-n.conf", 3,
	  "\"*/a.conf\": only the last part may have wildcards [W0190]" },
	{ HEAD "include = \"d/\";", NULL, "50-n.conf", 3, "\"d/\" names no file" },
	{ HEAD "include = \"\";", NULL, "50-n.conf", 3, "\"\" names no file" },
	{ HEAD "include = \"d\";", NULL, "d", 0, "not a regular file [W0103]" },
	{ HEAD "include = \"*.conf\";", NULL, "50-n.conf", 3,
	  "%s/50-n.conf is itself the file of a provider" },
	{ HEAD "include = \"./50-n.conf\";", NULL, "50-n.conf", 3,
	  "is itself the file of a provider" },
	{ HEAD "include = [ \"d/a.conf\",\n\"d/*.conf\" ];", "# none", "50-n.conf", 4,
	  "%s/d/a.conf is included twice [W0192]" },
	{ MAIN, "boot = (\n{ a = 1; }\n{ a = 2; } );", "d/a.conf", 3, "a ',' is missing" },
	{ MAIN, "\n{ mac = \"x\"; }", "d/a.conf", 2,
	  "entries must be in a list: boot = ( { ... }, { ... } ); [W0106]" },
	{ MAIN, "", "d/a.conf", 0, "it is empty, and the entries that it may have had would be" },
	{ MAIN, "include = \"b.conf\";", "d/a.conf", 1,
	  "a file that is included includes no others: name them in the provider's file [W0191]" },
	{ MAIN, "\n@include \"b.conf\"", "d/a.conf", 2,
	  "@include is not supported: write include" },
	{ MAIN, "name = \"m\";", "d/a.conf", 1, "name belongs in the provider's file" },
	{ MAIN, "settings: { boot = ( { a = 1; } ); };", "d/a.conf", 1,
	  "settings belongs in the provider's file" },
	{ MAIN, "boot = ();\nserver = \"auto\";", "d/a.conf", 2,
	  "server belongs inside settings of the provider's file" },
	{ MAIN, "boot = ( 5 );", "d/a.conf", 1, "boot belongs inside settings" },
	{ MAIN, "registry = ( { name = \"x\"; type = \"REG_DWORD\"; data = 5; } );", "d/a.conf", 1,
	  "registry belongs inside settings" },
	{ MAIN, "boot = ( { registry = ( { } ); } );", "d/a.conf", 1, "in the list registry" },
	{ HEAD "include = \"d/a.conf\";\nsettings: { boot = 5; };", "boot = ( { a = 1; } );",
	  "50-n.conf", 4,
	  "boot must be a list ( ), not an integer, for %s/d/a.conf is to be added" },
	{ MAIN, "boot = ( { a = 1; A = 2; } );", "d/a.conf", 1, "A is already set on line 1" },
};

START_TEST(what_is_wrong_is_told_with_its_file)
{
	struct registry_error error = { .line = 0 };
	struct dropin *d = NULL;
	char said[1024];
	int r;

	if (rows[_i].included)
		scratch_write("d/a.conf", rows[_i].included);
	r = dropin_read(scratch_write("50-n.conf", rows[_i].main), &d, &error);
	ck_assert_msg(r == REGISTRY_E_INVALID, "%s: %d", rows[_i].main, r);
	snprintf(said, sizeof said, rows[_i].said, scratch);
	ck_assert_msg(strstr(error.text, said), "%s", error.text);
	ck_assert_str_eq(error.file, scratch_path(rows[_i].file));
	ck_assert_int_eq(error.line, rows[_i].line);
}
END_TEST

struct told {
	char text[2048];
};

static void note(void *context, bool warning, const struct registry_error *mistake)
{
	struct told *told = context;
	size_t used = strlen(told->text);

	ck_assert(!warning);
	snprintf(told->text + used, sizeof told->text - used, "%s:%d\n",
		 mistake->file + strlen(scratch) + 1, mistake->line);
}

/* All mistakes of all files in one run, and what is right stays to be looked at. */
START_TEST(all_mistakes_are_told_at_once)
{
	struct told told = { "" };
	struct registry_error error = { .tell = note, .context = &told };
	struct provider_list list;

	scratch_write("d/a.conf", "server = 1;\nname = \"x\";");
	scratch_write("d/b.conf", "boot = ( { a = 3; } );");
	scratch_write("d/c.conf", "boot = (");
	scratch_write("50-n.conf", HEAD "wrong = 1;\ninclude = [ \"x.inc\", \"d/*.conf\" ];\n"
					"settings: { boot = ( { a = 1; } ); };");
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), 0);
	ck_assert_str_eq(told.text,
			 "50-n.conf:3\n50-n.conf:4\nd/a.conf:1\nd/a.conf:2\nd/c.conf:1\n");
	ck_assert_uint_eq(error.told, 5);
	ck_assert_uint_eq(list.n, 1);
	ck_assert(list.entry[0]->wrong);
	ck_assert_str_eq(entries(list.entry[0]), "1@50-n.conf:5 3@d/b.conf:1");
	provider_list_done(&list);
}
END_TEST

/* What is in force, as -T prints it, says which file each entry is from, and can be read again. */
START_TEST(it_is_printed_with_its_files)
{
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof text - 1, "w");
	struct dropin *again = NULL;

	scratch_write("d/a.conf", "boot = ( { a = 3; } );");
	_cleanup_(dropin_freep) struct dropin *d = read_main(MAIN);

	dropin_print(d, out);
	fclose(out);
	ck_assert_msg(strstr(text, "d/a.conf:1"), "%s", text);
	ck_assert_msg(strstr(text, "# include: \""), "%s", text);
	ck_assert_int_eq(dropin_read(scratch_write("again.conf", text), &again, NULL), 0);
	ck_assert_uint_eq(dropin_entries(again), 3);
	ck_assert_uint_eq(again->n_included, 0);
	dropin_free(again);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("included files");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, entries_come_behind_in_the_order_of_octets);
	tcase_add_test(tcase, a_list_that_the_file_has_not_is_made);
	tcase_add_test(tcase, nothing_that_matches_is_no_mistake);
	tcase_add_test(tcase, patterns_follow_one_another);
	tcase_add_test(tcase, what_is_included_may_stand_beside_it);
	tcase_add_test(tcase, a_change_of_an_included_file_is_one_of_the_settings);
	TEST_ROWS(tcase, what_is_wrong_is_told_with_its_file, rows);
	tcase_add_test(tcase, all_mistakes_are_told_at_once);
	tcase_add_test(tcase, it_is_printed_with_its_files);
	return suite_run("registry/include", tcase);
}
