/* no allocation · no lock · no log */
/* What a BIOS ROM of PXE 2.1 chooses that is not iPXE's. */
#include "dhcp/choice_rules.h"

#include "dhcp/pxe43.h"

static bool is_plain(const struct offer *offer)
{
	return !offer_is_pxe(offer);
}

static bool is_plain_with_file(const struct offer *offer)
{
	return is_plain(offer) && offer->file.len > 0;
}

/* It takes no boot server's offer without siaddr (tests/fixtures/captures/bios-etherboot*). */
static void drop_without_server(const struct chooser *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (choice_is_usable(c, i) && !c->offers[i].has_address &&
		    c->offers[i].next_server.family == IP_NONE)
			c->choice->fate[i] = OFFER_NO_NEXT_SERVER;
}

static void boot_by(const struct chooser *c, const struct offer *offer, enum choice_result result)
{
	if (offer->file.len > 0 && offer->control & PXE43_DOWNLOAD_NOW) {
		choice_fetch(c, offer->file, offer->next_server, result);
	} else if (offer->menu.len > 0) {
		choice_menu(c, offer);
	} else {
		c->choice->ask[c->choice->n_ask++] = (uint8_t)c->choice->boot;
		choice_ask(c);
	}
}

void choose_rom(const struct chooser *c)
{
	int own = choice_first(c, true, offer_is_pxe), lease, boot, named;

	drop_without_server(c);
	lease = own >= 0 ? own : choice_first(c, true, is_plain);
	boot = own >= 0 ? own : choice_first(c, false, offer_is_pxe);
	named = choice_first(c, true, is_plain_with_file);
	if (lease >= 0 && boot < 0 && named >= 0)
		lease = boot = named;
	choice_take(c, lease, boot);
	choice_rest(c, true, OFFER_OTHER_LEASE);
	choice_rest(c, false, own >= 0 ? OFFER_BEHIND_CLASS : OFFER_OTHER_BOOT);
	if (lease < 0 || boot < 0)
		choice_end_without(c);
	else if (boot == named && lease == named)
		choice_fetch(c, c->offers[named].file, c->offers[named].next_server,
			     CHOICE_LEASE_FILE);
	else
		boot_by(c, &c->offers[boot], lease == boot ? CHOICE_LEASE_FILE : CHOICE_FILE);
}
