/* no allocation · no lock · no log */
/* What EDK2 chooses, for PXE and for HTTP Boot. */
#include "dhcp/choice_rules.h"

/* EDK2's kinds of offers: with tags of discovery, it boots by the offer; without, it asks on 4011.
 */
static bool is_told(const struct offer *offer)
{
	return offer_is_pxe(offer) && offer->has_discovery;
}

static bool is_redirect(const struct offer *offer)
{
	return offer_is_pxe(offer) && !offer->has_discovery;
}

static bool is_plain(const struct offer *offer)
{
	return !offer_is_pxe(offer);
}

static bool is_plain_with_file(const struct offer *offer)
{
	return is_plain(offer) && offer->file.len > 0;
}

/* The DHCP server boots the client itself, or says so. */
static void follow_lease(const struct chooser *c, int lease)
{
	choice_take(c, lease, lease);
	choice_rest(c, true, OFFER_BEHIND_CLASS);
	choice_rest(c, false, OFFER_BEHIND_CLASS);
	if (c->offers[lease].has_discovery) {
		choice_discover_edk2(c, &c->offers[lease], CHOICE_LEASE_FILE);
		return;
	}
	c->choice->ask[c->choice->n_ask++] = (uint8_t)lease;
	choice_ask(c);
}

/* A boot server that tells how to boot in its offer. Of several the first; none that redirects. */
static void follow_told(const struct chooser *c, int lease, int boot)
{
	choice_take(c, lease, boot);
	for (size_t i = 0; i < c->n; i++)
		if (choice_is_usable(c, i) && !c->offers[i].has_address &&
		    is_redirect(&c->offers[i]))
			c->choice->fate[i] = OFFER_REDIRECT;
	choice_rest(c, true, OFFER_OTHER_LEASE);
	choice_rest(c, false, OFFER_OTHER_BOOT);
	choice_discover_edk2(c, &c->offers[boot], CHOICE_FILE);
}

/* All that redirect, one after the other, until one answers. */
static void follow_redirects(const struct chooser *c, int lease, int boot)
{
	struct choice *choice = c->choice;

	choice_take(c, lease, boot);
	choice->ask[choice->n_ask++] = (uint8_t)boot;
	for (size_t i = 0; i < c->n; i++)
		if (choice_is_usable(c, i) && !c->offers[i].has_address)
			choice->ask[choice->n_ask++] = (uint8_t)i;
	choice_rest(c, true, OFFER_OTHER_LEASE);
	choice_rest(c, false, OFFER_NEXT);
	choice_ask(c);
}

static void follow_plain(const struct chooser *c, int lease)
{
	int named = choice_first(c, true, is_plain_with_file);

	choice_take(c, named >= 0 ? named : lease, named);
	choice_rest(c, true, OFFER_OTHER_LEASE);
	if (named < 0)
		choice_end_without(c);
	else
		choice_fetch(c, c->offers[named].file,
			     c->offers[named].next_server.family ? c->offers[named].next_server
								 : c->offers[named].server_id,
			     CHOICE_LEASE_FILE);
}

void choose_edk2(const struct chooser *c)
{
	int lease = choice_first(c, true, is_plain);
	int told = choice_first(c, false, is_told);
	int redirect = choice_first(c, false, is_redirect);
	int own = choice_first(c, true, is_told);

	if (own < 0 && (lease < 0 || told < 0))
		own = choice_first(c, true, is_redirect);
	if (own >= 0)
		follow_lease(c, own);
	else if (lease >= 0 && told >= 0)
		follow_told(c, lease, told);
	else if (lease >= 0 && redirect >= 0)
		follow_redirects(c, lease, redirect);
	else
		follow_plain(c, lease);
}

/* ---- HTTP Boot --------------------------------------------------------------------------------
 */

enum url { URL_NONE, URL_OF_ADDRESS, URL_OF_NAME };

static enum url url_of(const struct offer *offer)
{
	struct ip unused;
	bool is_address = false;

	if (offer->class != OFFER_CLASS_HTTP ||
	    offer_url_host(offer->file, &is_address, &unused).len == 0)
		return URL_NONE;
	return is_address ? URL_OF_ADDRESS : URL_OF_NAME;
}

static bool has_address_url(const struct offer *offer)
{
	return url_of(offer) == URL_OF_ADDRESS;
}

static bool has_name_url(const struct offer *offer)
{
	return url_of(offer) == URL_OF_NAME;
}

static bool has_name_url_and_dns(const struct offer *offer)
{
	return has_name_url(offer) && offer->has_dns;
}

static bool is_any(const struct offer *offer)
{
	(void)offer;
	return true;
}

static bool is_with_dns(const struct offer *offer)
{
	return offer->has_dns;
}

/* Of class HTTPClient, but nothing to go to. */
static void drop_without_url(const struct chooser *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct offer *offer = &c->offers[i];

		if (!choice_is_usable(c, i) || offer->class != OFFER_CLASS_HTTP)
			continue;
		if (url_of(offer) == URL_NONE)
			c->choice->fate[i] = OFFER_NO_URL;
		else if (offer->has_address && has_name_url(offer) && !offer->has_dns)
			c->choice->fate[i] = OFFER_NO_DNS;
	}
}

static void follow_url(const struct chooser *c, int lease, int boot)
{
	choice_take(c, lease, boot);
	choice_rest(c, true, OFFER_OTHER_LEASE);
	choice_rest(c, false, lease == boot ? OFFER_BEHIND_CLASS : OFFER_OTHER_BOOT);
	choice_fetch(c, c->offers[boot].file, c->offers[boot].next_server, CHOICE_URL);
}

void choose_http(const struct chooser *c)
{
	int own, lease, dns, boot;

	drop_without_url(c);
	own = choice_first(c, true, has_address_url);
	if (own < 0)
		own = choice_first(c, true, has_name_url_and_dns);
	lease = choice_first(c, true, is_any);
	dns = choice_first(c, true, is_with_dns);
	boot = choice_first(c, false, has_address_url);
	if (own < 0 && boot < 0 && dns >= 0) {
		boot = choice_first(c, false, has_name_url);
		lease = dns;
	}
	if (own >= 0) {
		follow_url(c, own, own);
	} else if (lease >= 0 && boot >= 0) {
		follow_url(c, lease, boot);
	} else {
		choice_take(c, lease, -1);
		choice_rest(c, false, lease >= 0 ? OFFER_NO_DNS : OFFER_UNUSED);
		choice_rest(c, true, OFFER_OTHER_LEASE);
		choice_end_without(c);
	}
}
