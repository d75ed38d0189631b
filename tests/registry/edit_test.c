/* registry/edit: one value changes, everything else stays to the octet. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <math.h>

#include "base/cleanup.h"
#include "registry/dropin.h"
#include "registry/edit.h"
#include "registry/edit_value.h"
#include "scratch.h"
#include "suite.h"

#define HEAD "name = \"n\";\nmodule = \"/m.so\";\n"

#define PATH(...)                                                                                  \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

#define INT(n)                                                                                     \
	{                                                                                          \
		.type = SETTING_INT, .integer = (n)                                                \
	}
#define INT64(n)                                                                                   \
	{                                                                                          \
		.type = SETTING_INT64, .integer = (n)                                              \
	}
#define REAL(n)                                                                                    \
	{                                                                                          \
		.type = SETTING_FLOAT, .real = (n)                                                 \
	}
#define BOOL_(n)                                                                                   \
	{                                                                                          \
		.type = SETTING_BOOL, .boolean = (n)                                               \
	}
#define TEXT(s)                                                                                    \
	{                                                                                          \
		.type = SETTING_STRING, .string = (s)                                              \
	}
#define GROUP                                                                                      \
	{                                                                                          \
		.type = SETTING_GROUP                                                              \
	}
#define LIST                                                                                       \
	{                                                                                          \
		.type = SETTING_LIST                                                               \
	}
#define STRINGS(n, ...)                                                                            \
	{                                                                                          \
		.type = SETTING_ARRAY, .strings = (const char *const[]){ __VA_ARGS__ },            \
		.count = (n)                                                                       \
	}

static const struct {
	const char *before;
	const char *const *path;
	struct edit_value value;
	int r;
	const char *after;
} sets[] = {
	/* exchanged in place */
	{ "a = 1; # why\nb = 2;", PATH("a"), INT(5), 0, "a = 5; # why\nb = 2;" },
	{ "a = 1", PATH("A"), TEXT("x"), 0, "a = \"x\"" },
	{ "a:0x1F,b=2", PATH("a"), INT(-1), 0, "a:-1,b=2" },
	{ "a = \"x\" /* c */ \"y\"; // z", PATH("a"), TEXT("q"), 0, "a = \"q\"; // z" },
	{ "a = [ 1, 2 ];", PATH("a"), STRINGS(2, "p", "q"), 0, "a = [ \"p\", \"q\" ];" },
	{ "a = [ 1, 2 ];", PATH("a", "1"), INT(7), 0, "a = [ 1, 7 ];" },
	{ "a = ( 1, { b = 2; } );", PATH("a", "1", "b"), BOOL_(true), 0,
	  "a = ( 1, { b = true; } );" },
	{ "a = 1;", PATH("a"), INT(1), 0, "a = 1;" },
	{ "s:\n{\n    /* { a = 5; } */\n    a = 1;\n};\n", PATH("s", "a"), INT(2), 0,
	  "s:\n{\n    /* { a = 5; } */\n    a = 2;\n};\n" },
	/* values of every kind */
	{ "a = 1;", PATH("a"), INT(0xFFFFFFFFLL), 0, "a = 0xFFFFFFFF;" },
	{ "a = 1;", PATH("a"), INT(INT_MAX), 0, "a = 2147483647;" },
	{ "a = 1;", PATH("a"), INT64(INT64_MIN), 0, "a = -9223372036854775808L;" },
	{ "a = 1;", PATH("a"), INT64(INT64_MAX), 0, "a = 9223372036854775807L;" },
	{ "a = 1;", PATH("a"), REAL(2.5), 0, "a = 2.5;" },
	{ "a = 1;", PATH("a"), REAL(3), 0, "a = 3.0;" },
	{ "a = 1;", PATH("a"), REAL(1e300), 0, "a = 1e+300;" },
	{ "a = 1;", PATH("a"), REAL(0.1), 0, "a = 0.1;" },
	{ "a = 1;", PATH("a"), REAL(NAN), REGISTRY_E_INVALID, NULL },
	{ "a = 1;", PATH("a"), REAL(INFINITY), REGISTRY_E_INVALID, NULL },
	{ "a = 1;", PATH("a"), TEXT("q\"\\\n\r\t\f\x01\x7f\xc3\xbc"), 0,
	  "a = \"q\\\"\\\\\\n\\r\\t\\f\\x01\\x7F\xc3\xbc\";" },
	{ "a = 1;", PATH("a"), TEXT(""), 0, "a = \"\";" },
	{ "a = 1;", PATH("a"), STRINGS(0, NULL), 0, "a = [ ];" },
	{ "a = 1;", PATH("a"), STRINGS(1, "@include \"x\""), 0, "a = [ \"@include \\\"x\\\"\" ];" },
	/* added */
	{ "", PATH("a"), INT(1), 0, "a = 1;\n" },
	{ "# c", PATH("a"), INT(1), 0, "# c\na = 1;\n" },
	{ "a = 1\n", PATH("b"), INT(2), 0, "a = 1;\nb = 2;\n" },
	{ "a = 1; # c", PATH("b"), INT(2), 0, "a = 1; # c\nb = 2;\n" },
	{ "s: { };", PATH("s", "a"), INT(1), 0, "s: { a = 1; };" },
	{ "s: {};", PATH("s", "a"), INT(1), 0, "s: { a = 1; };" },
	{ "s: { a = 1 };", PATH("s", "b"), INT(2), 0, "s: { a = 1; b = 2; };" },
	{ "s: { a = 1; };", PATH("s", "b"), INT(2), 0, "s: { a = 1; b = 2; };" },
	{ "s: { a = 1; /* c */ };", PATH("s", "b"), INT(2), 0, "s: { a = 1; b = 2; /* c */ };" },
	{ "s:\n{\n};\n", PATH("s", "a"), INT(1), 0, "s:\n{\n    a = 1;\n};\n" },
	{ "s:\n{\n  a = 1; # one\n  # last words\n};\n", PATH("s", "b"), INT(2), 0,
	  "s:\n{\n  a = 1; # one\n  # last words\n  b = 2;\n};\n" },
	{ "\ts: {\n\t\ta = 1 # one\n\t};\n", PATH("s", "b"), INT(2), 0,
	  "\ts: {\n\t\ta = 1; # one\n\t\tb = 2;\n\t};\n" },
	{ "\ts: {\n\t};\n", PATH("s", "b"), INT(2), 0, "\ts: {\n\t\tb = 2;\n\t};\n" },
	{ "s:\n{\n};\n", PATH("s", "g"), GROUP, 0, "s:\n{\n    g:\n    {\n    };\n};\n" },
	{ "s: { };", PATH("s", "g"), GROUP, 0, "s: { g: { }; };" },
	{ "s:\n{\n};\n", PATH("s", "g", "h", "a"), INT(1), 0,
	  "s:\n{\n    g:\n    {\n        h:\n        {\n            a = 1;\n        };\n    "
	  "};\n};\n" },
	{ "", PATH("s", "l"), LIST, 0, "s:\n{\n    l = ( );\n};\n" },
	{ "l = ( );", PATH("l", "0"), INT(1), 0, "l = ( 1 );" },
	{ "l = ();", PATH("l", "0"), INT(1), 0, "l = ( 1 );" },
	{ "l = ( 1 );", PATH("l", "1"), INT(2), 0, "l = ( 1, 2 );" },
	{ "l = ( 1 );", PATH("l", "1", "a"), INT(2), 0, "l = ( 1, { a = 2; } );" },
	{ "l = (\n  { a = 1; } # one\n);", PATH("l", "1"), GROUP, 0,
	  "l = (\n  { a = 1; }, # one\n  {\n  }\n);" },
	{ "l = [ 1 ];", PATH("l", "1"), INT(2), 0, "l = [ 1, 2 ];" },
	/* a group that is there stays */
	{ "s: { a = 1; };", PATH("s"), GROUP, 0, "s: { a = 1; };" },
	{ "s = ( 1 );", PATH("s"), LIST, 0, "s = ( 1 );" },
	/* refused */
	{ "s: { };", PATH("s"), INT(1), REGISTRY_E_EXISTS, NULL },
	{ "s = 1;", PATH("s"), GROUP, REGISTRY_E_EXISTS, NULL },
	{ "a = 1;", PATH("a", "b"), INT(1), REGISTRY_E_ABSENT, NULL },
	{ "l = ( );", PATH("l", "1"), INT(1), REGISTRY_E_ABSENT, NULL },
	{ "l = ( );", PATH("l", "x"), INT(1), REGISTRY_E_ABSENT, NULL },
	{ "l = ( );", PATH("l", "99999999999999999999999"), INT(1), REGISTRY_E_ABSENT, NULL },
	{ "", PATH("a b"), INT(1), REGISTRY_E_NAME, NULL },
	{ "", PATH(""), INT(1), REGISTRY_E_NAME, NULL },
	{ "", PATH("5a"), INT(1), REGISTRY_E_NAME, NULL },
	{ "", PATH("True"), INT(1), REGISTRY_E_NAME, NULL },
	{ "", PATH("\xc3\xbc"), INT(1), REGISTRY_E_NAME, NULL },
	{ "a = ;", PATH("b"), INT(1), REGISTRY_E_INVALID, NULL },
	{ "l = [ 1 ];", PATH("l", "1"), TEXT("x"), REGISTRY_E_INVALID, NULL },
};

static size_t depth_of(const char *const *path)
{
	size_t n = 0;

	while (path[n])
		n++;
	return n;
}

/* What stands at the path must be what was wanted. */
static void same_value(const char *text, const char *const *path, const struct edit_value *value)
{
	struct registry_error error = { .line = 0 };
	struct setting *root;
	const struct setting *s;

	ck_assert_msg(setting_parse(span_str(text), "f", &root, &error) == 0, "%s: %s", text,
		      error.text);
	s = root;
	for (; *path && s; path++)
		s = s->type == SETTING_GROUP ? setting_child(s, *path)
					     : setting_at(s, (unsigned)atoi(*path));
	ck_assert_ptr_nonnull(s);
	if (value->type != SETTING_GROUP || s->type != SETTING_LIST)
		ck_assert_int_eq(s->type, value->type);
	if (s->type == SETTING_STRING)
		ck_assert_str_eq(s->string, value->string);
	if (s->type == SETTING_INT)
		ck_assert_int_eq((int32_t)s->integer, (int32_t)(uint32_t)value->integer);
	if (s->type == SETTING_INT64)
		ck_assert_int_eq(s->integer, value->integer);
	if (s->type == SETTING_FLOAT)
		ck_assert(memcmp(&s->real, &value->real, sizeof(s->real)) == 0);
	if (s->type == SETTING_ARRAY)
		ck_assert_uint_eq(s->count, value->count);
	setting_free(root);
}

START_TEST(value_is_set)
{
	struct registry_error error = { .line = -7 };
	char *out = NULL;
	size_t len = 0;
	int r = edit_set(span_str(sets[_i].before), "f", sets[_i].path, depth_of(sets[_i].path),
			 &sets[_i].value, &out, &len, &error);

	ck_assert_msg(r == sets[_i].r, "%s: %d: %s", sets[_i].before, r, error.text);
	if (sets[_i].after) {
		ck_assert_str_eq(out, sets[_i].after);
		ck_assert_uint_eq(len, strlen(out));
		same_value(out, sets[_i].path, &sets[_i].value);
	} else {
		ck_assert_ptr_null(out);
	}
	free(out);
}
END_TEST

static const struct {
	const char *before;
	const char *const *path;
	int r;
	const char *after;
} deletes[] = {
	{ "a = 1;\nb = 2;\n", PATH("a"), 0, "b = 2;\n" },
	{ "a = 1;\nb = 2;", PATH("b"), 0, "a = 1;\n" },
	{ "a = 1; # why\nb = 2;\n", PATH("a"), 0, " # why\nb = 2;\n" },
	{ "# head\n  a = 1;  \nb = 2;\n", PATH("a"), 0, "# head\nb = 2;\n" },
	{ "a = 1; b = 2;\n", PATH("a"), 0, " b = 2;\n" },
	{ "a = 1; b = 2;\n", PATH("B"), 0, "a = 1; \n" },
	{ "s:\n{\n  a = 1;\n};\n", PATH("s", "a"), 0, "s:\n{\n};\n" },
	{ "s:\n{\n  a = 1;\n};\nb = 1;", PATH("s"), 0, "b = 1;" },
	{ "l = ( 1, 2, 3 );", PATH("l", "0"), 0, "l = (  2, 3 );" },
	{ "l = ( 1, 2, 3 );", PATH("l", "2"), 0, "l = ( 1, 2  );" },
	{ "l = ( 1 /* , */, 2 );", PATH("l", "0"), 0, "l = (  /* , */ 2 );" },
	{ "l = ( 1, /* , */ 2 );", PATH("l", "1"), 0, "l = ( 1 /* , */  );" },
	{ "l = ( 1 );", PATH("l", "0"), 0, "l = (  );" },
	{ "l = (\n  { a = 1; },\n  { a = 2; }\n);", PATH("l", "0"), 0, "l = (\n  { a = 2; }\n);" },
	{ "l = (\n  { a = 1; },\n  { a = 2; }\n);", PATH("l", "0", "a"), 0,
	  "l = (\n  {  },\n  { a = 2; }\n);" },
	{ "a = 1;", PATH("b"), REGISTRY_E_ABSENT, NULL },
	{ "a = 1;", PATH("a", "b"), REGISTRY_E_ABSENT, NULL },
	{ "l = ( 1 );", PATH("l", "1"), REGISTRY_E_ABSENT, NULL },
	{ "l = ( 1 );", PATH("l", "-1"), REGISTRY_E_ABSENT, NULL },
	{ "a = ;", PATH("a"), REGISTRY_E_INVALID, NULL },
};

START_TEST(value_is_deleted)
{
	char *out = NULL;
	size_t len = 0;
	int r = edit_delete(span_str(deletes[_i].before), "f", deletes[_i].path,
			    depth_of(deletes[_i].path), &out, &len, NULL);

	ck_assert_msg(r == deletes[_i].r, "%s: %d", deletes[_i].before, r);
	if (deletes[_i].after)
		ck_assert_str_eq(out, deletes[_i].after);
	else
		ck_assert_ptr_null(out);
	free(out);
}
END_TEST

/* Hundreds of changes by chance; the text always reads, and the comments stay. */
START_TEST(many_edits_leave_a_whole_file)
{
	static const char *const names[] = { "a", "bb", "c-c", "d_d", "E", "f9" };
	char *text =
		strdup("# first\ns:\n{\n    # inside\n    a = 1; # behind a\n    l = ( 1 );\n}; "
		       "/* last */\n");
	unsigned seed = 3;

	for (int i = 0; i < 1500; i++) {
		const char *path[4] = { "s", names[rand_r(&seed) % 6], names[rand_r(&seed) % 6],
					NULL };
		size_t depth = 2 + (size_t)rand_r(&seed) % 2, len = 0;
		const struct edit_value values[] = {
			INT(rand_r(&seed)),   TEXT("t\n\"{"), GROUP, LIST,
			STRINGS(2, "p", "q"), REAL(0.5)
		};
		char *out = NULL;
		int r;

		if (rand_r(&seed) % 3 == 0 && !(depth == 2 && strcmp(path[1], "a") == 0))
			r = edit_delete(span_str(text), "f", path, depth, &out, &len, NULL);
		else
			r = edit_set(span_str(text), "f", path, depth, &values[rand_r(&seed) % 6],
				     &out, &len, NULL);
		ck_assert_msg(r == 0 || r == REGISTRY_E_ABSENT || r == REGISTRY_E_EXISTS, "%d: %s",
			      r, text);
		if (r == 0) {
			free(text);
			text = out;
		}
		ck_assert_msg(
			strncmp(text, "# first\n", 8) == 0 && strstr(text, "    # inside\n") &&
				strstr(text, "# behind a\n") && strstr(text, "}; /* last */\n"),
			"%s", text);
	}
	free(text);
}
END_TEST

/* ---- files ------------------------------------------------------------------------------------
 */

struct job {
	const char *name;
	int fail;
};

static int set_one(void *context, struct span text, char **out, size_t *len,
		   struct registry_error *error)
{
	const struct job *job = context;
	const char *const path[] = { "settings", job->name };
	const struct edit_value one = INT(1);

	return job->fail ? job->fail : edit_set(text, "", path, 2, &one, out, len, error);
}

START_TEST(file_is_changed_in_place)
{
	struct job job = { "a", 0 };
	struct stat before, after;
	const char *path;

	scratch_make();
	path = scratch_write("50-n.conf", HEAD "# mine\nsettings: { }; # end\n");
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert_int_eq(edit_file(path, set_one, &job, NULL), 0);
	ck_assert_str_eq(scratch_read("50-n.conf"), HEAD "# mine\nsettings: { a = 1; }; # end\n");
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert(after.st_mode == before.st_mode && after.st_uid == before.st_uid &&
		  after.st_ino != before.st_ino);
	/* nothing changes: nothing is written */
	ck_assert_int_eq(edit_file(path, set_one, &job, NULL), 0);
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert(after.st_ino == before.st_ino);
	/* what the change returns comes back, and the file stays */
	job.fail = REGISTRY_E_ABSENT;
	ck_assert_int_eq(edit_file(path, set_one, &job, NULL), REGISTRY_E_ABSENT);
	scratch_remove();
}
END_TEST

static int spoil(void *context, struct span text, char **out, size_t *len,
		 struct registry_error *error)
{
	(void)text, (void)error;
	*out = strdup(context);
	*len = strlen(*out);
	return 0;
}

START_TEST(wrong_result_is_never_written)
{
	struct registry_error error = { .line = 0 };
	const char *path;

	scratch_make();
	path = scratch_write("50-n.conf", HEAD);
	ck_assert_int_eq(edit_file(path, spoil, "name = \"n\";", &error), REGISTRY_E_INVALID);
	ck_assert_ptr_nonnull(strstr(error.text, "module is not set"));
	ck_assert_str_eq(scratch_read("50-n.conf"), HEAD);
	ck_assert_int_eq(edit_file(scratch_path("51-x.conf"), spoil, HEAD, &error), -ENOENT);
	ck_assert_int_eq(edit_file("/nonexistent/51-x.conf", spoil, HEAD, &error), -ENOENT);
	scratch_remove();
}
END_TEST

START_TEST(link_stays_a_link)
{
	struct job job = { "a", 0 };
	struct stat st;

	scratch_make();
	ck_assert_int_eq(mkdir(scratch_path("real"), 0755), 0);
	ck_assert_int_eq(mkdir(scratch_path("list"), 0755), 0);
	scratch_write("real/n.conf", HEAD);
	ck_assert_int_eq(symlink("../real/n.conf", scratch_path("list/50-n.conf")), 0);
	/* a temporary file of a writer that died */
	scratch_write("real/.wdspxed-new", "rubbish");
	ck_assert_int_eq(edit_file(scratch_path("list/50-n.conf"), set_one, &job, NULL), 0);
	ck_assert_int_eq(lstat(scratch_path("list/50-n.conf"), &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_ptr_nonnull(strstr(scratch_read("real/n.conf"), "a = 1;"));
	ck_assert_int_ne(access(scratch_path("real/.wdspxed-new"), F_OK), 0);
	scratch_remove();
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("edit");

	TEST_ROWS(t, value_is_set, sets);
	TEST_ROWS(t, value_is_deleted, deletes);
	tcase_add_test(t, many_edits_leave_a_whole_file);
	tcase_add_test(t, file_is_changed_in_place);
	tcase_add_test(t, wrong_result_is_never_written);
	tcase_add_test(t, link_stays_a_link);
	tcase_set_timeout(t, 60);
	return suite_run("registry/edit", t);
}
