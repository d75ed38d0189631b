/* What a request says about the machine that sent it: the same for IPv4 and IPv6. The caller sees
 * PXE_BOOT_CLIENT; what only an answer needs is behind it, in `struct rest`.
 */
#pragma once

#include <wdspxe-boot.h>

#include "boot/facts.h"
#include "boot/kit.h"

enum { CLIENT_SCRATCH = 1024, UUID_LEN = 16, MAC_LEN = 6 };

/* How a client is found in what is remembered. */
struct identity {
	uint8_t kind;
	uint64_t keys[MEMORY_KEYS]; /* by its name, by its UUID; 0: it has none */
};

struct rest {
	HANDLE handle;
	uint8_t *packet; /* read only; the getters take it without const */
	ULONG len;
	uint16_t port;                /* ours, that it came to */
	bool pxe_port;                /* which is 4011 */
	bool arch_said;               /* by 93 or 61, and not only concluded */
	bool asks_item;               /* a boot item, of which we serve none */
	bool trial;                   /* a first contact that must not write what is remembered */
	bool wants_url, wants_params; /* IPv6: option 6 names 59, 60 */
	uint8_t alias;                /* 1 + its place in options.classes; 0: none */
	PXE_BOOT_OCTETS class_text;   /* what said the class */
	PXE_BOOT_OCTETS class_echo;   /* how an answer names that class */
	PXE_BOOT_OCTETS key; /* what it is known by: chaddr, or its client id where it has none */
	PXE_BOOT_OCTETS sent_uuid, sent_id; /* IPv4: options 97 and 61 as they came */
	size_t scratch_used;
	struct identity identity;
	/* What follows need not be zero. */
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

_Static_assert(sizeof(struct rest) <= sizeof(((PXE_BOOT_CLIENT *)0)->Kit),
	       "it has its place there");

/* What the callback was given. */
struct request {
	HANDLE handle;
	uint8_t *packet;
	ULONG len;
	const PXE_ADDRESS *local, *remote;
};

/**
 * Reads a DHCPv4 request. False where it is not for us: no class that we serve, a boot item (we
 * serve no boot server type), no message type, or an exchange that nobody here answers. *out begins
 * cleared.
 */
bool client4_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out);

/* A DHCPv6 request, and the relays around it. */
struct request6 {
	PXE_DHCPV6_NESTED_RELAY_MESSAGE relays[PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT];
	ULONG n_relays;
	uint8_t *message; /* the client's, inside the packet */
	ULONG len;
};

/** Takes the relays off. False: it is malformed. *out begins with n_relays 0. */
bool request6_read(uint8_t *packet, ULONG len, struct request6 *out);
/** Reads a DHCPv6 request. False where it is malformed, without sign of network boot, or of an
 * exchange that nobody here answers. *out begins cleared. */
bool client6_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out);

/* For the two readers. */

/** Takes one vendor class into account: what class it is, and how it is echoed. */
void client_take_class(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS vendor_class);
/** Chooses the architecture: the first code that an entry names, else the first that is known; the
 * digits in the class where there are no codes. After the classes: they decide whether the code is
 * one of HTTP Boot. */
void client_take_archs(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS codes);
/** Takes a user class into account. */
void client_take_user_class(PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS user_class);
/** Takes a UUID into account, unless it is one octet repeated (zeros, ones), or banned. */
void client_take_uuid(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, const uint8_t *uuid);
