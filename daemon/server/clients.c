/* wdspxectl clients: the machines that asked lately, from story/conversation. Keys:
 * daemon/control/README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/finding_id.h"
#include "control/plain_json.h"
#include "dhcp/pxe_arch.h"
#include "dhcp/pxe_uuid.h"
#include "server/commands.h"
#include "story/log_format.h"

enum { MAC, NEWEST };                            /* the words of its row */
enum { CLIENTS_USUAL = 50, CLIENTS_MOST = 250 }; /* in one answer */

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text && text[0])
		json_object_set_new(object, key, plain_json(text));
}

static void set_ip(json_t *object, const char *key, const struct ip *ip)
{
	char text[IP_TEXT_MAX];

	if (!ip_is_any(ip))
		json_object_set_new(object, key, json_string(ip_text(ip, text)));
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	if (number > 0)
		json_object_set_new(object, key, json_integer((json_int_t)number));
}

/* When it was by the wall's clock, to the second. */
static json_t *time_json(uint64_t then_ms, uint64_t now_ms)
{
	return json_integer((json_int_t)time(NULL) - (json_int_t)((now_ms - then_ms) / 1000));
}

static void set_client(json_t *object, const struct log_client *client)
{
	char text[LOG_WHO_MAX], uuid[PXE_UUID_TEXT];

	log_format_who(client, text, sizeof(text));
	set_text(object, "client", text);
	if (client->has_mac) {
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", client->mac[0],
			 client->mac[1], client->mac[2], client->mac[3], client->mac[4],
			 client->mac[5]);
		set_text(object, "mac", text);
	}
	if (client->has_uuid)
		set_text(object, "uuid", pxe_uuid_efi_text(client->uuid, uuid));
	if (client->has_arch)
		set_text(object, "architecture", pxe_arch_name(client->arch));
	set_text(object, "interface", client->interface);
	json_object_set_new(object, "ipxe", json_boolean(client->is_ipxe));
}

static void set_way(json_t *object, const struct conversation *c, uint64_t now_ms)
{
	const struct exchange *x = &c->exchange[c->family == IP_V6];
	enum conversation_state state = conversation_state(c, now_ms);

	json_object_set_new(object, "family", json_integer(c->family));
	set_text(object, "state", conversation_state_name(state));
	set_text(object, "meaning", conversation_state_words(state));
	set_ip(object, "relay", &x->relay);
	set_ip(object, "lease-server", &x->lease);
	set_number(object, "boots", x->boots);
	json_object_set_new(object, "chained", json_boolean(c->chained));
}

static void set_decision(json_t *object, const struct conversation *c)
{
	char entry[80];

	set_text(object, "outcome", outcome_name(c->outcome));
	set_text(object, "provider", c->provider);
	if (c->line > 0) {
		snprintf(entry, sizeof(entry), "%s:%u", c->file, c->line);
		set_text(object, c->nearest ? "nearest" : "entry", entry);
	}
	if (!c->reason[0] && c->outcome != OUTCOME_NBP && c->outcome != OUTCOME_CUSTOM)
		set_text(object, "reason", outcome_meaning(c->outcome));
	set_text(object, "reason", c->reason);
	set_text(object, "file", c->told);
}

static void set_finding(json_t *object, const struct conversation *c, uint64_t now_ms)
{
	char text[LOG_LINE_MAX], id[FINDING_ID_SIZE] = "";
	struct finding finding;
	json_t *member;

	if (!conversation_finding(c, &finding))
		return;
	finding_text(&finding, text, sizeof(text));
	(void)finding_id_of(text, id);
	member = json_object();
	set_text(member, "id", id);
	set_text(member, "name", finding_name(finding.kind));
	json_object_set_new(member, "time", time_json(c->finding.ms, now_ms));
	set_text(member, "text", text);
	json_object_set_new(object, "finding", member);
}

static json_t *client_json(const struct conversation *c, uint64_t now_ms)
{
	json_t *object = json_object();

	json_object_set_new(object, "first", time_json(c->first_ms, now_ms));
	json_object_set_new(object, "last", time_json(c->last_ms, now_ms));
	set_client(object, &c->client);
	set_way(object, c, now_ms);
	set_decision(object, c);
	set_finding(object, c, now_ms);
	return object;
}

static int newer_first(const void *a, const void *b)
{
	const struct conversation *const *x = a, *const *y = b;

	return (*x)->order < (*y)->order ? 1 : -1;
}

/* Those that are asked for, the newest first. */
static unsigned collect(struct conversations *all, const char *mac,
			const struct conversation *out[static CONVERSATIONS])
{
	uint8_t octets[6];
	unsigned n = 0;

	if (mac)
		word_mac(mac, octets);
	for (unsigned i = 0; i < CONVERSATIONS; i++) {
		const struct conversation *c = conversations_at(all, i);

		if (c && (!mac || (c->client.has_mac && !memcmp(c->client.mac, octets, 6))))
			out[n++] = c;
	}
	qsort(out, n, sizeof(*out), newer_first);
	return n;
}

void server_command_clients(struct server *s, uint64_t client, const struct arguments *arguments)
{
	static const struct conversation *found[CONVERSATIONS];
	const char *newest = arguments->word[NEWEST];
	unsigned most = newest ? word_count(newest) : CLIENTS_USUAL, n;
	json_t *clients = json_array(), *answer;
	_cleanup_(freep) char *text = NULL;
	uint64_t now_ms = clock_ms();

	n = collect(diag_conversations(s->diag), arguments->word[MAC], found);
	most = most < CLIENTS_MOST ? most : CLIENTS_MOST;
	for (unsigned i = 0; i < n && i < most; i++)
		json_array_append_new(clients, client_json(found[i], now_ms));
	answer = json_pack("{s:b,s:o,s:I}", "ok", 1, "clients", clients, "more",
			   (json_int_t)(n > most ? n - most : 0));
	text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	json_decref(answer);
	if (text)
		control_answer(s->control, client, text);
	else
		control_refuse(s->control, client, "out of memory for the answer");
}
