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
