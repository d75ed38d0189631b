/* no allocation · no lock · no log */
#include "dhcp/dhcp6_valid.h"

/* The types as bits, for a look-up without a loop. */
enum {
	REQUEST_TYPES = 1 << DHCP6_SOLICIT | 1 << DHCP6_REQUEST | 1 << DHCP6_CONFIRM |
			1 << DHCP6_RENEW | 1 << DHCP6_REBIND | 1 << DHCP6_RELEASE |
			1 << DHCP6_DECLINE | 1 << DHCP6_INFORMATION_REQUEST | 1 << DHCP6_RELAY_FORW,
	SERVER_TYPES = 1 << DHCP6_ADVERTISE | 1 << DHCP6_REPLY | 1 << DHCP6_RECONFIGURE |
		       1 << DHCP6_RELAY_REPL,
	CLIENTID_TYPES = REQUEST_TYPES & ~(1 << DHCP6_INFORMATION_REQUEST | 1 << DHCP6_RELAY_FORW),
};

static bool type_in(uint8_t type, unsigned types)
{
	return type <= DHCP6_RELAY_REPL && (types >> type & 1u);
}

/* True when an item of a VENDOR_CLASS value begins with "PXEClient". */
static bool class_says_pxe(struct span value)
{
	struct span items = span_drop(value, 4), item;

	while (!dhcp6_item_next(&items, &item))
		if (span_starts(item, span_str("PXEClient")))
			return true;
	return false;
}

struct findings {
	unsigned n_clientids, n_relay_msgs;
	bool pxe;
	struct span relay_msg; /* the last one */
};

/* Reads a whole message; false when its header or its options do not fit. */
static bool message_scan(struct span message, struct findings *out)
{
	struct dhcp6_option option;
	struct span options;
	int r;

	*out = (struct findings){ 0 };
	if (dhcp6_options_of(message, &options))
		return false;
	while (!(r = dhcp6_option_next(&options, &option))) {
		if (option.code == DHCP6_OPT_CLIENTID) {
			out->n_clientids++;
		} else if (option.code == DHCP6_OPT_RELAY_MSG) {
			out->n_relay_msgs++;
			out->relay_msg = option.value;
		} else if (option.code == DHCP6_OPT_VENDOR_CLASS) {
			out->pxe = out->pxe || class_says_pxe(option.value);
		}
	}
	return r == DHCP6_E_END;
}

bool dhcp6_valid(struct span message, bool request, bool *pxe_out)
{
	struct findings found;
	unsigned n_levels = 0;

	*pxe_out = false;
	if (!type_in(dhcp6_type_of(message), request ? REQUEST_TYPES : SERVER_TYPES) ||
	    !message_scan(message, &found))
		return false;
	if (type_in(message.at[0], CLIENTID_TYPES) && found.n_clientids == 0)
		return false;

	while (dhcp6_is_relay(message.at[0])) {
		if (n_levels++ == DHCP6_RELAY_LIMIT || found.n_relay_msgs != 1)
			return false;
		message = found.relay_msg;
		if (!message_scan(message, &found))
			return false;
	}
	*pxe_out = found.pxe;
	return true;
}
