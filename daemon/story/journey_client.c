#include "story/journey_client.h"

#include <stdio.h>
#include <string.h>

#include "base/plain.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "dhcp/pxe_arch.h"
#include "story/decode.h"

enum { NESTED_MAX = 80, IPXE_VERSION = 235 };

struct reader {
	struct journey_client *client;
	bool v6;
	int code[NESTED_MAX]; /* of the groups that are open */
	unsigned depth;
};

static int parent_of(const struct reader *reader)
{
	return reader->depth > 0 && reader->depth <= NESTED_MAX ? reader->code[reader->depth - 1]
								: FIELD_NO_CODE;
}

static void keep(const struct field *field, char *out, size_t size)
{
	if (!out[0])
		plain_text(field->value, out, size);
}

static void keep_feature(struct journey_client *client, const char *name)
{
	static const char mark[] = "feature ";
	size_t used = strlen(client->ipxe_features);

	if (strncmp(name, mark, strlen(mark)) == 0)
		snprintf(client->ipxe_features + used, sizeof(client->ipxe_features) - used, "%s%s",
			 used ? " " : "", name + strlen(mark));
}

static void on_ipxe(struct journey_client *client, const struct field *field)
{
	client->is_ipxe = true;
	if (field->code == IPXE_VERSION && field->value.len == 3)
		snprintf(client->ipxe_version, sizeof(client->ipxe_version), "%u.%u.%u",
			 field->value.at[0], field->value.at[1], field->value.at[2]);
	else
		keep_feature(client, field->name);
}

static void on_undi(struct journey_client *client, const struct field *field)
{
	if (field->value.len != 1)
		return;
	if (strcmp(field->name, "major") == 0)
		client->undi_major = field->value.at[0];
	else if (strcmp(field->name, "minor") == 0)
		client->undi_minor = field->value.at[0];
}

static struct ip address_of(const struct field *field)
{
	return field->value.len == 4 ? ip_v4(field->value.at) : (struct ip){ 0 };
}

static void on_option4(struct journey_client *client, const struct field *field)
{
	switch (field->code) {
	case DHCP4_OPT_VENDOR_CLASS:
		keep(field, client->vendor_class, sizeof(client->vendor_class));
		break;
	case DHCP4_OPT_USER_CLASS:
		keep(field, client->user_class, sizeof(client->user_class));
		break;
	case DHCP4_OPT_SERVER_ID:
		client->lease_server = address_of(field);
		break;
	case DHCP4_OPT_REQUESTED_ADDRESS:
		client->lease = address_of(field);
	}
}

static void on_field4(struct reader *reader, const struct field *field)
{
	struct journey_client *client = reader->client;

	switch (parent_of(reader)) {
	case FIELD_NO_CODE:
		on_option4(client, field);
		break;
	case DHCP4_OPT_USER_CLASS:
		keep(field, client->user_class, sizeof(client->user_class));
		break;
	case DHCP4_OPT_INTERFACE:
		on_undi(client, field);
		break;
	case DHCP4_OPT_IPXE:
		on_ipxe(client, field);
	}
}

static void on_field6(struct reader *reader, const struct field *field)
{
	struct journey_client *client = reader->client;

	switch (parent_of(reader)) {
	case DHCP6_OPT_VENDOR_CLASS:
		if (field->kind == FIELD_TEXT)
			keep(field, client->vendor_class, sizeof(client->vendor_class));
		break;
	case DHCP6_OPT_USER_CLASS:
		keep(field, client->user_class, sizeof(client->user_class));
		break;
	case DHCP6_OPT_NII:
		on_undi(client, field);
	}
}

static void on_field(void *context, const struct field *field)
{
	struct reader *reader = context;
	char text[FIELD_TEXT_MAX];

	if (field->kind == FIELD_TYPE4 || field->kind == FIELD_TYPE6) /* the innermost is last */
		snprintf(reader->client->type, sizeof(reader->client->type), "%s",
			 field_text(field, text));
	else if (reader->v6)
		on_field6(reader, field);
	else
		on_field4(reader, field);
}

static void on_open(void *context, const struct field *group)
{
	struct reader *reader = context;

	if (reader->depth < NESTED_MAX)
		reader->code[reader->depth] = group->code;
	reader->depth++;
	if (!reader->v6 && group->code == DHCP4_OPT_IPXE)
		reader->client->is_ipxe = true;
}

static void on_close(void *context)
{
	((struct reader *)context)->depth--;
}

static void on_fault(void *context, const char *what, size_t at)
{
	(void)context;
	(void)what;
	(void)at;
}

void journey_client_read(struct span packet, uint8_t family, struct journey_client *out)
{
	struct reader reader = { .client = out, .v6 = family == IP_V6 };

	*out = (struct journey_client){ .type = "" };
	decode_walk(packet, family,
		    &(struct decode_visitor){ &reader, on_field, on_open, on_close, on_fault });
	if (strcasecmp(out->user_class, "iPXE") == 0)
		out->is_ipxe = true;
}

/* ---- in words ---- */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The kind of machine: "UEFI", "BIOS"; what has no better word, its architecture's. */
static const char *machine_of(const uint16_t *arch)
{
	const char *name = arch ? pxe_arch_name(*arch) : NULL;

	if (!name)
		return NULL;
	if (strstr(name, "-uefi") || begins(name, "ebc"))
		return "UEFI";
	return strstr(name, "-bios") ? "BIOS" : strstr(name, "-uboot") ? "U-Boot" : NULL;
}

static const char *way_of(const struct journey_client *client)
{
	if (begins(client->vendor_class, "HTTPClient"))
		return "HTTP Boot";
	return begins(client->vendor_class, "PXEClient") ? "PXE" : client->vendor_class;
}

const char *journey_client_words(const struct journey_client *client, const uint16_t *arch,
				 char *out, size_t size)
{
	const char *machine = machine_of(arch), *way = way_of(client);
	int used;

	if (client->is_ipxe)
		used = snprintf(out, size, "iPXE%s%s%s%s", client->ipxe_version[0] ? " " : "",
				client->ipxe_version, machine ? " on " : "",
				machine ? machine : "");
	else
		used = snprintf(out, size, "%s%sfirmware", machine ? machine : "",
				machine ? " " : "");
	if (way[0] && used >= 0 && (size_t)used < size)
		used += snprintf(out + used, size - (size_t)used, ", %s", way);
	if (client->undi_major && used >= 0 && (size_t)used < size)
		used += snprintf(out + used, size - (size_t)used, ", UNDI %u.%u",
				 client->undi_major, client->undi_minor);
	if (client->ipxe_features[0] && used >= 0 && (size_t)used < size)
		snprintf(out + used, size - (size_t)used, ", with %s", client->ipxe_features);
	return out;
}
