/* Writes what pxe43.h reads: a menu for PXE firmware, in the form that all firmware that was tried
 * takes, and the item that a client asked for.
 *
 * A menu is whole or not there: 43.6, 8, 9 and 10 together (PXE 2.1, table 2-1; ROMs say PXE-E74
 * to less), one address for each type (EDK2 cannot walk others), and never more than the 255 octets
 * of one option 43: EDK2 hangs on two.
 */
#pragma once

#include "dhcp/pxe43.h"

enum {
	PXE43_VALUE_MAX = 255, /* octets of an option 43, its own END included */
	PXE43_TEXT_MAX = 69,   /* octets of a text; EDK2 writes behind its buffer at 70 */
	PXE43_ITEMS_MAX = 20,  /* EDK2's screen breaks at 24 */
	PXE43_ITEM_LEN = 7,
	PXE43_LOCAL = 0 /* the type that ends network boot */
};

/* One item. All is borrowed. */
struct pxe43_choice {
	uint16_t type;
	uint8_t server[4]; /* whom the client asks for it; not of PXE43_LOCAL */
	struct span text;
};

struct pxe43_menu {
	uint8_t timeout; /* 0: the first item at once; 255: the menu is shown, and waits */
	struct span prompt;
	bool broadcast, multicast; /* ask so, too; without either, ask the server alone */
	uint8_t group[4];
	const struct pxe43_choice *choice;
	size_t n;
};

/** May firmware show it: printable ASCII, not longer than PXE43_TEXT_MAX? */
bool pxe43_text_valid(struct span text);

/** The octets that the menu needs, END included; it may be more than there is room for. */
size_t pxe43_menu_len(const struct pxe43_menu *menu);

/** Writes it. Returns its length, or 0, and nothing is written: it needs more than PXE43_VALUE_MAX.
 */
size_t pxe43_menu_write(const struct pxe43_menu *menu, uint8_t out[static PXE43_VALUE_MAX]);

/** Writes the answer to 43.71: the item that was asked for. */
void pxe43_item_write(const struct pxe43_boot_item *item, uint8_t out[static PXE43_ITEM_LEN]);
