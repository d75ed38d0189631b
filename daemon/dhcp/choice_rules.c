/* no allocation · no lock · no log */
/* What the rules of all kinds of firmware share. */
#include "dhcp/choice_rules.h"

#include <strings.h>

#include "dhcp/pxe43.h"

bool choice_is_usable(const struct chooser *c, size_t i)
{
	return c->choice->fate[i] == OFFER_UNUSED;
}

int choice_first(const struct chooser *c, bool with_address, bool (*is)(const struct offer *offer))
{
	for (size_t i = 0; i < c->n; i++)
		if (choice_is_usable(c, i) && c->offers[i].has_address == with_address &&
		    is(&c->offers[i]))
			return (int)i;
	return -1;
}

void choice_rest(const struct chooser *c, bool with_address, enum offer_fate fate)
{
	for (size_t i = 0; i < c->n; i++)
		if (choice_is_usable(c, i) && c->offers[i].has_address == with_address)
			c->choice->fate[i] = fate;
}

void choice_take(const struct chooser *c, int lease, int boot)
{
	struct choice *choice = c->choice;

	choice->lease = lease;
	choice->boot = boot;
	if (lease >= 0)
		choice->fate[lease] = OFFER_LEASE;
	if (boot >= 0)
		choice->fate[boot] = lease == boot ? OFFER_LEASE_AND_BOOT : OFFER_BOOT;
}

/* ---- what it comes to -------------------------------------------------------------------------
 */

void choice_end(const struct chooser *c, enum choice_result result)
{
	c->choice->step = CHOICE_END;
	c->choice->result = result;
}

void choice_end_without(const struct chooser *c)
{
	choice_end(c, c->n == 0              ? CHOICE_NOBODY
		      : c->choice->lease < 0 ? CHOICE_NO_LEASE
					     : CHOICE_NO_BOOT);
}

static bool is_scheme(struct span file, const char *scheme)
{
	size_t len = strlen(scheme);

	return file.len > len && strncasecmp((const char *)file.at, scheme, len) == 0;
}

static bool is_http(struct span file)
{
	return is_scheme(file, "http://") || is_scheme(file, "https://");
}

/* Why this client does not fetch such a name; OPEN: it does. */
static enum choice_result refuses(const struct made_client *client, struct span file)
{
	if (client->http)
		return is_http(file) ? CHOICE_OPEN : CHOICE_BAD_URL;
	if (client->firmware == MADE_IPXE)
		return client->family == IP_V4 || offer_is_url(file) ? CHOICE_OPEN : CHOICE_BAD_URL;
	if (client->family == IP_V4)
		return offer_is_url(file) ? CHOICE_URL_FOR_PXE : CHOICE_OPEN;
	if (is_http(file))
		return CHOICE_URL_FOR_PXE;
	return is_scheme(file, "tftp://") ? CHOICE_OPEN : CHOICE_BAD_URL;
}

void choice_fetch(const struct chooser *c, struct span file, struct ip server,
		  enum choice_result result)
{
	enum choice_result why = refuses(c->client, file);

	if (file.len == 0) { /* what there is besides a name, this kind does not go by */
		choice_end(c, result == CHOICE_ANSWERED ? CHOICE_NO_FILE : CHOICE_NO_BOOT);
		return;
	}
	c->choice->file = file;
	c->choice->server = server;
	if (why == CHOICE_OPEN && server.family == IP_NONE && !offer_is_url(file))
		why = CHOICE_NO_NEXT_SERVER;
	choice_end(c, why == CHOICE_OPEN ? result : why);
}

/* ---- menus ------------------------------------------------------------------------------------
 */

/* The item that is taken where nobody touches a key. False: none, or it is the local disk. */
static bool take_item(const struct chooser *c, const struct offer *offer)
{
	bool has_item = offer_first_item(offer, &c->choice->item);

	if (!has_item)
		choice_end(c, CHOICE_NO_MENU);
	else if (c->choice->item.type == 0)
		choice_end(c, CHOICE_LOCAL);
	return has_item && c->choice->item.type != 0;
}

static void ask_item(const struct chooser *c, struct ip to)
{
	c->choice->step = CHOICE_ITEM;
	c->choice->to = to;
}

/* iPXE tries them all: multicast, broadcast, and the list. The list first is the shortest way. */
void choice_menu(const struct chooser *c, const struct offer *offer)
{
	struct ip to = { .family = IP_NONE };
	bool is_listed;

	if (!take_item(c, offer))
		return;
	is_listed = offer_server_of(offer, c->choice->item.type, &to);
	if (!is_listed && !(offer->control & PXE43_NO_MULTICAST) && offer->group.family != IP_NONE)
		ask_item(c, offer->group);
	else if (is_listed || !(offer->control & PXE43_NO_BROADCAST))
		ask_item(c, to);
	else
		choice_end(c, CHOICE_NO_LIST);
}

void choice_menu_edk2(const struct chooser *c, const struct offer *offer)
{
	bool by_multicast = !(offer->control & PXE43_NO_MULTICAST),
	     by_broadcast = !by_multicast && !(offer->control & PXE43_NO_BROADCAST);
	struct ip to = { .family = IP_NONE };

	if (!take_item(c, offer))
		return;
	if (by_multicast && offer->group.family == IP_NONE)
		choice_end(c, CHOICE_NO_GROUP);
	else if (by_multicast)
		ask_item(c, offer->group);
	else if (by_broadcast || offer_server_of(offer, c->choice->item.type, &to))
		ask_item(c, to);
	else
		choice_end(c, CHOICE_NO_LIST);
}

void choice_discover_edk2(const struct chooser *c, const struct offer *offer,
			  enum choice_result result)
{
	bool at_once = offer->has_control && offer->control & PXE43_DOWNLOAD_NOW;

	if (at_once && offer->file.len > 0)
		choice_fetch(c, offer->file,
			     offer->next_server.family ? offer->next_server : offer->server_id,
			     result);
	else if (offer->menu.len > 0)
		choice_menu_edk2(c, offer);
	else
		choice_end(c, at_once ? CHOICE_AT_ONCE : CHOICE_NO_MENU);
}

/* ---- port 4011 --------------------------------------------------------------------------------
 */

static struct ip ask_ip6(const struct offer *offer)
{
	static const uint8_t all_agents[16] = { 0xff, 0x02, [13] = 1, [15] = 2 };
	struct ip host;
	bool is_address;

	(void)offer_url_host(offer->file, &is_address, &host);
	return is_address ? host : ip_v6(all_agents);
}

static struct ip ask_ip(const struct chooser *c, const struct offer *offer)
{
	if (c->client->family == IP_V6)
		return ask_ip6(offer);
	if (c->client->firmware == MADE_IPXE || offer->next_server.family == IP_NONE)
		return offer->server_id;
	return offer->next_server;
}

void choice_ask(const struct chooser *c)
{
	struct choice *choice = c->choice;

	choice->step = CHOICE_ASK;
	choice->boot = choice->ask[choice->asked];
	choice->to = ask_ip(c, &c->offers[choice->boot]);
}
