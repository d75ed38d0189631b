/* no allocation · no lock · no log */
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp_fault.h"

static struct span skip_pads(struct span cursor)
{
	while (cursor.len > 0 && cursor.at[0] == DHCP4_OPT_PAD)
		cursor = span_drop(cursor, 1);
	return cursor;
}

/* Names the option that stops the main area, or what is wrong with 53, or with the whole. */
static const char *fault_of_options(struct span packet, char text[static DHCP_FAULT_MAX],
				    size_t *at)
{
	struct span cursor = dhcp4_options(packet), before;
	struct dhcp4_option option = { .code = 0 };
	unsigned n = 0;
	int r;

	do {
		before = skip_pads(cursor);
		r = n++ <= DHCP4_OPTIONS_MAX ? dhcp4_option_next(&cursor, &option) : DHCP4_E_END;
	} while (r == 0 && option.code != DHCP4_OPT_TYPE);
	if (r == 0 && option.value.len != 1)
		return fault_say(text, at, span_offset(packet, before),
				 "option 53 has %zu bytes instead of 1", option.value.len);
	if (r == DHCP4_E_MALFORMED)
		return fault_say(
			text, at, span_offset(packet, before),
			"option %u at byte %zu runs past the end of the packet, and no option "
			"53 precedes it",
			before.at[0], span_offset(packet, before));
	if (packet.len >= DHCP4_PACKET_MAX)
		return fault_say(text, at, packet.len, "its length of %zu bytes is too large",
				 packet.len);
	return fault_say(text, at, DHCP4_HEADER, "it has more than %d options", DHCP4_OPTIONS_MAX);
}

const char *dhcp4_fault(struct span packet, char text[static DHCP_FAULT_MAX], size_t *at)
{
	if (packet.len < DHCP4_HEADER)
		return fault_say(text, at, packet.len,
				 "its length is %zu, less than a DHCP header (240 bytes)",
				 packet.len);
	if (dhcp4_op(packet.at) != DHCP4_BOOTREQUEST)
		return fault_say(text, at, DHCP4_OP, "op is %u, not 1 (request)",
				 dhcp4_op(packet.at));
	if (!dhcp4_has_cookie(packet))
		return fault_say(text, at, DHCP4_COOKIE,
				 "the magic cookie is %08x instead of 63825363",
				 load_be32(packet.at + DHCP4_COOKIE));
	if (dhcp4_hlen(packet.at) > DHCP4_CHADDR_LEN)
		return fault_say(text, at, DHCP4_HLEN, "hlen is %u, but chaddr has only 16 bytes",
				 dhcp4_hlen(packet.at));
	return fault_of_options(packet, text, at);
}

/* ---- what was mended ---- */

/* NULL: nothing was wrong with it. */
static const char *mended_area(struct span packet, const struct dhcp4_index *index,
			       char text[static DHCP_FAULT_MAX], size_t *at)
{
	size_t end = index->end;

	if (index->stop == DHCP4_STOP_OVERRUN)
		return fault_say(text, at, end,
				 "option %u runs past the end of the packet: it ends before it",
				 packet.at[end]);
	if (index->stop == DHCP4_STOP_OCTETS)
		return fault_say(text, at, end,
				 "no END (255) behind the last option: it was added");
	for (size_t i = end + 1; i < packet.len; i++)
		if (packet.at[i])
			return fault_say(
				text, at, i,
				"octets behind END (255), which is at %zu: they were emptied", end);
	return NULL;
}

static const char *mended_field(struct span packet, const struct dhcp4_index *index, unsigned which,
				char text[static DHCP_FAULT_MAX], size_t *at)
{
	size_t begin = which ? DHCP4_SNAME : DHCP4_FILE;
	size_t len = which ? DHCP4_SNAME_LEN : DHCP4_FILE_LEN;
	size_t end = index->field[which].end;
	const char *name = which ? "sname" : "file";

	if (!(index->overload >> which & 1))
		return memchr(packet.at + begin, 0, len)
			       ? NULL
			       : fault_say(text, at, begin + len - 1,
					   "%s without NUL: its last octet was made one", name);
	if (end == begin + len ||
	    (packet.at[end] == DHCP4_OPT_END &&
	     span_is_all(span_of(packet.at + end + 1, begin + len - end - 1), 0)))
		return NULL;
	return fault_say(text, at, end,
			 "the options in %s (option 52) do not end as they must: END was written",
			 name);
}

const char *dhcp4_mended(struct span packet, char text[static DHCP_FAULT_MAX], size_t *at)
{
	struct dhcp4_index index;
	const char *said = NULL;

	if (packet.len < DHCP4_HEADER || dhcp4_index_scan(packet, &index) != 0)
		return dhcp4_fault(packet, text, at);
	said = mended_area(packet, &index, text, at);
	if (!said)
		said = mended_field(packet, &index, 0, text, at);
	if (!said)
		said = mended_field(packet, &index, 1, text, at);
	return said ? said : fault_say(text, at, index.end, "it needed nothing");
}
