/* The menu of one client: the items whose conditions hold; and all that has conditions in an entry.
 */
#include "machines.h"
#include "match.h"
#include "menu.h"
#include "variables.h"

/* Has the client what the variables in the item's file are made of? Without it, choosing the item
 * would boot nothing. */
static bool item_has_values(const struct surroundings *around, const struct menu_item *item,
			    const PXE_BOOT_CLIENT *client)
{
	struct machine machine = { .name = NULL };
	unsigned have = (client->Mac.cbData == 6 ? VARIABLES_OF_MAC : 0u) |
			(client->Uuid.cbData == 16 ? VARIABLES_OF_UUID : 0u) |
			(client->uArch != PXE_BOOT_ARCH_NONE ? VARIABLES_OF_ARCH : 0u);

	if (around->whose && (item->need & (VARIABLES_OF_NAME | VARIABLES_OF_GROUP)) != 0)
		machine = whose_machine(around->whose);
	if (machine.name && *machine.name)
		have |= VARIABLES_OF_NAME;
	if (machine.group && *machine.group)
		have |= VARIABLES_OF_GROUP;
	return (item->need & ~have) == 0;
}

void menu_fit(const struct surroundings *around, const struct entry *entry,
	      const PXE_BOOT_CLIENT *client, struct menu_fit *out)
{
	const struct menu *menu = entry_menu(entry);

	out->answer = entry->gives->answer;
	out->answer.uFlags &= ~(ULONG)PXE_BOOT_ANSWER_STATIC;
	out->answer.pMenu = &out->menu;
	out->menu = (PXE_BOOT_MENU){ .cbSize = sizeof out->menu,
				     .uFlags = menu->broadcast ? PXE_BOOT_MENU_BROADCAST : 0,
				     .uTimeout = menu->timeout,
				     .pszPrompt = menu->prompt,
				     .Group = menu->group,
				     .pItems = out->items };
	for (unsigned i = 0; i < menu->n && out->menu.nItems < MENU_FIT_MAX; i++) {
		const struct menu_item *item = &menu->at[i];

		if (match_failed(around, &item->when, client) != 0 ||
		    (item->need != 0 && !item_has_values(around, item, client)))
			continue;
		out->items[out->menu.nItems++] = (PXE_BOOT_MENU_ITEM){
			.pszText = item->text,
			.pszFile = item->when.text,
			.pServer = item->has_server ? &item->server : NULL,
			.uType = item->type,
		};
	}
}

/* Whom the menu leaves to its disk has met its entry: a later one would install it unasked. HTTP
 * Boot, which menus are not for, has entries of its own. */
const char *menu_obstacle(const struct surroundings *around, const struct entry *entry,
			  const PXE_BOOT_CLIENT *client)
{
	struct menu_fit fit;
	const char *why;

	menu_fit(around, entry, client, &fit);
	if (fit.menu.nItems == 0)
		return "no item of the menu is for this client";
	why = PxeBootObstacle(client, &fit.answer);
	return why && client->uClass != PXE_BOOT_CLASS_HTTP && fit.items[0].uType == 0 ? NULL : why;
}

/* Conditions that stand together, or a group of their not; NULL, and what is left of the number. */
static const struct entry *part_of(const struct entry *when, unsigned *number)
{
	const struct nots *nots = entry_nots(when);

	if (*number == 0)
		return when;
	if (*number <= nots->n)
		return &nots->at[*number - 1];
	*number -= 1 + (unsigned)nots->n;
	return NULL;
}

const struct entry *entry_part(const struct entry *entry, unsigned number)
{
	const struct entry *part;

	if (number == 0)
		return entry;
	part = part_of(entry, &number);
	for (unsigned i = 0; !part && entry_menu(entry) && i < entry_menu(entry)->n; i++)
		part = part_of(&entry_menu(entry)->at[i].when, &number);
	return part;
}
