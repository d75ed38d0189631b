/* registry/packed, and drop-ins that are packed or forgotten: what is left of their settings. */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/dropin.h"
#include "registry/packed.h"
#include "registry/tree.h"
#include "suite.h"

static struct setting *parse(const char *text)
{
	struct registry_error error = { .line = 0 };
	struct setting *root = NULL;

	ck_assert_msg(setting_parse(span_str(text), "f", &root, &error) == 0, "%s:%d: %s", text,
		      error.line, error.text);
	return root;
}

/* Lines, files and names as well. */
static void same_place(const struct setting *a, const struct setting *b)
{
	ck_assert_int_eq(a->line, b->line);
	ck_assert_int_eq(a->overlaid, b->overlaid);
	ck_assert_uint_eq(a->source, b->source);
	ck_assert_uint_eq(a->index, b->index);
	ck_assert_uint_eq(a->count, b->count);
	for (unsigned i = 0; i < a->count; i++) {
		ck_assert_ptr_eq(b->child[i]->parent, b);
		same_place(a->child[i], b->child[i]);
	}
}

static void comes_back(const struct setting *tree)
{
	struct packed *packed;
	struct setting *again;

	ck_assert_int_eq(packed_make(tree, &packed), 0);
	ck_assert_int_eq(packed_tree(packed, &again), 0);
	ck_assert(setting_equal(tree, again));
	same_place(tree, again);
	free(packed);
	setting_free(again);
}

static const char *const texts[] = {
	"",
	"a = 1; b = -1; c = 0xffffffff; d = 3000000000L; e = -9223372036854775807L;",
	"a = 0.5; b = 1e300; c = -0.1; d = true; e = false;",
	"a = \"\"; b = \"x\"; c = \"\"; d = \"B\xc3\xbcro\";",
	"a = []; b = ();\n\n\nc: { };\nd = [ \"same\", \"same\", \"sa\", \"samen\", \"\" ];",
	"m = [ \"52:54:00:00:00:01\", \"52:54:00:00:00:02\",\n \"52:54:00:ab:cd:ef\",\n"
	"\"52:54:00:AB:cd:ef\", \"52:54:00:AB:0d:ef\", \"525400ABcdef\", \"5:4\", \"5:\", \"5:a\" "
	"];",
	"boot = (\n{ mac = \"52:54:00:00:00:01\"; file = \"a\"; },\n"
	"{ mac = \"52:54:00:00:00:02\"; file = \"a\"; arch = 7; },\n{ arch = [ 7, 9 ]; },\n"
	"{ file = 7; mac = { }; }, \"x\", ( \"y\", ( { z = 1; } ) ) );",
};

START_TEST(a_tree_comes_back)
{
	struct setting *tree = parse(texts[_i]);

	comes_back(tree);
	setting_free(tree);
}
END_TEST

/* Of each setting one thing after the other is made another than that of the one before. */
START_TEST(places_come_back)
{
	struct setting *tree = parse(texts[6]), *boot = tree->child[0];

	boot->child[1]->source = 3;
	boot->child[1]->child[0]->source = 65535;
	boot->child[1]->child[0]->overlaid = true;
	boot->child[1]->child[1]->line = 0;
	boot->child[2]->line = 2000000000;
	comes_back(tree);
	setting_free(tree);
}
END_TEST

/* Deeper than any file, with more keys in a group than there are slots. */
START_TEST(any_form_comes_back)
{
	struct setting *tree = setting_new(SETTING_GROUP, NULL), *at = tree;
	char name[16];

	for (int depth = 0; depth < 80; depth++) {
		for (int i = 0; i < 40; i++) {
			snprintf(name, sizeof(name), "k%d", i % (depth + 1) + 40 * (i & 1));
			ck_assert_int_eq(setting_add(at, setting_new_string(name, name)), 0);
		}
		ck_assert_int_eq(setting_add(at, setting_new(SETTING_GROUP, "deep")), 0);
		at = at->child[40];
	}
	comes_back(tree);
	setting_free(tree);
}
END_TEST

/* ---- drop-ins ---- */

enum { MACHINES = 2000 };

/* An entry for each machine, the first of another file. */
static struct dropin *dropin_of(const char *first, const char *behind)
{
	struct registry_error error = { .line = 0 };
	struct dropin *dropin;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	fprintf(out, "name = \"b\"; module = \"/m\";\nsettings: { boot = (\n");
	for (int i = 0; i < MACHINES; i++)
		fprintf(out, "{ mac = \"52:54:00:%02x:%02x:%02x\"; file = \"%s\"; },\n", i >> 8,
			i * 7 & 255, i & 255, i ? "pxelinux.0" : first);
	fprintf(out, "{ file = \"x\"; } ); %s };", behind);
	fclose(out);
	ck_assert_int_eq(dropin_parse(span_str(text), "/50-b.conf", &dropin, &error), 0);
	free(text);
	return dropin;
}

static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static const char *file_at(const struct dropin *dropin, unsigned i)
{
	const struct setting *boot = setting_child(dropin->settings, "boot");

	return setting_child(setting_at(boot, i), "file")->string;
}

START_TEST(packed_settings_come_back)
{
	size_t before = in_use();
	struct dropin *dropin = dropin_of("a", "");

	dropin_pack(dropin);
	ck_assert_ptr_null(dropin->root);
	ck_assert_ptr_null(dropin->settings);
#if !defined(__SANITIZE_ADDRESS__)
	ck_assert_uint_le(in_use() - before, 16 * MACHINES);
#endif
	ck_assert_int_eq(dropin_unpack(dropin), 0);
	ck_assert_str_eq(file_at(dropin, 0), "a");
	ck_assert_str_eq(file_at(dropin, MACHINES), "x");
	ck_assert_int_eq(setting_at(setting_child(dropin->settings, "boot"), 2)->line, 5);
	ck_assert_int_eq(dropin_unpack(dropin), 0); /* is nothing */
	dropin_free(dropin);
	(void)before;
}
END_TEST

/* What programs have written stays apart from what the administrator has. */
START_TEST(merged_settings_come_back)
{
	struct dropin *dropin = dropin_of("a", "");

	dropin->merged = setting_copy(dropin->own, NULL);
	dropin->settings = dropin->merged;
	ck_assert_int_eq(setting_add(dropin->merged, setting_new_string("new", "value")), 0);
	dropin_pack(dropin);
	ck_assert_ptr_null(dropin->merged);
	ck_assert_int_eq(dropin_unpack(dropin), 0);
	ck_assert_ptr_eq(dropin->settings, dropin->merged);
	ck_assert_ptr_nonnull(setting_child(dropin->settings, "new"));
	ck_assert_ptr_null(setting_child(dropin->own, "new"));
	dropin_free(dropin);
}
END_TEST

START_TEST(few_settings_stay)
{
	struct registry_error error = { .line = 0 };
	struct dropin *dropin;

	ck_assert_int_eq(dropin_parse(span_str("name = \"b\"; module = \"/m\"; settings: { };"),
				      "/50-b.conf", &dropin, &error),
			 0);
	dropin_pack(dropin);
	ck_assert_ptr_nonnull(dropin->settings);
	dropin_free(dropin);
}
END_TEST

static const struct {
	const char *first, *behind;
	unsigned changed;
} changes[] = {
	{ "a", "", DROPIN_SAME },
	{ "a", "# a comment\n", DROPIN_SAME },
	{ "b", "", DROPIN_SETTINGS_CHANGED },
	{ "a", "server = \"10.0.0.1\";", DROPIN_SETTINGS_CHANGED },
};

/* Whichever of the two is forgotten, or both. */
START_TEST(forgotten_settings_are_compared)
{
	for (unsigned which = 1; which < 4; which++) {
		struct dropin *old = dropin_of("a", "");
		struct dropin *new = dropin_of(changes[_i].first, changes[_i].behind);

		ck_assert_uint_eq(dropin_compare(old, new), changes[_i].changed);
		if (which & 1)
			dropin_forget(old);
		if (which & 2)
			dropin_forget(new);
		ck_assert_uint_eq(dropin_compare(old, new), changes[_i].changed);
		ck_assert_uint_eq(dropin_entries(old), MACHINES + 1);
		dropin_forget(old);
		dropin_free(old);
		dropin_free(new);
	}
}
END_TEST

/* A name, a value and a type that might be taken for each other's. */
static const char *const alike[] = {
	"",
	"a = 1;",
	"a = 1L;",
	"a = true;",
	"a = \"1\";",
	"b = 1;",
	"a = 1; b = 1;",
	"b = 1; a = 1;",
	"a = [ 1 ];",
	"a = ( 1 );",
	"a = ( ( 1 ) );",
	"a = ( ( ), 1 );",
	"a: { b = 1; };",
	"a: { }; b = 1;",
	"ab = \"\"; c = \"\";",
	"a = \"b\"; c = \"\";",
	"a = 0.5;",
};

static struct dropin *forgotten(const char *settings)
{
	struct registry_error error = { .line = 0 };
	struct dropin *dropin;
	char text[256];

	snprintf(text, sizeof(text), "name = \"b\"; module = \"/m\"; settings: { %s };", settings);
	ck_assert_int_eq(dropin_parse(span_str(text), "/50-b.conf", &dropin, &error), 0);
	dropin_forget(dropin);
	return dropin;
}

START_TEST(no_two_are_taken_for_each_other)
{
	struct dropin *one = forgotten(alike[_i]);

	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		struct dropin *other = forgotten(alike[i]);

		ck_assert_msg((dropin_compare(one, other) == 0) == (i == (size_t)_i), "%s and %s",
			      alike[_i], alike[i]);
		dropin_free(other);
	}
	dropin_free(one);
}
END_TEST

/* A file without settings has what one has whose settings are empty. */
START_TEST(no_settings_are_empty_ones)
{
	struct registry_error error = { .line = 0 };
	struct dropin *none, *empty = forgotten("");

	ck_assert_int_eq(dropin_parse(span_str("name = \"b\"; module = \"/m\";"), "/50-b.conf",
				      &none, &error),
			 0);
	ck_assert_uint_eq(dropin_compare(none, empty), DROPIN_SAME);
	dropin_free(none);
	dropin_free(empty);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("packed");

	tcase_set_timeout(tcase, 60); /* for a busy host */

	TEST_ROWS(tcase, a_tree_comes_back, texts);
	tcase_add_test(tcase, places_come_back);
	tcase_add_test(tcase, any_form_comes_back);
	tcase_add_test(tcase, packed_settings_come_back);
	tcase_add_test(tcase, merged_settings_come_back);
	tcase_add_test(tcase, few_settings_stay);
	TEST_ROWS(tcase, forgotten_settings_are_compared, changes);
	TEST_ROWS(tcase, no_two_are_taken_for_each_other, alike);
	tcase_add_test(tcase, no_settings_are_empty_ones);
	return suite_run("registry/packed", tcase);
}
