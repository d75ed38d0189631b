/* no allocation · no lock · no log */
#include "dhcp/dhcp4_mend.h"

#include <stdio.h>

/* Ends an area of options at `end`, which lies in it, and empties what follows. */
static bool area_end(uint8_t *packet, size_t end, size_t limit)
{
	if (packet[end] == DHCP4_OPT_END &&
	    span_is_all(span_of(packet + end + 1, limit - end - 1), 0))
		return false;
	packet[end] = DHCP4_OPT_END;
	memset(packet + end + 1, 0, limit - end - 1);
	return true;
}

/* `sname` or `file`: a text gets its NUL, options their END. Options that fill the field to its
 * last octet need none. */
static bool mend_field(uint8_t *packet, struct dhcp4_index *index, unsigned which, size_t at,
		       size_t limit)
{
	if (index->overload >> which & 1) {
		if (index->field[which].end == limit ||
		    !area_end(packet, index->field[which].end, limit))
			return false;
		index->field[which].stop = DHCP4_STOP_END;
		return true;
	}
	if (memchr(packet + at, 0, limit - at))
		return false;
	packet[limit - 1] = 0;
	return true;
}

int dhcp4_mend(uint8_t *packet, size_t cap, size_t *len, struct dhcp4_index *out)
{
	bool changed;
	int r;

	if (*len < DHCP4_HEADER || dhcp4_op(packet) != DHCP4_BOOTREQUEST)
		return DHCP4_E_MALFORMED;
	r = dhcp4_index_scan(span_of(packet, *len), out);
	if (r != 0)
		return r;
	if (!dhcp4_index_has_main(out, DHCP4_OPT_TYPE))
		return dhcp4_index_overruns(out) ? DHCP4_E_MALFORMED : DHCP4_E_BOOTP;
	if (out->end == *len) {
		if (out->end >= cap)
			return DHCP4_E_MALFORMED;
		packet[(*len)++] = 0;
	}
	changed = area_end(packet, out->end, *len);
	out->stop = DHCP4_STOP_END;
	changed |= mend_field(packet, out, 0, DHCP4_FILE, DHCP4_COOKIE);
	changed |= mend_field(packet, out, 1, DHCP4_SNAME, DHCP4_FILE);
	return changed ? DHCP4_MENDED : 0;
}

/* Names the option that stops the main area, or what is wrong with 53. */
static const char *fault_of_options(struct span packet, char text[DHCP4_FAULT_MAX])
{
	struct span cursor = dhcp4_options(packet);
	struct dhcp4_option option;
	int r;

	while ((r = dhcp4_option_next(&cursor, &option)) == 0)
		if (option.code == DHCP4_OPT_TYPE)
			break;
	while (cursor.len > 0 && cursor.at[0] == DHCP4_OPT_PAD)
		cursor = span_drop(cursor, 1);
	if (r == 0 && option.value.len != 1)
		snprintf(text, DHCP4_FAULT_MAX, "option 53 has %zu bytes instead of 1",
			 option.value.len);
	else if (r == DHCP4_E_MALFORMED)
		snprintf(text, DHCP4_FAULT_MAX,
			 "option %u at byte %zu runs past the end of the packet, and no option 53 "
			 "precedes it",
			 cursor.at[0], (size_t)(cursor.at - packet.at));
	else
		snprintf(text, DHCP4_FAULT_MAX, "its length of %zu bytes is too large", packet.len);
	return text;
}

const char *dhcp4_fault(struct span packet, char text[DHCP4_FAULT_MAX])
{
	if (packet.len < DHCP4_HEADER)
		snprintf(text, DHCP4_FAULT_MAX,
			 "its length is %zu, less than a DHCP header (240 bytes)", packet.len);
	else if (dhcp4_op(packet.at) != DHCP4_BOOTREQUEST)
		snprintf(text, DHCP4_FAULT_MAX, "op is %u, not 1 (request)", dhcp4_op(packet.at));
	else if (!dhcp4_has_cookie(packet))
		snprintf(text, DHCP4_FAULT_MAX, "the magic cookie is %08x instead of 63825363",
			 load_be32(packet.at + DHCP4_COOKIE));
	else if (dhcp4_hlen(packet.at) > DHCP4_CHADDR_LEN)
		snprintf(text, DHCP4_FAULT_MAX, "hlen is %u, but chaddr has only 16 bytes",
			 dhcp4_hlen(packet.at));
	else
		return fault_of_options(packet, text);
	return text;
}
