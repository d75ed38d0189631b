#include "story/log_format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/finding_id.h"
#include "base/path.h"
#include "base/plain.h"
#include "base/utf.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "dhcp/pxe_arch.h"
#include "dhcp/pxe_uuid.h"
#include "provider/fault.h"

enum { CLIENT_TEXT = 3 * LOG_ID_MAX + 8, ARCH_TEXT = 40 };

int log_outcome_level(enum outcome outcome, bool boots)
{
	switch (outcome_level(outcome)) {
	case OUTCOME_LEVEL_DEBUG:
		break;
	case OUTCOME_LEVEL_CLIENT:
		return boots ? LOG_INFO : LOG_DEBUG;
	case OUTCOME_LEVEL_INFO:
		return LOG_INFO;
	case OUTCOME_LEVEL_NOTICE:
		return LOG_NOTICE;
	case OUTCOME_LEVEL_WARNING:
		return LOG_WARNING;
	}
	return LOG_DEBUG;
}

static const char *hex_text(const uint8_t *octets, size_t len, char *out, size_t size)
{
	size_t used = 0;

	out[0] = 0;
	for (size_t i = 0; i < len && used + 4 < size; i++)
		used += (size_t)snprintf(out + used, size - used, i ? ":%02x" : "%02x", octets[i]);
	return out;
}

static const char *client_text(const struct log_client *client, char *out, size_t size)
{
	if (client->has_mac)
		return hex_text(client->mac, 6, out, size);
	if (client->id_len)
		return hex_text(client->id, client->id_len, out, size);
	if (!ip_is_any(&client->from.ip))
		return ip_text(&client->from.ip, out);
	return "(no client id)";
}

static const char *arch_text(const struct log_client *client, char out[static ARCH_TEXT])
{
	const char *name = client->has_arch ? pxe_arch_name(client->arch) : "";

	if (name)
		snprintf(out, ARCH_TEXT, "%s", name);
	else
		snprintf(out, ARCH_TEXT, "arch-%u", client->arch);
	return out;
}

const char *log_format_reply_type(uint8_t family, uint8_t type)
{
	static const char *const v4[] = { "reply", "DISCOVER", "OFFER",   "REQUEST", "DECLINE",
					  "ACK",   "NAK",      "RELEASE", "INFORM" };

	if (family == IP_V6)
		return type == DHCP6_ADVERTISE ? "ADVERTISE"
		       : type == DHCP6_REPLY   ? "REPLY"
					       : "reply";
	return type < ARRAY_LEN(v4) ? v4[type] : "reply";
}

static const char *to_text(const struct endpoint *to, char *out, size_t size)
{
	char ip[IP_TEXT_MAX];

	snprintf(out, size, to->ip.family == IP_V6 ? "[%s]:%u" : "%s:%u", ip_text(&to->ip, ip),
		 to->port);
	return out;
}

/* The provider's own words; "": it said none. */
static const char *own_words(const struct log_step *step)
{
	return step->explained ? step->reason.text : "";
}

/* What there is to choose from, and what the provider says: which item was chosen, whose machine it
 * is. */
static const char *more_text(const struct log_step *step, char *out, size_t size)
{
	const char *own = own_words(step);
	int used = 0;

	out[0] = '\0';
	if (step->reply.items > 0 && !step->chosen)
		used = snprintf(out, size, ", menu with %u item%s", step->reply.items,
				step->reply.items == 1 ? "" : "s");
	if (own[0])
		snprintf(out + used, size - (size_t)used, "%s %s", step->chosen ? "," : ";", own);
	return out;
}

static int put_reply(const struct log_client *client, const struct log_step *step, char *out,
		     size_t size)
{
	char to[IP_TEXT_MAX + 16], server[IP_TEXT_MAX + 16] = "", more[REQUEST_REASON_MAX + 32];
	const struct request_reply *reply = &step->reply;

	if (!ip_is_any(&reply->server)) {
		char ip[IP_TEXT_MAX];

		snprintf(server, sizeof(server), ", server %s", ip_text(&reply->server, ip));
	}
	return snprintf(out, size, "%s to %s%s%s%s%s",
			log_format_reply_type(client->family, step->reply.type),
			to_text(&reply->to, to, sizeof(to)), server,
			reply->file[0] ? ", file " : "", reply->file,
			more_text(step, more, sizeof(more)));
}

static bool is_fault(const struct log_step *step)
{
	return step->fault.provider && step->fault.outcome == step->outcome;
}

static void put_fault(const struct log_step *step, char *out, size_t size)
{
	const char *own = own_words(step);
	char fault[256];

	snprintf(out, size, "%s%s%s", fault_text(&step->fault, fault, sizeof(fault)),
		 own[0] ? ": " : "", own);
}

/* What happened: what went wrong, or the reply, or why there is none. */
void log_format_what(const struct log_record *record, char *out, size_t size)
{
	const struct log_step *step = &record->step;
	const char *more = step->detail[0] ? step->detail : outcome_remedy(step->outcome);

	if (is_fault(step))
		put_fault(step, out, size);
	else if (own_words(step)[0] && !step->reply.type)
		snprintf(out, size, "%s", own_words(step));
	else if (step->reply.type || step->reply.to.port)
		put_reply(&record->client, step, out, size);
	else
		snprintf(out, size, "%s%s%s", outcome_meaning(step->outcome), more ? ": " : "",
			 more ? more : "");
}

/* Who, and where it was heard. */
void log_format_who(const struct log_client *client, char *out, size_t size)
{
	char id[CLIENT_TEXT], arch[ARCH_TEXT], ip[IP_TEXT_MAX];
	const char *name = client_text(client, id, sizeof(id));

	if (!client->has_mac && !client->id_len && !ip_is_any(&client->from.ip))
		name = ip_text(&client->from.ip, ip); /* all that is known */
	arch_text(client, arch);
	snprintf(out, size, "%s%s%s%s on %s", name, arch[0] ? " " : "", arch,
		 client->is_ipxe ? " iPXE" : "", client->interface);
}

/* Who decided, and where that is written: "(bootfile, 50-bootfile.conf:23)". */
static void put_by(const struct log_step *step, char *out, size_t size)
{
	const char *provider = step->explained ? step->reason.provider : step->provider;
	const char *file = step->explained ? step->reason.file : "";
	const char *name = path_base(file);

	out[0] = '\0';
	if (provider && name[0] && step->reason.line)
		snprintf(out, size, " (%.128s, %s%s:%u)", provider,
			 step->reason.kind == REASON_NEAREST ? "nearest: " : "", name,
			 step->reason.line);
	else if (provider && name[0])
		snprintf(out, size, " (%.128s, %s)", provider, name);
	else if (provider)
		snprintf(out, size, " (%.128s)", provider);
}

/* "; provider bootfile is paused", or "". */
static void put_paused(const struct log_step *step, char *out, size_t size)
{
	out[0] = '\0';
	if (step->paused)
		snprintf(out, size, "; provider %.128s is paused", step->paused);
}

static void put_step(const struct log_record *record, char *out, size_t size)
{
	const struct log_step *step = &record->step;
	char who[LOG_WHO_MAX], what[REQUEST_FILE_MAX + 512], by[160 + REQUEST_REASON_MAX];
	char paused[160];

	log_format_who(&record->client, who, sizeof(who));
	log_format_what(record, what, sizeof(what));
	put_by(step, by, sizeof(by));
	put_paused(step, paused, sizeof(paused));
	snprintf(out, size, "%s port %u%s%s: %s: %s%s%s", who, record->client.port,
		 step->row ? " " : "", step->row ? step->row : "", outcome_name(step->outcome),
		 what, by, paused);
}

static const char *text_of(const struct log_record *record)
{
	return record->text.whole ? record->text.whole : record->text.text;
}

/* It may quote a file, or name one: what stands there moves no cursor and begins no line. */
static void put_text(const struct log_record *record, char *out, size_t size)
{
	const char *provider = record->text.provider;
	int used = provider[0] ? snprintf(out, size, "%s: ", provider) : 0;

	if (used >= 0 && (size_t)used < size)
		plain_words(span_str(text_of(record)), out + used, size - (size_t)used);
}

void log_format_line(const struct log_record *record, char *out, size_t size)
{
	switch ((enum log_kind)record->kind) {
	case LOG_KIND_TEXT:
		put_text(record, out, size);
		break;
	case LOG_KIND_STEP:
		put_step(record, out, size);
		break;
	case LOG_KIND_COUNT:
		snprintf(out, size, "%s: %llu more in one second (%s)",
			 outcome_name(record->count.outcome), (unsigned long long)record->count.n,
			 outcome_meaning(record->count.outcome));
	}
}

/* A growing list of fields; each is cut to its size. */
struct fields {
	char (*at)[LOG_FIELD_SIZE];
	unsigned n;
};

__attribute__((format(printf, 2, 3))) static void put(struct fields *fields, const char *format,
						      ...)
{
	va_list args;

	if (fields->n == LOG_FIELDS_MAX)
		return;
	va_start(args, format);
	vsnprintf(fields->at[fields->n], LOG_FIELD_SIZE, format, args);
	va_end(args);
	utf8_trim(fields->at[fields->n++]);
}

/* What is said about a client may be the client's own words, and only a hint is ours. */
static void put_finding_field(struct fields *fields, const struct log_record *record)
{
	char id[FINDING_ID_SIZE];

	if ((record->hint || record->client.family == IP_NONE) &&
	    finding_id_of(text_of(record), id))
		put(fields, "PXE_FINDING=%s", id);
}

static void put_client_fields(struct fields *fields, const struct log_client *client)
{
	char text[CLIENT_TEXT], arch[ARCH_TEXT], uuid[PXE_UUID_TEXT];

	if (client->family == IP_NONE)
		return;
	put(fields, "PXE_INTERFACE=%s", client->interface);
	put(fields, "PXE_PORT=%u", client->port);
	if (client->has_mac || client->id_len)
		put(fields, "PXE_CLIENT=%s", client_text(client, text, sizeof(text)));
	if (client->has_mac)
		put(fields, "PXE_MAC=%s", hex_text(client->mac, 6, text, sizeof(text)));
	if (client->has_uuid)
		put(fields, "PXE_UUID=%s", pxe_uuid_efi_text(client->uuid, uuid));
	if (client->has_arch)
		put(fields, "PXE_ARCH=%s", arch_text(client, arch));
}

static void put_reply_fields(struct fields *fields, const struct log_client *client,
			     const struct log_step *step)
{
	char to[IP_TEXT_MAX + 16], ip[IP_TEXT_MAX];
	const struct request_reply *reply = &step->reply;

	if (!reply->type && !reply->to.port)
		return;
	put(fields, "PXE_REPLY=%s", log_format_reply_type(client->family, step->reply.type));
	put(fields, "PXE_TO=%s", to_text(&reply->to, to, sizeof(to)));
	if (!ip_is_any(&reply->server))
		put(fields, "PXE_SERVER=%s", ip_text(&reply->server, ip));
	if (reply->file[0])
		put(fields, "PXE_FILE=%s", reply->file);
}

static void put_step_fields(struct fields *fields, const struct log_record *record)
{
	const struct log_step *step = &record->step;
	const char *provider = step->explained ? step->reason.provider : step->provider;
	char why[LOG_FIELD_SIZE], paused[160];

	put_paused(step, paused, sizeof(paused));
	put(fields, "PXE_ACTION=%s", outcome_name(step->outcome));
	if (is_fault(step))
		put_fault(step, why, sizeof(why));
	else
		snprintf(why, sizeof(why), "%s",
			 own_words(step)[0] ? own_words(step) : outcome_meaning(step->outcome));
	put(fields, "PXE_REASON=%s%s", why, paused);
	if (step->explained && step->reason.file[0] && step->reason.line)
		put(fields, "PXE_ENTRY=%s:%u", step->reason.file, step->reason.line);
	if (step->row)
		put(fields, "PXE_REQUEST=%s", step->row);
	if (provider)
		put(fields, "PXE_PROVIDER=%s", provider);
	put(fields, "PXE_XID=0x%08x", step->xid);
	put(fields, "PXE_MICROSECONDS=%u", step->took_us);
	put_reply_fields(fields, &record->client, step);
}

unsigned log_format_fields(const struct log_record *record,
			   char out[static LOG_FIELDS_MAX][LOG_FIELD_SIZE])
{
	struct fields fields = { out, 0 };

	switch ((enum log_kind)record->kind) {
	case LOG_KIND_TEXT:
		if (record->text.provider[0])
			put(&fields, "PXE_PROVIDER=%s", record->text.provider);
		if (record->hint)
			put(&fields, "PXE_HINT=%s", record->hint);
		put_finding_field(&fields, record);
		break;
	case LOG_KIND_STEP:
		put_step_fields(&fields, record);
		break;
	case LOG_KIND_COUNT:
		put(&fields, "PXE_ACTION=%s", outcome_name(record->count.outcome));
		put(&fields, "PXE_COUNT=%llu", (unsigned long long)record->count.n);
		break;
	}
	put_client_fields(&fields, &record->client);
	return fields.n;
}
