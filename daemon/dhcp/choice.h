/* What network boot firmware does with the answers that it collects: whose address it takes, by
 * whose word it boots, whom it asks next, and why not the others.
 *
 * The rules are those that firmware was seen to apply, not those of a document: EDK2's (PXE and
 * HTTP Boot), iPXE's, and those of a BIOS ROM of PXE 2.1. A client is a made-up one
 * (dhcp/made_client.h), by its firmware, family, class and architecture. Pure: no clock, no memory.
 */
#pragma once

#include "dhcp/made_client.h"
#include "dhcp/offer.h"

enum { CHOICE_OFFERS_MAX = 16 }; /* EDK2 keeps no more */

/* What becomes of an offer: X(symbol, text). The text goes on after "it": "10.0.0.2: taken: ...".
 */
#define OFFER_FATES(X)                                                                             \
	X(UNUSED, "not used")                                                                      \
	X(LEASE, "the client takes this address")                                                  \
	X(BOOT, "the client boots by it")                                                          \
	X(LEASE_AND_BOOT, "the client takes this address, and boots by it")                        \
	X(NEXT, "the client asks it if those before it do not answer")                             \
	X(OTHER_LEASE, "not used: another address came first")                                     \
	X(OTHER_BOOT, "not used: another boot server's offer came first")                          \
	X(REPLACED, "not used: a later offer of the same priority replaced it (iPXE)")             \
	X(PRIORITY, "not used: another has a higher priority in option 175 (iPXE)")                \
	X(LATE, "not used: the client had chosen before it came")                                  \
	X(REDIRECT, "not used: an offer that has the boot file comes before one that does not")    \
	X(BEHIND_LEASE, "not used: the boot file of the DHCP server comes first (iPXE)")           \
	X(BEHIND_CLASS, "not used: the DHCP server says itself that it boots the client")          \
	X(NO_SERVER_ID, "dropped: it names no server (option 54; DHCPv6: 2)")                      \
	X(NO_CLASS, "dropped: no address, and no class of boot servers (option 60; DHCPv6: 16)")   \
	X(OTHER_CLASS, "dropped: its class is for the other of PXE and HTTP Boot")                 \
	X(NO_URL, "dropped: it has the class HTTPClient, and no URL of http or https")             \
	X(NO_DNS, "dropped: its URL has a name, and the DHCP server gives no DNS server")          \
	X(NO_NEXT_SERVER, "not used: it names no server to get anything from (siaddr is 0)")       \
	X(REFUSED, "dropped: it says that it has no address for the client")                       \
	X(NOT_OFFER, "dropped: it is no OFFER (DHCPv6: no ADVERTISE)")

enum offer_fate {
#define X(symbol, text) OFFER_##symbol,
	OFFER_FATES(X)
#undef X
};

const char *offer_fate_text(enum offer_fate fate);

/* What comes of it all: X(symbol, boots, text). */
#define CHOICES(X)                                                                                 \
	X(OPEN, false, "it has not been chosen")                                                   \
	X(FILE, true, "the offer names the boot file")                                             \
	X(LEASE_FILE, true, "the DHCP server's own offer names the boot file")                     \
	X(ANSWERED, true, "the answer on port 4011 names the boot file")                           \
	X(URL, true, "the offer names the URL")                                                    \
	X(NOBODY, false, "nobody answered")                                                        \
	X(NO_LEASE, false, "no DHCP server offers an address")                                     \
	X(NO_BOOT, false, "nobody offers to boot this client")                                     \
	X(NO_ANSWER, false,                                                                        \
	  "nobody answered on port 4011: the firmware says PXE-E16 or PXE-E18, or times out")      \
	X(LEASE_SILENT, false,                                                                     \
	  "the DHCP server says PXEClient, so the client asks port 4011 of its host, where "       \
	  "nobody "                                                                                \
	  "answers")                                                                               \
	X(NO_FILE, false, "the answer on port 4011 names no boot file")                            \
	X(AT_ONCE, false, "its option 43 says to boot at once, and it names no file (PXE-E21)")    \
	X(NO_MENU, false,                                                                          \
	  "its option 43 has neither a menu nor the word to boot at once (PXE-E21)")               \
	X(LOCAL, false, "the first item of the menu is the local disk")                            \
	X(NO_LIST, false, "its option 43 lists no server for the first item (PXE-E07)")            \
	X(NO_GROUP, false, "its option 43 wants multicast, and names no group (PXE-E99)")          \
	X(EFI_MENU, false,                                                                         \
	  "iPXE in UEFI knows no PXE menus, and boots nothing where there is one")                 \
	X(NO_NEXT_SERVER, false, "the boot file is on no server: siaddr is 0")                     \
	X(URL_FOR_PXE, false, "a URL is named, and this firmware fetches by TFTP only")            \
	X(BAD_URL, false, "what is named is no URL of a kind that this firmware fetches")

enum choice_result {
#define X(symbol, boots, text) CHOICE_##symbol,
	CHOICES(X)
#undef X
};

const char *choice_text(enum choice_result result);
bool choice_boots(enum choice_result result);

/* What the client does next. */
enum choice_step {
	CHOICE_END,  /* nothing: `result` says what has come of it */
	CHOICE_ASK,  /* ask offers[boot] on port 4011 for the file */
	CHOICE_ITEM, /* ask for the item of a menu, and boot what is answered */
};

struct choice {
	enum choice_step step;
	enum choice_result result;
	int lease, boot; /* offers; -1: none */
	enum offer_fate fate[CHOICE_OFFERS_MAX];
	uint8_t ask[CHOICE_OFFERS_MAX]; /* whom it asks, in order; `asked` of them were */
	size_t n_ask, asked;
	struct offer_item item; /* of CHOICE_ITEM */
	struct ip to;           /* whom to ask on port 4011; of a multicast group too; IP_NONE: by
				 * broadcast to port 67 */
	struct span file;       /* what is fetched, and from whom by TFTP; empty: nothing */
	struct ip server;
};

/** Chooses among offers in the order in which they came; those above CHOICE_OFFERS_MAX do not
 * count. What is borrowed from the offers stays borrowed. */
void choice_make(const struct made_client *client, const struct offer *offers, size_t n,
		 struct choice *out);

/** Goes on behind a step, with the answer to what was asked; NULL: none came. */
void choice_go_on(const struct made_client *client, const struct offer *offers,
		  const struct offer *answer, struct choice *choice);
