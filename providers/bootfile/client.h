/* What a request says about the machine that sent it: the same for IPv4 and IPv6, so that entries
 * are compared with either. All spans point into the packet, the reader's scratch, the settings, or
 * what is recalled.
 */
#pragma once

#include <wdspxe.h>

#include "settings.h"

enum client_class { CLASS_NONE, CLASS_PXE, CLASS_HTTP };

enum { CLIENT_LIST_MAX = 8, CLIENT_SCRATCH = 1024, FACTS_TEXTS = 128 };

/* What a client said of itself, kept; see facts.h. */
struct facts {
	uint16_t arch;
	bool has_arch, ipxe, has_uuid, has_mac;
	uint8_t uuid[UUID_LEN], mac[MAC_LEN];
	uint8_t n_vendor_classes, n_user_classes;
	uint8_t texts[FACTS_TEXTS]; /* the classes, each with its length before it */
};

struct client {
	unsigned family; /* FAMILY_4 or FAMILY_6 */
	uint8_t type;    /* DHCP message type, of its family */
	bool pxe_port;   /* it came to 4011 */
	bool relayed;
	bool asks_item; /* a boot item, of which we serve none */

	enum client_class class;  /* an alias counts as CLASS_PXE */
	struct octets class_text; /* what said it */
	struct octets class_echo; /* how an answer names that class */
	uint8_t alias;            /* 1 + its place in settings->classes; 0: none */

	struct octets vendor_classes[CLIENT_LIST_MAX]; /* option 60; the items of option 16 */
	struct octets user_classes[CLIENT_LIST_MAX];   /* option 77; the items of option 15 */
	size_t n_vendor_classes, n_user_classes;
	bool ipxe; /* by its user class, or by option 175 */

	bool has_arch;
	bool arch_said; /* by 93 or 61, and not only concluded */
	uint16_t arch;

	struct octets key;   /* what it is known by: chaddr, or its client id where it has none */
	struct octets mac;   /* MAC_LEN octets, or none */
	struct octets duid;  /* IPv6 */
	const uint8_t *uuid; /* UUID_LEN octets; NULL: none, or one that identifies nobody */
	struct octets sent_uuid, sent_id; /* IPv4: options 97 and 61 as they came */

	struct address local;   /* ours, on the interface that it came in on */
	struct address network; /* an address in the client's network */
	uint32_t waited_s;      /* how long it has tried */
	struct facts recalled;  /* what fills the gaps of its request, where something does */
};

/* What the callback was given. */
struct request {
	HANDLE handle;
	uint8_t *packet; /* read only; the getters take it without const */
	ULONG len;
	const PXE_ADDRESS *local, *remote;
};

/**
 * Reads a DHCPv4 request. False where it is not for us: no class that we serve, a boot item (we
 * serve no boot server type), or no message type. `scratch` receives options that came in parts;
 * *out begins zeroed.
 */
bool client4_read(const struct settings *settings, const struct request *request,
		  uint8_t scratch[CLIENT_SCRATCH], struct client *out);

/* A DHCPv6 request, the relays around it, and what only an answer to it needs. */
struct request6 {
	PXE_DHCPV6_NESTED_RELAY_MESSAGE relays[PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT];
	ULONG n_relays;
	uint8_t *message; /* the client's, inside the packet */
	ULONG len;
	struct octets server_id;      /* option 2, or none */
	bool wants_url, wants_params; /* option 6 names 59, 60 */
};

/** Reads a DHCPv6 request. False where it is malformed, or without sign of network boot. Both outs
 * begin zeroed. */
bool client6_read(const struct settings *settings, const struct request *request,
		  struct request6 *out6, struct client *out);

/* For the two readers. */

/** Takes one vendor class into account: what class it is, and how it is echoed. */
void client_take_class(const struct settings *settings, struct client *client,
		       struct octets vendor_class);
/** Chooses the architecture: the first code that an entry names, else the first that is known; the
 * digits in the class where there are no codes. After the classes: they decide whether the code is
 * one of HTTP Boot. */
void client_take_archs(const struct settings *settings, struct client *client, struct octets codes);
/** Takes a user class into account. */
void client_take_user_class(struct client *client, struct octets user_class);
/** Takes a UUID into account, unless it is one octet repeated (zeros, ones), or banned. */
void client_take_uuid(const struct settings *settings, struct client *client, const uint8_t *uuid);
/** The address in a PXE_ADDRESS. */
struct address address_of(const PXE_ADDRESS *from);
