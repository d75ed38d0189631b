/* no allocation · no lock · no log */
#include "dhcp/dhcp6_option.h"

#include <errno.h>

enum { OPTION_HEADER_LEN = 4, ENTERPRISE_LEN = 4, ITEM_HEADER_LEN = 2, VALUE_MAX = 0xffff };

int dhcp6_option_next(struct span *cursor, struct dhcp6_option *out)
{
	struct span left = *cursor;
	size_t len;

	if (left.len == 0)
		return DHCP6_E_END;
	if (left.len < OPTION_HEADER_LEN)
		return DHCP6_E_MALFORMED;
	len = load_be16(left.at + 2);
	if (len > left.len - OPTION_HEADER_LEN)
		return DHCP6_E_MALFORMED;

	*out = (struct dhcp6_option){ load_be16(left.at), { left.at + OPTION_HEADER_LEN, len } };
	*cursor = span_drop(left, OPTION_HEADER_LEN + len);
	return 0;
}

/* Finds the *left-th option from here and counts *left down; so that several areas can share one
 * count. */
static int option_find(struct span area, uint16_t code, unsigned *left, struct span *out)
{
	struct dhcp6_option option;
	int r;

	while (!(r = dhcp6_option_next(&area, &option))) {
		if (option.code == code && --*left == 0) {
			*out = option.value;
			return 0;
		}
	}
	return r == DHCP6_E_END ? DHCP6_E_ABSENT : r;
}

int dhcp6_option_find(struct span area, uint16_t code, unsigned instance, struct span *out)
{
	return instance == 0 ? -EINVAL : option_find(area, code, &instance, out);
}

int dhcp6_option_find_vendor(struct span area, uint32_t enterprise, uint16_t code,
			     unsigned instance, struct span *out)
{
	struct dhcp6_option option;
	int r;

	if (instance == 0)
		return -EINVAL;
	while (!(r = dhcp6_option_next(&area, &option))) {
		if (option.code != DHCP6_OPT_VENDOR_OPTS)
			continue;
		if (option.value.len < ENTERPRISE_LEN)
			return DHCP6_E_MALFORMED;
		if (load_be32(option.value.at) != enterprise)
			continue;
		r = option_find(span_drop(option.value, ENTERPRISE_LEN), code, &instance, out);
		if (r != DHCP6_E_ABSENT)
			return r;
	}
	return r == DHCP6_E_END ? DHCP6_E_ABSENT : r;
}

bool dhcp6_option_area_ok(struct span area)
{
	struct dhcp6_option option;
	int r;

	do
		r = dhcp6_option_next(&area, &option);
	while (r == 0);
	return r == DHCP6_E_END;
}

int dhcp6_item_next(struct span *cursor, struct span *out)
{
	struct span left = *cursor;
	size_t len;

	if (left.len == 0)
		return DHCP6_E_END;
	if (left.len < ITEM_HEADER_LEN)
		return DHCP6_E_MALFORMED;
	len = load_be16(left.at);
	if (len > left.len - ITEM_HEADER_LEN)
		return DHCP6_E_MALFORMED;

	*out = span_of(left.at + ITEM_HEADER_LEN, len);
	*cursor = span_drop(left, ITEM_HEADER_LEN + len);
	return 0;
}

int dhcp6_writer_put(struct dhcp6_writer *writer, uint16_t code, struct span value)
{
	uint8_t *at = writer->at + writer->len;
	size_t room = writer->size - writer->len;

	if (value.len > VALUE_MAX)
		return DHCP6_E_TOO_LONG;
	if (room < OPTION_HEADER_LEN || value.len > room - OPTION_HEADER_LEN)
		return DHCP6_E_NO_ROOM;
	if (value.len > 0) /* before the header: the value may lie where that goes */
		memmove(at + OPTION_HEADER_LEN, value.at, value.len);
	store_be16(at, code);
	store_be16(at + 2, (uint16_t)value.len);
	writer->len += OPTION_HEADER_LEN + value.len;
	return 0;
}

int dhcp6_writer_put_raw(struct dhcp6_writer *writer, struct span octets)
{
	if (octets.len > writer->size - writer->len)
		return DHCP6_E_NO_ROOM;
	if (octets.len > 0)
		memmove(writer->at + writer->len, octets.at, octets.len);
	writer->len += octets.len;
	return 0;
}
