/* What firmware could not take of a menu, found when the settings are read: for each architecture
 * that may be among the entry's clients, for each has the items of its own. */
#include <errno.h>
#include <stdio.h>

#include "menu.h"

/* May clients of the architecture be an entry's, or an item's? */
static bool may_be_of(const struct entry *entry, uint16_t arch)
{
	const struct archs *archs = entry_archs(entry);

	for (size_t i = 0; i < archs->n; i++)
		if (archs->at[i] == arch)
			return true;
	return archs->n == 0;
}

/* All clients of the entry and of the architecture have it. */
static bool is_certain(const struct menu_item *item)
{
	return menu_item_is_for_all(item, 1u << CONDITION_ARCH);
}

/* What one architecture is shown at least, or, with the items that have conditions of their own, at
 * most. */
struct extent {
	unsigned n;
	ULONG octets; /* of option 43 */
};

static struct extent extent_of(const struct menu *menu, uint16_t arch, bool most)
{
	static const PXE_DHCP_MENU_ITEM none = { 0 };
	PXE_DHCP_MENU_ITEM items[PXE_DHCP_MENU_ITEMS_MAX] = { none };
	PXE_DHCP_MENU built = { .cbSize = sizeof built,
				.pszPrompt = menu->prompt ? menu->prompt : "Press F8 for the menu",
				.pItems = items };
	struct extent out = { 0, 0 };

	memcpy(built.bGroup, menu->group.bAddress, sizeof built.bGroup);
	for (unsigned i = 0; i < menu->n; i++) {
		const struct menu_item *item = &menu->at[i];

		if (!may_be_of(&item->when, arch) || (!most && !is_certain(item)))
			continue;
		if (out.n < PXE_DHCP_MENU_ITEMS_MAX)
			items[out.n] = (PXE_DHCP_MENU_ITEM){ .uType = (USHORT)item->type,
							     .pszText = item->text };
		out.n++;
	}
	built.nItems = out.n < PXE_DHCP_MENU_ITEMS_MAX ? out.n : PXE_DHCP_MENU_ITEMS_MAX;
	PxeDhcpBuildMenu(&built, NULL, 0, &out.octets);
	return out;
}

static bool is_too_large(const struct extent *extent)
{
	return extent->n > PXE_DHCP_MENU_ITEMS_MAX || extent->octets > UINT8_MAX;
}

static void extent_text(const struct extent *extent, char *out, size_t size)
{
	if (extent->n > PXE_DHCP_MENU_ITEMS_MAX)
		snprintf(out, size, "has %u items, and firmware shows %u", extent->n,
			 (unsigned)PXE_DHCP_MENU_ITEMS_MAX);
	else
		snprintf(out, size,
			 "needs %u octets of option 43, which has %u: shorten its texts, or use "
			 "fewer items",
			 (unsigned)extent->octets, (unsigned)UINT8_MAX);
}

static int extent_check(const struct keys *keys, const struct menu *menu, uint16_t arch)
{
	struct extent least = extent_of(menu, arch, false), most = extent_of(menu, arch, true);
	char text[160];

	if (is_too_large(&least)) {
		extent_text(&least, text, sizeof text);
		return keys_error(keys, "menu", "for %s it %s [W0185]", PxeBootArchName(arch),
				  text);
	}
	if (is_too_large(&most)) {
		extent_text(&most, text, sizeof text);
		keys_warn(keys, "menu",
			  "for %s, if the conditions of all items hold, it %s; such a client is "
			  "given the first item [W0185]",
			  PxeBootArchName(arch), text);
	}
	return 0;
}

/* Firmware of PXE that may show a menu. */
static const uint16_t shown[] = { PXE_ARCH_X86_BIOS,     PXE_ARCH_X64_UEFI,
				  PXE_ARCH_X86_UEFI,     PXE_ARCH_ARM64_UEFI,
				  PXE_ARCH_ARM32_UEFI,   PXE_ARCH_EBC,
				  PXE_ARCH_RISCV64_UEFI, PXE_ARCH_LOONGARCH64_UEFI };

enum { N_SHOWN = sizeof shown / sizeof *shown };

static bool same_items(const struct menu *menu, uint16_t a, uint16_t b)
{
	for (unsigned i = 0; i < menu->n; i++)
		if (may_be_of(&menu->at[i].when, a) != may_be_of(&menu->at[i].when, b))
			return false;
	return true;
}

/* Was the same menu looked at for an architecture before it? */
static bool is_looked_at(const struct entry *entry, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (may_be_of(entry, shown[i]) &&
		    same_items(entry_menu(entry), shown[i], shown[number]))
			return true;
	return false;
}

static int extents_check(const struct keys *keys, const struct entry *entry)
{
	int r = 0;

	for (size_t i = 0; i < N_SHOWN; i++)
		if (may_be_of(entry, shown[i]) && !is_looked_at(entry, i) &&
		    extent_check(keys, entry_menu(entry), shown[i]) < 0)
			r = -EINVAL;
	return r;
}

/* ---- doubts ------------------------------------------------------------------------------------
 */

/* iPXE of before 2023, the ROM of many virtual machines, draws the last item below the screen. */
static void doubt_last(const struct keys *keys, const struct entry *entry)
{
	const struct menu_item *last = NULL;
	unsigned n = 0;

	if (!may_be_of(entry, PXE_ARCH_X86_BIOS))
		return;
	for (unsigned i = 0; i < entry_menu(entry)->n; i++)
		if (may_be_of(&entry_menu(entry)->at[i].when, PXE_ARCH_X86_BIOS)) {
			last = &entry_menu(entry)->at[i];
			n++;
		}
	if (n >= 2 && !last->is_local)
		keys_warn(keys, "menu",
			  "the last item, \"%s\", is not visible with iPXE of before 2023, the ROM "
			  "of "
			  "many virtual machines: put { text = \"Boot from disk\"; local = true; } "
			  "last [W0187]",
			  last->text);
}

static bool may_be_uefi(const struct entry *entry)
{
	for (size_t i = 0; i < N_SHOWN; i++)
		if (shown[i] != PXE_ARCH_X86_BIOS && may_be_of(entry, shown[i]))
			return true;
	return false;
}

static void doubt_broadcast(const struct keys *keys, const struct entry *entry)
{
	if (!entry_menu(entry)->broadcast)
		return;
	if (!may_be_of(entry, PXE_ARCH_X86_BIOS))
		keys_warn(
			keys, "menu",
			"broadcast has no effect: UEFI firmware that asks by broadcast takes the "
			"DHCP server's answer for ours, and fails, so it is told to ask this host "
			"alone [W0189]");
	else if (may_be_uefi(entry))
		keys_warn(
			keys, "menu",
			"broadcast is for x86-bios alone: UEFI firmware that asks by broadcast "
			"takes the DHCP server's answer for ours, and fails, so it is told to ask "
			"this host alone [W0189]");
}

/* Is there an architecture among these that the other may have too, and that menus are for? */
static bool meet_of(const struct archs *archs, const struct entry *other)
{
	for (size_t i = 0; i < archs->n; i++)
		if (may_be_of(other, archs->at[i]) && !PxeBootArchIsHttp(archs->at[i]))
			return true;
	return false;
}

/* May a client of the entry that is no HTTP Boot's be the item's? */
static bool may_meet(const struct entry *entry, const struct entry *when)
{
	if (entry_archs(when)->n > 0)
		return meet_of(entry_archs(when), entry);
	return entry_archs(entry)->n == 0 || meet_of(entry_archs(entry), when);
}

/* Which condition keeps an item from all clients of its entry; NULL: none does. */
static const char *kept_by(const struct entry *entry, const struct entry *when)
{
	unsigned families = entry_families(entry), wanted = entry_families(when);

	if (!may_meet(entry, when))
		return "arch";
	return families && wanted && (families & wanted) == 0 ? "family" : NULL;
}

static bool names_http(const struct entry *entry)
{
	const struct archs *archs = entry_archs(entry);

	for (size_t i = 0; i < archs->n; i++)
		if (PxeBootArchIsHttp(archs->at[i]))
			return true;
	return false;
}

static void doubt_item(const struct keys *keys, const struct entry *entry, unsigned number)
{
	const struct menu_item *item = &entry_menu(entry)->at[number];
	const char *by = kept_by(entry, &item->when);
	char path[40], label[LABEL_SIZE + 24];

	if (!by)
		return;
	snprintf(path, sizeof path, "menu\\items\\%u", number);
	snprintf(label, sizeof label, "%s.menu.items[%u]", keys->name, number);
	keys_warn_at(keys, path, label,
		     "nobody is shown \"%s\": no client of the entry has its %s%s [W0173]",
		     item->text, by, names_http(&item->when) ? ", and HTTP Boot has no menus" : "");
}

/* Items that no client of their entry is shown. */
static void doubt_unseen(const struct keys *keys, const struct entry *entry)
{
	const struct entry any = { .index = 0 };

	if (!may_meet(entry, &any)) {
		keys_warn(keys, "menu",
			  "nobody is shown it: all clients of the entry are HTTP Boot's, which has "
			  "no menus: write url = \"http://...\" [W0173]");
		return;
	}
	for (unsigned i = 0; i < entry_menu(entry)->n; i++)
		doubt_item(keys, entry, i);
}

int menu_check(const struct keys *keys, const struct entry *entry)
{
	int r = extents_check(keys, entry);

	doubt_unseen(keys, entry);
	doubt_last(keys, entry);
	doubt_broadcast(keys, entry);
	return r;
}

/* ---- with this host's addresses ----------------------------------------------------------------
 */

static bool is_ours(PXE_BOOT *boot, const PXE_BOOT_IP *ip)
{
	PXE_BOOT_LOCAL local = { .cbSize = sizeof local };

	for (ULONG i = 0; PxeBootLocal(boot, i, &local) == ERROR_SUCCESS; i++)
		if (local.Address.uAddrLen == ip->uAddrLen &&
		    memcmp(local.Address.bAddress, ip->bAddress, ip->uAddrLen) == 0)
			return true;
	return false;
}

/* A file for UEFI that is on another host than the one that the menu names for it. */
static const struct menu_item *elsewhere(const struct entry *entry, PXE_BOOT *boot)
{
	const PXE_BOOT_IP *server = &entry->gives->server.V4;

	if (entry_menu(entry)->group.uAddrLen > 0 || entry->gives->server.bAutomatic ||
	    server->uAddrLen == 0 || !may_be_uefi(entry) || is_ours(boot, server))
		return NULL;
	for (unsigned i = 0; i < entry_menu(entry)->n; i++) {
		const struct menu_item *item = &entry_menu(entry)->at[i];

		if (item->when.text && !item->has_server && may_be_uefi(&item->when))
			return item;
	}
	return NULL;
}

void menus_tell(HANDLE provider, const struct settings *settings, PXE_BOOT *boot)
{
	struct told told = { 0, 0 };
	const struct keys keys = { provider, NULL, "settings", &told };

	for (uint32_t i = 0; i < settings->n_entries; i++) {
		const struct entry *entry = &settings->entries[i];
		const struct menu_item *item = entry_menu(entry) ? elsewhere(entry, boot) : NULL;

		if (item)
			told_at(provider, &told, PXE_TRACE_WARNING,
				entry_file_of(entry, settings->file), item->when.line,
				"boot[%u].menu: UEFI firmware loads the file of \"%s\" from this "
				"host, which the menu names for it, and not from server: let this "
				"host serve it, or write multicast [W0188]",
				entry->index, item->text);
	}
	keys_tell_rest(&keys);
}
