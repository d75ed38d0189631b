#include "dhcp/dhcp4_mend.h"

static bool is_zero(const uint8_t *at, size_t len)
{
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= at[i];
	return any == 0;
}

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
	if (out->stop == DHCP4_STOP_END && is_zero(packet + end + 1, *len - end - 1))
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
