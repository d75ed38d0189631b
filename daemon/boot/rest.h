/* What the kit knows of a client. The caller sees PXE_BOOT_CLIENT; what only an answer needs is
 * behind it, in `struct rest`.
 */
#pragma once

#include "boot/octets.h"

enum { CLIENT_SCRATCH = 1024, UUID_LEN = 16, MAC_LEN = 6, IDENTITY_KEYS = 2, FACTS_TEXTS = 128 };
enum { FACTS_OPTIONS = 160 };

/* Which option of a request. */
struct option_name {
	uint16_t code;
	uint8_t sub; /* IPv4: the code in its value; 0: the whole value */
};

/* An option that the request has, or that the client said when it was offered something. */
struct said {
	struct option_name name;
	uint8_t in; /* SAID_...: at which octets it is */
	uint16_t at, len;
};

enum { SAID_IN_PACKET, SAID_IN_SCRATCH, SAID_IN_FACTS };

/* How a client is found in what is remembered: by its name, by its UUID. */
struct identity {
	uint8_t kind;
	uint64_t keys[IDENTITY_KEYS]; /* 0: it has none */
};

/* What a client says of itself in its first request: what fills the gaps of its later ones. */
struct facts {
	uint16_t arch;
	bool has_arch, ipxe, has_uuid, has_mac;
	uint8_t uuid[UUID_LEN], mac[MAC_LEN];
	uint8_t n_vendor_classes, n_user_classes;
	uint8_t texts[FACTS_TEXTS]; /* the classes, each with its length before it */
	uint8_t n_options;
	uint8_t options[FACTS_OPTIONS]; /* those that the provider wants: facts.c */
};

struct rest {
	HANDLE handle;
	uint8_t *packet; /* read only; the getters take it without const */
	ULONG len;
	uint16_t port;  /* ours, that it came to */
	bool pxe_port;  /* which is 4011 */
	bool arch_said; /* by 93 or 61, and not only concluded */
	bool asks_item; /* of a menu: option 43, 71 */
	uint16_t item_type, item_layer;
	bool offered;                 /* no first contact, and there is one that is remembered */
	bool trial;                   /* a first contact that must not write what is remembered */
	bool wants_url, wants_params; /* IPv6: option 6 names 59, 60 */
	bool names_network;           /* IPv4: 82.5 or 118 does, and is believed */
	uint8_t alias;                /* 1 + its place in options.classes; 0: none */
	uint8_t n_said;               /* options that the provider wants, and that there are */
	/* IPv4: how many octets of UDP payload the client takes, and how many of them the options
	 * of its relays will need */
	uint16_t room, relays;
	uint16_t scratch_used;
	uint32_t forgotten;         /* changes of the memory when it was forgotten; 0: it was not */
	PXE_BOOT_OCTETS class_text; /* what said the class */
	PXE_BOOT_OCTETS class_echo; /* how an answer names that class */
	PXE_BOOT_OCTETS key; /* what it is known by: chaddr, or its client id where it has none */
	PXE_BOOT_OCTETS sent_uuid, sent_id; /* IPv4: options 97 and 61 as they came */
	struct identity identity;
	/* What follows need not be zero. */
	struct said said[PXE_BOOT_WANTED_MAX];
	struct facts recalled;           /* what fills the gaps of its request, if something does */
	uint8_t scratch[CLIENT_SCRATCH]; /* options that came in parts */
};

static inline struct rest *client_rest(PXE_BOOT_CLIENT *client)
{
	return (struct rest *)(void *)client->Kit.bOctets;
}

static inline const struct rest *client_rest_of(const PXE_BOOT_CLIENT *client)
{
	return (const struct rest *)(const void *)client->Kit.bOctets;
}

/** Adds an option; `value` lies in the packet, in the scratch or in what is recalled. More than
 * there is room for are not added. */
void rest_say(struct rest *rest, struct option_name name, PXE_BOOT_OCTETS value);
/** Its octets. */
PXE_BOOT_OCTETS rest_said(const struct rest *rest, const struct said *said);
/** NULL: there is none. */
const struct said *rest_find(const struct rest *rest, struct option_name name);

_Static_assert(sizeof(struct rest) <= sizeof(((PXE_BOOT_CLIENT *)0)->Kit),
	       "it has its place there");
