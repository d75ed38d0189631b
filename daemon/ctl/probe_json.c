/* What wdspxectl probe says to programs. */
#include <stdio.h>
#include <string.h>

#include "base/level.h"
#include "control/plain_json.h"
#include "ctl/probe.h"
#include "dhcp/pxe_arch.h"

static void set(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

static void set_ip(json_t *object, const char *key, const struct ip *ip)
{
	char text[IP_TEXT_MAX];

	if (ip->family != IP_NONE)
		set(object, key, json_string(ip_text(ip, text)));
}

/* What somebody else said. */
static void set_text(json_t *object, const char *key, struct span text)
{
	char copy[PROBE_URL_MAX];

	if (text.len == 0)
		return;
	snprintf(copy, sizeof(copy), "%.*s", (int)text.len, (const char *)text.at);
	set(object, key, plain_json(copy));
}

static json_t *offer_json(const struct offer *offer)
{
	json_t *object = json_object();
	struct offer_item item;

	set_ip(object, "from", &offer->from.ip);
	set(object, "milliseconds", json_integer(offer->after_ms));
	set_ip(object, "server-id", &offer->server_id);
	if (offer->has_address)
		set_ip(object, "address", &offer->address);
	set_text(object, "class", offer->class_text);
	set_text(object, "file", offer->file);
	set_ip(object, "next-server", &offer->next_server);
	if (offer->has_control)
		set(object, "discovery-control", json_integer(offer->control));
	if (offer_first_item(offer, &item))
		set_text(object, "menu", item.text);
	if (offer->priority != 0)
		set(object, "ipxe-priority", json_integer(offer->priority));
	return object;
}

static json_t *offers_json(const struct probe *probe)
{
	json_t *all = json_array();

	for (size_t i = 0; i < probe->n; i++) {
		json_t *object = offer_json(&probe->offers[i]);

		set(object, "taken",
		    json_boolean((int)i == probe->choice.boot || (int)i == probe->choice.lease));
		set(object, "fate", json_string(offer_fate_text(probe->choice.fate[i])));
		json_array_append_new(all, object);
	}
	return all;
}

static json_t *asked_json(const struct probe *probe)
{
	json_t *all = json_array();

	for (size_t i = 0; i < probe->n_asked; i++) {
		const struct asking *asking = &probe->asked[i];
		json_t *object = json_object();

		set_ip(object, "to", &asking->to.ip);
		set(object, "from-port", json_integer(asking->from_port));
		set(object, "sent", json_integer(asking->sent));
		set(object, "item", json_boolean(asking->is_item));
		if (asking->is_answered)
			set(object, "answer", offer_json(&asking->answer));
		json_array_append_new(all, object);
	}
	return all;
}

static json_t *client_json(const struct probe *probe)
{
	static const char *const names[] = {
		[MADE_ROM] = "rom", [MADE_EDK2] = "edk2", [MADE_IPXE] = "ipxe"
	};
	const struct made_client *client = &probe->client;
	const char *arch = pxe_arch_name(client->arch);
	const uint8_t *mac = client->mac;
	json_t *object = json_object();
	char text[24];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	set(object, "interface", json_string(probe->wire.name));
	set(object, "family", json_integer(client->family));
	set(object, "mac", json_string(text));
	set(object, "architecture", arch ? json_string(arch) : json_integer(client->arch));
	set(object, "firmware", json_string(names[client->firmware]));
	set(object, "http", json_boolean(client->http));
	set(object, "discovers", json_integer(probe->discovers));
	return object;
}

/* Those of the file are with the file. */
static json_t *findings_json(const struct probe *probe)
{
	struct probe_findings found;
	json_t *all = json_array();

	probe_find(probe, &found);
	for (size_t i = 0; i < found.n; i++) {
		char text[1024];
		json_t *object = json_object();

		set(object, "id", json_string(finding_row(found.finding[i].kind)->id));
		set(object, "level", json_string(level_name(finding_level(found.finding[i].kind))));
		set(object, "text",
		    plain_json(finding_text(&found.finding[i], text, sizeof(text))));
		json_array_append_new(all, object);
	}
	return all;
}

json_t *probe_json(const struct probe *probe)
{
	json_t *object = json_object();

	set(object, "ok", json_true());
	set(object, "client", client_json(probe));
	set(object, "offers", offers_json(probe));
	set(object, "asked", asked_json(probe));
	set_text(object, "url", span_str(probe->url));
	if (probe->fetched)
		set(object, "file", json_incref(probe->fetched));
	set(object, "findings", findings_json(probe));
	set(object, "verdict",
	    json_string(probe->untried       ? "not-tried"
			: probe_boots(probe) ? "would-boot"
					     : "would-not-boot"));
	set(object, "why", json_string(probe_why(probe)));
	if (probe->error != 0)
		set(object, "error", json_string(strerror(probe->error)));
	if (probe->fetch_error[0])
		set(object, "error", json_string(probe->fetch_error));
	return object;
}
