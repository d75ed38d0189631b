/* no allocation · no lock · no log */
#include "dhcp/dhcp4_option.h"

int dhcp4_option_next(struct span *cursor, struct dhcp4_option *out)
{
	struct span left = *cursor;

	while (left.len > 0 && left.at[0] == DHCP4_OPT_PAD)
		left = span_drop(left, 1);
	if (left.len == 0 || left.at[0] == DHCP4_OPT_END)
		return DHCP4_E_END;
	if (left.len < 2 || left.at[1] > left.len - 2) /* subtract: a sum could wrap */
		return DHCP4_E_MALFORMED;

	*out = (struct dhcp4_option){ left.at[0], { left.at + 2, left.at[1] } };
	*cursor = span_drop(left, 2u + left.at[1]);
	return 0;
}

bool dhcp4_next_area(struct span packet, uint8_t *left, struct span *cursor)
{
	if (*left & DHCP4_IN_FILE) {
		*left &= (uint8_t)~DHCP4_IN_FILE;
		*cursor = span_of(packet.at + DHCP4_FILE, DHCP4_FILE_LEN);
		return true;
	}
	if (*left & DHCP4_IN_SNAME) {
		*left &= (uint8_t)~DHCP4_IN_SNAME;
		*cursor = span_of(packet.at + DHCP4_SNAME, DHCP4_SNAME_LEN);
		return true;
	}
	return false;
}

uint8_t dhcp4_overload(struct span value)
{
	return value.len == 1 && value.at[0] >= 1 && value.at[0] <= 3 ? value.at[0] : 0;
}

int dhcp4_option_find(struct span packet, uint8_t code, unsigned instance, struct span *out)
{
	struct span cursor = dhcp4_options(packet), overload = SPAN_NONE;
	struct dhcp4_option option;
	uint8_t left = 0;
	int r;

	if (!dhcp4_has_cookie(packet))
		return DHCP4_E_MALFORMED;
	do {
		while ((r = dhcp4_option_next(&cursor, &option)) == 0) {
			if (option.code == DHCP4_OPT_OVERLOAD && !overload.at) {
				overload = option.value;
				left = dhcp4_overload(overload);
			}
			if (option.code != code || instance-- != 1)
				continue;
			*out = option.value;
			return 0;
		}
	} while (r == DHCP4_E_END && dhcp4_next_area(packet, &left, &cursor));
	return r == DHCP4_E_END ? DHCP4_E_ABSENT : r;
}

bool dhcp4_relay_get(struct span relay, uint8_t code, struct span *out)
{
	while (relay.len >= 2 && relay.at[1] <= relay.len - 2) {
		if (relay.at[0] == code) {
			*out = span_of(relay.at + 2, relay.at[1]);
			return true;
		}
		relay = span_drop(relay, 2u + relay.at[1]);
	}
	return false;
}
