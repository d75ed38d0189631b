/* site/boot_files: the URLs that the entries of bootfile come to. */
#include <check.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "site/boot_files.h"
#include "suite.h"

enum { SAID_MAX = 4096 };

static void on_file(void *context, const struct boot_file *file)
{
	char *said = context;
	size_t used = strlen(said);

	snprintf(said + used, SAID_MAX - used, "%d %s%s%s%s%s;", file->line, file->url,
		 file->archs[0] ? " " : "", file->archs, file->ipxe ? " ipxe" : "",
		 file->open ? " open" : "");
}

/* This host has no IPv6 address on eth4, and no IPv4 address on eth6. */
static bool own(void *context, const char *interface, uint8_t family, struct ip *out)
{
	(void)context;
	if (interface && strcmp(interface, family == IP_V6 ? "eth4" : "eth6") == 0)
		return false;
	return ip_parse(family == IP_V4 ? "10.0.0.1" : "fd00::1", out);
}

static const struct {
	const char *settings, *said;
} rows[] = {
	{ "boot = ({ file = \"a\"; });", "1 tftp://10.0.0.1/a;" },
	{ "boot = ({ file = \"a\"; },\n{ file = \"b\"; });",
	  "1 tftp://10.0.0.1/a;2 tftp://10.0.0.1/b;" },
	{ "boot = ({ action = \"ignore\"; }, { raspberry-pi = true; });", "" },
	{ "boot = ({ file = \"/boot/a b;%.efi\"; });", "1 tftp://10.0.0.1//boot/a%20b%3B%25.efi;" },
	{ "boot = ({ file = \"\\\\boot\\\\x\"; });", "1 tftp://10.0.0.1/%5Cboot%5Cx;" },
	{ "boot = ({ arch = [ \"x64-uefi\", \"ebc\" ]; file = \"a\"; });",
	  "1 tftp://10.0.0.1/a x64-uefi,ebc;" },
	{ "boot = ({ arch = 7; file = \"a\"; });", "1 tftp://10.0.0.1/a 7;" },
	{ "boot = ({ arch = ( 7, \"x86-bios\" ); file = \"a\"; });",
	  "1 tftp://10.0.0.1/a 7,x86-bios;" },
	{ "boot = ({ user-class = \"iPXE\"; file = \"a\"; });", "1 tftp://10.0.0.1/a ipxe;" },
	{ "boot = ({ user-class = [ \"x\", \"iPXE\" ]; file = \"a\"; });",
	  "1 tftp://10.0.0.1/a ipxe;" },
	{ "boot = ({ ipxe = true; file = \"a\"; });", "1 tftp://10.0.0.1/a ipxe;" },
	{ "boot = ({ ipxe = [ \"http\", \"efi\" ]; file = \"a\"; });",
	  "1 tftp://10.0.0.1/a ipxe;" },
	{ "boot = ({ ipxe = false; file = \"a\"; });", "1 tftp://10.0.0.1/a;" },
	{ "boot = ({ family = 6; file = \"a\"; });", "1 tftp://[fd00::1]/a;" },
	{ "boot = ({ interface = \"eth6\"; file = \"a\"; });", "1 tftp://[fd00::1]/a;" },
	{ "boot = ({ family = 6; interface = \"eth4\"; file = \"a\"; });", "1 tftp://[::1]/a;" },
	{ "boot = ({ family = 4; interface = \"eth6\"; file = \"a\"; });",
	  "1 tftp://127.0.0.1/a;" },
	{ "boot = ({ family = [ 4, 6 ]; file = \"a\"; });", "1 tftp://10.0.0.1/a;" },
	{ "server = \"10.0.0.9\"; boot = ({ file = \"a\"; });", "1 tftp://10.0.0.9/a;" },
	{ "server = \"tftp.lab\"; boot = ({ file = \"a\"; });", "1 tftp://tftp.lab/a;" },
	{ "server = [ \"10.0.0.9\", \"fd00::9\" ]; boot = ({ file = \"a\"; });",
	  "1 tftp://10.0.0.9/a;1 tftp://[fd00::9]/a;" },
	{ "server = [ \"10.0.0.9\", \"fd00::9\" ]; boot = ({ family = 6; file = \"a\"; });",
	  "1 tftp://[fd00::9]/a;" },
	{ "server = \"10.0.0.9\"; boot = ({ server = \"auto\"; file = \"a\"; });",
	  "1 tftp://10.0.0.1/a;" },
	{ "boot = ({ url = \"http://${server}/a b\"; });", "1 http://10.0.0.1/a b;" },
	{ "boot = ({ family = 6; url = \"http://${server}:80/${server}\"; });",
	  "1 http://[fd00::1]:80/[fd00::1];" },
	{ "server = [ \"10.0.0.9\", \"fd00::9\" ]; boot = ({ url = \"http://h/a\"; });",
	  "1 http://h/a;" },
	{ "boot = ({ url = \"http://${server}/${net0/mac}\"; });",
	  "1 http://10.0.0.1/${net0/mac} open;" },
	{ "boot = ({ file = \"a b/${mac}.0\"; });", "1 tftp://10.0.0.1/a b/${mac}.0 open;" },
	{ "server = [ \"10.0.0.8\", \"10.0.0.9\" ]; boot = ({ file = \"a\"; });",
	  "1 tftp://10.0.0.8/a;1 tftp://10.0.0.9/a;" },
	{ "boot = ({ arch = \"x64-uefi\"; menu = { items = (\n{ text = \"A\"; file = \"a\"; },\n"
	  "{ text = \"B\"; file = \"b\"; server = \"10.0.0.9\"; arch = \"x86-bios\"; },\n"
	  "{ text = \"C\"; server = \"10.0.0.9\"; }, { text = \"D\"; local = true; }); }; });",
	  "2 tftp://10.0.0.1/a x64-uefi;3 tftp://10.0.0.9/b x86-bios;" },
	{ "boot = ({ menu = 7; }, { menu = { items = 7; }; });", "" },
	{ "boot = 7;", "" },
	{ "boot = ( 7, \"a\", { file = 7; } );", "" },
	{ "", "" },
};

static void walk(const char *module, const char *settings, char said[static SAID_MAX])
{
	char text[1024];
	struct registry_error error = { .line = 0 };
	_cleanup_(dropin_freep) struct dropin *dropin = NULL;
	struct boot_files_hooks hooks = { said, on_file, own };

	snprintf(text, sizeof(text), "name = \"n\"; module = \"%s\"; settings: { %s };", module,
		 settings);
	ck_assert_msg(dropin_parse(span_str(text), "/p/50-n.conf", &dropin, &error) == 0, "%s",
		      error.text);
	said[0] = '\0';
	boot_files_walk(dropin, &hooks);
}

START_TEST(an_entry_comes_to_its_urls)
{
	char said[SAID_MAX];

	walk("/m/bootfile.so", rows[_i].settings, said);
	ck_assert_str_eq(said, rows[_i].said);
}
END_TEST

START_TEST(another_provider_has_other_settings)
{
	char said[SAID_MAX];

	walk("/m/mine.so", rows[0].settings, said);
	ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(what_has_no_room_is_passed_over)
{
	char settings[900], said[SAID_MAX];

	memset(settings, ' ', sizeof(settings));
	snprintf(settings, sizeof(settings), "boot = ({ file = \"%0*d\"; });", 700, 0);
	for (char *c = settings; *c; c++)
		*c = *c == '0' ? ' ' : *c; /* each blank takes three octets in the URL */
	walk("/m/bootfile.so", settings, said);
	ck_assert_str_eq(said, "");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("boot_files");

	TEST_ROWS(tcase, an_entry_comes_to_its_urls, rows);
	tcase_add_test(tcase, another_provider_has_other_settings);
	tcase_add_test(tcase, what_has_no_room_is_passed_over);
	return suite_run("site/boot_files", tcase);
}
