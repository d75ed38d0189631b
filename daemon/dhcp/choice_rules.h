/* The rules of each kind of firmware, and what they share. Internal to choice*.c. */
#pragma once

#include "dhcp/choice.h"

/* One choice under way. */
struct chooser {
	const struct made_client *client;
	const struct offer *offers;
	size_t n;
	struct choice *choice;
};

void choose_edk2(const struct chooser *c);
void choose_http(const struct chooser *c);
void choose_ipxe(const struct chooser *c);
void choose_rom(const struct chooser *c);

/** Ends with a result. */
void choice_end(const struct chooser *c, enum choice_result result);
/** Ends with a file, from that server where it is no URL; or with why this client does not fetch
 * it: none is named, too.
 */
void choice_fetch(const struct chooser *c, struct span file, struct ip server,
		  enum choice_result result);
/** Asks for the first item of the offer's menu, as iPXE and ROMs do: by whatever way there is. */
void choice_menu(const struct chooser *c, const struct offer *offer);
/** The same as EDK2: by the one way that its option 43 says. */
void choice_menu_edk2(const struct chooser *c, const struct offer *offer);
/** Boots by what an offer or an answer on 4011 with discovery tags says. */
void choice_discover_edk2(const struct chooser *c, const struct offer *offer,
			  enum choice_result result);

/** True for an offer that the client looks at. */
bool choice_is_usable(const struct chooser *c, size_t i);
/** The first that is so, -1: none. `with_address`, and what `is` says of it. */
int choice_first(const struct chooser *c, bool with_address, bool (*is)(const struct offer *offer));
/** Those still unused get this fate, with an address or without. */
void choice_rest(const struct chooser *c, bool with_address, enum offer_fate fate);
/** Takes a lease, and who boots the client: -1, none; both may be one. */
void choice_take(const struct chooser *c, int lease, int boot);
/** Ends where there is no lease, or nothing to boot by. */
void choice_end_without(const struct chooser *c);
/** Asks the one whose turn it is on port 4011; there is one. */
void choice_ask(const struct chooser *c);

static inline bool offer_is_pxe(const struct offer *offer)
{
	return offer->class == OFFER_CLASS_PXE;
}
