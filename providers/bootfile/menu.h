/* What clients may choose from: the setting `menu` of an entry.
 *
 *	menu = { prompt = "..."; timeout = 10; items = ( { text = "..."; file = "..."; }, ... ); };
 *
 * An item may have conditions of its own. Those that hold for a client make up its menu.
 */
#pragma once

#include "condition.h"

struct menu_item {
	struct entry when; /* its line and conditions, and in `text` its file; no more */
	PXE_BOOT_SERVER server;
	bool has_server;
	char *text;    /* what is shown */
	unsigned type; /* what the client asks for: its own, or counted up; 0: the disk */
	bool is_local, has_type;
	bool varies;   /* there are variables in its file */
	unsigned need; /* what of the client these are made of: VARIABLES_OF_... */
};

struct menu {
	struct menu_item *at; /* owned */
	unsigned n;
	char *prompt;      /* NULL: the kit's */
	unsigned timeout;  /* seconds; PXE_DHCP_MENU_WAIT: for ever */
	bool broadcast;    /* ask by broadcast as well */
	PXE_BOOT_IP group; /* ask by multicast; none: do not */
};

/** Reads the group of that name. 0 and *out, which menu_free() frees; -ENOMEM; or -EINVAL with a
 * trace. */
int menu_compile(const struct keys *keys, const char *name, struct menu **out);
void menu_free(struct menu *menu);

/** What has conditions in an entry: number 0 is the entry itself, then the groups of its not, and
 * the items of its menu, each with the groups of its own. NULL: there are no more. */
const struct entry *entry_part(const struct entry *entry, unsigned number);

/** Is the item for each client of its entry, but for these conditions (a bit each)? */
static inline bool menu_item_is_for_all(const struct menu_item *item, uint32_t without)
{
	return (item->when.conditions & ~without) == 0 && item->need == 0;
}

/** Has it something to boot for each client? */
bool menu_has_for_all(const struct menu *menu);

/** What firmware of each architecture could not take of the entry's menu, and what is doubtful: 0,
 * or -EINVAL with a trace. */
int menu_check(const struct keys *keys, const struct entry *entry);

enum { MENU_FIT_MAX = PXE_DHCP_MENU_ITEMS_MAX + 1 }; /* one too many, so that the kit tells it */

/* The answer of an entry with a menu to one client. It points into itself. */
struct menu_fit {
	PXE_BOOT_ANSWER answer;
	PXE_BOOT_MENU menu;
	PXE_BOOT_MENU_ITEM items[MENU_FIT_MAX];
};

/** Chooses the items that are for the client. */
void menu_fit(const struct surroundings *around, const struct entry *entry,
	      const PXE_BOOT_CLIENT *client, struct menu_fit *out);

/** Why an entry's menu cannot reach the client. NULL: it can. */
const char *menu_obstacle(const struct surroundings *around, const struct entry *entry,
			  const PXE_BOOT_CLIENT *client);

/** Why what the entry gives, a menu or anything else, cannot reach the client. NULL: it can. */
static inline const char *entry_obstacle(const struct surroundings *around,
					 const struct entry *entry, const PXE_BOOT_CLIENT *client)
{
	if (!entry_serves(entry))
		return NULL;
	if (entry->gives->menu)
		return menu_obstacle(around, entry, client);
	return PxeBootObstacle(client, &entry->gives->answer);
}

/** Tells of files that UEFI firmware would seek on this host, while they are on another. */
void menus_tell(HANDLE provider, const struct settings *settings, PXE_BOOT *boot);
