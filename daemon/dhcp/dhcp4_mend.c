#include "dhcp/dhcp4_mend.h"

int dhcp4_mend(uint8_t *packet, size_t cap, size_t *len, struct dhcp4_index *out)
{
	size_t end;
	int r;

	if (*len < DHCP4_HEADER || dhcp4_op(packet) != DHCP4_BOOTREQUEST)
		return DHCP4_E_MALFORMED;
	r = dhcp4_index_scan(span_of(packet, *len), out);
	if (r != 0)
		return r;
	if (!dhcp4_index_has_main(out, DHCP4_OPT_TYPE))
		return out->stop == DHCP4_STOP_OVERRUN ? DHCP4_E_MALFORMED : DHCP4_E_BOOTP;

	end = out->end;
	if (out->stop == DHCP4_STOP_END &&
	    span_is_all(span_drop(span_of(packet, *len), end + 1), 0))
		return 0;
	if (end == *len) {
		if (end >= cap)
			return DHCP4_E_MALFORMED;
		*len = end + 1;
	}
	packet[end] = DHCP4_OPT_END;
	memset(packet + end + 1, 0, *len - end - 1);
	out->stop = DHCP4_STOP_END;
	return DHCP4_MENDED;
}
