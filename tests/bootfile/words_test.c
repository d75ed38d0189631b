/* bootfile: words of other servers and keys in the wrong place are told with what to write. */
#include <wdspxe-words.h>

#include "bench.h"

/* What is said of these settings' first mistake, with its id; "": nothing. Until the next call. */
static const char *said(const char *settings)
{
	PXE_FAKE *fake = PxeFakeNew();
	static char text[1024];
	char why[1024] = "";
	const char *line;

	text[0] = '\0';
	PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why);
	for (ULONG i = 0; !text[0] && (line = PxeFakeTrace(fake, i)); i++)
		if (strncmp(line, "error: ", 7) == 0)
			snprintf(text, sizeof text, "%s", line);
	PxeFakeFree(fake);
	return text;
}

static const char *said_in_entry(const char *key)
{
	char settings[256];

	snprintf(settings, sizeof settings, "boot = ( { %s = 1; file = \"a\"; } );", key);
	return said(settings);
}

static const struct {
	const char *settings, *said;
} rows[] = {
	{ "boot = ( { dhcp-boot = \"a\"; } );",
	  "boot[0].dhcp-boot: unknown setting in an entry of boot: write file = \"...\" [W0109]" },
	{ "boot = ( { Next_Server = \"a\"; file = \"b\"; } );",
	  "unknown setting in an entry of boot: write server = \"...\" [W0109]" },
	{ "boot = ( { enable-tftp = true; file = \"b\"; } );",
	  "in an entry of boot: files are served by a separate TFTP server [W0109]" },
	{ "dhcp-vendorclass = \"PXEClient\";",
	  "settings.dhcp-vendorclass: unknown setting: write vendor-class = \"...\" in an entry of "
	  "boot = ( { ... } ) [W0109]" },
	{ "next-server = \"10.0.0.9\";", "unknown setting: write server = \"...\" [W0109]" },
	{ "filename = \"a\";",
	  "unknown setting: write file = \"...\" in an entry of boot = ( { ... } ) [W0109]" },
	{ "listen-address = \"10.0.0.9\";", "unknown setting: write listen.interfaces to name the "
					    "interfaces to serve in wdspxed.conf "
					    "[W0109]" },
	{ "conf-dir = \"x\";",
	  "unknown setting: write include = \"bootfile.d/*.conf\" at the top of the file, beside "
	  "settings [W0109]" },
	{ "include = \"x\";",
	  "unknown setting: it belongs at the top of the file, beside settings [W0111]" },
	{ "mac = \"00:11:22:33:44:55\";",
	  "unknown setting: it belongs in an entry of boot = ( { ... } ) [W0111]" },
	{ "boot = ( { classes = [ \"x\" ]; file = \"a\"; } );",
	  "unknown setting in an entry of boot: it belongs in settings, beside boot [W0111]" },
	{ "boot = ( { critical = true; file = \"a\"; } );",
	  "it belongs at the top of the file, beside settings [W0111]" },
	{ "boot = ( { xyzzy = true; file = \"a\"; } );",
	  "unknown setting in an entry of boot: see wdspxed-bootfile(5) [W0110]" },
	{ "boot = ( { menu = { filename = \"a\"; }; } );",
	  "boot[0].menu.filename: unknown setting in a menu: write file = \"...\" in an entry of "
	  "boot = ( { ... } ) [W0109]" },
	{ "boot = ( { menu = { arch = 0; }; } );",
	  "unknown setting in a menu: it belongs in an entry of boot = ( { ... } ) [W0111]" },
	{ "boot = ( { menu = { items = ( { filename = \"a\"; } ); }; } );",
	  "unknown setting in an item of a menu: write file = \"...\" [W0109]" },
	{ "boot = ( { menu = { items = ( { delay = 5; } ); }; } );",
	  "unknown setting in an item of a menu: it belongs in an entry of boot = ( { ... } ) "
	  "[W0111]" },
	{ "boot = ( { menu = { items = ( { machines = \"x\"; } ); }; } );",
	  "unknown setting in an item of a menu: it belongs in settings, beside boot [W0111]" },
	{ "sever = \"a\";", "unknown setting: did you mean \"server\"? [W0110]" },
};

START_TEST(a_word_is_told_ours)
{
	ck_assert_msg(strstr(said(rows[_i].settings), rows[_i].said), "%s: %s", rows[_i].settings,
		      said(rows[_i].settings));
}
END_TEST

/* ---- the list is in step with what there is ---- */

static const struct {
	const char *word;
	enum { ENTRY, SETTINGS, DROPIN } place;
} own[] = {
#define WORD(word, place) { word, place },
	PXE_WORDS_OF_BOOTFILE(WORD)
#undef WORD
};

START_TEST(each_word_of_ours_is_a_key_where_it_is_said_to_be)
{
	char settings[256];
	const char *text;

	snprintf(settings, sizeof settings, "%s = 1;", own[_i].word);
	if (own[_i].place == DROPIN)
		text = strstr(said_in_entry(own[_i].word), "at the top of the file") ? ""
										     : "unknown";
	else
		text = own[_i].place == ENTRY ? said_in_entry(own[_i].word) : said(settings);
	ck_assert_msg(!strstr(text, "unknown setting"), "%s: %s", own[_i].word, text);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's words");

	TEST_ROWS(tcase, a_word_is_told_ours, rows);
	TEST_ROWS(tcase, each_word_of_ours_is_a_key_where_it_is_said_to_be, own);
	return suite_run("bootfile/words", tcase);
}
