#include "story/journey_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/finding_id.h"
#include "dhcp/dhcp_fault.h"
#include "provider/fault.h"
#include "story/journey_client.h"
#include "story/log_format.h"
#include "story/record_json.h"

/* What its packet says besides. */
static void put_firmware(json_t *object, const struct log_client *client,
			 const struct journey_client *says)
{
	char words[640];

	if (!says->vendor_class[0] && !says->is_ipxe && !client->has_arch)
		return;
	record_text(object, "words",
		    journey_client_words(says, client->has_arch ? &client->arch : NULL, words,
					 sizeof(words)));
	record_text(object, "class", says->vendor_class);
	record_text(object, "user-class", says->user_class);
	record_put(object, "ipxe", json_boolean(says->is_ipxe));
	record_text(object, "ipxe-version", says->ipxe_version);
	record_text(object, "ipxe-features", says->ipxe_features);
}

/* ---- a request ---- */

static json_t *reason_json(enum reason_kind kind, const char *text, const char *file, uint32_t line)
{
	static const char *const kinds[] = { [REASON_DECIDED] = "decided",
					     [REASON_NEAREST] = "nearest",
					     [REASON_FAILED] = "failed",
					     [REASON_PASSED] = "passed" };
	json_t *object = json_object();

	if (kind >= REASON_DECIDED && kind <= REASON_PASSED)
		record_text(object, "kind", kinds[kind]);
	record_text(object, "text", text);
	record_text(object, "file", file);
	if (line)
		record_number(object, "line", line);
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

/* What a provider said: all of it, or its last word. */
static json_t *reasons_json(const struct journey *journey, const struct journey_visit *visit)
{
	json_t *reasons = json_array();
	bool any = false;

	for (uint32_t i = 0; i < journey->request.n_remarks; i++) {
		const struct journey_remark *remark = &journey->request.remark[i];

		if (remark->provider != visit->provider)
			continue;
		json_array_append_new(
			reasons, reason_json(remark->kind, journey->request.said + remark->text,
					     journey->request.said + remark->file, remark->line));
		any = true;
	}
	if (!any && visit->explained)
		json_array_append_new(reasons, reason_json(visit->reason.kind, visit->reason.text,
							   visit->reason.file, visit->reason.line));
	return reasons;
}

static json_t *visit_json(const struct journey *journey, const struct journey_visit *visit)
{
	json_t *object = json_object();

	record_text(object, "provider", visit->provider);
	record_text(object, "seat", visit->seat);
	record_text(object, "verdict", verdict_word(visit->verdict));
	record_text(object, "outcome", outcome_name(visit->outcome));
	record_number(object, "microseconds", visit->us);
	record_number(object, "replies", visit->replies);
	record_put(object, "reasons", reasons_json(journey, visit));
	return object;
}

static void put_reply(json_t *object, uint8_t family, const struct request_reply *reply)
{
	json_t *said;

	if (!reply->type && !reply->to.port)
		return;
	said = json_object();
	record_text(said, "type", log_format_reply_type(family, reply->type));
	record_endpoint(said, "to", &reply->to);
	record_ip(said, "server", &reply->server);
	record_text(said, "file", reply->file);
	record_put(said, "menu", json_boolean(reply->menu));
	if (reply->items > 0)
		record_number(said, "items", reply->items);
	record_put(object, "reply", said);
}

static void put_outcome(json_t *object, const struct journey *journey)
{
	const struct log_step *step = &journey->request.step;
	struct log_record record = { .kind = LOG_KIND_STEP, .client = journey->client };
	char what[REQUEST_FILE_MAX + 512], line[LOG_WHOLE_LINE];

	record.step = *step;
	log_format_what(&record, what, sizeof(what));
	log_format_line(&record, line, sizeof(line));
	record_text(object, "outcome", outcome_name(step->outcome));
	record_text(object, "meaning", outcome_meaning(step->outcome));
	record_text(object, "what", what);
	record_text(object, "provider", step->explained ? step->reason.provider : step->provider);
	record_text(object, "paused", step->paused);
	record_number(object, "microseconds", step->took_us);
	record_text(object, "line", line);
}

/* What of it had to be mended before it could be read. */
static void put_mended(json_t *object, const struct journey *journey)
{
	char rule[DHCP_FAULT_MAX];
	size_t at;

	if (!journey->request.mended)
		return;
	record_text(object, "mended",
		    dhcp4_mended(span_of(journey->octets, journey->kept), rule, &at));
	record_number(object, "mended-at", at);
}

static void put_request(json_t *object, const struct journey *journey)
{
	const struct log_step *step = &journey->request.step;
	json_t *visits = json_array();
	struct journey_client says;
	char xid[16];

	journey_client_read(span_of(journey->octets, journey->kept), journey->client.family, &says);
	put_firmware(json_object_get(object, "client"), &journey->client, &says);
	record_text(object, "type", says.type);
	record_text(object, "row", step->row);
	snprintf(xid, sizeof(xid), "0x%08x", step->xid);
	record_text(object, "xid", xid);
	record_endpoint(object, "from", &journey->client.from);
	put_mended(object, journey);
	record_ip(object, "lease-server", &says.lease_server);
	record_ip(object, "lease", &says.lease);
	record_ip(object, "relay", &journey->request.relay);
	record_ip(object, "to", &journey->request.to);
	record_ip(object, "own", &journey->request.local);
	record_number(object, "port", journey->client.port);
	for (uint32_t i = 0; i < journey->request.n; i++)
		json_array_append_new(visits, visit_json(journey, &journey->request.visit[i]));
	record_put(object, "visits", visits);
	if (journey->request.n_visits > journey->request.n)
		record_number(object, "visits-left-out",
			      journey->request.n_visits - journey->request.n);
	if (journey->request.remarks_left_out)
		record_number(object, "reasons-left-out", journey->request.remarks_left_out);
	put_reply(object, journey->client.family, &step->reply);
	put_outcome(object, journey);
}

/* ---- the others ---- */

static void put_sent(json_t *object, const struct journey *journey)
{
	struct endpoint from = { .ip = journey->sent.from, .port = journey->sent.from_port };

	record_endpoint(object, "to", &journey->sent.to);
	record_endpoint(object, "from", &from);
	record_number(object, "port", journey->sent.from_port);
	record_text(object, "unsent", journey->sent.why);
}

static void put_finding(json_t *object, const struct finding *finding)
{
	char text[LOG_LINE_MAX], id[FINDING_ID_SIZE];

	record_text(object, "line", finding_text(finding, text, sizeof(text)));
	if (finding_id_of(text, id))
		record_text(object, "id", id);
	record_text(object, "name", finding_name(finding->kind));
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
		record_number(object, "number", journey->number);
	record_number(object, "family", journey->client.family == IP_V6 ? 6 : 4);
	record_text(object, "interface", journey->client.interface);
	record_client(object, &journey->client);
	if (journey->kind == JOURNEY_REQUEST)
		put_request(object, journey);
	else if (journey->kind == JOURNEY_SENT)
		put_sent(object, journey);
	else
		put_finding(object, &journey->finding);
	if (octets && journey->kept > 0) {
		record_number(object, "length", journey->len);
		record_octets(object, "octets", journey->octets, journey->kept);
	}
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(16));
	json_decref(object);
	return text;
}
