/* no allocation · no lock · no log */
#include "dhcp/dhcp4_valid.h"

static bool header_is_valid(struct span packet, uint8_t op)
{
	return dhcp4_has_cookie(packet) && dhcp4_op(packet.at) == op &&
	       dhcp4_hlen(packet.at) <= DHCP4_CHADDR_LEN;
}

/* sname and file end with a NUL, unless option 52 gives them to options. */
static bool names_are_valid(struct span packet, uint8_t overload)
{
	return (overload & DHCP4_IN_SNAME || memchr(packet.at + DHCP4_SNAME, 0, DHCP4_SNAME_LEN)) &&
	       (overload & DHCP4_IN_FILE || memchr(packet.at + DHCP4_FILE, 0, DHCP4_FILE_LEN));
}

/* Nothing but 0x00 and 0xFF: anything else behind END would be an option. */
static bool is_filler(struct span tail)
{
	if (span_is_all(tail, 0))
		return true;
	for (size_t i = 0; i < tail.len; i++)
		if (tail.at[i] != 0x00 && tail.at[i] != 0xff)
			return false;
	return true;
}

static bool is_pxe_class(struct span value)
{
	return value.at && span_starts(value, span_of("PXEClient", 9));
}

bool dhcp4_is_valid(struct span packet, uint8_t op, bool *pxe)
{
	struct span cursor = dhcp4_options(packet), class = SPAN_NONE, type = SPAN_NONE;
	struct span overload = SPAN_NONE;
	struct dhcp4_option option;
	int r;

	if (pxe)
		*pxe = false;
	if (!header_is_valid(packet, op))
		return false;
	while ((r = dhcp4_option_next(&cursor, &option)) == 0) {
		if (option.code == DHCP4_OPT_TYPE && !type.at)
			type = option.value;
		else if (option.code == DHCP4_OPT_VENDOR_CLASS && !class.at)
			class = option.value;
		else if (option.code == DHCP4_OPT_OVERLOAD && !overload.at)
			overload = option.value;
	}
	while (cursor.len > 0 && cursor.at[0] == DHCP4_OPT_PAD)
		cursor = span_drop(cursor, 1);
	if (r != DHCP4_E_END || cursor.len == 0 || type.len != 1 ||
	    !is_filler(span_drop(cursor, 1)) || !names_are_valid(packet, dhcp4_overload(overload)))
		return false;
	if (!class.at && dhcp4_overload(overload) &&
	    dhcp4_option_find(packet, DHCP4_OPT_VENDOR_CLASS, 1, &class) != 0)
		class = SPAN_NONE;
	if (pxe)
		*pxe = is_pxe_class(class);
	return true;
}

bool dhcp4_is_valid_indexed(struct span packet, const struct dhcp4_index *index, uint8_t op,
			    bool *pxe)
{
	if (pxe)
		*pxe = false;
	if (!header_is_valid(packet, op) || !names_are_valid(packet, index->overload) ||
	    index->stop != DHCP4_STOP_END || !dhcp4_index_has_main(index, DHCP4_OPT_TYPE) ||
	    !is_filler(span_drop(packet, index->end + 1u)))
		return false;
	if (pxe && dhcp4_index_has(index, DHCP4_OPT_VENDOR_CLASS))
		*pxe = is_pxe_class(dhcp4_index_get(index, packet, DHCP4_OPT_VENDOR_CLASS));
	return true;
}
