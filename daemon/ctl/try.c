/* wdspxectl try. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "ctl/assigned.h"
#include "ctl/commands.h"
#include "ctl/packet_file.h"
#include "ctl/print.h"
#include "ctl/try_child.h"
#include "ctl/try_print.h"
#include "dhcp/pxe_arch.h"
#include "registry/tree.h"
#include "request/outcome.h"
#include "story/decode_write.h"

enum { OPTION_MAX = 255 };

/* A run of the command. */
struct attempt {
	const struct call *call;
	struct try_child child;
	json_t *rows; /* of --json; NULL: they are printed as they come */
	bool is_bad;  /* a request got no reply that its firmware takes */
	json_t *last; /* what became of the last reply; borrowed from `last_row` */
	json_t *last_row;
};

static const char *option(const struct attempt *it, const char *name)
{
	return arguments_option(&it->call->arguments, name);
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "wdspxectl: try: %s%s%s\n", what, why ? ": " : "", why ? why : "");
	return CTL_FAILED;
}

/* ---- loading ----------------------------------------------------------------------------------
 */

/* The settings of --set as the inside of their group. */
static int add_settings(const struct call *call, json_t *question)
{
	_cleanup_(setting_freep) struct setting *settings = setting_new(SETTING_GROUP, "settings");
	_cleanup_(freep) char *text = NULL;
	size_t len;
	int r = settings ? assigned_take(call, settings) : fail(strerror(ENOMEM), NULL);

	if (r == CTL_OK && setting_write(settings, "", &text, &len) != 0)
		r = fail("--set", "these settings cannot be written to a file");
	if (r == CTL_OK)
		json_object_set_new(question, "settings", json_string(text));
	return r;
}

/* The child's working directory is ours, but a name is clearer whole. */
static bool add_path(json_t *question, const char *key, const char *path)
{
	_cleanup_(freep) char *whole = path ? realpath(path, NULL) : NULL;

	if (whole)
		json_object_set_new(question, key, json_string(whole));
	return !path || whole;
}

static int describe_module(const struct attempt *it, json_t *question)
{
	const char *module = it->call->arguments.word[0], *file = option(it, "--settings");

	if (!add_path(question, "module", module))
		return fail(module, strerror(errno));
	if (!add_path(question, "file", file))
		return fail(file, strerror(errno));
	if (file && option(it, "--set")) {
		fputs("wdspxectl: try: --settings and --set do not go together\n", stderr);
		return CTL_USAGE;
	}
	return file ? CTL_OK : add_settings(it->call, question);
}

/* ---- what is asked ----------------------------------------------------------------------------
 */

static void add_word(const struct attempt *it, json_t *client, const char *key, const char *name)
{
	if (option(it, name))
		json_object_set_new(client, key, json_string(option(it, name)));
}

static json_t *hex_json(const uint8_t *octets, size_t n)
{
	char text[2 * OPTION_MAX + 1] = "";

	for (size_t i = 0; i < n && i < OPTION_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", octets[i]);
	return json_string(text);
}

static void add_hex(const struct attempt *it, json_t *client, const char *key, const char *name)
{
	uint8_t octets[OPTION_MAX];
	size_t n = option(it, name) ? word_hex(option(it, name), octets, sizeof(octets)) : 0;

	if (n > 0)
		json_object_set_new(client, key, hex_json(octets, n));
}

/* As of explain: octets as 00:04:00:01 or 0x00040001, or else a text; "text:" makes it one. */
static json_t *value_json(const char *text)
{
	bool digits = strncmp(text, "0x", 2) == 0;
	uint8_t octets[OPTION_MAX];
	size_t n = digits || strchr(text, ':')
			   ? word_hex(text + (digits ? 2 : 0), octets, sizeof(octets))
			   : 0;

	if (strncmp(text, "text:", 5) != 0 && n > 0)
		return hex_json(octets, n);
	text += strncmp(text, "text:", 5) == 0 ? 5 : 0;
	return hex_json((const uint8_t *)text, strlen(text));
}

static int check_option(const struct attempt *it)
{
	const char *text = option(it, "--option");
	char *end = NULL;
	unsigned long code = text ? strtoul(text, &end, 10) : 1;

	if (!text || (end != text && *end == '=' && code > 0 && code <= UINT16_MAX))
		return CTL_OK;
	fputs("wdspxectl: try: --option takes CODE=VALUE, such as 12=pc01 or 94=01:03:10\n",
	      stderr);
	return CTL_USAGE;
}

static void add_option(const struct attempt *it, json_t *client)
{
	const char *text = option(it, "--option");
	char *end;
	unsigned long code;

	if (!text)
		return;
	code = strtoul(text, &end, 10);
	json_object_set_new(
		client, "option",
		json_pack("{s:i,s:o}", "code", (int)code, "value", value_json(end + 1)));
}

static void add_mac(const struct attempt *it, json_t *client)
{
	uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };
	char text[18];

	if (option(it, "--mac"))
		word_mac(option(it, "--mac"), mac);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	json_object_set_new(client, "mac", json_string(text));
}

static bool is_v6(const struct attempt *it)
{
	return option(it, "--6") || option(it, "--solicit");
}

static json_t *client_json(const struct attempt *it)
{
	uint16_t arch = option(it, "--arch") ? word_arch(option(it, "--arch")) : PXE_ARCH_X64_UEFI;
	json_t *client =
		json_pack("{s:i,s:i,s:b}", "arch",
			  option(it, "--http") ? pxe_arch_by_class(arch, true) : arch, "family",
			  is_v6(it) ? 6 : 4, "ipxe", option(it, "--ipxe") != NULL);

	add_mac(it, client);
	add_word(it, client, "uuid", "--uuid");
	add_word(it, client, "user-class", "--user-class");
	add_word(it, client, "vendor-class", "--vendor-class");
	add_word(it, client, "relay", "--relay");
	add_hex(it, client, "circuit-id", "--circuit-id");
	add_hex(it, client, "remote-id", "--remote-id");
	add_option(it, client);
	if (option(it, "--item"))
		json_object_set_new(client, "item", json_integer(word_count(option(it, "--item"))));
	return client;
}

/* ---- an answer --------------------------------------------------------------------------------
 */

static const char *meaning_of(const char *name)
{
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (strcmp(outcome_name((enum outcome)i), name) == 0)
			return outcome_meaning((enum outcome)i);
	return "";
}

/* Adds what the octets of a member say. */
static void add_fields(json_t *packet, uint8_t family)
{
	const char *hex = text_of(packet, "octets");
	_cleanup_(freep) uint8_t *octets = malloc(strlen(hex) / 2 + 1);
	json_t *decoded;
	size_t n = octets ? word_hex(hex, octets, strlen(hex) / 2) : 0;

	decoded = decode_json(span_of(octets, n), family);
	json_object_update(packet, decoded);
	json_decref(decoded);
}

static uint8_t family_of(const json_t *row)
{
	return strchr(text_of(json_object_get(row, "request"), "to"), ':') ? IP_V6 : IP_V4;
}

static bool is_result(const json_t *judge, const char *result)
{
	return strcmp(text_of(judge, "result"), result) == 0;
}

/* Does its firmware take one of the replies? What must not be answered was rightly not. */
static bool is_taken(const json_t *row)
{
	json_t *reply;
	size_t i;

	json_array_foreach(json_object_get(row, "replies"), i, reply)
	{
		const json_t *judge = json_object_get(reply, "judge");

		if (is_result(judge, "boots") || is_result(judge, "asks") ||
		    is_result(judge, "nobody"))
			return true;
	}
	return strcmp(text_of(row, "outcome"), "not-ours") == 0;
}

static void complete_row(json_t *row)
{
	json_t *reply;
	size_t i;

	add_fields(json_object_get(row, "request"), family_of(row));
	if (json_object_get(row, "outcome"))
		json_object_set_new(row, "meaning",
				    json_string(meaning_of(text_of(row, "outcome"))));
	json_array_foreach(json_object_get(row, "replies"), i, reply)
		add_fields(reply, family_of(row));
}

static void take_row(struct attempt *it, json_t *row)
{
	json_t *replies = json_object_get(row, "replies");

	complete_row(row);
	it->is_bad = it->is_bad || !is_taken(row);
	json_decref(it->last_row);
	it->last_row = row;
	it->last = json_object_get(json_array_get(replies, 0), "judge");
	if (it->rows)
		json_array_append(it->rows, row);
	else
		try_print(row);
}

/* The request as it was asked comes first, so that it is there if the module crashes. False: that
 * is the end. */
static bool ask(struct attempt *it, json_t *question, unsigned frame)
{
	json_t *row, *answer;

	if (option(it, "--trial"))
		json_object_set_new(question, "trial", json_true());
	row = try_child_ask(&it->child, question);
	if (row && json_object_get(row, "wrong"))
		fail(text_of(row, "wrong"), NULL);
	if (!row || !json_object_get(row, "request")) {
		json_decref(row);
		it->is_bad = true;
		return false;
	}
	if (frame)
		json_object_set_new(row, "frame", json_integer(frame));
	answer = try_child_ask(&it->child, NULL);
	json_object_update(row, answer);
	take_row(it, row);
	json_decref(answer);
	return answer != NULL;
}

/* ---- a client ---------------------------------------------------------------------------------
 */

static bool ask_as_client(struct attempt *it, const char *message)
{
	return ask(it, json_pack("{s:o,s:s}", "client", client_json(it), "message", message), 0);
}

/* What its firmware would do next: ask for the boot file, or for an item of the menu. */
static bool ask_on(struct attempt *it)
{
	json_t *client = client_json(it), *item = json_object_get(it->last, "item");

	if (item)
		json_object_set(client, "item", item);
	return ask(it, json_pack("{s:o,s:s}", "client", client, "message", "boot"), 0);
}

static void play_client(struct attempt *it)
{
	enum { ROUNDS = 3 }; /* a menu on port 4011, and its item */

	if (!ask_as_client(it, "discover"))
		return;
	for (int i = 1; i < ROUNDS && is_result(it->last, "asks") && text_of(it->last, "server")[0];
	     i++)
		if (!ask_on(it))
			return;
	it->is_bad = it->is_bad || !(is_result(it->last, "boots") || is_result(it->last, "nobody"));
}

static void ask_client(struct attempt *it)
{
	static const struct {
		const char *option, *message;
	} messages[] = { { "--discover", "discover" },
			 { "--solicit", "discover" },
			 { "--request", "request" },
			 { "--inform", "inform" },
			 { "--4011", "boot" } };
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		if (!option(it, messages[i].option))
			continue;
		any = true;
		if (!ask_as_client(it, messages[i].message))
			return;
	}
	if (!any)
		play_client(it);
}

/* ---- a capture --------------------------------------------------------------------------------
 */

static bool is_unicast(const struct ip *ip)
{
	return !ip_is_multicast(ip) && !ip_is_limited_broadcast(ip);
}

static json_t *packet_json(const struct capture_datagram *d)
{
	char *hex = malloc(2 * d->payload.len + 1), from[IP_TEXT_MAX], to[IP_TEXT_MAX];
	bool v6 = d->from.ip.family == IP_V6, to_us = is_unicast(&d->to.ip);
	json_t *json;

	if (!hex)
		return NULL;
	hex[0] = '\0';
	for (size_t i = 0; i < d->payload.len; i++)
		snprintf(hex + 2 * i, 3, "%02x", d->payload.at[i]);
	json = json_pack("{s:s,s:s,s:i,s:s,s:i,s:b}", "octets", hex, "from",
			 ip_text(&d->from.ip, from), "from-port", d->from.port, "local",
			 to_us ? ip_text(&d->to.ip, to)
			 : v6  ? "2001:db8::1"
			       : "192.0.2.1",
			 "port", d->to.port, "unicast", to_us);
	free(hex);
	return json;
}

static int ask_capture(struct attempt *it, const char *path)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	unsigned only = option(it, "--frame") ? word_count(option(it, "--frame")) : 0, n = 0;
	struct capture capture = { 0 };
	struct capture_datagram d;
	const char *why = packet_file_open(path, &octets, &capture);

	if (why)
		return packet_file_fail(path, why);
	while (capture_next(&capture, &d)) {
		if (!packet_is_request(&d) || (only && capture.frame != only))
			continue;
		n++;
		if (!ask(it, packet_json(&d), capture.frame))
			break;
	}
	return n ? CTL_OK : packet_file_fail(path, "no such request of a client is in it");
}

/* ---- the command ------------------------------------------------------------------------------
 */

static bool is_loaded(const json_t *answer)
{
	return json_is_true(json_object_get(answer, "loaded"));
}

static int ask_all(struct attempt *it)
{
	const char *capture = option(it, "--pcap");

	if (capture)
		return ask_capture(it, capture);
	ask_client(it);
	return CTL_OK;
}

/* Says at the end what became of the process: its words are on standard error already. */
static int finish(struct attempt *it, const json_t *loaded, const char *ended, int r)
{
	char plain[1024] = "";
	json_t *whole;

	if (ended)
		plain_words(span_str(ended), plain, sizeof(plain));
	if (r == CTL_OK && (it->is_bad || ended || !is_loaded(loaded)))
		r = CTL_FAILED;
	if (!it->rows) {
		if (ended)
			print_titled("ended", RED, plain);
		return r;
	}
	whole = json_pack("{s:b,s:b,s:s,s:O}", "ok", 1, "loaded", is_loaded(loaded), "why",
			  loaded ? text_of(loaded, "why") : plain, "requests", it->rows);
	if (ended)
		json_object_set_new(whole, "ended", json_string(plain));
	print_json(whole);
	json_decref(whole);
	return r;
}

static int run(struct attempt *it, json_t *question)
{
	json_t *loaded = try_child_ask(&it->child, question);
	int r = CTL_OK;

	if (is_loaded(loaded))
		r = ask_all(it);
	else if (loaded)
		fail(it->call->arguments.word[0], text_of(loaded, "why"));
	r = finish(it, loaded, try_child_end(&it->child), r);
	json_decref(loaded);
	return r;
}

int run_try(const struct call *call)
{
	struct attempt it = { .call = call };
	json_t *question = json_object();
	int r = check_option(&it);

	if (r == CTL_OK)
		r = describe_module(&it, question);
	if (r == CTL_OK) {
		int started = try_child_start(&it.child);

		if (started < 0) {
			fail("wdspxed-provider cannot be run", strerror(-started));
			r = CTL_NOT_TRIED;
		}
	}
	if (r != CTL_OK) {
		json_decref(question);
		return r;
	}
	it.rows = call->json ? json_array() : NULL;
	r = run(&it, question);
	json_decref(it.rows);
	json_decref(it.last_row);
	return r;
}
