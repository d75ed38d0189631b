/* base/redact: what names somebody becomes a hash, the same for the same; secrets go. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/redact.h"
#include "suite.h"

static struct redact redact;

static char *line(const char *text)
{
	char *out = redact_line(&redact, text);

	ck_assert_ptr_nonnull(out);
	return out;
}

/* ---- what stays ---- */

static const char *const stays[] = {
	"",
	"threads = 4;                # /etc/wdspxed/wdspxed.conf:12",
	"boot = ( { arch = [ 7, 9 ]; file = \"boot/x64/ipxe.efi\"; } );",
	"url = \"http://${server}/boot.ipxe\";",
	"2026-11-27 23:18:37 wdspxed 0.1.0, libconfig.so.9.2.0, 5.4.0-13",
	"\"received\": 123456789, \"uptime\": 12.5",
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"server 0.0.0.0:67 to 255.255.255.255:68, ff02::1:2, ::, ::1, 127.0.0.1",
	"linux 6.1.0-18-amd64, 5.14.0-503.11.1.el9_5.x86_64",
	"wdspxed_seconds 0.123456, 0.1.0-12-g52540012ab",
	"(bootfile, nearest: 50-bootfile.conf:23) [W0201]",
	"/srv/20261128/a.efi, \"12345678\", /deadbeef, /DEAD, glob *, a:*, 12:*x",
};

START_TEST(words_that_name_nobody_stay)
{
	char *text;

	redact_begin(&redact, "key");
	text = line(stays[_i]);
	ck_assert_str_eq(text, stays[_i]);
	free(text);
	redact_done(&redact);
}
END_TEST

/* ---- what does not ---- */

static const char *const goes[] = {
	"52:54:00:12:34:56", "52-54-00-12-34-56",
	"5254.0012.3456",    "525400123456",
	"10.77.3.9",         "192.168.1.4",
	"fd77::12:9",        "fe80::5054:ff:fe12:3456",
	"203.0.113.7",       "3b6c1a52-7f0e-4d8b-9a41-525400770001",
	"wds.example.net",   "00:03:00:01:52:54:00:12:34:56",
};

START_TEST(names_are_hashed_alike_wherever_they_stand)
{
	char text[512], *out, *again;

	redact_begin(&redact, "key");
	redact_learn(&redact, "server = [ \"10.0.0.1\", \"wds.example.net\" ];\n");
	snprintf(text, sizeof(text), "%s x64-uefi on eth0: asks \"%s\", (%s)=%s: %s.", goes[_i],
		 goes[_i], goes[_i], goes[_i], goes[_i]);
	out = line(text);
	ck_assert_msg(!strstr(out, goes[_i]), "%s", out);
	ck_assert_msg(strstr(out, " x64-uefi on eth0: asks \"") != NULL, "%s", out);
	again = line(text);
	ck_assert_str_eq(out, again);
	free(again);
	redact_done(&redact);
	redact_begin(&redact, "another key");
	redact_learn(&redact, "\"server\": \"wds.example.net\"");
	again = line(text);
	ck_assert_str_ne(out, again);
	free(again);
	free(out);
	redact_done(&redact);
}
END_TEST

/* Where names are made of them, in paths above all: what is left of the name, and what goes. */
static const struct {
	const char *said, *goes, *before, *behind;
} inside[] = {
	{ "hosts/52-54-00-12-34-56.ipxe", "12-34-56", "hosts/", ".ipxe" },
	{ "52:54:00:12:34:56.ipxe", "12:34:56", "", ".ipxe" },
	{ "boot-525400123456.efi", "525400123456", "boot-", ".efi" },
	{ "5254.0012.3456.cfg", "0012.3456", "", ".cfg" },
	{ "pxelinux-01-52-54-00-12-34-56.cfg", "12-34-56", "pxelinux-01-", ".cfg" },
	{ "52-54-00-12-34-56-efi", "12-34-56", "", "-efi" },
	{ "mac_525400123456_x64", "525400123456", "mac_", "_x64" },
	{ "a-525400123456-525400123456.b", "525400123456", "a-", ".b" },
	{ "3b6c1a52-7f0e-4d8b-9a41-525400770001.cfg", "525400770001", "", ".cfg" },
	{ "x_3b6c1a527f0e4d8b9a41525400770001.cfg", "525400770001", "x_", ".cfg" },
	{ "10.77.3.9.ipxe", "77.3.9", "10.", ".ipxe" },
	{ "boot-10.77.3.9.ipxe", "77.3.9", "boot-10.", ".ipxe" },
	/* Grown together with letters, of which some are digits too. */
	{ "srv525400123456", "525400123456", "srv", "" },
	{ "pc525400123456.ipxe", "525400123456", "pc", ".ipxe" },
	{ "mac525400123456x64", "525400123456", "mac", "x64" },
	{ "525400123456efi", "525400123456", "", "efi" },
	{ "x5254001234567890.cfg", "525400123456", "x", ".cfg" },
	{ "a-pc52-54-00-12-34-56.ipxe", "12-34-56", "a-pc", ".ipxe" },
	{ "52-54-00-12-34-56efi", "12-34-56", "", "efi" },
	{ "pc5254.0012.3456x", "0012.3456", "pc", "x" },
	{ "00:02:00:00:ab:11:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:"
	  "18:19:1a:1b:1c:1d:1e:1f:20:52:54:00:12:34:56",
	  "52:54:00:12:34:56", "", "" },
};

START_TEST(what_is_inside_of_a_name_goes)
{
	char *out, *behind;

	redact_begin(&redact, "key");
	out = line(inside[_i].said);
	behind = out + strlen(out) - strlen(inside[_i].behind);
	ck_assert_msg(!strstr(out, inside[_i].goes), "%s", out);
	ck_assert_uint_ge(strlen(out), strlen(inside[_i].behind));
	ck_assert_msg(strncmp(out, inside[_i].before, strlen(inside[_i].before)) == 0, "%s", out);
	ck_assert_str_eq(behind, inside[_i].behind);
	free(out);
	redact_done(&redact);
}
END_TEST

static void only_digits(const char *text, char *out)
{
	for (; *text; text++)
		if (!strchr(":-.", *text))
			*out++ = *text;
	*out = '\0';
}

/* Clients may say what looks like URLs: that hides no host of the configuration behind them. */
START_TEST(strangers_names_leave_room_for_ours)
{
	char text[64], *out;

	redact_begin(&redact, "key");
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "of class x://h%d sends", i);
		redact_learn(&redact, text);
	}
	redact_learn(&redact, "server = \"wds.example.net\";");
	out = line("asks wds.example.net, not h4999");
	ck_assert_msg(!strstr(out, "wds.example") && !strstr(out, "h4999"), "%s", out);
	free(out);
	redact_done(&redact);
}
END_TEST

/* One machine in each form of its address, and as the end of its identifiers. */
START_TEST(a_machine_stays_one)
{
	char first[64], digits[64];

	redact_begin(&redact, "key");
	for (int i = 0; i < 4; i++) {
		char *out = line(goes[i]);

		ck_assert_uint_eq(strlen(out), strlen(goes[i]));
		only_digits(out, i ? digits : first);
		if (i)
			ck_assert_str_eq(digits, first);
		free(out);
	}
	for (int i = 0; i < 2; i++) {
		char *out = line(i ? "01:52:54:00:12:34:56" : "00:03:00:01:52:54:00:12:34:56");

		only_digits(out, digits);
		ck_assert_ptr_nonnull(strstr(digits, first));
		ck_assert(strncmp(out, i ? "01:" : "00:03:00:01:", i ? 3 : 12) == 0);
		free(out);
	}
	redact_done(&redact);
}
END_TEST

/* Two of one network are in one network afterwards, with as many bits; private ones stay so. */
START_TEST(networks_stay_networks)
{
	char *a, *b, *c;

	redact_begin(&redact, "key");
	a = line("10.77.3.9");
	b = line("10.77.3.200");
	c = line("10.99.3.9/24");
	ck_assert_msg(strncmp(a, "10.", 3) == 0 && strcmp(a, b) != 0, "%s %s", a, b);
	ck_assert_int_eq(strrchr(a, '.') - a, strrchr(b, '.') - b);
	ck_assert_int_eq(strncmp(a, b, (size_t)(strrchr(a, '.') - a)), 0);
	ck_assert_int_ne(strncmp(a, c, 6), 0);
	ck_assert_str_eq(c + strlen(c) - 3, "/24");
	free(a), free(b), free(c);
	redact_done(&redact);
}
END_TEST

/* A line is read no further than its end: ASan sees it behind what was allocated. */
START_TEST(a_line_may_end_anywhere)
{
	static const char whole[] = "\"api-token\": \"a\\\"b\", \"00:11:*\", x://u@/0A4D0305*";

	redact_begin(&redact, "key");
	for (size_t from = 0; from < sizeof(whole); from++)
		for (size_t len = 0; from + len < sizeof(whole); len++) {
			char *said = strndup(whole + from, len);

			free(line(said));
			free(said);
		}
	redact_done(&redact);
}
END_TEST

/* A pattern of MAC addresses matches afterwards whom it did, and nobody else. */
START_TEST(patterns_match_whom_they_did)
{
	static const char *const said[] = { "52:54:00:*", "52-54-*", "00:11:22:33:44:*" };
	char *mac, *other, *out;

	redact_begin(&redact, "key");
	mac = line("52:54:00:12:34:56");
	other = line("52:55:00:12:34:56");
	out = line("mac = [ \"52:54:00:*\", \"52-54-*\", \"00:11:22:33:44:*\" ];");
	for (int i = 0; i < 3; i++)
		ck_assert_msg(!strstr(out, said[i]), "%s", out);
	ck_assert_msg(strncmp(out + 9, mac, 9) == 0 && out[18] == '*', "%s %s", out, mac);
	ck_assert_msg(strncmp(out + 23, mac, 2) == 0 && strncmp(out + 26, mac + 3, 2) == 0, "%s",
		      out);
	ck_assert_int_eq(strncmp(mac, other, 3), 0);
	ck_assert_int_ne(strncmp(mac, other, 6), 0);
	free(mac), free(other), free(out);
	redact_done(&redact);
}
END_TEST

/* UUIDs too; and what a "*" leaves of either names nobody, in whatever form it is written. */
static const struct {
	const char *said, *whole;
	size_t alike; /* octets that a whole one begins with too */
} patterns[] = {
	{ "4C4C4544*", "4C4C4544-0042-3510-8054-b7c04f335931", 8 },
	{ "4c4c4544-*", "4C4C4544-0042-3510-8054-b7c04f335931", 9 },
	{ "3b6c1a52-7f0e-4d8b-*", "3b6c1a52-7f0e-4d8b-9a41-525400770001", 19 },
	{ "3b6c1a52-7f0e-4d8b-*-*", "3b6c1a52-7f0e-4d8b-9a41-525400770001", 19 },
	{ "3b6c1a527f0e4d8b9a415254*", "3b6c1a527f0e4d8b9a41525400770001", 24 },
	{ "001122*", "001122334455", 6 },
	{ "0011.22*", "0011.2233.4455", 7 },
	{ "0011.*", "0011.2233.4455", 5 },
	{ "00:11:22:*:*:*", "00:11:22:33:44:55", 9 },
	{ "00:*:22:33:44:55", "00:11:22:33:44:55", 3 },
	{ "*:11:22:33:44:55", "00:11:22:33:44:55", 0 },
	{ "00-11-22-33-44-*", "00-11-22-33-44-55", 15 },
};

START_TEST(no_digit_of_a_pattern_stays)
{
	const char *said = patterns[_i].said;
	char text[128], *out, *whole, *again;
	bool differs = false;

	redact_begin(&redact, "key");
	snprintf(text, sizeof(text), "x = [ \"%s\", %s ];", said, said);
	out = line(text);
	again = line(text);
	whole = line(patterns[_i].whole);
	ck_assert_str_eq(out, again);
	ck_assert_uint_eq(strlen(out), strlen(text));
	ck_assert_msg(strncmp(out + 7, whole, patterns[_i].alike) == 0, "%s %s", out, whole);
	ck_assert_msg(strncmp(out + 7, out + strlen(said) + 10, strlen(said)) == 0, "%s", out);
	for (size_t i = 0; said[i]; i++)
		if (strchr("*:-.", said[i]))
			ck_assert_msg(out[7 + i] == said[i], "%s", out);
	for (size_t i = 0; said[i] && !differs; i++)
		differs = said[i] != out[7 + i];
	ck_assert_msg(differs && !strstr(out, said), "%s", out);
	ck_assert_msg(!strstr(out, "22:33"), "%s", out);
	free(out), free(again), free(whole);
	redact_done(&redact);
}
END_TEST

/* An address with any port, and any address with a port, are none of these. */
START_TEST(what_a_socket_is_bound_to_is_no_pattern)
{
	char expected[128], *address, *out;

	redact_begin(&redact, "key");
	address = line("10.77.0.2");
	snprintf(expected, sizeof(expected), "%s:* 0.0.0.0:* *:67 *:4011 %s*", address, address);
	out = line("10.77.0.2:* 0.0.0.0:* *:67 *:4011 10.77.0.2*");
	ck_assert_str_eq(out, expected);
	ck_assert_str_ne(address, "10.77.0.2");
	free(out), free(address);
	redact_done(&redact);
}
END_TEST

/* Two machines of one maker stay two. */
START_TEST(neighbours_stay_different)
{
	char text[32], *out[256];

	redact_begin(&redact, "key");
	for (unsigned i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "52:54:00:12:34:%02x", i);
		out[i] = line(text);
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(out[i], out[j]);
	}
	for (unsigned i = 0; i < 256; i++)
		free(out[i]);
	redact_done(&redact);
}
END_TEST

/* PXELINUX asks for files by the client's address in hexadecimal, and by its beginning. */
START_TEST(pxelinux_names_are_addresses)
{
	unsigned o[4];
	char hex[16], want[160], *ip, *out;

	redact_begin(&redact, "key");
	ip = line("10.77.3.5");
	ck_assert_int_eq(sscanf(ip, "%u.%u.%u.%u", &o[0], &o[1], &o[2], &o[3]), 4);
	snprintf(hex, sizeof(hex), "%02X%02X%02X%02X", o[0], o[1], o[2], o[3]);
	snprintf(want, sizeof(want), "/srv/%s \"%s\" /pxelinux.cfg/%s pxelinux.cfg/%.5s x/%s.cfg",
		 hex, hex, hex, hex, hex);
	out = line("/srv/0A4D0305 \"0A4D0305\" /pxelinux.cfg/0A4D0305 pxelinux.cfg/0A4D0 "
		   "x/0A4D0305.cfg");
	ck_assert_str_eq(out, want);
	ck_assert_ptr_null(strstr(out, "0A4D03"));
	free(out), free(ip);
	redact_done(&redact);
}
END_TEST

/* ---- secrets ---- */

static const struct {
	const char *said, *left;
} secrets[] = {
	{ "password = \"hunter2\"; x = \"y\";", "password = \"REMOVED\"; x = \"y\";" },
	{ "\"api-token\": \"a\\\"b\", \"x\": 1", "\"api-token\": \"REMOVED\", \"x\": 1" },
	{ "    db-passwd = 1234;   # /f:1", "    db-passwd = REMOVED;   # /f:1" },
	{ "Secrets = [ \"a\", \"b\" ]; y = 2;", "Secrets = [ \"REMOVED\", \"REMOVED\" ]; y = 2;" },
	{ "url = \"http://me:pw@files/a\";", "url = \"http://REMOVED@files/a\";" },
	{ "{ name = \"Password\"; type = \"REG_SZ\"; data = \"x\"; }",
	  "{ name = \"Password\"; type = \"REG_SZ\"; data = \"REMOVED\"; }" },
	{ "mac = \"52:54:00:12:34:56\";", "mac = \"52:54:00:12:34:56\";" },
};

/* Without a key nothing else is touched. */
START_TEST(secrets_are_taken_out)
{
	char *out;

	redact_begin(&redact, NULL);
	out = line(secrets[_i].said);
	ck_assert_str_eq(out, secrets[_i].left);
	free(out);
	redact_done(&redact);
}
END_TEST

START_TEST(a_secret_may_be_on_the_next_line)
{
	char *out;

	redact_begin(&redact, NULL);
	free(line("{ name = \"Admin Password\";"));
	free(line("  type = \"REG_SZ\";"));
	out = line("  data = \"x\"; }");
	ck_assert_str_eq(out, "  data = \"REMOVED\"; }");
	free(out);
	redact_done(&redact);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("redact");

	TEST_ROWS(tcase, words_that_name_nobody_stay, stays);
	TEST_ROWS(tcase, names_are_hashed_alike_wherever_they_stand, goes);
	TEST_ROWS(tcase, what_is_inside_of_a_name_goes, inside);
	tcase_add_test(tcase, strangers_names_leave_room_for_ours);
	tcase_add_test(tcase, a_machine_stays_one);
	tcase_add_test(tcase, networks_stay_networks);
	tcase_add_test(tcase, a_line_may_end_anywhere);
	tcase_add_test(tcase, patterns_match_whom_they_did);
	tcase_add_loop_test(tcase, no_digit_of_a_pattern_stays, 0,
			    sizeof(patterns) / sizeof(patterns[0]));
	tcase_add_test(tcase, what_a_socket_is_bound_to_is_no_pattern);
	tcase_add_test(tcase, neighbours_stay_different);
	tcase_add_test(tcase, pxelinux_names_are_addresses);
	TEST_ROWS(tcase, secrets_are_taken_out, secrets);
	tcase_add_test(tcase, a_secret_may_be_on_the_next_line);
	return suite_run("base/redact", tcase);
}
