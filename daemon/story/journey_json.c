#include "story/journey_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/finding_id.h"
#include "control/plain_json.h"
#include "dhcp/pxe_arch.h"
#include "dhcp/pxe_uuid.h"
#include "provider/fault.h"
#include "story/journey_client.h"
#include "story/log_format.h"

/* ---- small things ---- */

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

/* What others said is made plain; what says nothing is left out. */
static void put_text(json_t *object, const char *key, const char *text)
{
	if (text && text[0])
		put(object, key, plain_json(text));
}

static void put_number(json_t *object, const char *key, uint64_t number)
{
	put(object, key, json_integer((json_int_t)number));
}

static void put_ip(json_t *object, const char *key, const struct ip *ip)
{
	char text[IP_TEXT_MAX];

	if (ip->family != IP_NONE && !ip_is_any(ip))
		put(object, key, json_string(ip_text(ip, text)));
}

static void put_endpoint(json_t *object, const char *key, const struct endpoint *at)
{
	char text[IP_TEXT_MAX + 16], ip[IP_TEXT_MAX];

	if (at->ip.family == IP_NONE)
		return;
	snprintf(text, sizeof(text), at->ip.family == IP_V6 ? "[%s]:%u" : "%s:%u",
		 ip_text(&at->ip, ip), at->port);
	put(object, key, json_string(text));
}

static void put_hex(json_t *object, const char *key, const uint8_t *octets, size_t len,
		    const char *between)
{
	static const char digit[] = "0123456789abcdef";
	char text[3 * REQUEST_PACKET_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && between[0])
			text[n++] = between[0];
		text[n++] = digit[octets[i] >> 4];
		text[n++] = digit[octets[i] & 15];
	}
	text[n] = '\0';
	if (n > 0)
		put(object, key, json_string(text));
}

/* ---- who ---- */

static void put_arch(json_t *object, const struct log_client *client)
{
	const char *name = pxe_arch_name(client->arch);
	char number[24];

	if (!client->has_arch)
		return;
	snprintf(number, sizeof(number), "arch-%u", client->arch);
	put_text(object, "arch", name ? name : number);
	put_number(object, "arch-code", client->arch);
}

static json_t *client_json(const struct log_client *client)
{
	json_t *object = json_object();
	char uuid[PXE_UUID_TEXT];

	if (client->has_mac)
		put_hex(object, "mac", client->mac, sizeof(client->mac), ":");
	put_hex(object, "id", client->id, client->id_len, ":");
	if (client->has_uuid)
		put_text(object, "uuid", pxe_uuid_efi_text(client->uuid, uuid));
	put_arch(object, client);
	return object;
}

/* What its packet says besides. */
static void put_firmware(json_t *object, const struct log_client *client,
			 const struct journey_client *says)
{
	char words[640];

	if (!says->vendor_class[0] && !says->is_ipxe && !client->has_arch)
		return;
	put_text(object, "words",
		 journey_client_words(says, client->has_arch ? &client->arch : NULL, words,
				      sizeof(words)));
	put_text(object, "class", says->vendor_class);
	put_text(object, "user-class", says->user_class);
	put(object, "ipxe", json_boolean(says->is_ipxe));
	put_text(object, "ipxe-version", says->ipxe_version);
	put_text(object, "ipxe-features", says->ipxe_features);
}

/* ---- a request ---- */

static json_t *reason_json(const struct request_reason *reason)
{
	static const char *const kinds[] = { [REASON_DECIDED] = "decided",
					     [REASON_NEAREST] = "nearest",
					     [REASON_FAILED] = "failed" };
	json_t *object = json_object();

	if (reason->kind >= REASON_DECIDED && reason->kind <= REASON_FAILED)
		put_text(object, "kind", kinds[reason->kind]);
	put_text(object, "text", reason->text);
	put_text(object, "file", reason->file);
	if (reason->line)
		put_number(object, "line", reason->line);
	return object;
}

static const char *verdict_word(enum verdict verdict)
{
	static const char *const words[] = {
		[VERDICT_NONE] = "undecided",    [VERDICT_NBP] = "answered",
		[VERDICT_CUSTOM] = "custom",     [VERDICT_IGNORE] = "ignored",
		[VERDICT_REJECTED] = "rejected", [VERDICT_ERROR] = "error",
		[VERDICT_TIMEOUT] = "timeout",   [VERDICT_ABORTED] = "aborted",
		[VERDICT_BUSY] = "busy",         [VERDICT_UNAWARE] = "not-asked",
	};

	return (size_t)verdict < ARRAY_LEN(words) ? words[verdict] : "undecided";
}

static json_t *visit_json(const struct journey_visit *visit)
{
	json_t *object = json_object(), *reasons = json_array();

	put_text(object, "provider", visit->provider);
	put_text(object, "seat", visit->seat);
	put_text(object, "verdict", verdict_word(visit->verdict));
	put_text(object, "outcome", outcome_name(visit->outcome));
	put_number(object, "microseconds", visit->us);
	put_number(object, "replies", visit->replies);
	if (visit->explained)
		json_array_append_new(reasons, reason_json(&visit->reason));
	put(object, "reasons", reasons);
	return object;
}

static void put_reply(json_t *object, uint8_t family, const struct request_reply *reply)
{
	json_t *said;

	if (!reply->type && !reply->to.port)
		return;
	said = json_object();
	put_text(said, "type", log_format_reply_type(family, reply->type));
	put_endpoint(said, "to", &reply->to);
	put_ip(said, "server", &reply->server);
	put_text(said, "file", reply->file);
	put(said, "menu", json_boolean(reply->menu));
	put(object, "reply", said);
}

static void put_outcome(json_t *object, const struct journey *journey)
{
	const struct log_step *step = &journey->request.step;
	struct log_record record = { .kind = LOG_KIND_STEP, .client = journey->client };
	char what[REQUEST_FILE_MAX + 512], line[LOG_WHOLE_LINE];

	record.step = *step;
	log_format_what(&record, what, sizeof(what));
	log_format_line(&record, line, sizeof(line));
	put_text(object, "outcome", outcome_name(step->outcome));
	put_text(object, "meaning", outcome_meaning(step->outcome));
	put_text(object, "what", what);
	put_text(object, "provider", step->explained ? step->reason.provider : step->provider);
	put_text(object, "paused", step->paused);
	put_number(object, "microseconds", step->took_us);
	put_text(object, "line", line);
}

static void put_request(json_t *object, const struct journey *journey)
{
	const struct log_step *step = &journey->request.step;
	json_t *visits = json_array();
	struct journey_client says;
	char xid[16];

	journey_client_read(span_of(journey->octets, journey->kept), journey->client.family, &says);
	put_firmware(json_object_get(object, "client"), &journey->client, &says);
	put_text(object, "type", says.type);
	put_text(object, "row", step->row);
	snprintf(xid, sizeof(xid), "0x%08x", step->xid);
	put_text(object, "xid", xid);
	put_endpoint(object, "from", &journey->client.from);
	put_ip(object, "lease-server", &says.lease_server);
	put_ip(object, "lease", &says.lease);
	put_ip(object, "relay", &journey->request.relay);
	put_ip(object, "to", &journey->request.to);
	put_ip(object, "own", &journey->request.local);
	put_number(object, "port", journey->client.port);
	for (uint32_t i = 0; i < journey->request.n; i++)
		json_array_append_new(visits, visit_json(&journey->request.visit[i]));
	put(object, "visits", visits);
	if (journey->request.n_visits > journey->request.n)
		put_number(object, "visits-left-out",
			   journey->request.n_visits - journey->request.n);
	put_reply(object, journey->client.family, &step->reply);
	put_outcome(object, journey);
}

/* ---- the others ---- */

static void put_sent(json_t *object, const struct journey *journey)
{
	struct endpoint from = { .ip = journey->sent.from, .port = journey->sent.from_port };

	put_endpoint(object, "to", &journey->sent.to);
	put_endpoint(object, "from", &from);
	put_number(object, "port", journey->sent.from_port);
	put_text(object, "unsent", journey->sent.why);
}

static void put_finding(json_t *object, const struct finding *finding)
{
	char text[LOG_LINE_MAX], id[FINDING_ID_SIZE];

	put_text(object, "line", finding_text(finding, text, sizeof(text)));
	if (finding_id_of(text, id))
		put_text(object, "id", id);
	put_text(object, "name", finding_name(finding->kind));
}

char *journey_json(const struct journey *journey, bool octets)
{
	static const char *const steps[] = { [JOURNEY_REQUEST] = "request",
					     [JOURNEY_SENT] = "reply",
					     [JOURNEY_FINDING] = "finding" };
	json_t *object = json_pack("{s:s,s:f}", "step", steps[journey->kind], "time",
				   (double)journey->time_us / 1e6);
	char *text;

	if (journey->number)
		put_number(object, "number", journey->number);
	put_number(object, "family", journey->client.family == IP_V6 ? 6 : 4);
	put_text(object, "interface", journey->client.interface);
	put(object, "client", client_json(&journey->client));
	if (journey->kind == JOURNEY_REQUEST)
		put_request(object, journey);
	else if (journey->kind == JOURNEY_SENT)
		put_sent(object, journey);
	else
		put_finding(object, &journey->finding);
	if (octets && journey->kept > 0) {
		put_number(object, "length", journey->len);
		put_hex(object, "octets", journey->octets, journey->kept, "");
	}
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(16));
	json_decref(object);
	return text;
}
