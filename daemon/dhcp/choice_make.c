/* no allocation · no lock · no log */
/* What firmware chooses: by the rules of its kind, and on behind what it has asked. */
#include "dhcp/choice_rules.h"

#include "dhcp/pxe43.h"

/* ---- which offers count -----------------------------------------------------------------------
 */

static bool is_offer(const struct chooser *c, const struct offer *offer)
{
	if (c->client->family == IP_V6)
		return offer->type == DHCP6_ADVERTISE;
	return offer->type == DHCP4_OFFER || offer->type == DHCP4_NO_TYPE; /* BOOTP */
}

static bool has_server(const struct chooser *c, const struct offer *offer)
{
	return c->client->family == IP_V6 ? offer->duid.len > 0
					  : offer->server_id.family != IP_NONE;
}

/* Why firmware of every kind drops it; UNUSED: it does not. */
static enum offer_fate sift(const struct chooser *c, const struct offer *offer)
{
	enum offer_class wanted = c->client->http ? OFFER_CLASS_HTTP : OFFER_CLASS_PXE;

	if (!is_offer(c, offer))
		return OFFER_NOT_OFFER;
	if (offer->is_refused)
		return OFFER_REFUSED;
	if (!has_server(c, offer))
		return OFFER_NO_SERVER_ID;
	if (offer->has_address || offer->class == wanted)
		return OFFER_UNUSED;
	return offer->class == OFFER_CLASS_NONE ? OFFER_NO_CLASS : OFFER_OTHER_CLASS;
}

/* ---- behind a question ------------------------------------------------------------------------
 */

/* What an item's server answers. iPXE takes only what repeats the item, and is on a server. */
static void take_item_answer(const struct chooser *c, const struct offer *answer)
{
	struct choice *choice = c->choice;
	struct ip server = answer->next_server;

	if (c->client->firmware == MADE_IPXE &&
	    (!answer->has_item || answer->item != choice->item.type)) {
		choice_end(c, CHOICE_NO_ANSWER);
		return;
	}
	if (c->client->firmware == MADE_EDK2 && choice->to.family != IP_NONE &&
	    !ip_is_multicast(&choice->to))
		server = choice->to; /* EDK2 fetches from whom it asked, whatever siaddr says */
	if (answer->file.len > 0)
		choice_fetch(c, answer->file, server, CHOICE_ANSWERED);
	else
		choice_end(c, CHOICE_NO_FILE);
}

/* True when there is one more who can be asked. */
static bool ask_next(const struct chooser *c)
{
	struct choice *choice = c->choice;

	if (choice->asked + 1 >= choice->n_ask)
		return false;
	choice->fate[choice->boot] = OFFER_UNUSED;
	choice->asked++;
	choice->fate[choice->ask[choice->asked]] = OFFER_BOOT;
	choice_ask(c);
	return true;
}

/* iPXE boots then by what the DHCP server says. */
static void end_unanswered(const struct chooser *c, enum choice_result result)
{
	struct choice *choice = c->choice;
	const struct offer *lease = &c->offers[choice->lease];

	if (c->client->firmware == MADE_IPXE && lease->file.len > 0)
		choice_fetch(c, lease->file, lease->next_server, CHOICE_LEASE_FILE);
	else
		choice_end(c, result == CHOICE_NO_ANSWER && choice->lease == choice->boot
				      ? CHOICE_LEASE_SILENT
				      : result);
}

static bool says_how(const struct chooser *c, const struct offer *answer)
{
	if (c->client->firmware != MADE_IPXE)
		return answer->file.len > 0 || answer->has_discovery;
	return answer->menu.len > 0 ||
	       (answer->file.len > 0 &&
		(answer->next_server.family != IP_NONE || offer_is_url(answer->file)));
}

/* In iPXE the boot file of the lease's settings stands before one of the same priority. */
static bool lease_comes_first(const struct chooser *c, const struct offer *answer)
{
	const struct offer *lease = &c->offers[c->choice->lease];

	return c->client->firmware == MADE_IPXE && lease->file.len > 0 &&
	       lease->priority >= answer->priority;
}

static void take_answer(const struct chooser *c, const struct offer *answer)
{
	const struct offer *lease = &c->offers[c->choice->lease];
	struct ip server = answer->next_server;
	bool at_once = answer->control & PXE43_DOWNLOAD_NOW;

	if (c->client->firmware == MADE_EDK2 && answer->has_discovery) {
		choice_discover_edk2(c, answer, CHOICE_ANSWERED);
	} else if (answer->menu.len > 0 && !(at_once && answer->file.len > 0)) {
		if (c->client->firmware == MADE_IPXE && c->client->arch != PXE_ARCH_X86_BIOS)
			choice_end(c, CHOICE_EFI_MENU);
		else
			choice_menu(c, answer);
	} else if (lease_comes_first(c, answer)) {
		choice_fetch(c, lease->file, lease->next_server, CHOICE_LEASE_FILE);
	} else {
		if (server.family == IP_NONE)
			server = answer->server_id;
		choice_fetch(c, answer->file, server, CHOICE_ANSWERED);
	}
}

static void go_on(const struct chooser *c, const struct offer *answer)
{
	if (c->choice->step == CHOICE_ITEM) {
		if (answer)
			take_item_answer(c, answer);
		else
			choice_end(c, CHOICE_NO_ANSWER);
	} else if (answer && says_how(c, answer)) {
		take_answer(c, answer);
	} else if (!ask_next(c)) {
		end_unanswered(c, answer ? CHOICE_NO_FILE : CHOICE_NO_ANSWER);
	}
}

void choice_go_on(const struct made_client *client, const struct offer *offers,
		  const struct offer *answer, struct choice *choice)
{
	struct chooser c = { .client = client, .offers = offers, .choice = choice };

	if (choice->step != CHOICE_END)
		go_on(&c, answer);
}

void choice_make(const struct made_client *client, const struct offer *offers, size_t n,
		 struct choice *out)
{
	struct chooser c = { .client = client, .offers = offers, .choice = out };

	c.n = n < CHOICE_OFFERS_MAX ? n : CHOICE_OFFERS_MAX;
	*out = (struct choice){ .lease = -1, .boot = -1 };
	for (size_t i = 0; i < c.n; i++)
		out->fate[i] = sift(&c, &offers[i]);
	if (client->http)
		choose_http(&c);
	else if (client->firmware == MADE_IPXE)
		choose_ipxe(&c);
	else if (client->firmware == MADE_ROM)
		choose_rom(&c);
	else
		choose_edk2(&c);
}
