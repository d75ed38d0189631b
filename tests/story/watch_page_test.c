/* story/watch_page, journey_json, journey_client: what those who watch are shown. */
#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp/dhcp4.h"
#include "story/journey_client.h"
#include "story/journey_json.h"
#include "story/watch_page.h"
#include "suite.h"

static char *text;
static size_t size;
static struct watch_page page;
static struct journey journey;

static void close_page(void)
{
	if (page.lines.out)
		fclose(page.lines.out);
	watch_page_done(&page);
	free(text);
}

static void open_page(bool coloured)
{
	FILE *out;

	close_page();
	out = open_memstream(&text, &size);
	watch_page_init(&page, out, coloured);
}

/* What was shown since the last time, without its clock. */
static const char *shown(void)
{
	static char copy[8192];
	char *clock;

	fflush(page.lines.out);
	snprintf(copy, sizeof(copy), "%.*s", (int)size, text); /* behind it lies what was before */
	while ((clock = strstr(copy, ".123  ")) != NULL && clock - copy >= 8)
		memmove(clock - 8, clock + 6, strlen(clock + 6) + 1);
	rewind(page.lines.out);
	return copy;
}

static void show(const char *json)
{
	json_t *record = json_loads(json, 0, NULL);

	ck_assert_msg(record != NULL, "%s", json);
	watch_page_show(&page, record);
	json_decref(record);
}

#define HEAD                                                                                       \
	"\"interface\":\"eth0\",\"client\":{\"mac\":\"52:54:00:00:00:01\",\"arch\":\"x64-uefi\","  \
	"\"words\":\"UEFI firmware, PXE\",\"uuid\":\"3b6c1a52-7f0e-4d8b-9a41-525400770001\"}"

START_TEST(a_conversation_is_one_block)
{
	open_page(false);
	show("{\"step\":\"request\",\"time\":1000.123," HEAD
	     ",\"type\":\"DISCOVER\",\"port\":67,\"from\":\"0.0.0.0:68\",\"visits\":["
	     "{\"provider\":\"inventory\",\"verdict\":\"rejected\",\"microseconds\":4,\"reasons\":["
	     "{\"kind\":\"nearest\",\"text\":\"not in the "
	     "list\",\"file\":\"/a/list\",\"line\":3}]},"
	     "{\"provider\":\"bootfile\",\"verdict\":\"answered\",\"microseconds\":85,\"reasons\":["
	     "{\"kind\":\"decided\",\"file\":\"/etc/50-bootfile.conf\",\"line\":12}]}],"
	     "\"reply\":{\"type\":\"OFFER\",\"to\":\"255.255.255.255:68\",\"server\":\"10.0.0.1\"},"
	     "\"outcome\":\"answered\"}");
	show("{\"step\":\"request\",\"time\":1004.623," HEAD
	     ",\"type\":\"REQUEST\",\"port\":4011,\"from\":\"10.0.0.9:4011\",\"to\":\"10.0.0.1\","
	     "\"visits\":[{\"provider\":\"a provider with a name\",\"verdict\":\"error\","
	     "\"microseconds\":5,\"reasons\":[]}],\"outcome\":\"provider-failed\","
	     "\"what\":\"RecvRequest returned error 5\"}");
	show("{\"step\":\"finding\",\"time\":1009,\"id\":\"W0201\",\"line\":\""
	     "52:54:00:00:00:01 x64-uefi on eth0: what to do [W0201]\"," HEAD "}");
	ck_assert_str_eq(
		shown(),
		"\n52:54:00:00:00:01 x64-uefi on eth0\n"
		"              UEFI firmware, PXE\n"
		"              UUID 3b6c1a52-7f0e-4d8b-9a41-525400770001\n"
		"  DISCOVER    to port 67\n"
		"    inventory rejected in 4 us: not in the list (nearest: list:3)\n"
		"    bootfile  answered in 85 us (50-bootfile.conf:12)\n"
		"  OFFER       to 255.255.255.255:68, server 10.0.0.1, then its port 4011\n"
		"  REQUEST     to 10.0.0.1 port 4011 from 10.0.0.9:4011, after 4.500 s\n"
		"    a provider with a name\n"
		"              error in 5 us\n"
		"  no answer   provider-failed: RecvRequest returned error 5\n"
		"  W0201       what to do\n");
}
END_TEST

START_TEST(a_menu_is_told_by_its_items)
{
	open_page(false);
	show("{\"step\":\"request\",\"time\":1000.123," HEAD
	     ",\"type\":\"REQUEST\",\"port\":4011,\"from\":\"10.0.0.9:4011\","
	     "\"reply\":{\"type\":\"ACK\",\"to\":\"10.0.0.9:4011\",\"server\":\"10.0.0.1\","
	     "\"menu\":true,\"items\":3},\"outcome\":\"answered\"}");
	ck_assert_ptr_nonnull(strstr(shown(),
				     "  ACK         to 10.0.0.9:4011, server 10.0.0.1, menu "
				     "with 3 items\n"));
	show("{\"step\":\"request\",\"time\":1001.123," HEAD
	     ",\"type\":\"REQUEST\",\"port\":4011,\"from\":\"10.0.0.9:4011\",\"visits\":["
	     "{\"provider\":\"bootfile\",\"verdict\":\"answered\",\"microseconds\":85,\"reasons\":["
	     "{\"kind\":\"decided\",\"text\":\"chose item \\\"Rescue\\\" (type 0x8002)\","
	     "\"file\":\"/etc/50-b.conf\",\"line\":12}]}],"
	     "\"reply\":{\"type\":\"ACK\",\"to\":\"10.0.0.9:4011\",\"server\":\"10.0.0.1\","
	     "\"file\":\"rescue\",\"menu\":true},\"outcome\":\"answered\"}");
	ck_assert_ptr_nonnull(strstr(shown(),
				     "    bootfile  answered in 85 us: chose item \"Rescue\" "
				     "(type 0x8002)"));
}
END_TEST

/* One machine over both families is two blocks: the second names the first, by the UUID. */
START_TEST(another_name_of_one_machine_is_told)
{
	static const char by_duid[] =
		"{\"step\":\"request\",\"family\":6,\"time\":%d.123,\"interface\":\"eth0\","
		"\"client\":{\"id\":"
		"\"00:04:3b\",\"uuid\":\"%s\"},\"type\":\"SOLICIT\",\"port\":547,\"from\":"
		"\"[fe80::1]:546\",\"outcome\":\"not-ours\",\"row\":\"x\",\"meaning\":\"y\"}";
	char line[512];

	open_page(false);
	show("{\"step\":\"request\",\"time\":1000.123," HEAD ",\"type\":\"DISCOVER\",\"port\":67,"
	     "\"from\":\"0.0.0.0:68\",\"outcome\":\"not-ours\",\"row\":\"x\",\"meaning\":\"y\"}");
	ck_assert_ptr_null(strstr(shown(), "has said"));
	snprintf(line, sizeof(line), by_duid, 1002, "3b6c1a52-7f0e-4d8b-9a41-525400770001");
	show(line);
	ck_assert_str_eq(shown(), "\n00:04:3b on eth0\n"
				  "              UUID 3b6c1a52-7f0e-4d8b-9a41-525400770001, as "
				  "52:54:00:00:00:01\n"
				  "              x64-uefi on eth0 has said over IPv4\n"
				  "  SOLICIT     to port 547 from [fe80::1]:546\n"
				  "  not for us  x: y\n");
	snprintf(line, sizeof(line), by_duid, 1400, "3b6c1a52-7f0e-4d8b-9a41-525400770002");
	show(line);
	ck_assert_ptr_null(strstr(shown(), "has said"));
}
END_TEST

START_TEST(entries_that_do_not_match_are_told_and_bounded)
{
	json_t *reasons = json_array(), *record;
	const char *said;

	for (int i = 0; i < 20; i++)
		json_array_append_new(reasons, json_pack("{s:s,s:s,s:s,s:i}", "kind", "passed",
							 "text", "arch does not match", "file",
							 "/etc/50-bootfile.conf", "line", i + 1));
	json_array_append_new(reasons, json_pack("{s:s,s:s,s:i}", "kind", "decided", "file",
						 "/etc/50-bootfile.conf", "line", 99));
	record = json_pack("{s:s,s:f,s:s,s:s,s:[{s:s,s:s,s:i,s:o}],s:{s:s},s:s}", "step", "request",
			   "time", 1.123, "from", "10.0.0.9:68", "interface", "eth0", "visits",
			   "provider", "bootfile", "verdict", "answered", "microseconds", 5,
			   "reasons", reasons, "reply", "type", "OFFER", "outcome", "answered");
	open_page(false);
	watch_page_show(&page, record);
	said = shown();
	ck_assert_msg(strstr(said, "    bootfile  answered in 5 us (50-bootfile.conf:99)\n"
				   "              not 50-bootfile.conf:1: arch does not match\n"
				   "              not 50-bootfile.conf:2: arch does not match\n"),
		      "%s", text);
	ck_assert_ptr_nonnull(strstr(said, "not 50-bootfile.conf:8: arch does not match\n"
					   "              nor any of 12 more\n"));
	watch_page_show(&page, record); /* the same again: told once */
	ck_assert_ptr_null(strstr(shown(), "not 50-bootfile"));
	json_decref(record);
}
END_TEST

START_TEST(another_client_begins_another_block)
{
	static const char other[] =
		"{\"step\":\"request\",\"time\":1001.123,\"interface\":\"eth1\",\"client\":{"
		"\"mac\":"
		"\"52:54:00:00:00:02\"},\"type\":\"DISCOVER\",\"port\":67,\"relay\":\"10.1.0.1\","
		"\"visits\":[],\"outcome\":\"no-provider\",\"what\":\"none runs\"}";
	static const char first[] = "{\"step\":\"request\",\"time\":1000.123," HEAD
				    ",\"type\":\"REQUEST\",\"port\":67,\"from\":\"0.0.0.0:68\","
				    "\"visits\":[{\"provider\":\"bootfile\"}],\"outcome\":"
				    "\"not-ours\",\"lease-server\":\"10.0.0.1\",\"lease\":"
				    "\"10.0.0.9\"}";

	open_page(false);
	show(first);
	show(other);
	show(first);
	show("{\"lost\":7}");
	ck_assert_str_eq(shown(),
			 "\n52:54:00:00:00:01 x64-uefi on eth0\n"
			 "              UEFI firmware, PXE\n"
			 "              UUID 3b6c1a52-7f0e-4d8b-9a41-525400770001\n"
			 "  REQUEST     to port 67\n"
			 "  not for us  it asks the DHCP server 10.0.0.1 for the address 10.0.0.9\n"
			 "\n52:54:00:00:00:02 on eth1\n"
			 "  DISCOVER    to port 67 through the relay 10.1.0.1\n"
			 "  no answer   no-provider: none runs\n"
			 "\n52:54:00:00:00:01 x64-uefi on eth0\n"
			 "  REQUEST     to port 67\n"
			 "  not for us  it asks the DHCP server 10.0.0.1 for the address 10.0.0.9\n"
			 "(7 steps lost: they came faster than they were read)\n");
}
END_TEST

START_TEST(lines_are_of_80_columns)
{
	const char *line;

	open_page(false);
	show("{\"step\":\"finding\",\"time\":1,\"id\":\"W0201\",\"line\":\"a sentence that goes on "
	     "and on, in words of which each is short enough, so that it does not fit into one "
	     "line "
	     "nor into two of them, and with l\u00e4nger w\u00f6rds too\"}");
	line = shown();
	while (*line) {
		size_t len = strcspn(line, "\n");

		ck_assert_msg(len <= 84, "%.*s", (int)len, line); /* four octets are no columns */
		line += len + 1;
	}
}
END_TEST

START_TEST(colours_are_for_terminals_alone)
{
	static const char record[] =
		"{\"step\":\"reply\",\"to\":\"10.0.0.9:68\",\"unsent\":\"No\"}";

	open_page(true);
	show(record);
	ck_assert_str_eq(shown(), "  \033[1;31mnot sent\033[0m    to 10.0.0.9:68: No\n");
	open_page(false);
	show(record);
	ck_assert_str_eq(shown(), "  not sent    to 10.0.0.9:68: No\n");
}
END_TEST

/* What a page, or a terminal, would obey. */
#define EVIL "a\033[2Jb\302\233c\342\200\256d</script>\n"

static bool is_clean(const char *said)
{
	return !strchr(said, '\033') && !strstr(said, "\302\233") &&
	       !strstr(said, "\342\200\256") && !strchr(said, '<');
}

START_TEST(what_others_said_is_made_plain)
{
	json_t *record = json_pack("{s:s,s:f,s:s,s:{s:s,s:s,s:s},s:s,s:i,s:s,s:[{s:s,s:s,s:[{s:s,s:"
				   "s}]}],s:{s:s,s:s,s:s},"
				   "s:s,s:s}",
				   "step", "request", "time", 1.0, "interface", EVIL, "client",
				   "mac", EVIL, "words", EVIL, "uuid", EVIL, "type", EVIL, "port",
				   67, "from", EVIL, "visits", "provider", EVIL, "verdict", EVIL,
				   "reasons", "text", EVIL, "file", EVIL, "reply", "type", EVIL,
				   "to", EVIL, "file", EVIL, "outcome", EVIL, "what", EVIL);

	ck_assert_ptr_nonnull(record);
	open_page(false);
	watch_page_show(&page, record);
	ck_assert_msg(is_clean(shown()), "%s", text);
	json_decref(record);
}
END_TEST

/* ---- from the packet to the record ---- */

static void option(uint8_t code, const void *value, size_t len)
{
	journey.octets[journey.kept++] = code;
	journey.octets[journey.kept++] = (uint8_t)len;
	memcpy(journey.octets + journey.kept, value, len);
	journey.kept += (uint32_t)len;
}

static void discover(const char *class)
{
	memset(&journey, 0, sizeof(journey));
	journey.client.family = IP_V4;
	journey.client.has_arch = true;
	journey.client.arch = 7;
	journey.octets[0] = 1;
	memcpy(journey.octets + DHCP4_COOKIE, (uint8_t[]){ 0x63, 0x82, 0x53, 0x63 }, 4);
	journey.kept = DHCP4_HEADER;
	option(53, (uint8_t[]){ 1 }, 1);
	option(60, class, strlen(class));
	option(94, (uint8_t[]){ 1, 3, 16 }, 3);
	option(54, (uint8_t[]){ 10, 0, 0, 1 }, 4);
}

static void read_client(struct journey_client *out)
{
	journey.octets[journey.kept] = 255;
	journey_client_read(span_of(journey.octets, journey.kept + 1), IP_V4, out);
}

START_TEST(client_is_read_out_of_its_packet)
{
	struct journey_client client;
	char words[200], server[IP_TEXT_MAX];
	uint16_t arch = 7;

	discover("PXEClient:Arch:00007:UNDI:003016");
	read_client(&client);
	ck_assert_str_eq(client.type, "DISCOVER");
	ck_assert_str_eq(client.vendor_class, "PXEClient:Arch:00007:UNDI:003016");
	ck_assert_str_eq(ip_text(&client.lease_server, server), "10.0.0.1");
	ck_assert_str_eq(journey_client_words(&client, &arch, words, sizeof(words)),
			 "UEFI firmware, PXE, UNDI 3.16");
	option(77, "iPXE", 4);
	option(175, (uint8_t[]){ 0x13, 1, 1, 0xeb, 3, 1, 21, 1, 0x15, 1, 1 }, 11);
	read_client(&client);
	ck_assert_str_eq(journey_client_words(&client, &arch, words, sizeof(words)),
			 "iPXE 1.21.1 on UEFI, PXE, UNDI 3.16, with http tftp");
	discover("HTTPClient");
	read_client(&client);
	ck_assert_str_eq(journey_client_words(&client, NULL, words, sizeof(words)),
			 "firmware, HTTP Boot, UNDI 3.16");
}
END_TEST

START_TEST(record_is_json_whatever_the_client_sends)
{
	json_t *record;
	char *said;

	discover(EVIL "\"\\\377");
	journey.request.n = journey.request.n_visits = 1;
	journey.request.visit[0] = (struct journey_visit){
		.provider = EVIL,
		.verdict = VERDICT_REJECTED,
		.explained = true,
		.reason = { .kind = REASON_NEAREST, .text = EVIL, .file = EVIL, .line = 3 }
	};
	journey.request.step.outcome = OUTCOME_REJECTED;
	snprintf(journey.request.step.reply.file, REQUEST_FILE_MAX, "%s", EVIL);
	said = journey_json(&journey, true);
	ck_assert_ptr_nonnull(said);
	ck_assert_msg(is_clean(said), "%s", said);
	record = json_loads(said, 0, NULL);
	ck_assert_ptr_nonnull(record);
	ck_assert_str_eq(json_string_value(json_object_get(record, "outcome")), "rejected");
	ck_assert_uint_eq(json_string_length(json_object_get(record, "octets")), 2 * journey.kept);
	json_decref(record);
	free(said);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("watch_page");

	setlocale(LC_CTYPE, "C.UTF-8");
	tcase_add_checked_fixture(tcase, NULL, close_page);
	tcase_add_test(tcase, a_conversation_is_one_block);
	tcase_add_test(tcase, a_menu_is_told_by_its_items);
	tcase_add_test(tcase, another_name_of_one_machine_is_told);
	tcase_add_test(tcase, entries_that_do_not_match_are_told_and_bounded);
	tcase_add_test(tcase, another_client_begins_another_block);
	tcase_add_test(tcase, lines_are_of_80_columns);
	tcase_add_test(tcase, colours_are_for_terminals_alone);
	tcase_add_test(tcase, what_others_said_is_made_plain);
	tcase_add_test(tcase, client_is_read_out_of_its_packet);
	tcase_add_test(tcase, record_is_json_whatever_the_client_sends);
	suite_apart(); /* a test leaves its page closed */
	return suite_run("story/watch_page", tcase);
}
