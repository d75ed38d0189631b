/* Anything at all as a packet of either family: the decoder stays in its memory, every value lies
 * in the packet, groups close as often as they open, and both writers end. The rule that it breaks,
 * if any, lies in it too.
 *
 * Input: one octet, odd for DHCPv6; the packet.
 */
#include <stdio.h>

#include "base/ip.h"
#include "base/utf.h"
#include "dhcp/dhcp_fault.h"
#include "fuzz/holds.h"
#include "story/decode.h"
#include "story/decode_write.h"
#include "story/journey_client.h"

struct seen {
	struct span packet;
	unsigned open, fields;
};

static void on_field(void *context, const struct field *field)
{
	struct seen *seen = context;
	char text[FIELD_TEXT_MAX];
	struct span plain = span_str(field_text(field, text));

	HOLDS(lies_in(field->value, seen->packet));
	HOLDS(plain.len < FIELD_TEXT_MAX && utf8_valid(plain));
	for (size_t i = 0; i < plain.len; i++)
		HOLDS(plain.at[i] >= 0x20 && plain.at[i] != '<' && plain.at[i] != 0x7f);
	seen->fields++;
}

static void on_open(void *context, const struct field *group)
{
	struct seen *seen = context;

	HOLDS(lies_in(group->value, seen->packet));
	seen->open++;
}

static void on_close(void *context)
{
	struct seen *seen = context;

	HOLDS(seen->open-- > 0);
}

static void on_fault(void *context, const char *what, size_t at)
{
	struct seen *seen = context;

	HOLDS(what[0] && at <= seen->packet.len);
}

/* Whatever the octets, a rule is named, a place in them, and who they are from in plain words. */
static void look_at_faults(struct span packet, uint8_t family)
{
	char text[DHCP_FAULT_MAX], words[640];
	struct journey_client client;
	uint16_t arch = 7;
	size_t at;

	HOLDS(dhcp_fault(family, packet, text, &at)[0] && at <= packet.len);
	HOLDS(dhcp4_mended(packet, text, &at)[0] && at <= packet.len);
	journey_client_read(packet, family, &client);
	journey_client_words(&client, &arch, words, sizeof(words));
	for (const char *c = words; *c; c++)
		HOLDS((unsigned char)*c >= 0x20 && *c != '<' && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t family = size > 0 && data[0] & 1 ? IP_V6 : IP_V4;
	struct seen seen = { .packet = span_drop(span_of(data, size), 1) };
	struct decode_visitor visitor = { &seen, on_field, on_open, on_close, on_fault };
	char *words;
	size_t len;
	FILE *out = open_memstream(&words, &len);
	json_t *json;

	look_at_faults(seen.packet, family);
	decode_walk(seen.packet, family, &visitor);
	HOLDS(seen.open == 0);
	decode_words(seen.packet, family, 2, out);
	fclose(out);
	HOLDS(utf8_valid(span_of(words, len)));
	free(words);
	json = decode_json(seen.packet, family);
	HOLDS(json);
	json_decref(json);
	return 0;
}
