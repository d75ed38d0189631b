/* no allocation · no lock · no log */
/* What iPXE chooses, as the ROM of a card and after a chain load. */
#include "dhcp/choice_rules.h"

#include "dhcp/pxe43.h"

/* It waits so long for boot servers when it has an address: two seconds, told by a timer that runs
 * out after the first and the third. */
enum { PROXY_WAIT_MS = 3000 };

/* Whatever has the class can be its boot server, a DHCP server too; of the same priority, the
 * later. */
static void hear(const struct chooser *c, size_t i)
{
	const struct offer *offer = &c->offers[i];
	struct choice *choice = c->choice;

	if (offer->has_address &&
	    (choice->lease < 0 || offer->priority >= c->offers[choice->lease].priority))
		choice->lease = (int)i;
	if (offer_is_pxe(offer) &&
	    (choice->boot < 0 || offer->priority >= c->offers[choice->boot].priority))
		choice->boot = (int)i;
}

/* It ends its waiting with the first packet after which it has both, or after its time. */
static bool has_heard_enough(const struct chooser *c)
{
	const struct choice *choice = c->choice;

	return choice->lease >= 0 &&
	       (choice->boot >= 0 || c->offers[choice->lease].is_without_proxy);
}

/* How many it hears. */
static size_t hear_all(const struct chooser *c)
{
	size_t i = 0;

	for (; i < c->n; i++) {
		if (c->choice->lease >= 0 && c->offers[i].after_ms > PROXY_WAIT_MS)
			break;
		if (choice_is_usable(c, i))
			hear(c, i);
		if (has_heard_enough(c))
			return i + 1;
	}
	return i;
}

static enum offer_fate fate_beside(const struct chooser *c, const struct offer *offer, int chosen)
{
	if (chosen < 0)
		return OFFER_UNUSED;
	return offer->priority < c->offers[chosen].priority ? OFFER_PRIORITY : OFFER_REPLACED;
}

static void tell_fates(const struct chooser *c, size_t heard)
{
	struct choice *choice = c->choice;
	int lease = choice->lease, boot = choice->boot;

	choice_take(c, lease, boot);
	for (size_t i = 0; i < c->n; i++) {
		const struct offer *offer = &c->offers[i];

		if (!choice_is_usable(c, i))
			continue;
		if (i >= heard)
			choice->fate[i] = OFFER_LATE;
		else
			choice->fate[i] = fate_beside(c, offer, offer->has_address ? lease : boot);
	}
}

static bool is_complete(const struct offer *offer)
{
	return offer->menu.len > 0 || (offer->file.len > 0 && offer->next_server.family != IP_NONE);
}

static bool shows_menu(const struct offer *offer)
{
	bool skips = offer->control & PXE43_DOWNLOAD_NOW && offer->file.len > 0;

	return span_equal(offer->class_text, span_str("PXEClient")) && offer->menu.len > 0 &&
	       !skips;
}

/* The settings of both; of the same priority, those of the lease stand first. */
static void boot_by_settings(const struct chooser *c, const struct offer *lease,
			     const struct offer *boot)
{
	struct choice *choice = c->choice;

	if (lease->file.len > 0 && lease != boot &&
	    (boot->file.len == 0 || lease->priority >= boot->priority)) {
		choice->fate[choice->boot] = OFFER_BEHIND_LEASE;
		choice_take(c, choice->lease, choice->lease);
		choice_fetch(c, lease->file, lease->next_server, CHOICE_LEASE_FILE);
		return;
	}
	choice_fetch(c, boot->file, boot->next_server,
		     lease == boot ? CHOICE_LEASE_FILE : CHOICE_FILE);
}

static void boot_by_both(const struct chooser *c)
{
	struct choice *choice = c->choice;
	const struct offer *lease = &c->offers[choice->lease], *boot = &c->offers[choice->boot];

	if (!is_complete(boot)) {
		choice->ask[choice->n_ask++] = (uint8_t)choice->boot;
		choice_ask(c);
	} else if (!shows_menu(boot)) {
		boot_by_settings(c, lease, boot);
	} else if (c->client->arch != PXE_ARCH_X86_BIOS) {
		choice_end(c, CHOICE_EFI_MENU);
	} else {
		choice_menu(c, boot);
	}
}

static void boot_by_lease(const struct chooser *c)
{
	const struct offer *lease = &c->offers[c->choice->lease];

	if (lease->file.len == 0) {
		choice_end_without(c);
		return;
	}
	choice_take(c, c->choice->lease, c->choice->lease);
	choice_fetch(c, lease->file, lease->next_server, CHOICE_LEASE_FILE);
}

static bool is_any(const struct offer *offer)
{
	(void)offer;
	return true;
}

/* Over IPv6 it knows no boot servers: the first address, and the URL beside it. */
static void choose_ipxe6(const struct chooser *c)
{
	choice_take(c, choice_first(c, true, is_any), -1);
	choice_rest(c, true, OFFER_OTHER_LEASE);
	if (c->choice->lease < 0)
		choice_end_without(c);
	else
		boot_by_lease(c);
}

void choose_ipxe(const struct chooser *c)
{
	struct choice *choice = c->choice;

	if (c->client->family == IP_V6) {
		choose_ipxe6(c);
		return;
	}
	tell_fates(c, hear_all(c));
	if (choice->lease < 0)
		choice_end_without(c);
	else if (choice->boot >= 0 && !c->offers[choice->lease].is_without_proxy)
		boot_by_both(c);
	else
		boot_by_lease(c);
}
