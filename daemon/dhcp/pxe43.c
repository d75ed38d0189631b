#include "dhcp/pxe43.h"

int pxe43_get(struct span value, uint8_t tag, struct span *out)
{
	struct dhcp4_option option;
	int r;

	while ((r = pxe43_next(&value, &option)) == 0) {
		if (option.code != tag)
			continue;
		*out = option.value;
		return 0;
	}
	return r == DHCP4_E_END ? DHCP4_E_ABSENT : r;
}

int pxe43_find(struct span packet, uint8_t tag, unsigned instance, struct span *out)
{
	struct span cursor = dhcp4_options(packet);
	struct dhcp4_option option, inner;
	int r, ri;

	if (!dhcp4_has_cookie(packet))
		return DHCP4_E_MALFORMED;
	while ((r = dhcp4_option_next(&cursor, &option)) == 0) {
		if (option.code != DHCP4_OPT_VENDOR)
			continue;
		while ((ri = pxe43_next(&option.value, &inner)) == 0) {
			if (inner.code != tag || instance-- != 1)
				continue;
			*out = inner.value;
			return 0;
		}
		if (ri != DHCP4_E_END)
			return ri;
	}
	return r == DHCP4_E_END ? DHCP4_E_ABSENT : r;
}

int pxe43_boot_item(struct span value, struct pxe43_boot_item *out)
{
	struct span item;
	int r = pxe43_get(value, PXE43_BOOT_ITEM, &item);

	if (r != 0)
		return r;
	if (item.len < 4)
		return DHCP4_E_ABSENT;
	*out = (struct pxe43_boot_item){ load_be16(item.at), load_be16(item.at + 2) };
	return 0;
}

/* An entry: type u16, a count, and count * unit octets. */
static int entry_next(struct span *cursor, size_t unit, uint16_t *type, struct span *rest)
{
	size_t len;

	if (cursor->len == 0)
		return DHCP4_E_END;
	if (cursor->len < 3)
		return DHCP4_E_MALFORMED;
	len = cursor->at[2] * unit;
	if (len > cursor->len - 3)
		return DHCP4_E_MALFORMED;
	*type = load_be16(cursor->at);
	*rest = span_of(cursor->at + 3, len);
	*cursor = span_drop(*cursor, 3 + len);
	return 0;
}

int pxe43_boot_server_next(struct span *cursor, struct pxe43_boot_server *out)
{
	return entry_next(cursor, 4, &out->type, &out->addresses);
}

int pxe43_menu_next(struct span *cursor, struct pxe43_menu_item *out)
{
	return entry_next(cursor, 1, &out->type, &out->text);
}
