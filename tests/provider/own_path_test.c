/* Paths of a provider's folder, as Windows writes them, in what it traces. */
#include "provider/own_path.h"

#include <string.h>

#include "suite.h"

#define MODULE "/usr/lib/wdspxed/x.so"

static const struct {
	const char *name, *module, *line;
	const char *mended; /* NULL: as it is */
} rows[] = {
	{ "the module", MODULE, "I am \\usr\\lib\\wdspxed\\x.so", "I am /usr/lib/wdspxed/x.so" },
	{ "beside it", MODULE, "\\usr\\lib\\wdspxed\\a.ini: error 2",
	  "/usr/lib/wdspxed/a.ini: error 2" },
	{ "below it", MODULE, "\\usr\\lib\\wdspxed\\sub\\a.ini", "/usr/lib/wdspxed/sub/a.ini" },
	{ "its folder", MODULE, "in \\usr\\lib\\wdspxed\\", "in /usr/lib/wdspxed/" },
	{ "twice", MODULE, "\\usr\\lib\\wdspxed\\a and \"\\usr\\lib\\wdspxed\\b\"",
	  "/usr/lib/wdspxed/a and \"/usr/lib/wdspxed/b\"" },
	{ "a drive in front", MODULE, "C:\\usr\\lib\\wdspxed\\a", "C:/usr/lib/wdspxed/a" },
	{ "a boot file after it", MODULE, "\\usr\\lib\\wdspxed\\a has boot\\x64\\b.efi",
	  "/usr/lib/wdspxed/a has boot\\x64\\b.efi" },
	{ "a folder with blanks", "/my lib/x.so", "\\my lib\\x.so and \\your lib\\x.so",
	  "/my lib/x.so and \\your lib\\x.so" },
	{ "in the root", "/x.so", "boot\\x64\\b.efi, \\x.so", NULL },
	{ "another folder", MODULE, "\\usr\\lib\\wdspxe\\x.so", NULL },
	{ "the beginning of it", MODULE, "\\usr\\lib", NULL },
	{ "other capitals", MODULE, "\\Usr\\lib\\wdspxed\\x.so", NULL },
	{ "a boot file", MODULE, "boot\\x64\\wdsmgfw.efi", NULL },
	{ "slashes", MODULE, "/usr/lib/wdspxed/x.so", NULL },
	{ "nothing", MODULE, "", NULL },
	{ "no path", "x.so", "\\x.so", NULL },
};

START_TEST(mended)
{
	char out[100] = "as before";
	bool done = own_path_mend(rows[_i].line, rows[_i].module, out, sizeof(out));

	ck_assert_msg(done == (rows[_i].mended != NULL), "%s: %s", rows[_i].name, out);
	if (done)
		ck_assert_str_eq(out, rows[_i].mended);
}
END_TEST

/* Cut behind a whole character. */
START_TEST(too_long)
{
	char out[17];

	ck_assert_int_eq(
		own_path_mend("\\lib\\x.so of \u00fc\u00fc\u00fc", "/lib/x.so", out, sizeof(out)),
		true);
	ck_assert_str_eq(out, "/lib/x.so of \u00fc");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("own_path");

	tcase_add_loop_test(tcase, mended, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tcase, too_long);
	return suite_run("own_path", tcase);
}
