/* PXE's own options inside option 43: tag, length, value, ended by 255 (PXE 2.1, table 2-1).
 *
 * They are laid out as DHCPv4 options are, so the same cursor reads them. Everything is borrowed.
 */
#pragma once

#include "dhcp/dhcp4_option.h"

enum {
	PXE43_DISCOVERY_CONTROL = 6,
	PXE43_DISCOVERY_MCAST = 7,
	PXE43_BOOT_SERVERS = 8,
	PXE43_BOOT_MENU = 9,
	PXE43_MENU_PROMPT = 10,
	PXE43_CREDENTIAL_TYPES = 12,
	PXE43_BOOT_ITEM = 71,
	PXE43_END = 255
};

enum {
	PXE43_NO_BROADCAST = 1, /* bits of tag 6 */
	PXE43_NO_MULTICAST = 2,
	PXE43_ONLY_LISTED = 4,
	PXE43_DOWNLOAD_NOW = 8
};

enum { PXE43_LAYER_CREDENTIALS = 0x8000 }; /* bit of a boot item's layer: BIS credentials wanted */

struct pxe43_boot_item {
	uint16_t type, layer;
};

/* An item of a menu, as tag 9 has it. */
struct pxe43_menu_item {
	uint16_t type;
	struct span text;
};

/* The boot servers of one type, as tag 8 has them. */
struct pxe43_servers {
	uint16_t type;
	struct span addresses; /* four octets each */
};

/** As dhcp4_option_next(), over the value of an option 43. */
static inline int pxe43_next(struct span *cursor, struct dhcp4_option *out)
{
	return dhcp4_option_next(cursor, out);
}

/** Tag 71 of a value, of 4 octets or more. 0, DHCP4_E_ABSENT (also when shorter), _MALFORMED. */
int pxe43_boot_item(struct span value, struct pxe43_boot_item *out);

/* Each reads the next one from the value of its tag. 0, DHCP4_E_END, or DHCP4_E_MALFORMED where it
 * runs past the tag's end. */
int pxe43_menu_next(struct span *cursor, struct pxe43_menu_item *out);
int pxe43_servers_next(struct span *cursor, struct pxe43_servers *out);

/** How many items the menu of a value has, of those that can be read; 0: it has no menu. */
unsigned pxe43_menu_count(struct span value);
