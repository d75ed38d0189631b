/* registry/: settings and drop-in files as they are read, and what is said about wrong ones. */
#include <check.h>
#include <errno.h>
#include <math.h>

#include "registry/dropin.h"
#include "scratch.h"
#include "suite.h"
#include "without_id.h"

#define HEAD "name = \"n\";\nmodule = \"/m.so\";\n"

static const struct {
	const char *text, *said; /* a part of the message; NULL: the file is right */
	int line;
} rows[] = {
	{ HEAD, NULL, 0 },
	{ HEAD "critical = true; enabled = false; threads = 0; pending-timeout = 2.5;\n", NULL, 0 },
	{ HEAD "pending-timeout = 30; answer-lease-requests = true; information-request: true\n",
	  NULL, 0 },
	{ "# c\n/* c */ name : \"n\", // c\nmodule = \"/m\" \".so\"", NULL, 0 },
	{ HEAD "settings: { a = ( 1, \"x\", { b = [ 1, 2 ]; }, ( ), [ ] ); c { } }", "'='", 3 },
	{ HEAD "settings: { a = ( 1, \"x\", { b = [ 1, 2 ]; }, ( ), [ ] ); c: { } }", NULL, 0 },
	{ HEAD "settings: { a = 0xFFFFFFFF; b = 5L; c = -1.5e3; d = TRUE; e = \"\\x41\\\"\\\\\"; }",
	  NULL, 0 },
	{ "module = \"/m.so\";", "name is not set", 0 },
	{ "name = \"n\";", "module is not set", 0 },
	{ "", "name is not set", 0 },
	{ "name = 5;\nmodule = \"/m\";", "name must be a string, not an integer", 1 },
	{ "name = \"n\";\nmodule = true;", "module must be a string", 2 },
	{ "name = \"n\";\nmodule = \"m.so\";", "absolute", 2 },
	{ "name = \"\";\nmodule = \"/m.so\";", "1 to 255 UTF-8 characters", 1 },
	{ "\nname = \"a/b\";\nmodule = \"/m.so\";", "1 to 255 UTF-8 characters", 2 },
	{ "name = \"a\\\\b\";\nmodule = \"/m.so\";", "1 to 255 UTF-8 characters", 1 },
	{ "name = \"a\\nb\";\nmodule = \"/m.so\";", "1 to 255 UTF-8 characters", 1 },
	{ "name = \"\\xff\";\nmodule = \"/m.so\";", "1 to 255 UTF-8 characters", 1 },
	{ HEAD "colour = 5;", "unknown key colour", 3 },
	{ HEAD "pending_timeout = 5;", "pending_timeout: did you mean pending-timeout? [W0110]",
	  3 },
	{ HEAD "information_request = true;",
	  "information_request: did you mean information-request? [W0110]", 3 },
	{ HEAD "look_up_every = 5;", "it belongs inside settings: { ... } [W0111]", 3 },
	{ HEAD "architecture = 7;",
	  "architecture, another server's key: here, use arch = \"...\" in an entry of boot in "
	  "providers.d/50-bootfile.conf [W0109]",
	  3 },
	{ HEAD "Critical = true;", NULL, 0 },
	{ HEAD "Critical = 1;", "Critical must be true or false", 3 },
	{ HEAD "critical = 1;", "critical must be true or false, not an integer", 3 },
	{ HEAD "enabled = \"yes\";", "enabled must be true or false, not a string", 3 },
	{ HEAD "answer-lease-requests = 0;", "answer-lease-requests must be true or false", 3 },
	{ HEAD "threads = \"4\";", "threads must be an integer", 3 },
	{ HEAD "threads = -1;", "threads must be from 0 to 256", 3 },
	{ HEAD "threads = 257;", "threads must be from 0 to 256", 3 },
	{ HEAD "threads = 99999999999;", "does not fit in 32 bits", 3 },
	{ HEAD "threads = 99999999999L;", "threads must be from 0 to 256", 3 },
	{ HEAD "pending-timeout = 0;", "pending-timeout must be above 0", 3 },
	{ HEAD "pending-timeout = -2.0;", "pending-timeout must be above 0", 3 },
	{ HEAD "pending-timeout = 1e9;", "pending-timeout must be above 0", 3 },
	{ HEAD "pending-timeout = \"30\";", "pending-timeout must be a number", 3 },
	{ HEAD "settings = ( );", "settings must be a group", 3 },
	{ HEAD "settings = 5;", "settings must be a group", 3 },
	{ HEAD "name = \"m\";", "name is already set on line 1", 3 },
	{ HEAD "settings: { a = 1;\n b = 2;\n A = 3; };", "A is already set on line 3", 5 },
	{ HEAD "settings: { a = 1; b: { }\n a: { } };", "a is already set on line 3", 4 },
	{ HEAD "@include \"/etc/passwd\"\n", "@include is not supported", 3 },
	{ HEAD "settings: {\n  @include \"x\"\n};", "@include is not supported", 4 },
	{ HEAD
	  "# @include \"x\"\n/*\n@include \"x\"\n*/ settings: { a = \"\n@include \\\"x\\\"\n\"; }",
	  NULL, 0 },
	{ HEAD "settings: { a = 1;\n", "the '{' that begins here is never closed", 3 },
	{ HEAD "settings: { a = ( 1, 2;\n }",
	  "the members of a list are separated by ',', not by ';'", 3 },
	{ HEAD "settings: { a = [ 1 2 ]; }", "a ',' is missing between the members of a list", 3 },
	{ HEAD "settings: { a = \"x;\n }", "the string that begins here has no closing quote", 3 },
	{ HEAD "settings: { a = ; }", "a value is missing before ';'", 3 },
	{ HEAD "settings: { a = }", "a value is missing before '}'", 3 },
	{ HEAD "settings: { a 5; }", "an '=' is missing after a", 3 },
	{ HEAD "settings: { 5 = 1; }", "'5' where a name is expected", 3 },
	{ HEAD "}", "an extra '}'", 3 },
	{ HEAD "x", "an '=' is missing after x", 3 },
	{ HEAD "\x01", "byte 0x01 where", 3 },
	{ HEAD "settings: { a = [ 1, \"x\" ]; }", "", 3 }, /* libconfig's own words */
	{ HEAD "settings: { a = 12x; }", "", 3 },
	{ HEAD "settings: { a = 1b=2; }", NULL, 0 } /* as libconfig reads it */,
	{ HEAD "settings: { a = 0x1FFFFFFFF; }", "does not fit in 32 bits", 3 },
	{ HEAD "settings: { a = 99999999999999999999L; }", "does not fit in 64 bits", 3 },
	{ HEAD "/* no end", NULL, 0 },
};

START_TEST(drop_in_is_read_or_refused_with_its_place)
{
	struct registry_error error = { .line = -7 };
	struct dropin *d = NULL;
	int r = dropin_parse(span_str(rows[_i].text), "/dir/50-n.conf", &d, &error);

	if (!rows[_i].said) {
		ck_assert_msg(r == 0, "%s: %d: %s", rows[_i].text, error.line, error.text);
		ck_assert_str_eq(d->file, "50-n.conf");
		ck_assert_str_eq(d->module, "/m.so");
		ck_assert_int_eq(error.line, -7);
		dropin_free(d);
		return;
	}
	ck_assert_msg(r == REGISTRY_E_INVALID && !d, "%s: %d", rows[_i].text, r);
	ck_assert_msg(strstr(error.text, rows[_i].said), "%s: %s", rows[_i].text, error.text);
	ck_assert_msg(error.line == rows[_i].line, "%s: line %d: %s", rows[_i].text, error.line,
		      error.text);
	ck_assert_str_eq(error.file, "/dir/50-n.conf");
}
END_TEST

START_TEST(keys_come_out)
{
	struct dropin *d;

	ck_assert_int_eq(dropin_parse(span_str(HEAD), "n", &d, NULL), 0);
	ck_assert(d->enabled && !d->critical && d->threads == -1 && d->pending_timeout < 0 &&
		  !d->answer_lease_requests && !d->information_request && !d->settings);
	ck_assert_int_eq(d->name_line, 1);
	ck_assert_int_eq(d->module_line, 2);
	dropin_free(d);
	ck_assert_int_eq(
		dropin_parse(span_str(HEAD "critical = true; enabled = false; threads = 3; "
					   "pending-timeout = 7;"
					   "answer-lease-requests = true; information-request = "
					   "true; settings: { }"),
			     "n", &d, NULL),
		0);
	ck_assert(!d->enabled && d->critical && d->threads == 3 &&
		  fabs(d->pending_timeout - 7) < 1e-9 && d->answer_lease_requests &&
		  d->information_request && d->settings && d->settings->count == 0);
	dropin_free(d);
}
END_TEST

START_TEST(groups_are_no_entries)
{
	static const char text[] =
		HEAD "settings: { boot = ( { file = \"x\"; }, { file = \"y\"; } );\n"
		     "Groups = ( { name = \"lab\"; mac = \"02:00:00:00:00:01\"; } ); };";
	struct dropin *d;

	ck_assert_int_eq(dropin_parse(span_str(text), "n", &d, NULL), 0);
	ck_assert_uint_eq(dropin_entries(d), 2);
	dropin_free(d);
}
END_TEST

START_TEST(settings_have_values_and_places)
{
	static const char text[] = HEAD "settings:\n{\n"
					"\tNumber = 0xFFFFFFFF; # c\n"
					"\tbig = -5L;\n"
					"\treal = 2.5;\n"
					"\tyes = true;\n"
					"\ttext = \"a\" /* c */\n\t\t\"b\";\n"
					"\tboot = ( { file = \"x\"; },\n\t  \"y\" );\n"
					"\tnames = [ \"p\", \"q\" ]\n"
					"};\n";
	const struct setting *s, *at;
	struct dropin *d;

	ck_assert_int_eq(dropin_parse(span_str(text), "n", &d, NULL), 0);
	s = d->settings;
	ck_assert_int_eq(s->line, 3);
	at = setting_child(s, "NUMBER");
	ck_assert(at->type == SETTING_INT && (uint32_t)at->integer == 0xffffffffu && at->line == 5);
	at = setting_child(s, "big");
	ck_assert(at->type == SETTING_INT64 && at->integer == -5);
	at = setting_child(s, "real");
	ck_assert(at->type == SETTING_FLOAT && fabs(at->real - 2.5) < 1e-9);
	at = setting_child(s, "yes");
	ck_assert(at->type == SETTING_BOOL && at->boolean);
	at = setting_child(s, "text");
	ck_assert(at->type == SETTING_STRING && strcmp(at->string, "ab") == 0 && at->line == 9);
	at = setting_child(s, "boot");
	ck_assert(at->type == SETTING_LIST && at->count == 2 && at->line == 11);
	ck_assert(setting_at(at, 1)->line == 12 && setting_at(at, 1)->index == 1);
	ck_assert_str_eq(setting_child(setting_at(at, 0), "file")->string, "x");
	ck_assert_ptr_null(setting_at(at, 2));
	ck_assert_ptr_null(setting_child(at, "0"));
	ck_assert_ptr_null(setting_child(NULL, "0"));
	at = setting_child(s, "names");
	ck_assert(at->type == SETTING_ARRAY && at->count == 2);
	dropin_free(d);
}
END_TEST

static const struct {
	const char *a, *b;
	unsigned changed;
} pairs[] = {
	{ HEAD, HEAD, DROPIN_SAME },
	{ HEAD, "# comment\nmodule=\"/m.so\" name=\"n\"", DROPIN_SAME },
	{ HEAD, HEAD "settings: { };", DROPIN_SAME },
	{ HEAD, HEAD "settings: { a = 1; };", DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = 2; };", HEAD "settings: { a = 1; };", DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = 1; };", HEAD "settings:\n{ a = 0x1 };", DROPIN_SAME },
	{ HEAD "settings: { a = 1; };", HEAD "settings: { a = 1L; };", DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = 1; };", HEAD "settings: { A = 1; };", DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = (1, 2); };", HEAD "settings: { a = (2, 1); };",
	  DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = (1.5); };", HEAD "settings: { a = (1.25); };",
	  DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = \"x\"; };", HEAD "settings: { a = \"y\"; };",
	  DROPIN_SETTINGS_CHANGED },
	{ HEAD "settings: { a = true; };", HEAD "settings: { a = false; };",
	  DROPIN_SETTINGS_CHANGED },
	{ HEAD, HEAD "critical = true;", DROPIN_KEYS_CHANGED },
	{ HEAD, HEAD "critical = false;", DROPIN_SAME },
	{ HEAD, HEAD "try = true;", DROPIN_SAME },
	{ HEAD, HEAD "try = false;", DROPIN_KEYS_CHANGED },
	{ HEAD, HEAD "enabled = false;", DROPIN_KEYS_CHANGED },
	{ HEAD, HEAD "threads = 2;", DROPIN_KEYS_CHANGED },
	{ HEAD, HEAD "pending-timeout = 2.0;", DROPIN_KEYS_CHANGED },
	{ HEAD, HEAD "answer-lease-requests = true;", DROPIN_KEYS_CHANGED },
	{ HEAD, HEAD "information-request = true;", DROPIN_KEYS_CHANGED },
	{ HEAD, "name = \"N\"; module = \"/m.so\";", DROPIN_KEYS_CHANGED },
	{ HEAD, "name = \"n\"; module = \"/M.so\"; settings: { x = 1; };",
	  DROPIN_KEYS_CHANGED | DROPIN_SETTINGS_CHANGED },
};

START_TEST(comparison_says_what_a_reload_must_do)
{
	struct dropin *a, *b;

	ck_assert_int_eq(dropin_parse(span_str(pairs[_i].a), "a", &a, NULL), 0);
	ck_assert_int_eq(dropin_parse(span_str(pairs[_i].b), "b", &b, NULL), 0);
	ck_assert_uint_eq(dropin_compare(a, b), pairs[_i].changed);
	ck_assert_uint_eq(dropin_compare(b, a), pairs[_i].changed);
	dropin_free(a);
	dropin_free(b);
}
END_TEST

/* ---- all of them ---- */

static void collect(void *context, bool warning, const struct registry_error *mistake)
{
	char *text = context;

	sprintf(text + strlen(text), "%s%d: %s\n", warning ? "warning " : "", mistake->line,
		without_id(mistake->text));
}

/* C6: a file's mistakes came one by one, each after the next try. */
START_TEST(all_mistakes_of_a_file_are_told)
{
	char told[4096] = "";
	struct registry_error error = { .tell = collect, .context = told };
	struct dropin *d = NULL;
	const char *text = "name = \"a/b\";\nmodul = \"/m.so\";\ncritical = \"yes\";\n"
			   "enabled = 1;\nthreads = 999;\npending-timeout = \"1\";\n"
			   "settings = 5;\nboot = ();\ntftp-root = \"a\\x64\";\n";

	ck_assert_int_eq(dropin_parse(span_str(text), "/d/50-n.conf", &d, &error),
			 REGISTRY_E_INVALID);
	ck_assert_str_eq(told, "warning 9: \"a\\x64\" is read as \"ad\": write \\\\ for each "
			       "backslash\n"
			       "2: unknown key modul: did you mean module?\n"
			       "8: unknown key boot: it belongs inside settings: { ... }\n"
			       "9: unknown key tftp-root, a dnsmasq key: here, files are served "
			       "by a separate TFTP server\n"
			       "1: name must have 1 to 255 UTF-8 characters, without /, \\ and "
			       "control characters\n"
			       "0: module is not set\n"
			       "7: settings must be a group { }, not an integer\n"
			       "3: critical must be true or false, not a string\n"
			       "4: enabled must be true or false, not an integer\n"
			       "5: threads must be from 0 to 256\n"
			       "6: pending-timeout must be a number, not a string\n");
	ck_assert_uint_eq(error.told, 10);
	ck_assert_int_eq(error.line, 2);
}
END_TEST

/* What can be read is handed out, so that its settings can be checked too. */
START_TEST(a_wrong_file_is_handed_out_where_all_is_wanted)
{
	char told[1024] = "";
	struct registry_error error = { .tell = collect, .context = told };
	struct dropin *d = NULL;

	ck_assert_int_eq(dropin_parse(span_str(HEAD "critcal = true;\nsettings: { a = 1; };"),
				      "/d/50-n.conf", &d, &error),
			 0);
	ck_assert(d->wrong);
	ck_assert_str_eq(told, "3: unknown key critcal: did you mean critical?\n");
	ck_assert_int_eq(setting_child(d->settings, "a")->integer, 1);
	dropin_free(d);
}
END_TEST

static struct registry_error nested(unsigned depth, int *r)
{
	struct registry_error error = { .line = 0 };
	struct dropin *d = NULL;
	char text[8192] = HEAD "settings: { a = ";
	size_t n = strlen(text);

	memset(text + n, '(', depth);
	memset(text + n + depth, ')', depth);
	strcpy(text + n + 2 * depth, "; }");
	*r = dropin_parse(span_str(text), "n", &d, &error);
	dropin_free(d);
	return error;
}

START_TEST(what_a_file_can_hold_is_bounded)
{
	struct registry_error error = { .line = 0 };
	char *text = malloc(SETTING_TEXT_MAX + 1);
	struct dropin *d = NULL;
	int r;

	error = nested(SETTING_DEPTH_MAX - 1, &r);
	ck_assert_msg(r == 0, "%s", error.text);
	error = nested(SETTING_DEPTH_MAX, &r);
	ck_assert_int_eq(r, REGISTRY_E_INVALID);
	ck_assert_ptr_nonnull(strstr(error.text, "levels of brackets"));
	error = nested(2000, &r);
	ck_assert_int_eq(r, REGISTRY_E_INVALID);
	memset(text, '\n', SETTING_TEXT_MAX + 1);
	memcpy(text, HEAD, strlen(HEAD));
	ck_assert_int_eq(dropin_parse(span_of(text, SETTING_TEXT_MAX), "n", &d, &error), 0);
	dropin_free(d);
	ck_assert_int_eq(dropin_parse(span_of(text, SETTING_TEXT_MAX + 1), "n", &d, &error),
			 REGISTRY_E_INVALID);
	free(text);
	ck_assert_int_eq(dropin_parse(span_of(HEAD "x\0y", strlen(HEAD) + 3), "n", &d, &error),
			 REGISTRY_E_INVALID);
	ck_assert_int_eq(error.line, 3);
}
END_TEST

/* Every piece of a good file, and the file with any octet exchanged: read or refused, no more. */
START_TEST(broken_text_is_survived)
{
	static const char text[] =
		HEAD "settings: { a = [1, 2]; /* c */ b = ( { c = \"x\\n\"; }, 1.5 );"
		     " d = 0x1F; e = 7L; # c\n f = true }";
	static const char odd[] = "{}()[]\"\\;,=:@#/*.xL-+ \n\x80";
	struct dropin *d;

	for (size_t n = 0; n < strlen(text); n++) {
		d = NULL;
		dropin_parse(span_of(text, n), "n", &d, NULL);
		dropin_free(d);
		for (size_t k = 0; odd[k]; k++) {
			char copy[sizeof(text)];

			strcpy(copy, text);
			copy[n] = odd[k];
			d = NULL;
			dropin_parse(span_str(copy), "n", &d, NULL);
			dropin_free(d);
		}
	}
}
END_TEST

START_TEST(file_is_read_from_disk)
{
	struct registry_error error = { .line = 0 };
	struct dropin *d = NULL;

	scratch_make();
	ck_assert_int_eq(dropin_read(scratch_path("50-n.conf"), &d, &error), -ENOENT);
	ck_assert_str_eq(error.file, scratch_path("50-n.conf"));
	ck_assert_int_eq(mkdir(scratch_path("51-d.conf"), 0755), 0);
	ck_assert_int_eq(dropin_read(scratch_path("51-d.conf"), &d, &error), REGISTRY_E_INVALID);
	ck_assert_int_eq(mkfifo(scratch_path("52-f.conf"), 0644), 0);
	ck_assert_int_eq(dropin_read(scratch_path("52-f.conf"), &d, &error), REGISTRY_E_INVALID);
	ck_assert_int_eq(dropin_read(scratch_write("50-n.conf", HEAD), &d, &error), 0);
	ck_assert_str_eq(d->path, scratch_path("50-n.conf"));
	ck_assert_str_eq(d->name, "n");
	dropin_free(d);
	scratch_remove();
}
END_TEST

START_TEST(long_path_keeps_its_end)
{
	struct registry_error error = { .line = 0 };
	char path[2000];

	memset(path, 'd', sizeof(path));
	strcpy(path + sizeof(path) - 10, "/end.conf");
	ck_assert_int_eq(registry_fail(&error, path, 3, 42, "%0*d", 5000, 7), 42);
	ck_assert_str_eq(error.file + strlen(error.file) - 9, "/end.conf");
	ck_assert_uint_eq(strlen(error.file), sizeof(error.file) - 1);
	ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
	ck_assert_int_eq(registry_fail(NULL, path, 3, -5, "x"), -5);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("dropin");

	TEST_ROWS(t, drop_in_is_read_or_refused_with_its_place, rows);
	tcase_add_test(t, all_mistakes_of_a_file_are_told);
	tcase_add_test(t, a_wrong_file_is_handed_out_where_all_is_wanted);
	tcase_add_test(t, keys_come_out);
	tcase_add_test(t, groups_are_no_entries);
	tcase_add_test(t, settings_have_values_and_places);
	TEST_ROWS(t, comparison_says_what_a_reload_must_do, pairs);
	tcase_add_test(t, what_a_file_can_hold_is_bounded);
	tcase_add_test(t, broken_text_is_survived);
	tcase_add_test(t, file_is_read_from_disk);
	tcase_add_test(t, long_path_keeps_its_end);
	tcase_set_timeout(t, 60);
	return suite_run("registry/dropin", t);
}
