/* Menus of PXE firmware: what an answer that has one is for one client.
 *
 * A menu is shown to PXE clients of PC BIOS and of UEFI over IPv4, and never to iPXE in UEFI, which
 * has no menus and boots nothing where there is one. All others are given what may be booted
 * without a choice, and so is every client for which a single item is left.
 */
#pragma once

#include "boot/given.h"

enum { MENU_SAID = 160 };

/* What it comes to. */
struct menu_turn {
	PXE_BOOT_ANSWER answer;    /* what is given instead of the one with the menu */
	const PXE_BOOT_MENU *menu; /* what is shown; NULL: nothing is */
	bool is_item;              /* it is the item that the client asked for */
	bool is_disk;              /* it is left to its disk */
	const char *obstacle;      /* why nothing is given; NULL: something is */
	char said[MENU_SAID];      /* for the log: which item, or why not; "": nothing */
};

/** The answer's menu, as far as its caller knew of menus; NULL: it has none. */
static inline const PXE_BOOT_MENU *menu_of(const PXE_BOOT_ANSWER *answer)
{
	return GIVEN_HAS(answer, pMenu) ? answer->pMenu : NULL;
}

/** Is it a menu that firmware can take? */
bool menu_valid(const PXE_BOOT_MENU *menu);

/** What the client is given of the answer, which has a menu, or which is to be an item's. */
void menu_turn(const PXE_BOOT_CLIENT *client, const PXE_BOOT_ANSWER *answer, struct menu_turn *out);

/** Writes the menu that is shown as the value of an option 43; `own` is what answers name this host
 * by. Returns its length. */
ULONG menu_write(const PXE_BOOT_CLIENT *client, const struct menu_turn *turn,
		 const PXE_BOOT_IP *own, BYTE out[static 255]);
