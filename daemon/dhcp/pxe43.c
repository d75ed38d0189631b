/* no allocation · no lock · no log */
#include "dhcp/pxe43.h"

/* The first `tag` in one value. 0, DHCP4_E_ABSENT, DHCP4_E_MALFORMED when broken before it. */
static int tag_get(struct span value, uint8_t tag, struct span *out)
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

int pxe43_boot_item(struct span value, struct pxe43_boot_item *out)
{
	struct span item;
	int r = tag_get(value, PXE43_BOOT_ITEM, &item);

	if (r != 0)
		return r;
	if (item.len < 4)
		return DHCP4_E_ABSENT;
	*out = (struct pxe43_boot_item){ load_be16(item.at), load_be16(item.at + 2) };
	return 0;
}

enum { ITEM_HEADER = 3, ADDRESS = 4 }; /* a type, and a length in octets or in addresses */

/* What both kinds of list have: a type, a count, and as many parts of `each` octets. */
static int entry_next(struct span *cursor, size_t each, uint16_t *type, struct span *out)
{
	size_t len;

	if (cursor->len == 0)
		return DHCP4_E_END;
	if (cursor->len < ITEM_HEADER)
		return DHCP4_E_MALFORMED;
	len = cursor->at[2] * each;
	if (len > cursor->len - ITEM_HEADER)
		return DHCP4_E_MALFORMED;
	*type = load_be16(cursor->at);
	*out = span_of(cursor->at + ITEM_HEADER, len);
	*cursor = span_drop(*cursor, ITEM_HEADER + len);
	return 0;
}

int pxe43_menu_next(struct span *cursor, struct pxe43_menu_item *out)
{
	return entry_next(cursor, 1, &out->type, &out->text);
}

int pxe43_servers_next(struct span *cursor, struct pxe43_servers *out)
{
	return entry_next(cursor, ADDRESS, &out->type, &out->addresses);
}

unsigned pxe43_menu_count(struct span value)
{
	struct pxe43_menu_item item;
	struct span menu;
	unsigned n = 0;

	if (tag_get(value, PXE43_BOOT_MENU, &menu) != 0)
		return 0;
	while (pxe43_menu_next(&menu, &item) == 0)
		n++;
	return n;
}
