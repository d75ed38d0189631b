#include "story/explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "dhcp/dhcp4_row.h"
#include "dhcp/dhcp6_row.h"
#include "provider/fault.h"
#include "story/decode.h"
#include "story/decode_write.h"

enum { TEXT_MAX = 512 };

static json_t *plain(struct span text)
{
	char out[TEXT_MAX];

	return json_string(plain_text(text, out, sizeof(out)));
}

static json_t *plain_string(const char *text)
{
	return plain(span_str(text));
}

static json_t *ip_json(const struct ip *ip)
{
	char text[IP_TEXT_MAX];

	return ip->family == IP_NONE ? json_null() : json_string(ip_text(ip, text));
}

static json_t *hex_json(struct span octets)
{
	_cleanup_(freep) char *text = malloc(2 * octets.len + 1);

	if (!text)
		return NULL;
	for (size_t i = 0; i < octets.len; i++)
		snprintf(text + 2 * i, 3, "%02x", octets.at[i]);
	text[2 * octets.len] = '\0';
	return json_string(text);
}

json_t *explain_reply(const struct outgoing *out, const char *interface)
{
	struct span octets = span_of(out->octets, out->len);
	json_t *reply =
		json_pack("{s:o,s:i,s:o,s:i,s:s,s:o}", "to", ip_json(&out->to.ip), "to-port",
			  out->to.port, "from", ip_json(&out->from), "from-port", out->from_port,
			  "interface", interface, "octets", hex_json(octets));

	json_object_update_new(reply, decode_json(octets, out->to.ip.family));
	return reply;
}

/* ---- who asked --------------------------------------------------------------------------------
 */

static const char *field_of(enum field_kind kind, const void *octets, size_t len,
			    char text[static FIELD_TEXT_MAX])
{
	const struct field field = { .kind = kind, .value = span_of(octets, len) };

	return field_text(&field, text);
}

static void set_arch(json_t *client, uint16_t arch)
{
	char text[FIELD_TEXT_MAX];
	uint8_t octets[2];

	store_be16(octets, arch);
	json_object_set_new(client, "arch",
			    json_string(field_of(FIELD_ARCHES, octets, sizeof(octets), text)));
}

static void set_client(json_t *client, const struct request *req)
{
	char text[FIELD_TEXT_MAX];
	struct log_client who;

	log_client_of(req, &who);
	if (who.has_mac)
		json_object_set_new(client, "mac",
				    json_string(field_of(FIELD_HARDWARE, who.mac, 6, text)));
	else if (who.id_len > 0)
		json_object_set_new(client, "id", hex_json(span_of(who.id, who.id_len)));
	if (who.has_arch)
		set_arch(client, who.arch);
	if (req->family == IP_V4 && req->v4.client.arch_assumed)
		json_object_set_new(client, "arch-assumed", json_true());
	json_object_set_new(client, "ipxe", json_boolean(who.is_ipxe));
}

static void set_classes4(json_t *client, const struct pxe_client *facts)
{
	char text[PXE_UUID_TEXT];

	if (facts->has_uuid)
		json_object_set_new(client, "uuid",
				    json_string(pxe_uuid_efi_text(facts->uuid, text)));
	if (facts->vendor_class.len > 0)
		json_object_set_new(client, "vendor-class", plain(facts->vendor_class));
	if (facts->user_class.len > 0)
		json_object_set_new(client, "user-class", plain(facts->user_class));
	if (facts->network.family != IP_NONE)
		json_object_set_new(client, "network", ip_json(&facts->network));
}

static void set_classes6(json_t *client, const struct pxe_client6 *facts)
{
	if (facts->duid.len > 0)
		json_object_set_new(client, "duid", hex_json(facts->duid));
	if (facts->vendor_class.len > 0)
		json_object_set_new(client, "vendor-class", plain(facts->vendor_class));
	if (facts->user_class.len > 2)
		json_object_set_new(client, "user-class", plain(span_drop(facts->user_class, 2)));
	if (facts->link.family != IP_NONE)
		json_object_set_new(client, "network", ip_json(&facts->link));
}

static const char *row_name(const struct request *req)
{
	return req->family == IP_V4 ? dhcp4_row_name(req->v4.row) : dhcp6_row_name(req->v6.row);
}

static json_t *request_json(const struct request *req)
{
	json_t *client = json_pack("{s:i,s:s,s:i,s:o,s:i,s:o,s:o}", "family", req->family, "row",
				   row_name(req), "port", req->port, "from", ip_json(&req->from.ip),
				   "from-port", req->from.port, "interface",
				   plain_string(req->interface), "local", ip_json(&req->local));

	if (req->foreign)
		return client;
	set_client(client, req);
	if (req->family == IP_V4)
		set_classes4(client, &req->v4.client);
	else
		set_classes6(client, &req->v6.client);
	return client;
}

/* ---- what the providers did -------------------------------------------------------------------
 */

static const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_NONE] = "none",         [VERDICT_NBP] = "answered",
		[VERDICT_CUSTOM] = "custom",     [VERDICT_IGNORE] = "ignore",
		[VERDICT_REJECTED] = "rejected", [VERDICT_ERROR] = "error",
		[VERDICT_TIMEOUT] = "timeout",   [VERDICT_ABORTED] = "aborted",
		[VERDICT_BUSY] = "busy",         [VERDICT_UNAWARE] = "not-asked",
	};

	return names[verdict];
}

static const char *kind_name(uint32_t kind)
{
	static const char *const names[] = { [REASON_DECIDED] = "decided",
					     [REASON_NEAREST] = "nearest",
					     [REASON_FAILED] = "failed",
					     [REASON_PASSED] = "passed" };

	return kind < ARRAY_LEN(names) ? names[kind] : "";
}

static json_t *remark_json(const struct remark *remark)
{
	json_t *reason = json_pack("{s:s}", "kind", kind_name(remark->kind));

	if (remark->text[0])
		json_object_set_new(reason, "text", json_string(remark->text));
	if (remark->file[0])
		json_object_set_new(reason, "file", json_string(remark->file));
	if (remark->line)
		json_object_set_new(reason, "line", json_integer(remark->line));
	return reason;
}

/* All that one of them said. */
static json_t *reasons_json(const struct request *req, const char *provider)
{
	json_t *reasons = json_array();
	uint32_t left_out, n = remarks_count(&req->remarks, &left_out);
	struct remark remark;

	for (uint32_t i = 0; i < n; i++)
		if (remarks_read(&req->remarks, i, &remark) && remark.provider == provider)
			json_array_append_new(reasons, remark_json(&remark));
	return reasons;
}

static json_t *visit_json(const struct request *req, const struct visit *visit)
{
	json_t *provider = json_pack("{s:o,s:s}", "name", plain_string(visit->provider), "verdict",
				     verdict_name(visit->verdict));

	if (!visit->seat)
		return provider;
	json_object_set_new(provider, "seat", json_string(visit->seat));
	json_object_set_new(provider, "microseconds", json_integer(visit->us));
	json_object_set_new(provider, "replies", json_integer(visit->replies));
	json_object_set_new(provider, "reasons", reasons_json(req, visit->provider));
	return provider;
}

static json_t *visits_json(const struct request *req)
{
	json_t *providers = json_array();

	for (uint32_t i = 0; i < request_visits_kept(req); i++)
		json_array_append_new(providers, visit_json(req, &req->visit[i]));
	return providers;
}

/* ---- the answer, in a few words ---------------------------------------------------------------
 */

static void set_reply(json_t *all, const struct request *req)
{
	const struct request_reply *reply = &req->reply;
	char text[FIELD_TEXT_MAX];

	if (atomic_load(&req->reply_noted) != REPLY_NOTED)
		return;
	json_object_set_new(all, "message",
			    json_string(field_of(req->family == IP_V4 ? FIELD_TYPE4 : FIELD_TYPE6,
						 &reply->type, 1, text)));
	if (reply->server.family != IP_NONE)
		json_object_set_new(all, "server", ip_json(&reply->server));
	if (reply->file[0])
		json_object_set_new(all, "boot-file", plain_string(reply->file));
	if (reply->items > 0)
		json_object_set_new(all, "items", json_integer(reply->items));
}

static void set_fault(json_t *all, const struct request *req)
{
	char text[256];

	if (!req->fault.provider)
		return;
	json_object_set_new(all, "fault",
			    plain_string(fault_text(&req->fault, text, sizeof(text))));
	json_object_set_new(all, "fault-of", plain_string(req->fault.provider));
}

static void set_journey(json_t *all, const struct request *req)
{
	uint32_t left_out;

	json_object_set_new(all, "request", request_json(req));
	json_object_set_new(all, "providers", visits_json(req));
	(void)remarks_count(&req->remarks, &left_out);
	if (left_out)
		json_object_set_new(all, "reasons-left-out", json_integer(left_out));
	if (req->n_visits > REQUEST_VISITS_MAX)
		json_object_set_new(all, "providers-left-out",
				    json_integer(req->n_visits - REQUEST_VISITS_MAX));
	if (req->provider)
		json_object_set_new(all, "provider", plain_string(req->provider));
	set_fault(all, req);
	set_reply(all, req);
}

json_t *explain_ending(const struct ending *end, json_t *replies)
{
	const char *remedy = outcome_remedy(end->outcome);
	json_t *all = json_pack("{s:b,s:s,s:s}", "ok", 1, "outcome", outcome_name(end->outcome),
				"meaning", outcome_meaning(end->outcome));

	if (remedy)
		json_object_set_new(all, "remedy", json_string(remedy));
	json_object_set_new(all, "silence", json_boolean(json_array_size(replies) == 0));
	if (end->req && !end->dropped)
		set_journey(all, end->req);
	else if (end->req)
		json_object_set_new(all, "request", request_json(end->req));
	json_object_set_new(all, "replies", replies);
	return all;
}
