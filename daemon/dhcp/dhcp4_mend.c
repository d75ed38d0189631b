/* no allocation · no lock · no log */
#include "dhcp/dhcp4_mend.h"

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
