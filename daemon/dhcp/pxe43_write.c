/* no allocation · no lock · no log */
#include "dhcp/pxe43_write.h"

enum { TAG = 2, ENTRY = 3, ADDRESS = 4 }; /* the headers of a tag and of what is listed in one */

bool pxe43_text_valid(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	return text.len <= PXE43_TEXT_MAX;
}

/* Is it the first of its type? Items may share one, and the list of servers has it once. */
static bool is_listed(const struct pxe43_menu *menu, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (menu->choice[j].type == menu->choice[i].type)
			return false;
	return menu->choice[i].type != PXE43_LOCAL;
}

static size_t servers_len(const struct pxe43_menu *menu)
{
	size_t len = 0;

	for (size_t i = 0; i < menu->n; i++)
		if (is_listed(menu, i))
			len += ENTRY + ADDRESS;
	return len;
}

static size_t items_len(const struct pxe43_menu *menu)
{
	size_t len = 0;

	for (size_t i = 0; i < menu->n; i++)
		len += ENTRY + menu->choice[i].text.len;
	return len;
}

size_t pxe43_menu_len(const struct pxe43_menu *menu)
{
	size_t servers = servers_len(menu);
	size_t len = TAG + 1 + TAG + items_len(menu) + TAG + 1 + menu->prompt.len + 1;

	if (menu->multicast)
		len += TAG + ADDRESS;
	return servers > 0 ? len + TAG + servers : len;
}

static uint8_t *put(uint8_t *at, const void *octets, size_t len)
{
	if (len > 0)
		memcpy(at, octets, len);
	return at + len;
}

static uint8_t *put_tag(uint8_t *at, uint8_t tag, size_t len)
{
	*at++ = tag;
	*at++ = (uint8_t)len;
	return at;
}

static uint8_t *put_entry(uint8_t *at, uint16_t type, uint8_t count, const void *octets, size_t len)
{
	store_be16(at, type);
	at[2] = count;
	return put(at + ENTRY, octets, len);
}

/* How the client is to ask. A bit that is set forbids a way. */
static uint8_t *put_discovery(const struct pxe43_menu *menu, uint8_t *at)
{
	at = put_tag(at, PXE43_DISCOVERY_CONTROL, 1);
	*at++ = (uint8_t)((menu->broadcast ? 0 : PXE43_NO_BROADCAST) |
			  (menu->multicast ? 0 : PXE43_NO_MULTICAST));
	if (!menu->multicast)
		return at;
	at = put_tag(at, PXE43_DISCOVERY_MCAST, ADDRESS);
	return put(at, menu->group, ADDRESS);
}

static uint8_t *put_servers(const struct pxe43_menu *menu, uint8_t *at)
{
	size_t len = servers_len(menu);

	if (len == 0)
		return at;
	at = put_tag(at, PXE43_BOOT_SERVERS, len);
	for (size_t i = 0; i < menu->n; i++)
		if (is_listed(menu, i))
			at = put_entry(at, menu->choice[i].type, 1, menu->choice[i].server,
				       ADDRESS);
	return at;
}

static uint8_t *put_items(const struct pxe43_menu *menu, uint8_t *at)
{
	at = put_tag(at, PXE43_BOOT_MENU, items_len(menu));
	for (size_t i = 0; i < menu->n; i++)
		at = put_entry(at, menu->choice[i].type, (uint8_t)menu->choice[i].text.len,
			       menu->choice[i].text.at, menu->choice[i].text.len);
	return at;
}

size_t pxe43_menu_write(const struct pxe43_menu *menu, uint8_t out[static PXE43_VALUE_MAX])
{
	uint8_t *at = out;

	if (pxe43_menu_len(menu) > PXE43_VALUE_MAX)
		return 0;
	at = put_discovery(menu, at);
	at = put_servers(menu, at);
	at = put_items(menu, at);
	at = put_tag(at, PXE43_MENU_PROMPT, 1 + menu->prompt.len);
	*at++ = menu->timeout;
	at = put(at, menu->prompt.at, menu->prompt.len);
	*at++ = PXE43_END;
	return (size_t)(at - out);
}

void pxe43_item_write(const struct pxe43_boot_item *item, uint8_t out[static PXE43_ITEM_LEN])
{
	uint8_t *at = put_tag(out, PXE43_BOOT_ITEM, 4);

	store_be16(at, item->type);
	store_be16(at + 2, item->layer);
	at[4] = PXE43_END;
}
