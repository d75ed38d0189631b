/* A made-up client: the packets that network boot firmware of a kind sends, for whoever plays one
 * (explain, probe, the host for tests, the bench).
 *
 * The octets, their order too, are those that three kinds of firmware were seen to send
 * (tests/fixtures/captures): a BIOS ROM, EDK2, and iPXE. A member that is left 0 is what such a
 * firmware sends by itself. Pure: no allocation, no clock, no randomness; who plays a client gives
 * it its transaction ids.
 */
#pragma once

#include <stdbool.h>

#include "base/ip.h"
#include "base/span.h"

enum made_firmware { MADE_ROM, MADE_EDK2, MADE_IPXE };

enum made_message {
	MADE_DISCOVER,      /* DISCOVER to port 67; SOLICIT to 547 */
	MADE_LEASE_REQUEST, /* REQUEST to 67, Request to 547: it takes the lease */
	MADE_BOOT_REQUEST,  /* REQUEST to 4011, in both families: it asks for the boot file */
	MADE_INFORM,        /* INFORM to 67, Information-request to 547: it has an address */
};

/* An option that a client has beside its firmware's, or in place of it. */
struct made_option {
	uint16_t code;
	struct span value;
};

enum { MADE_OPTIONS_MAX = 8 };

struct made_client {
	uint8_t family; /* IP_V4 or IP_V6 */
	enum made_firmware firmware;
	uint16_t arch;    /* as the option says it: 7 for PXE, 16 for HTTP Boot */
	bool no_arch;     /* without the option, and without digits in the class */
	bool http;        /* HTTPClient, not PXEClient */
	uint8_t mac[6];   /* Ethernet */
	bool has_uuid;    /* else: none in the packet */
	uint8_t uuid[16]; /* in the order of its text */

	struct span vendor_class; /* in place of the firmware's */
	struct span user_class;   /* "iPXE", for iPXE, unless given */
	struct span ipxe;         /* the value of option 175, iPXE's features */
	struct span client_id;    /* DHCPv4's option 61; iPXE has one of its own */
	struct span duid;         /* DHCPv6 */

	uint32_t xid; /* of DHCPv6, the lower 24 bits */
	uint16_t secs;
	uint16_t max_size; /* DHCPv4's option 57 */
	uint32_t iaid;     /* DHCPv6 */

	/* Of all but the first message. */
	struct ip address;       /* its own: what it was offered, or has */
	struct span offered_ia;  /* DHCPv6: the IA_NA (option 3) that it takes, as it was offered */
	struct ip server;        /* DHCPv4's option 54: whom it asks; IP_NONE: nobody by name */
	struct span server_duid; /* the same in DHCPv6 */
	bool has_item;           /* DHCPv4, on 4011: it asks for an item of a menu */
	uint16_t item_type, layer; /* of it */

	/* Of a relay between the client and the server; IP_NONE: none. */
	struct ip relay;           /* giaddr; the link-address of a RELAY-FORW */
	struct ip peer;            /* the client's own address, as a DHCPv6 relay says it */
	struct span circuit_id;    /* of option 82; a RELAY-FORW's option 18 */
	struct span remote_id;     /* of option 82; 37, which begins with an enterprise number */
	struct span subscriber_id; /* of option 82; 38 */
	bool link_layer;           /* a DHCPv6 relay tells the MAC (option 79) */

	struct made_option option[MADE_OPTIONS_MAX]; /* code 0: none */
};

enum { MADE_PACKET_MAX = 1472 };

/** iPXE where `ipxe`; else a BIOS ROM where the architecture is 0, and EDK2 for all others. */
enum made_firmware made_firmware_of(uint16_t arch, bool ipxe);

/* The ports that a message is sent from and to. */
struct made_ports {
	uint16_t from, to;
};

/**
 * Writes the client's message, and in *ports, which may be NULL, from which port to which it goes:
 * a relay sends from 67 or 547; on 4011 nothing is relayed. Returns its length; 0 where it does not
 * fit into `size` octets or no such client exists: another family, a value longer than its option
 * can be.
 */
size_t made_client_write(const struct made_client *client, enum made_message message, uint8_t *out,
			 size_t size, struct made_ports *ports);
