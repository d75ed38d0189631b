/* registry/setting_print: what is printed for people is read back as it was. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/setting_print.h"
#include "suite.h"

static const char *const texts[] = {
	"",
	"a = 1; b = -1; c = 0x7fffffff; d = 0xffffffff; e = -2147483647;",
	"a = 3000000000L; b = -3000000000L; c = 0L;",
	"a = 0.5; b = 1.0; c = 1e300; d = -0.1; e = 0.1234567890123456; f = 100000.0;",
	"a = true; b = false;",
	"a = \"\"; b = \"q \\\" b \\\\ n \\n t \\t r \\r f \\f x \\x01\\x7f\";",
	"c = \"B\xc3\xbcro\";",
	"a = \"\\x1b[31m \\x9b\\xff \\xe2\\x80\\xae<b>\xe2\x80\xae\xc2\x9b\"; b = [ \"\xff\" ];",
	"a = []; b = [ 1, 2 ]; c = [ \"x\", \"y\" ]; d = ();",
	"a: { }; b: { c: { d = ( 1, \"x\", [ true ], ( ), { e = ( { f = 2.5; } ); } ); }; };",
};

static const char *file_of(const void *context, const struct setting *s)
{
	(void)s;
	return context;
}

static struct setting *parse(const char *text)
{
	struct registry_error error = { .line = 0 };
	struct setting *root = NULL;

	ck_assert_msg(setting_parse(span_str(text), "f", &root, &error) == 0, "%s:%d: %s", text,
		      error.line, error.text);
	return root;
}

START_TEST(what_is_printed_is_read_back)
{
	struct setting *root = parse(texts[_i]), *again;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	for (unsigned i = 0; i < root->count; i++)
		setting_print(root->child[i], 0, file_of, "/etc/f", out);
	fclose(out);
	again = parse(text);
	ck_assert_msg(setting_equal(root, again), "%s", text);
	ck_assert(root->count == 0 || strstr(text, "  # /etc/f:1\n"));
	setting_free(root);
	setting_free(again);
	free(text);
}
END_TEST

/* Nothing that a file says or is called moves a cursor, turns a line or begins one. */
START_TEST(what_is_printed_is_fit_to_be_seen)
{
	struct setting *root =
		parse("a = \"\\x1b[31m \\xff\xe2\x80\xae\xc2\x9b <b> B\xc3\xbcro\";");
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	setting_print(root->child[0], 0, file_of, "/etc/x\x1b[1m\xff\nb = 2;", out);
	fclose(out);
	ck_assert_str_eq(text, "a = \"\\x1b[31m \\xff\\xe2\\x80\\xae\\xc2\\x9b <b> B\xc3\xbcro\";"
			       "  # /etc/x?[1m\xef\xbf\xbd b = 2;:1\n");
	setting_free(root);
	free(text);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("setting_print");

	TEST_ROWS(tcase, what_is_printed_is_read_back, texts);
	tcase_add_test(tcase, what_is_printed_is_fit_to_be_seen);
	return suite_run("registry/setting_print", tcase);
}
