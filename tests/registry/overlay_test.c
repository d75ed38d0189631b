/* registry/overlay: what programs write, laid over what the administrator wrote. */
#include <check.h>
#include <errno.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "registry/dropin.h"
#include "registry/reserved.h"
#include "registry/tree.h"
#include "registry/view.h"
#include "scratch.h"
#include "suite.h"

#define HEAD "name = \"N\";\nmodule = \"/m.so\";\n"

static struct dropin *read_dropin(void)
{
	struct registry_error error = { .line = 0 };
	struct dropin *d = NULL;

	ck_assert_msg(dropin_read(scratch_path("50-n.conf"), &d, &error) == 0, "%s", error.text);
	ck_assert_msg(dropin_overlay(d, scratch, &error) == 0, "%s", error.text);
	return d;
}

/* One change, of which "" is what the next line of a script says. */
struct deed {
	const char *path, *name;
	int64_t type;
	int value; /* -1: deleted */
};

static int put_one(void *context, struct overlay *overlay)
{
	const struct deed *deed = context;
	_cleanup_(dropin_freep) struct dropin *d = NULL;
	_cleanup_(setting_freep) struct setting *data =
		setting_new_int(SETTING_INT, NULL, deed->value);
	struct overlay_change change = { .path = deed->path,
					 .name = deed->name,
					 .type = deed->type,
					 .deleted = deed->value < 0 };

	ck_assert_int_eq(dropin_read(scratch_path("50-n.conf"), &d, NULL), 0);
	if (deed->type != RESERVED_KEY && deed->value >= 0)
		change.data = data;
	return overlay_put(overlay, d->own, &change);
}

static int put(const char *path, const char *name, int64_t type, int value)
{
	return overlay_edit(scratch, "N", put_one, &(struct deed){ path, name, type, value }, NULL);
}

/* All settings on one line, keys in braces. */
static void show(const struct setting *key, char *out)
{
	struct view_item item;

	for (unsigned i = 0; view_value_at(key, i, &item); i++)
		sprintf(out + strlen(out), "%s=%d ", view_name(&item), (int)item.node->integer);
	for (unsigned i = 0; view_key_at(key, i, &item); i++) {
		sprintf(out + strlen(out), "%s{", view_name(&item));
		show(item.node, out);
		strcat(out, "} ");
	}
}

static const char *shown(void)
{
	static char text[4096];
	struct dropin *d = read_dropin();

	text[0] = '\0';
	if (d->settings)
		show(d->settings, text);
	dropin_free(d);
	return text;
}

static const struct {
	const char *what, *own;
	struct deed deed[4];
	const char *shown;
	const char *later; /* what the administrator makes of it then */
	const char *shown_later;
	unsigned stale;
} rows[] = {
	{ "a new value",
	  "a = 1;",
	  { { "", "b", RESERVED_DWORD, 2 } },
	  "a=1 b=2 ",
	  "a = 3;",
	  "a=3 b=2 ",
	  0 },
	{ "and the administrator has it later",
	  "",
	  { { "", "b", RESERVED_DWORD, 2 } },
	  "b=2 ",
	  "B = 4;",
	  "B=4 ",
	  1 },
	{ "in the place of one",
	  "a = 1; b = 2;",
	  { { "", "A", RESERVED_DWORD, 5 } },
	  "a=5 b=2 ",
	  "b = 3; a = 0x1;",
	  "b=3 a=5 ",
	  0 },
	{ "he changes it",
	  "a = 1;",
	  { { "", "a", RESERVED_DWORD, 5 } },
	  "a=5 ",
	  "a = 2;",
	  "a=2 ",
	  1 },
	{ "he changes its type",
	  "a = 1;",
	  { { "", "a", RESERVED_DWORD, 5 } },
	  "a=5 ",
	  "a = 1L;",
	  "a=1 ",
	  1 },
	{ "he removes it", "a = 1;", { { "", "a", RESERVED_DWORD, 5 } }, "a=5 ", "", "", 1 },
	{ "deleted",
	  "a = 1; b = 2;",
	  { { "", "a", RESERVED_DWORD, -1 } },
	  "b=2 ",
	  "a = 1;",
	  "",
	  0 },
	{ "deleted, and he writes another",
	  "a = 1;",
	  { { "", "a", RESERVED_DWORD, -1 } },
	  "",
	  "a = 2;",
	  "a=2 ",
	  1 },
	{ "deleted and set",
	  "a = 1; b = 2;",
	  { { "", "a", RESERVED_DWORD, -1 }, { "", "a", RESERVED_DWORD, 3 } },
	  "a=3 b=2 ",
	  "a = 1;",
	  "a=3 ",
	  0 },
	{ "set and deleted, of nobody else",
	  "",
	  { { "", "a", RESERVED_DWORD, 3 }, { "", "A", RESERVED_DWORD, -1 } },
	  "",
	  "a = 1;",
	  "a=1 ",
	  0 },
	{ "a key and a value of one name",
	  "k: { x = 1; };",
	  { { "", "k", RESERVED_DWORD, 3 } },
	  "k=3 k{x=1 } ",
	  "k: { x = 2; };",
	  "k=3 k{x=2 } ",
	  0 },
	{ "a new key",
	  "",
	  { { "", "k", RESERVED_KEY, 0 }, { "k", "x", RESERVED_DWORD, 3 } },
	  "k{x=3 } ",
	  "k: { y = 1; };",
	  "k{y=1 x=3 } ",
	  1 },
	{ "below his key",
	  "k: { x = 1; };",
	  { { "K", "y", RESERVED_DWORD, 3 } },
	  "k{x=1 y=3 } ",
	  "k: { };",
	  "k{y=3 } ",
	  0 },
	{ "he removes the key",
	  "k: { x = 1; };",
	  { { "K", "y", RESERVED_DWORD, 3 } },
	  "k{x=1 y=3 } ",
	  "a = 1;",
	  "a=1 ",
	  1 },
	{ "he makes a list of it",
	  "k: { x = 1; };",
	  { { "k", "y", RESERVED_DWORD, 3 } },
	  "k{x=1 y=3 } ",
	  "k = ( 7 );",
	  "k{0=7 } ",
	  1 },
	{ "his key deleted",
	  "k: { x = 1; }; a = 1;",
	  { { "", "k", RESERVED_KEY, -1 } },
	  "a=1 ",
	  "k: { x = 2; };",
	  "k{x=2 } ",
	  1 },
	{ "his key deleted and made again",
	  "k: { x = 1; };",
	  { { "", "k", RESERVED_KEY, -1 },
	    { "", "K", RESERVED_KEY, 0 },
	    { "k", "y", RESERVED_DWORD, 3 } },
	  "K{y=3 } ",
	  "k: { x = 1; };",
	  "K{y=3 } ",
	  0 },
	{ "a key takes what is below it along",
	  "",
	  { { "", "k", RESERVED_KEY, 0 },
	    { "k", "x", RESERVED_DWORD, 3 },
	    { "", "K", RESERVED_KEY, -1 } },
	  "",
	  "k: { };",
	  "k{} ",
	  0 },
	{ "no settings before",
	  NULL,
	  { { "", "a", RESERVED_DWORD, 3 } },
	  "a=3 ",
	  "a = 3;",
	  "a=3 ",
	  1 },
};

static void write_own(const char *own)
{
	char text[512];

	snprintf(text, sizeof(text), HEAD "%s%s%s", own ? "settings: { " : "", own ? own : "",
		 own ? " };" : "");
	scratch_write("50-n.conf", text);
}

static void tell(void *context, bool warning, const struct registry_error *mistake)
{
	ck_assert_msg(warning, "%s", mistake->text);
	ck_assert_str_eq(mistake->file, scratch_path("50-n.conf"));
	ck_assert_ptr_nonnull(strstr(mistake->text, "was changed here after a program had set it"));
	++*(unsigned *)context;
}

START_TEST(program_wins_until_the_administrator_changes_it)
{
	unsigned told = 0;
	struct registry_error error = { .tell = tell, .context = &told };
	struct dropin *d;

	write_own(rows[_i].own);
	for (size_t i = 0; i < 4 && rows[_i].deed[i].name; i++) {
		const struct deed *deed = &rows[_i].deed[i];

		ck_assert_int_eq(put(deed->path, deed->name, deed->type, deed->value), 0);
	}
	ck_assert_msg(strcmp(shown(), rows[_i].shown) == 0, "%s: %s", rows[_i].what, shown());
	write_own(rows[_i].later);
	ck_assert_msg(strcmp(shown(), rows[_i].shown_later) == 0, "%s: %s", rows[_i].what, shown());
	d = read_dropin();
	ck_assert_uint_eq(d->stale, rows[_i].stale);
	ck_assert_int_eq(dropin_prune(d, scratch, &error), 0);
	ck_assert_uint_eq(told, rows[_i].stale);
	dropin_free(d);
	/* dropped: his old value does not bring it back, and nothing else has changed */
	ck_assert_msg(strcmp(shown(), rows[_i].shown_later) == 0, "%s: %s", rows[_i].what, shown());
	d = read_dropin();
	ck_assert_uint_eq(d->stale, 0);
	dropin_free(d);
}
END_TEST

START_TEST(a_dropped_change_says_which_and_where)
{
	struct registry_error error = { .tell = tell, .context = &(unsigned){ 0 } };
	struct dropin *d;

	write_own("k: {\n x = 1; };");
	ck_assert_int_eq(put("k", "x", RESERVED_DWORD, 7), 0);
	write_own("k: {\n\n x = 2; };");
	d = read_dropin();
	ck_assert_int_eq(setting_child(setting_child(d->settings, "k"), "x")->line, 5);
	ck_assert_int_eq(dropin_prune(d, scratch, &error), 0);
	dropin_free(d);
	ck_assert_str_eq(scratch_read("registry/n.conf"), ""); /* an empty one goes */
}
END_TEST

/* ---- the file ---- */

#define A63  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A255 A63 "a" A63 "a" A63 "a" A63
#define A200 A63 A63 A63 "aaaaaaaaaaa"

static const struct {
	const char *provider, *file;
} names[] = {
	{ "N", "n.conf" },
	{ "Boot Files", "boot files.conf" },
	{ "GR\xc3\x96SSE", "gr\xc3\xb6sse.conf" },
	{ "..", "...conf" },
	{ ".wdspxed-new", ".wdspxed-new.conf" },
	{ A200, A200 ".conf" },
	{ A255, A200 "-0723e4e08eb1e735.conf" },
};

START_TEST(file_has_the_providers_name)
{
	struct overlay overlay = { NULL, NULL };
	char want[512];

	ck_assert_int_eq(overlay_read(scratch, names[_i].provider, &overlay, NULL), 0);
	snprintf(want, sizeof(want), "%s/registry/%s", scratch, names[_i].file);
	ck_assert_str_eq(overlay.file, want);
	ck_assert_uint_eq(overlay_count(&overlay), 0);
	overlay_done(&overlay);
	write_own("a = 1;");
	ck_assert_int_eq(overlay_edit(scratch, names[_i].provider, put_one,
				      &(struct deed){ "", "a", RESERVED_DWORD, 2 }, NULL),
			 0);
	ck_assert_int_eq(put("", "a", RESERVED_DWORD, 2), 0); /* of another leaves it alone */
	ck_assert_int_eq(access(want, R_OK), 0);
	ck_assert_int_eq(overlay_remove(scratch, names[_i].provider, NULL), 0);
	ck_assert_int_ne(access(want, F_OK), 0);
	ck_assert_int_eq(overlay_remove(scratch, names[_i].provider, NULL), 0);
}
END_TEST

#define ENTRY(text) "# wdspxed-registry 1\nchanges = ( { " text " } );\n"

static const struct {
	const char *text;
	int line; /* 0: it is right */
	const char *said;
} files[] = {
	{ "# wdspxed-registry 1\nchanges = ( );\n", 0, NULL },
	{ ENTRY("path = \"\"; name = \"a\"; type = \"REG_DWORD\"; data = 1;"), 0, NULL },
	{ ENTRY("path = \"\"; name = \"a\"; type = 5; deleted = true; over = \"x\";"), 0, NULL },
	{ ENTRY("path = \"\"; name = \"a\"; type = \"KEY\";"), 0, NULL },
	{ "", 1, "does not begin with \"# wdspxed-registry 1\"" },
	{ "changes = ( );", 1, "does not begin with \"# wdspxed-registry 1\"" },
	{ "# wdspxed-registry 2\nchanges = \xff", 1, "its format is wdspxed-registry 2" },
	{ "# wdspxed-registry 10\nchanges = ( );", 1, "its format is wdspxed-registry 10" },
	{ "# wdspxed-registry 1\nchanges = (\n", 2, "" },
	{ "# wdspxed-registry 1\n", 1, "not what wdspxed writes" },
	{ "# wdspxed-registry 1\nchanges = 5;", 2, "not what wdspxed writes" },
	{ "# wdspxed-registry 1\nchange = ( );", 2, "not what wdspxed writes" },
	{ "# wdspxed-registry 1\nchanges = ( 5 );", 2, "not what wdspxed writes" },
	{ ENTRY("name = \"a\"; type = \"REG_DWORD\"; data = 1;"), 2, "not what wdspxed writes" },
	{ ENTRY("path = \"\"; type = \"REG_DWORD\"; data = 1;"), 2, "not what wdspxed writes" },
	{ ENTRY("path = \"\"; name = \"a\"; data = 1;"), 2, "not what wdspxed writes" },
	{ ENTRY("path = \"\"; name = \"a\"; type = \"REG_DWORD\";"), 2, "not what wdspxed writes" },
	{ ENTRY("path = \"\"; name = \"a\"; type = \"REG_DWORD\"; data = \"x\";"), 2,
	  "not what wdspxed writes" },
	{ ENTRY("path = \"\"; name = \"a\"; type = \"KEY\"; data: { };"), 2,
	  "not what wdspxed writes" },
	{ ENTRY("path = \"\"; name = \"a\"; type = 5; deleted = 1;"), 2,
	  "not what wdspxed writes" },
	{ ENTRY("path = \"\"; name = \"a\"; type = 5; deleted = true; over = 1;"), 2,
	  "not what wdspxed writes" },
};

START_TEST(file_is_read_or_refused_and_left)
{
	struct registry_error error = { .line = 0 };
	struct overlay overlay = { NULL, NULL };
	int want = files[_i].line ? REGISTRY_E_INVALID : 0;

	write_own("a = 1;");
	ck_assert_int_eq(mkdir(scratch_path("registry"), 0755), 0);
	scratch_write("registry/n.conf", files[_i].text);
	ck_assert_int_eq(overlay_read(scratch, "n", &overlay, &error), want);
	overlay_done(&overlay);
	if (!want)
		return;
	ck_assert_msg(strstr(error.text, files[_i].said), "%s", error.text);
	ck_assert_int_eq(error.line, files[_i].line);
	ck_assert_str_eq(error.file, scratch_path("registry/n.conf"));
	ck_assert_int_eq(put("", "a", RESERVED_DWORD, 2), want);
	ck_assert_str_eq(scratch_read("registry/n.conf"), files[_i].text);
}
END_TEST

START_TEST(changes_are_many_but_not_without_end)
{
	struct overlay overlay = { NULL, NULL };
	char name[16];

	for (int i = 0; i <= OVERLAY_CHANGES_MAX; i++) {
		struct overlay_change change = { .path = "", .name = name, .type = RESERVED_KEY };

		sprintf(name, "k%d", i);
		ck_assert_int_eq(overlay_put(&overlay, NULL, &change),
				 i < OVERLAY_CHANGES_MAX ? 0 : REGISTRY_E_FULL);
	}
	overlay_done(&overlay);
}
END_TEST

/* What root writes is for the user who owns the directory, and runs the daemon. */
START_TEST(what_root_writes_belongs_to_the_owner)
{
	static const char *const made[] = { "registry", "registry/.lock", "registry/n.conf" };
	struct stat st;
	pid_t pid;
	int status;

	if (geteuid() != 0)
		return; /* nothing to give away */
	write_own("a = 1;");
	ck_assert_int_eq(chown(scratch, 65534, 65534), 0);
	ck_assert_int_eq(put("", "a", RESERVED_DWORD, 2), 0);
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		ck_assert_int_eq(stat(scratch_path(made[i]), &st), 0);
		ck_assert_msg(st.st_uid == 65534 && st.st_gid == 65534, "%s", made[i]);
	}
	pid = fork();
	if (pid == 0)
		_exit(setgid(65534) || setuid(65534) || put("", "b", RESERVED_DWORD, 3));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(shown(), "a=2 b=3 ");
	ck_assert_int_eq(put("", "a", RESERVED_DWORD, 4), 0);
	ck_assert_str_eq(shown(), "a=4 b=3 ");
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("overlay");

	tcase_add_checked_fixture(t, scratch_make, scratch_remove);
	TEST_ROWS(t, program_wins_until_the_administrator_changes_it, rows);
	tcase_add_test(t, a_dropped_change_says_which_and_where);
	TEST_ROWS(t, file_has_the_providers_name, names);
	TEST_ROWS(t, file_is_read_or_refused_and_left, files);
	tcase_add_test(t, changes_are_many_but_not_without_end);
	tcase_add_test(t, what_root_writes_belongs_to_the_owner);
	tcase_set_timeout(t, 60); /* for ThreadSanitizer, on a busy host */
	return suite_run("registry/overlay", t);
}
