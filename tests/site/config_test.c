/* site/config: every key, its default, and what is said about wrong ones. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "scratch.h"
#include "site/config.h"
#include "site/config_keys.h"
#include "page.h"
#include "suite.h"

static const struct {
	const char *text, *said; /* a part of the message; NULL: the file is right */
	int line;
} rows[] = {
	{ "", NULL, 0 },
	{ "listen: { };", NULL, 0 },
	{ "listen: { interfaces = []; dhcp = true; pxe = true; dhcpv6 = true; };", NULL, 0 },
	{ "listen: { interfaces = [\"eth0\", \"br0\"]; dhcp = false; };", NULL, 0 },
	{ "listen: { interfaces = (\"eth0\"); };", NULL, 0 },
	{ "listen: { multicast = [ \"239.1.2.3\", \"224.0.1.2\" ]; };", NULL, 0 },
	{ "listen: { multicast = \"239.1.2.3\"; };", NULL, 0 },
	{ "listen: { multicast = [ \"10.0.0.1\" ]; };",
	  "listen.multicast must be a multicast group of IPv4, such as \"239.255.43.71\", not "
	  "\"10.0.0.1\"",
	  1 },
	{ "listen: { multicast = \"224.0.0.1\"; };", "must be a multicast group of IPv4", 1 },
	{ "listen: { multicast = \"ff02::1\"; };", "must be a multicast group of IPv4", 1 },
	{ "listen: { multicast = 7; };", "listen.multicast must be an array of strings", 1 },
	{ "threads = 1; pending-timeout = 5; finish-replies = false; stop-grace = 0;", NULL, 0 },
	{ "limits: { table = 16; packets = 65536; per-client = 0; rate = 5000; };", NULL, 0 },
	{ "trace-mask = 0x1f0000; log-level = \"debug\"; classes = [\"PXEClone\"];", NULL, 0 },
	{ "gso = \"on\";", NULL, 0 },
	{ "trace-mask = [ \"verbose\", \"fatal\" ]; information-request = true;", NULL, 0 },
	{ "\nthreadz = 4;", "unknown key \"threadz\"", 2 },
	{ "information_request = true;", "did you mean \"information-request\"? [W0110]", 1 },
	{ "\npending_timeout = 5.0;", "did you mean \"pending-timeout\"? [W0110]", 2 },
	{ "tftp-server = \"10.0.0.9\";",
	  "\"tftp-server\", another server's key: here, use server = \"...\" in an entry of boot",
	  1 },
	{ "listen: {\n dhcp = true;\n port = 67;\n};", "unknown key \"listen.port\"", 3 },
	{ "dhcp = true;", "unknown key \"dhcp\"", 1 },
	{ "limits: { per-destination = 0; relays = [ \"10.1.0.1\", \"10.2.0.0/16\", "
	  "\"fd77::/64\" ]; };",
	  NULL, 0 },
	{ "limits: { relays = [ \"10.1.0.300\" ]; };", "limits.relays must be addresses", 1 },
	{ "limits: { relays = [ \"eth0\" ]; };", "limits.relays must be addresses", 1 },
	{ "limits: { relays = [ \"10.1.0.0/33\" ]; };", "limits.relays must be addresses", 1 },
	{ "limits: {\n relays = [ \"10.1.2.3/16\" ];\n};", "write \"10.1.0.0/16\"", 2 },
	{ "limits: { relays = \"10.1.0.1\"; };", "limits.relays must be an array", 1 },
	{ "limits: { threads = 4; };", "unknown key \"limits.threads\"", 1 },
	{ "listen = true;", "listen must be a group, not true or false", 1 },
	{ "threads: { };", "threads must be a whole number, not a group", 1 },
	{ "threads = \"4\";", "threads must be a whole number, not a string", 1 },
	{ "threads = 4.0;", "threads must be a whole number", 1 },
	{ "threads = 0;", "threads must be from 1 to 64", 1 },
	{ "threads = 65;", "threads must be from 1 to 64", 1 },
	{ "threads = -1;", "threads must be from 1 to 64", 1 },
	{ "limits: { table = 15; };", "limits.table must be from 16 to 65536", 1 },
	{ "limits:\n{\n rate = 4294967296L;\n};", "limits.rate must be from 0 to", 3 },
	{ "pending-timeout = 0.0;", "pending-timeout must be from 0.1 to 3600", 1 },
	{ "pending-timeout = \"30\";", "pending-timeout must be a number of seconds", 1 },
	{ "stop-grace = 601;", "stop-grace must be from 0 to 600", 1 },
	{ "finish-replies = 1;", "finish-replies must be true or false", 1 },
	{ "listen: { dhcp = \"no\"; };", "listen.dhcp must be true or false, not a string", 1 },
	{ "listen: { interfaces = \"eth0\"; };", "listen.interfaces must be an array of strings",
	  1 },
	{ "listen: { interfaces = [ 1 ]; };", "listen.interfaces must be an array of strings", 1 },
	{ "listen: { interfaces = [ \"\" ]; };", "listen.interfaces contains an empty string", 1 },
	{ "providers-dir = \"providers.d\";", "providers-dir must be an absolute path", 1 },
	{ "state-dir = 5;", "state-dir must be a path in quotes", 1 },
	{ "control-socket = "
	  "\"/0123456789012345678901234567890123456789012345678901234567890123456789"
	  "0123456789012345678901234567890123456789\";",
	  "longer than 100 bytes", 1 },
	{ "log-level = \"loud\";", "log-level must be error, warning, notice, info or debug", 1 },
	{ "log-level = 3;", "log-level must be the name of a level", 1 },
	{ "gso = \"yes\";", "gso must be auto, on or off, not \"yes\" [W0117]", 1 },
	{ "gso = true;", "gso must be \"auto\", \"on\" or \"off\", not true or false [W0114]", 1 },
	{ "trace-mask = [ \"errors\" ];", "trace-mask must be verbose, info", 1 },
	{ "trace-mask = \"all\";", "trace-mask must be a number or an array of names", 1 },
	{ "listen: { dhcp = false; pxe = false; dhcpv6 = false; };", "disables every port", 1 },
	{ "threads = 4;\nthreads = 5;", "threads", 2 },
	{ "threads = ;", "", 1 },
	{ "@include \"other.conf\"", "@include is not supported", 1 },
	{ "trace-mask = 0x100000000L;", "trace-mask must be from 0 to 0xffffffff", 1 },
	{ "trace-mask = -1;", "trace-mask must be from 0 to 0xffffffff", 1 },
	{ "ignore-findings = [ \"W0131\", \"W0201\" ];", NULL, 0 },
	{ "ignore-findings = [];", NULL, 0 },
	{ "ignore-findings = [ \"W0131\",\n \"never-on-4011\" ];",
	  "ignore-findings: \"never-on-4011\" is no id of a finding", 2 },
	{ "ignore-findings = \"W0131\";", "ignore-findings must be an array of strings", 1 },
	{ "ignore-findings = [ 131 ];", "ignore-findings must be an array of strings", 1 },
	{ "limits: { rate = 10000001; };", "limits.rate must be from 0 to 10000000", 1 },
};

START_TEST(each_file_is_taken_or_refused_with_its_line)
{
	struct config *config = NULL;
	struct registry_error error = { .line = 0 };
	int r = config_parse(span_str(rows[_i].text), "/w.conf", &config, &error);

	if (!rows[_i].said) {
		ck_assert_msg(r == 0, "%s: %s", rows[_i].text, error.text);
		config_free(config);
		return;
	}
	ck_assert_msg(r != 0 && !config, "%s was taken", rows[_i].text);
	ck_assert_msg(strstr(error.text, rows[_i].said) != NULL, "%s: %s", rows[_i].text,
		      error.text);
	ck_assert_msg(error.line == rows[_i].line, "%s: line %d", rows[_i].text, error.line);
	ck_assert_str_eq(error.file, "/w.conf");
}
END_TEST

static struct config *parse(const char *text)
{
	struct config *config = NULL;
	struct registry_error error = { .line = 0 };

	ck_assert_msg(config_parse(span_str(text), "/w.conf", &config, &error) == 0, "%s",
		      error.text);
	return config;
}

START_TEST(defaults_are_those_of_the_manual)
{
	struct config *c = parse("");

	ck_assert(!c->interfaces[0] && c->dhcp && c->pxe && c->dhcpv6);
	ck_assert_str_eq(c->providers_dir, "/etc/wdspxed/providers.d");
	ck_assert_str_eq(c->control_socket, "/run/wdspxed/control");
	ck_assert_str_eq(c->status_socket, "/run/wdspxed/status");
	ck_assert_str_eq(c->ear_socket, "/run/wdspxed/ear");
	ck_assert_str_eq(c->state_dir, "/var/lib/wdspxed");
	ck_assert_uint_eq(c->limits.threads, 4);
	ck_assert(c->limits.pending_timeout == 30.0 && c->stop_grace == 5.0);
	ck_assert(c->limits.finish_replies && !c->limits.information_request);
	ck_assert(c->limits.table == 4096 && c->limits.packets == 4096);
	ck_assert(c->limits.per_client == 100 && c->limits.rate == 0 && !c->limits.classes[0]);
	ck_assert(c->limits.per_destination == 5000 && !c->limits.relays[0]);
	ck_assert_int_eq(c->log_level, LOG_INFO);
	ck_assert_uint_eq(c->trace_mask, 0x1e0000);
	config_free(c);
}
END_TEST

START_TEST(values_arrive)
{
	struct config *c =
		parse("listen: { interfaces = [ \"eth0\", \"eth1\" ]; dhcp = false; };"
		      "providers-dir = \"/p\"; classes = [ \"PXEClone\", \"Acme\" ]; threads = 7;"
		      "limits: { rate = 9; }; trace-mask = [ \"verbose\", \"fatal\" ]; stop-grace "
		      "= 1.5;");

	ck_assert_str_eq(c->interfaces[1], "eth1");
	ck_assert(!c->interfaces[2] && !c->dhcp && c->pxe);
	ck_assert_str_eq(c->providers_dir, "/p");
	ck_assert_str_eq(c->limits.classes[1], "Acme");
	ck_assert(c->limits.threads == 7 && c->limits.rate == 9 && c->stop_grace == 1.5);
	ck_assert_uint_eq(c->trace_mask, PXE_TRACE_VERBOSE | PXE_TRACE_FATAL);
	config_free(c);
}
END_TEST

static const char *none_but_201(const char *id)
{
	return strcmp(id, "W0201") == 0 ? NULL : "is another";
}

START_TEST(who_knows_the_findings_is_asked)
{
	struct registry_error error = { .line = 0 };
	struct config *c = NULL;

	config_set_findings(&(struct config_findings){ none_but_201, NULL });
	ck_assert_int_eq(
		config_parse(span_str("ignore-findings = [ \"W0202\" ];"), "/w", &c, &error),
		REGISTRY_E_INVALID);
	ck_assert_str_eq(error.text, "ignore-findings: \"W0202\" is another [W0164]");
	c = parse("ignore-findings = [ \"W0201\" ];");
	ck_assert_str_eq(c->ignore_findings[0], "W0201");
	config_free(c);
	config_set_findings(&(struct config_findings){ NULL, NULL });
}
END_TEST

static char order[64];

static void note_ignored(const char *const *ids)
{
	for (; *ids; ids++)
		strcat(order, *ids);
}

static void note_told(void *context, bool warning, const struct registry_error *mistake)
{
	(void)context, (void)mistake;
	strcat(order, warning ? " warning" : " mistake");
}

/* So that a file can silence its own warnings, also where it says so behind them. */
START_TEST(what_is_ignored_is_known_before_a_warning_is_told)
{
	struct registry_error error = { .tell = note_told };
	struct config *c = NULL;

	config_set_findings(&(struct config_findings){ NULL, note_ignored });
	ck_assert_int_eq(config_parse(span_str("listen: { pxe = false; };\nlog-level = \"x\";\n"
					       "ignore-findings = [ \"W0131\" ];"),
				      "/w", &c, &error),
			 0);
	ck_assert_str_eq(order, "W0131 mistake warning");
	ck_assert(error.told == 1 && error.line == 2);
	config_free(c);
	config_set_findings(&(struct config_findings){ NULL, NULL });
}
END_TEST

static const struct {
	const char *interfaces, *served; /* of eth0, eth1, virbr0 and lo */
} patterns[] = {
	{ "\"eth*\"", "eth0 eth1 " },
	{ "\"eth*\", \"!eth1\"", "eth0 " },
	{ "\"!eth1\", \"eth?\"", "eth0 " },
	{ "\"!virbr*\"", "eth0 eth1 " },
	{ "\"!virbr*\", \"!eth0\"", "eth1 " },
	{ "\"*\"", "eth0 eth1 virbr0 " }, /* loopback by its own name alone */
	{ "\"*\", \"lo\"", "eth0 eth1 virbr0 lo " },
	{ "\"[ev]*0\"", "eth0 virbr0 " },
	{ "\"wlan*\"", "" },
};

START_TEST(served_patterns)
{
	static const char *const names[] = { "eth0", "eth1", "virbr0", "lo" };
	char text[128], served[64] = "";
	struct config *config;

	snprintf(text, sizeof text, "listen: { interfaces = [ %s ]; };", patterns[_i].interfaces);
	config = parse(text);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (config_serves(config, names[i], i == 3))
			strcat(strcat(served, names[i]), " ");
	ck_assert_str_eq(served, patterns[_i].served);
	config_free(config);
}
END_TEST

START_TEST(served_interfaces)
{
	struct config *all = parse(""),
		      *named = parse("listen: { interfaces = [ \"lo\", \"eth0\" ]; };");

	ck_assert(config_serves(all, "eth5", false) && !config_serves(all, "lo", true));
	ck_assert(config_serves(named, "lo", true) && config_serves(named, "eth0", false));
	ck_assert(!config_serves(named, "eth5", false));
	config_free(all);
	config_free(named);
}
END_TEST

static const struct {
	const char *text, *keys; /* "": a reload takes it */
} changes[] = {
	{ "", "" },
	{ "listen: { interfaces = [ \"eth0\" ]; };", "" },
	{ "pending-timeout = 1.0; log-level = \"debug\"; classes = [ \"x\" ];", "" },
	{ "limits: { per-client = 1; rate = 2; }; providers-dir = \"/elsewhere\";", "" },
	{ "listen: { dhcp = false; };", "listen.dhcp" },
	{ "limits: { table = 99; };", "limits.table" },
	{ "control-socket = \"/c\";", "control-socket" },
	{ "status-socket = \"/c\";", "status-socket" },
	{ "ear-socket = \"/c\";", "ear-socket" },
	{ "listen: { multicast = [ \"239.1.2.3\", \"239.1.2.4\" ]; };", "listen.multicast" },
	{ "threads = 5;", "threads" },
	{ "threads = 5; listen: { pxe = false; }; state-dir = \"/s\"; log-level = \"error\";",
	  "listen.pxe, state-dir, threads" },
};

START_TEST(what_only_a_restart_changes)
{
	struct config *before = parse(""), *after = parse(changes[_i].text);
	struct config *running = parse(""), *wanted = parse(changes[_i].text);
	char keys[256];

	ck_assert_str_eq(config_needs_restart(before, after, keys, sizeof(keys)), changes[_i].keys);

	/* It stays until then, whatever else is taken. */
	config_keep_running(before, after);
	ck_assert_str_eq(config_needs_restart(running, after, keys, sizeof(keys)), "");
	ck_assert_str_eq(config_needs_restart(wanted, before, keys, sizeof(keys)), "");
	ck_assert_int_eq(after->log_level, wanted->log_level);
	ck_assert_str_eq(after->providers_dir, wanted->providers_dir);
	config_free(running);
	config_free(wanted);
	config_free(before);
	config_free(after);
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
	struct config *config = NULL;
	struct registry_error error = { .line = 0 };

	ck_assert_int_eq(config_read("/nonexistent/w.conf", &config, &error), -ENOENT);
	ck_assert(strstr(error.text, "No such file"));
	ck_assert_str_eq(error.file, "/nonexistent/w.conf");
}
END_TEST

START_TEST(what_is_no_file)
{
	struct config *config = NULL;
	struct registry_error error = { .line = 0 };

	scratch_make();
	ck_assert_int_eq(mkfifo(scratch_path("pipe"), 0600), 0);
	ck_assert_int_ne(config_read(scratch_path("pipe"), &config, &error), 0);
	ck_assert_str_eq(error.text, "not a regular file [W0103]");
	ck_assert_int_ne(config_read(scratch, &config, &error), 0);
	ck_assert_str_eq(error.text, "not a regular file [W0103]");
	scratch_remove();
}
END_TEST

/* A reload reads the path that was named, wherever its links lead by then. */
START_TEST(a_link_is_followed_anew)
{
	struct config *config = NULL;
	struct registry_error error = { .line = 0 };
	const char *link;
	char *again;

	scratch_make();
	scratch_write("one", "threads = 1;");
	scratch_write("two", "threads = 2;");
	link = scratch_path("w.conf");
	ck_assert_int_eq(symlink("one", link), 0);
	ck_assert_msg(config_read(link, &config, &error) == 0, "%s", error.text);
	ck_assert_str_eq(config->path, link);
	ck_assert_uint_eq(config->limits.threads, 1);
	ck_assert_int_eq(unlink(link), 0);
	ck_assert_int_eq(symlink("two", link), 0);
	again = TAKE(config->path);
	config_free(config);
	ck_assert_msg(config_read(again, &config, &error) == 0, "%s", error.text);
	ck_assert_uint_eq(config->limits.threads, 2);
	config_free(config);
	free(again);
	scratch_remove();
}
END_TEST

START_TEST(a_relative_path_becomes_absolute)
{
	struct config *config = NULL;
	struct registry_error error = { .line = 0 };
	char *before = getcwd(NULL, 0);

	scratch_make();
	scratch_write("w.conf", "threads = 3;");
	ck_assert_int_eq(chdir(scratch), 0);
	ck_assert_msg(config_read("w.conf", &config, &error) == 0, "%s", error.text);
	ck_assert_str_eq(config->path, scratch_path("w.conf"));
	ck_assert_int_eq(chdir(before), 0);
	config_free(config);
	free(before);
	scratch_remove();
}
END_TEST

/* Whoever adds a key tells of it: in the manual, and in the sample. */
START_TEST(each_key_is_in_the_manual_and_in_the_sample)
{
	const struct config_key *key = &config_keys[_i];
	char item[64], line[64], *sample, *at;
	bool set = false;

	snprintf(item, sizeof(item), "\n.It Li %s%s%s = ", key->group ? key->group : "",
		 key->group ? "." : "", key->name);
	snprintf(line, sizeof(line), "\n%s%s", key->group ? "    " : "", key->name);
	if (key->kind != KEY_GROUP)
		ck_assert_msg(page_has("man/wdspxed.conf.5", item), "manual: %s", key->name);
	sample = page_read("conf/wdspxed.conf");
	for (at = strstr(sample, line); at && !set; at = strstr(at + 1, line)) {
		const char *behind = at + strlen(line);

		set = strchr("=:", behind[strspn(behind, " ")]) != NULL;
	}
	free(sample);
	ck_assert_msg(set, "conf/wdspxed.conf: %s", key->name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("config");

	TEST_ROWS(tcase, each_file_is_taken_or_refused_with_its_line, rows);
	tcase_add_test(tcase, defaults_are_those_of_the_manual);
	tcase_add_test(tcase, values_arrive);
	tcase_add_test(tcase, who_knows_the_findings_is_asked);
	tcase_add_test(tcase, what_is_ignored_is_known_before_a_warning_is_told);
	tcase_add_test(tcase, served_interfaces);
	TEST_ROWS(tcase, served_patterns, patterns);
	TEST_ROWS(tcase, what_only_a_restart_changes, changes);
	tcase_add_test(tcase, a_file_that_is_not_there);
	tcase_add_test(tcase, what_is_no_file);
	tcase_add_test(tcase, a_link_is_followed_anew);
	tcase_add_test(tcase, a_relative_path_becomes_absolute);
	tcase_add_loop_test(tcase, each_key_is_in_the_manual_and_in_the_sample, 0,
			    (int)config_n_keys);
	return suite_run("site/config", tcase);
}
