#include "boot/menu.h"

#include <stdio.h>

#include "boot/arch.h"
#include "boot/rest.h"
#include "boot/server.h"

#define PROMPT "Press F8 for the menu"

enum { TYPE_LAST = 0xFFFE };

/* ---- what a menu may be ------------------------------------------------------------------------
 */

static bool text_valid(const char *text, size_t least)
{
	size_t len = 0;

	for (; text[len]; len++)
		if (len == PXE_DHCP_MENU_TEXT_MAX || text[len] < ' ' || text[len] > '~')
			return false;
	return len >= least;
}

/* Boot from the disk has nothing beside its text; anything else has a file, or a host: one, which
 * the menu names, and not one of several that the kit chooses for each answer. */
static bool item_valid(const PXE_BOOT_MENU_ITEM *item)
{
	bool has_place = item->pszFile || item->pServer;

	return item->pszText && text_valid(item->pszText, 1) && item->uType <= TYPE_LAST &&
	       !server_several(item->pServer) && (item->uType == 0) != has_place;
}

static bool group_valid(const PXE_BOOT_IP *group)
{
	return group->uAddrLen == 0 || (group->uAddrLen == 4 && group->bAddress[0] >> 4 == 0xe);
}

bool menu_valid(const PXE_BOOT_MENU *menu)
{
	if (menu->cbSize < sizeof *menu || (menu->uFlags & ~(ULONG)PXE_BOOT_MENU_BROADCAST) != 0 ||
	    menu->uTimeout > PXE_DHCP_MENU_WAIT || !group_valid(&menu->Group) ||
	    (menu->pszPrompt && !text_valid(menu->pszPrompt, 0)) || menu->nItems == 0 ||
	    !menu->pItems)
		return false;
	for (ULONG i = 0; i < menu->nItems; i++)
		if (!item_valid(&menu->pItems[i]))
			return false;
	return true;
}

/* ---- what is shown -----------------------------------------------------------------------------
 */

static bool knows_menus(const PXE_BOOT_CLIENT *client)
{
	return client->uFamily == 4 && client->uClass == PXE_BOOT_CLASS_PXE &&
	       (client->uArch == PXE_ARCH_X86_BIOS ||
		(!client->bIpxe && arch_wants_redirect(client->uArch)));
}

/* Whom the client asks for an item. NULL: nobody that it can reach. */
static const PXE_BOOT_IP *item_host(const PXE_BOOT_CLIENT *client, const PXE_BOOT_ANSWER *answer,
				    const PXE_BOOT_MENU_ITEM *item, const PXE_BOOT_IP *own)
{
	if (item->pServer)
		return server_address(item->pServer, own);
	return server_address(answer->pServer, &client->Local) ? own : NULL;
}

/* Of two items of one type only the first could ever be chosen. */
static bool is_known(const PXE_DHCP_MENU_ITEM *items, ULONG n, ULONG type)
{
	for (ULONG i = 0; i < n; i++)
		if (items[i].uType == type)
			return type != 0;
	return false;
}

/* The items that fit the client: how many there are, and as many as there is room for. */
static ULONG items_fill(const PXE_BOOT_CLIENT *client, const PXE_BOOT_ANSWER *answer,
			const PXE_BOOT_MENU *menu, const PXE_BOOT_IP *own,
			PXE_DHCP_MENU_ITEM out[static PXE_DHCP_MENU_ITEMS_MAX])
{
	ULONG n = 0;

	for (ULONG i = 0; i < menu->nItems && n <= PXE_DHCP_MENU_ITEMS_MAX; i++) {
		const PXE_BOOT_MENU_ITEM *item = &menu->pItems[i];
		const PXE_BOOT_IP *host = own;

		if (item->uType != 0)
			host = item_host(client, answer, item, own);
		if (!host ||
		    is_known(out, n < PXE_DHCP_MENU_ITEMS_MAX ? n : PXE_DHCP_MENU_ITEMS_MAX,
			     item->uType))
			continue;
		if (n < PXE_DHCP_MENU_ITEMS_MAX) {
			out[n] = (PXE_DHCP_MENU_ITEM){ .uType = (USHORT)item->uType,
						       .pszText = item->pszText };
			memcpy(out[n].bServer, host->bAddress, sizeof out[n].bServer);
		}
		n++;
	}
	return n;
}

/* With no room: how long it is. */
static DWORD build(const PXE_BOOT_CLIENT *client, const PXE_BOOT_MENU *menu,
		   const PXE_DHCP_MENU_ITEM *items, ULONG n, BYTE *out, ULONG room, ULONG *len)
{
	bool broadcast = (menu->uFlags & PXE_BOOT_MENU_BROADCAST) != 0 &&
			 client->uArch == PXE_ARCH_X86_BIOS; /* UEFI would take a lease's ACK */
	PXE_DHCP_MENU built = { .cbSize = sizeof built,
				.uFlags = broadcast ? PXE_DHCP_MENU_BROADCAST : 0,
				.uTimeout = menu->uTimeout,
				.pszPrompt = menu->pszPrompt ? menu->pszPrompt : PROMPT,
				.nItems = n,
				.pItems = items };

	if (menu->Group.uAddrLen == 4)
		memcpy(built.bGroup, menu->Group.bAddress, sizeof built.bGroup);
	return PxeDhcpBuildMenu(&built, out, room, len);
}

/* Is it to be shown? Where it is too large, *said says that it is not. */
static bool is_shown(const PXE_BOOT_CLIENT *client, const PXE_BOOT_ANSWER *answer,
		     const PXE_BOOT_MENU *menu, char said[MENU_SAID])
{
	PXE_DHCP_MENU_ITEM items[PXE_DHCP_MENU_ITEMS_MAX];
	ULONG n = items_fill(client, answer, menu, &client->Local, items), len = 0;

	if (n < 2)
		return false;
	if (n > PXE_DHCP_MENU_ITEMS_MAX) {
		snprintf(said, MENU_SAID, "its menu has more than %d items, so it is not shown",
			 PXE_DHCP_MENU_ITEMS_MAX);
		return false;
	}
	build(client, menu, items, n, NULL, 0, &len);
	if (len <= UINT8_MAX)
		return true;
	snprintf(said, MENU_SAID,
		 "its menu needs %u octets of option 43, which has 255, so it is not shown",
		 (unsigned)len);
	return false;
}

ULONG menu_write(const PXE_BOOT_CLIENT *client, const struct menu_turn *turn,
		 const PXE_BOOT_IP *own, BYTE out[static 255])
{
	PXE_DHCP_MENU_ITEM items[PXE_DHCP_MENU_ITEMS_MAX];
	ULONG n = items_fill(client, &turn->answer, turn->menu, own, items), len = 0;

	return build(client, turn->menu, items, n, out, UINT8_MAX, &len) == ERROR_SUCCESS ? len : 0;
}

/* ---- what is given -----------------------------------------------------------------------------
 */

/* The answer without its menu; as built now, it is not the caller's static one. */
static void answer_begin(const PXE_BOOT_ANSWER *answer, PXE_BOOT_ANSWER *out)
{
	size_t size = answer->cbSize < sizeof *out ? answer->cbSize : sizeof *out;

	memset(out, 0, sizeof *out);
	memcpy(out, answer, size);
	out->cbSize = sizeof *out;
	out->uFlags &= ~(ULONG)PXE_BOOT_ANSWER_STATIC;
	out->pMenu = NULL;
}

static void take_item(const PXE_BOOT_MENU_ITEM *item, PXE_BOOT_ANSWER *out)
{
	out->pszFile = item->pszFile;
	out->pszUrl = NULL;
	if (item->pServer)
		out->pServer = item->pServer;
}

/* The item that the client asks for: 43.71. */
static void asked_turn(const PXE_BOOT_CLIENT *client, const PXE_BOOT_MENU *menu,
		       struct menu_turn *out)
{
	const struct rest *rest = client_rest_of(client);
	const PXE_BOOT_MENU_ITEM *item = NULL;
	unsigned type = rest->item_type;

	out->is_item = true;
	for (ULONG i = 0; menu && !item && i < menu->nItems; i++)
		if (menu->pItems[i].uType == type && type != 0)
			item = &menu->pItems[i];
	if (!item) {
		out->obstacle = "the client asks for an item that it has not";
		snprintf(out->said, sizeof out->said,
			 "the client asks for item 0x%04x of a menu (option 43, 71), and %s", type,
			 menu ? "the entry's menu has no such item" : "the entry has no menu");
	} else if (!item->pszFile) {
		out->obstacle = "the item is another host's";
		snprintf(out->said, sizeof out->said,
			 "item \"%s\" (type 0x%04x) is answered by its own server", item->pszText,
			 type);
	} else if (!rest->pxe_port && (menu->uFlags & PXE_BOOT_MENU_BROADCAST) == 0) {
		out->obstacle = "the client asks by broadcast";
		snprintf(out->said, sizeof out->said,
			 "chose item \"%s\" (type 0x%04x) by broadcast, which the menu does not "
			 "allow",
			 item->pszText, type);
	} else {
		take_item(item, &out->answer);
		snprintf(out->said, sizeof out->said, "chose item \"%s\" (type 0x%04x)",
			 item->pszText, type);
	}
}

/* For who has no choice: the default, if that is the disk; what stands behind it would be installed
 * unasked. */
static void plain_turn(const PXE_BOOT_CLIENT *client, const PXE_BOOT_MENU *menu,
		       struct menu_turn *out)
{
	const PXE_BOOT_MENU_ITEM *item = NULL;

	if (out->answer.pszFile || out->answer.pszUrl)
		return;
	out->is_disk = client->uClass != PXE_BOOT_CLASS_HTTP && menu->pItems[0].uType == 0;
	for (ULONG i = 0; !item && !out->is_disk && i < menu->nItems; i++) {
		const PXE_BOOT_SERVER *server =
			menu->pItems[i].pServer ? menu->pItems[i].pServer : out->answer.pServer;

		if (menu->pItems[i].pszFile && server_address(server, &client->Local))
			item = &menu->pItems[i];
	}
	if (item)
		take_item(item, &out->answer);
	else if (out->is_disk)
		out->obstacle = "the default of the menu, which it is not shown, is its own disk";
	else
		out->obstacle = "the menu has no item with a file that this client can reach";
}

void menu_turn(const PXE_BOOT_CLIENT *client, const PXE_BOOT_ANSWER *answer, struct menu_turn *out)
{
	const PXE_BOOT_MENU *menu = menu_of(answer);

	answer_begin(answer, &out->answer);
	out->menu = NULL;
	out->is_item = false;
	out->is_disk = false;
	out->obstacle = NULL;
	out->said[0] = '\0';
	if (client->uExchange == PXE_BOOT_EXCHANGE_ITEM)
		asked_turn(client, menu, out);
	else if (knows_menus(client) && is_shown(client, answer, menu, out->said))
		out->menu = menu;
	else
		plain_turn(client, menu, out);
	if (out->menu) { /* no file stands beside a menu */
		out->answer.pszFile = "";
		out->answer.pszUrl = NULL;
	}
}
