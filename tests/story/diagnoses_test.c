/* story/diag*: each diagnosis, by the conversation that provokes it, and by the nearest one that
 * does not. A test is named after the finding. */
#include <stdio.h>

#include "machine.h"
#include "story/log.h"
#include "story/log_stderr.h"
#include "suite.h"

enum { X64 = 7, X64_HTTP = 16, BIOS = 0, S = 1000, DAY = 86400000 };

static void set_up(void)
{
	log_init(LOG_EMERG, log_stderr_write);
	site_open();
}

static const char *names(void)
{
	static char out[1024];

	out[0] = '\0';
	for (unsigned i = 0; i < site.n; i++)
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%s", i ? " " : "",
			 finding_name(site.found[i].kind));
	return out;
}

/* Just this was found since the last time, and the line says that. */
static void found(const char *name, const char *words)
{
	char text[LOG_LINE_MAX];

	ck_assert_str_eq(names(), name);
	if (words)
		ck_assert_msg(strstr(finding_text(&site.found[0], text, sizeof(text)), words), "%s",
			      text);
	site.n = 0;
}

static void found_nothing(void)
{
	found("", NULL);
}

static struct came rejected(const char *why)
{
	return (struct came){ .outcome = OUTCOME_REJECTED, .nearest = why };
}

/* ---- how a request ended ---- */

START_TEST(no_entry_fits)
{
	struct made_client c = machine(1, X64);

	hear(&c, MADE_DISCOVER, rejected("no entry for x64-uefi"), S);
	found("no-entry-fits",
	      "52:54:00:77:00:01 x64-uefi on eth0 boots from the network, and nobody tells it "
	      "what: no entry for x64-uefi (nearest: 50-bootfile.conf:24): if it is to boot from "
	      "here, add an entry");
	hear(&c, MADE_DISCOVER, rejected("no entry for x64-uefi"), 5 * S);
	found_nothing();
	c = machine(2, X64);
	hear(&c, MADE_DISCOVER,
	     (struct came){ .outcome = OUTCOME_IGNORED, .decided = "action = \"ignore\"" }, 6 * S);
	found_nothing(); /* that is meant */
}
END_TEST

START_TEST(file_for_http)
{
	struct made_client c = machine(1, X64_HTTP);

	hear(&c, MADE_DISCOVER, rejected("the entry has a file, but HTTP Boot needs a url"), S);
	found("file-for-http", "(entry 50-bootfile.conf:24): write an entry with url");
}
END_TEST

START_TEST(url_for_rom)
{
	struct made_client c = machine(1, BIOS);

	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/boot.ipxe"), S);
	found("url-for-rom", "was told to boot http://10.77.0.2/boot.ipxe: write file");
	c = machine(2, BIOS);
	c.firmware = MADE_IPXE;
	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/boot.ipxe"), S);
	c = machine(3, X64_HTTP);
	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/boot.efi"), S);
	found_nothing();
}
END_TEST

/* The request's own line has said it: it is noted only. */
static const struct {
	const char *name, *words;
	struct came came;
} faults[] = {
	{ "not-answered-error",
	  "provider inventory returned an error",
	  { .outcome = OUTCOME_FAILED,
	    .fault = { .outcome = OUTCOME_FAILED, .provider = "inventory", .code = 31 } } },
	{ "not-answered-timeout",
	  "provider inventory did not decide in time",
	  { .outcome = OUTCOME_TIMEOUT,
	    .fault = { .outcome = OUTCOME_TIMEOUT, .provider = "inventory" } } },
	{ "answer-too-long",
	  "takes at most 576 octets, and its answer has 700, of which option 43 takes 300: ",
	  { .outcome = OUTCOME_TOO_LONG,
	    .fault = { .outcome = OUTCOME_TOO_LONG,
		       .provider = "bootfile",
		       .len = 700,
		       .most = 576,
		       .longest = { { 43 }, { 300 } } } } },
};

START_TEST(not_answered_error_timeout_and_answer_too_long)
{
	struct made_client c = machine(1, X64);

	hear(&c, MADE_DISCOVER, faults[_i].came, S);
	ck_assert(site.found[0].quiet);
	found(faults[_i].name, faults[_i].words);
}
END_TEST

START_TEST(relay_unreachable)
{
	struct came came = { .outcome = OUTCOME_NO_ROUTE,
			     .fault = { .outcome = OUTCOME_NO_ROUTE, .provider = "bootfile" } };
	struct made_client c = machine(1, X64);

	c.relay = ip_v4("\x0a\x4e\0\x01");
	hear(&c, MADE_DISCOVER, came, S);
	ck_assert(!site.found[0].quiet);
	found("relay-unreachable", "this host has no way to its relay 10.78.0.1: ip route get");
}
END_TEST

START_TEST(limited)
{
	struct made_client c = machine(1, X64), stranger = machine(2, X64);
	struct finding finding;

	hear(&c, MADE_DISCOVER, REDIRECTED, S);
	request_make(&c, MADE_DISCOVER, 2 * S);
	ck_assert(!diag_dropped(site.diag, site.req, OUTCOME_DUPLICATE, 2 * S, &finding));
	ck_assert(diag_dropped(site.diag, site.req, OUTCOME_CLIENT_RATE, 2 * S, &finding));
	ck_assert(finding.quiet);
	site_note(&finding);
	found("limited", "requests of it were dropped: this client asks more often than "
			 "limits.per-client allows");
	ck_assert(!diag_dropped(site.diag, site.req, OUTCOME_CLIENT_RATE, 3 * S, &finding));
	request_make(&stranger, MADE_DISCOVER, 3 * S); /* a flood's */
	ck_assert(!diag_dropped(site.diag, site.req, OUTCOME_CLIENT_RATE, 3 * S, &finding));
}
END_TEST

START_TEST(slow_answer)
{
	struct came came = REDIRECTED;
	struct made_client c = machine(1, X64);

	came.took_ms = 5000;
	came.slow = "inventory";
	hear(&c, MADE_DISCOVER, came, 6 * S);  /* came at 1 s */
	found_nothing();                       /* nobody knows yet that it has asked again */
	hear(&c, MADE_DISCOVER, came, 10 * S); /* came at 5 s */
	found("slow-answer", "asked again before it was answered: that took 5000 ms, most of them "
			     "in provider inventory");
}
END_TEST

START_TEST(response_delay_stuck)
{
	struct came came = { .outcome = OUTCOME_IGNORED,
			     .decided = "the client has waited 0 of 8 s (response-delay)" };
	static const unsigned at[] = { 1, 5, 13, 29 };
	struct made_client stuck = machine(1, X64), counts = machine(2, X64);

	for (unsigned i = 0; i < 4; i++) {
		counts.secs = (uint16_t)(at[i] - 1);
		hear(&counts, MADE_DISCOVER, came, at[i] * S);
	}
	found_nothing();
	for (unsigned i = 0; i < 4; i++)
		hear(&stuck, MADE_DISCOVER, came, at[i] * S);
	found("response-delay-stuck",
	      "asked 3 times, says each time that it has not waited longer");
}
END_TEST

/* ---- what one request shows ---- */

START_TEST(class_mismatch)
{
	struct made_client c = machine(1, X64);

	c.http = true;
	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/x"), S);
	found("class-mismatch", "x64-uefi-http on eth0 says class HTTPClient, and architecture 7");
	c = machine(2, X64);
	c.http = true;
	site.reloaded = true;
	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/x"), 2 * S);
	found("class-mismatch", "x64-uefi-http on eth0 says class HTTPClient, and architecture 7");
}
END_TEST

START_TEST(discover_not_heard)
{
	struct made_client other = machine(9, BIOS), c = machine(1, X64), late = machine(2, X64);

	site.off_link = true;
	hear(&other, MADE_DISCOVER, DIRECT("a.0"), S);
	hear(&late, MADE_BOOT_REQUEST, ACKED("x.efi"), 2 * S); /* the daemon was started just now */
	found_nothing();
	hear(&c, MADE_BOOT_REQUEST, ACKED("x.efi"), 100 * S);
	found("discover-not-heard",
	      "asks on port 4011 from 10.77.0.1, and its DISCOVER was not heard");
}
END_TEST

/* ---- what did not follow ---- */

static void ask_thrice(const struct made_client *c, struct came came, uint64_t from_ms)
{
	hear(c, MADE_DISCOVER, came, from_ms);
	hear(c, MADE_DISCOVER, came, from_ms + 4 * S);
	hear(c, MADE_DISCOVER, came, from_ms + 12 * S);
	turn(from_ms + 15 * S);
}

START_TEST(no_lease)
{
	struct made_client c = machine(1, BIOS), good = machine(2, BIOS);

	ask_thrice(&c, DIRECT("a.0"), S);
	ask_thrice(&good, DIRECT("a.0"), S);
	lease(&good, 14 * S);
	found_nothing();
	turn(21 * S);
	found("no-lease", "received 3 offers of a boot file and took no lease");
}
END_TEST

START_TEST(direct_ignored)
{
	struct made_client c = machine(1, X64);

	ask_thrice(&c, DIRECT("a.efi"), S);
	turn(21 * S);
	found("direct-ignored", "received 3 offers with shape = \"direct\" and asks on");
}
END_TEST

START_TEST(name_without_dns)
{
	struct made_client c = machine(1, X64_HTTP), number = machine(2, X64_HTTP);

	ask_thrice(&c, DIRECT("http://boot.example/x.efi"), S);
	turn(21 * S);
	found("name-without-dns", "was told to boot http://boot.example/x.efi, asks again");
	ask_thrice(&number, DIRECT("http://10.77.0.2/x.efi"), 30 * S);
	turn(51 * S);
	found("no-lease", NULL);
}
END_TEST

START_TEST(relay_silent)
{
	struct made_client c = machine(1, X64), direct = machine(2, BIOS);

	c.relay = direct.relay = ip_v4("\x0a\x4e\0\x01");
	hear(&c, MADE_DISCOVER, REDIRECTED, S);
	hear(&c, MADE_DISCOVER, REDIRECTED, 5 * S);
	turn(5 * S + DIAG_WAIT_MS - 1);
	found_nothing();
	turn(5 * S + DIAG_WAIT_MS);
	found("relay-silent", "2 offers for it went to its relay 10.78.0.1, and nothing has come "
			      "back: may UDP 67 pass from this host to 10.78.0.1?");
	ask_thrice(&direct, DIRECT("a.0"), 50 * S);
	turn(71 * S);
	found("relay-silent", NULL);
}
END_TEST

START_TEST(not_loaded_not_loaded_http_and_not_loaded_name)
{
	static const struct {
		const char *url, *name;
	} urls[] = {
		{ "https://10.77.0.2/x.efi", "not-loaded" },
		{ "http://10.77.0.2/x.efi", "not-loaded-http" },
		{ "https://boot.example/x.efi", "not-loaded-name" },
	};

	for (unsigned i = 0; i < 3; i++) {
		struct made_client c = machine((uint8_t)(1 + i), X64_HTTP);

		hear(&c, MADE_DISCOVER, DIRECT(urls[i].url), S);
		lease(&c, 2 * S);
		c.http = false;
		c.arch = X64;
		hear(&c, MADE_DISCOVER, REDIRECTED, 7 * S);
		found(urls[i].name, "took its lease, and 5 s later tries its next way to boot");
	}
}
END_TEST

START_TEST(what_was_loaded_is_not_told)
{
	struct made_client c = machine(1, X64_HTTP);

	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/ipxe.efi"), S);
	lease(&c, 2 * S);
	c.http = false;
	c.arch = X64;
	c.firmware = MADE_IPXE;
	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/boot.ipxe"), 7 * S);
	found_nothing();
}
END_TEST

START_TEST(information_request_off)
{
	uint8_t duid[18];
	struct made_client c = machine(1, X64), c6;

	c.firmware = MADE_IPXE;
	c6 = over6(&c, duid);
	c6.server_duid = SPAN_NONE;
	hear(&c6, MADE_INFORM, NOT_OURS, S);
	turn(10 * S);
	found_nothing();
	turn(20 * S);
	found("information-request-off", "iPXE asks by INFORMATION-REQUEST");
	c = machine(2, X64);
	c.firmware = MADE_IPXE;
	c6 = over6(&c, duid);
	c6.server_duid = SPAN_NONE;
	hear(&c6, MADE_INFORM, NOT_OURS, 30 * S);
	hear(&c, MADE_DISCOVER, DIRECT("http://10.77.0.2/boot.ipxe"), 31 * S);
	lease(&c, 32 * S);
	turn(60 * S);
	found_nothing(); /* it boots over IPv4 */
}
END_TEST

/* ---- again and again ---- */

START_TEST(boot_loop)
{
	struct made_client c = machine(1, BIOS);

	for (unsigned round = 0; round < 6; round++) {
		c.xid++;
		hear(&c, MADE_DISCOVER, DIRECT("a.0"), (1 + 60 * round) * S);
		lease(&c, (2 + 60 * round) * S);
		if (round < 5)
			found_nothing();
	}
	found("boot-loop", "has booted 5 times within 6 minutes");
}
END_TEST

START_TEST(ipxe_again)
{
	struct made_client c = machine(1, BIOS);

	hear(&c, MADE_DISCOVER, DIRECT("undionly.kpxe"), S);
	lease(&c, 2 * S);
	c.firmware = MADE_IPXE;
	for (unsigned round = 0; round < 5; round++) {
		c.xid++;
		hear(&c, MADE_DISCOVER, DIRECT("undionly.kpxe"), (5 + 5 * round) * S);
		lease(&c, (6 + 5 * round) * S);
		if (round < 4)
			found_nothing();
	}
	found("ipxe-again", "was told 4 times in a row to boot undionly.kpxe");
}
END_TEST

START_TEST(shared_uuid)
{
	struct made_client a = machine(1, X64), b = machine(2, X64);

	memcpy(b.uuid, a.uuid, sizeof(b.uuid));
	hear(&a, MADE_DISCOVER, REDIRECTED, S);
	hear(&b, MADE_DISCOVER, REDIRECTED, 2 * S);
	found_nothing();
	lease(&a, 3 * S);
	found("shared-uuid",
	      "52:54:00:77:00:01 x64-uefi on eth0 has the UUID of 52:54:00:77:00:02");
}
END_TEST

/* A machine tries its second adapter after the first. */
START_TEST(two_adapters_are_one_machine)
{
	struct made_client a = machine(1, BIOS), b = machine(2, BIOS);

	memcpy(b.uuid, a.uuid, sizeof(b.uuid));
	for (unsigned round = 0; round < 3; round++) {
		a.xid++;
		b.xid++;
		hear(&a, MADE_DISCOVER, DIRECT("a.0"), (1 + 10 * round) * S);
		lease(&a, (2 + 10 * round) * S);
		hear(&b, MADE_DISCOVER, DIRECT("a.0"), (5 + 10 * round) * S);
		lease(&b, (6 + 10 * round) * S);
	}
	found_nothing();
}
END_TEST

START_TEST(shared_mac)
{
	struct made_client a = machine(1, X64), b = machine(1, X64);

	b.relay = ip_v4("\x0a\x4e\0\x01");
	b.xid = 77;
	b.has_uuid = a.has_uuid = false;
	hear(&a, MADE_DISCOVER, REDIRECTED, S);
	hear(&b, MADE_DISCOVER, REDIRECTED, 2 * S);
	found_nothing();
	lease(&a, 3 * S);
	found("shared-mac", "with this MAC address is booting through relay 10.78.0.1 too");
}
END_TEST

/* Two routers of one network relay the same, in any order. */
START_TEST(what_comes_on_two_ways_is_one_machine)
{
	struct made_client a = machine(1, X64), b = machine(1, X64);

	a.relay = ip_v4("\x0a\x4e\0\x01");
	b.relay = ip_v4("\x0a\x4e\0\x02");
	for (unsigned i = 0; i < 6; i++) {
		a.xid = b.xid = 100 + i / 2;
		hear(i % 3 ? &a : &b, MADE_DISCOVER, REDIRECTED, (1 + i) * S);
		hear(i % 3 ? &b : &a, MADE_DISCOVER, REDIRECTED, (1 + i) * S);
	}
	found_nothing();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("diagnoses");

	tcase_add_checked_fixture(tcase, set_up, site_close);
	tcase_add_test(tcase, no_entry_fits);
	tcase_add_test(tcase, file_for_http);
	tcase_add_test(tcase, url_for_rom);
	TEST_ROWS(tcase, not_answered_error_timeout_and_answer_too_long, faults);
	tcase_add_test(tcase, relay_unreachable);
	tcase_add_test(tcase, limited);
	tcase_add_test(tcase, slow_answer);
	tcase_add_test(tcase, response_delay_stuck);
	tcase_add_test(tcase, class_mismatch);
	tcase_add_test(tcase, discover_not_heard);
	tcase_add_test(tcase, no_lease);
	tcase_add_test(tcase, direct_ignored);
	tcase_add_test(tcase, name_without_dns);
	tcase_add_test(tcase, relay_silent);
	tcase_add_test(tcase, not_loaded_not_loaded_http_and_not_loaded_name);
	tcase_add_test(tcase, what_was_loaded_is_not_told);
	tcase_add_test(tcase, information_request_off);
	tcase_add_test(tcase, boot_loop);
	tcase_add_test(tcase, ipxe_again);
	tcase_add_test(tcase, shared_uuid);
	tcase_add_test(tcase, two_adapters_are_one_machine);
	tcase_add_test(tcase, shared_mac);
	tcase_add_test(tcase, what_comes_on_two_ways_is_one_machine);
	return suite_run("story/diagnoses", tcase);
}
