/* PxeDhcpBuildMenu: the provider's helper for menus, as a thin entry over dhcp/. */
#include <wdspxe.h>

#include "dhcp/pxe43_write.h"

_Static_assert(PXE_DHCP_MENU_ITEMS_MAX == PXE43_ITEMS_MAX, "one limit of items");
_Static_assert(PXE_DHCP_MENU_TEXT_MAX == PXE43_TEXT_MAX, "one limit of texts");

/* Of something that is a text; at most one octet more than there may be. */
static struct span text_of(LPCSTR text)
{
	return span_of(text, strnlen(text, PXE43_TEXT_MAX + 1));
}

static bool has_group(const PXE_DHCP_MENU *menu)
{
	static const BYTE none[4];

	return memcmp(menu->bGroup, none, sizeof(none)) != 0;
}

static bool is_menu(const PXE_DHCP_MENU *menu)
{
	return menu->cbSize >= sizeof(*menu) &&
	       (menu->uFlags & ~(ULONG)PXE_DHCP_MENU_BROADCAST) == 0 &&
	       menu->uTimeout <= PXE_DHCP_MENU_WAIT && menu->pszPrompt &&
	       (menu->nItems == 0 || menu->pItems) &&
	       (!has_group(menu) || menu->bGroup[0] >> 4 == 0xe);
}

static DWORD choices_fill(const PXE_DHCP_MENU *menu,
			  struct pxe43_choice out[static PXE43_ITEMS_MAX])
{
	if (menu->nItems == 0 || menu->nItems > PXE43_ITEMS_MAX ||
	    !pxe43_text_valid(text_of(menu->pszPrompt)))
		return ERROR_INVALID_DATA;
	for (ULONG i = 0; i < menu->nItems; i++) {
		const PXE_DHCP_MENU_ITEM *item = &menu->pItems[i];

		if (!item->pszText)
			return ERROR_INVALID_PARAMETER;
		out[i] = (struct pxe43_choice){ .type = item->uType,
						.text = text_of(item->pszText) };
		memcpy(out[i].server, item->bServer, sizeof(out[i].server));
		if (out[i].text.len == 0 || !pxe43_text_valid(out[i].text))
			return ERROR_INVALID_DATA;
	}
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeDhcpBuildMenu(const PXE_DHCP_MENU *pMenu, PVOID pValue, ULONG uMaxValueLen,
			      PULONG puValueLen)
{
	struct pxe43_choice choices[PXE43_ITEMS_MAX];
	struct pxe43_menu menu = { .choice = choices };
	uint8_t value[PXE43_VALUE_MAX];
	size_t need;
	DWORD r;

	if (!pMenu || !puValueLen || (!pValue && uMaxValueLen > 0) || !is_menu(pMenu))
		return ERROR_INVALID_PARAMETER;
	r = choices_fill(pMenu, choices);
	if (r != ERROR_SUCCESS)
		return r;
	menu.timeout = (uint8_t)pMenu->uTimeout;
	menu.prompt = text_of(pMenu->pszPrompt);
	menu.broadcast = (pMenu->uFlags & PXE_DHCP_MENU_BROADCAST) != 0;
	menu.multicast = has_group(pMenu);
	memcpy(menu.group, pMenu->bGroup, sizeof(menu.group));
	menu.n = pMenu->nItems;
	need = pxe43_menu_len(&menu);
	*puValueLen = (ULONG)need;
	if (!pValue || need > uMaxValueLen || pxe43_menu_write(&menu, value) == 0)
		return ERROR_INSUFFICIENT_BUFFER;
	memcpy(pValue, value, need);
	return ERROR_SUCCESS;
}
