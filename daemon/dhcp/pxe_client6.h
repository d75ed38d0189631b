/* What a DHCPv6 packet says about the client that sent it: read once, used by the rows, by the
 * filters and by the log.
 *
 * RFC 8415 (DUIDs, classes, elapsed time), RFC 5970 §3.3 (architecture), RFC 6939 (MAC through a
 * relay), RFC 6355 (UUID). Spans point into the packet.
 */
#pragma once

#include "base/ip.h"
#include "dhcp/dhcp6_relay.h"

/* The options that a client's message may have; firmware sends some 8. What a message costs must
 * not be its sender's choice. */
enum { PXE_CLIENT6_OPTIONS_MAX = 64 };

enum pxe6_class { PXE6_CLASS_NONE, PXE6_CLASS_PXE, PXE6_CLASS_HTTP };
enum pxe6_server_id { PXE6_SERVER_ID_ABSENT, PXE6_SERVER_ID_OURS, PXE6_SERVER_ID_FOREIGN };

/* What the reader has to know about us. */
struct pxe_client6_self {
	struct span duid;         /* ours; empty: every server id is foreign */
	const struct span *alias; /* prefixes of further vendor classes that count as PXEClient */
	unsigned n_aliases;
};

struct pxe_client6 {
	struct span message; /* the client's own message, innermost when relayed */
	uint8_t type;
	uint32_t xid;

	/* How it came. */
	uint8_t n_relays; /* 0: from the client itself */
	bool relay_port;  /* the outermost relay sent option 135: answer to its source port */
	struct ip peer;   /* whom the innermost relay heard, or IP_NONE */
	struct ip link;   /* the client's link as the relays name it, or IP_NONE */

	/* Who. */
	struct span duid;        /* option 1; `at` is NULL when absent */
	struct span server_duid; /* option 2, likewise */
	enum pxe6_server_id server_id;
	bool has_mac, has_uuid;
	uint8_t mac[6];   /* of DUID-LLT or DUID-LL, else of option 79 of the innermost relay; the
			   * caller may know another one */
	uint8_t uuid[16]; /* of DUID-UUID, in its own octet order; not blank */

	/* What. */
	enum pxe6_class class;
	struct span vendor_class; /* the item that gave `class`; else the first item; or at NULL */
	uint32_t enterprise;      /* of the option 16 that holds vendor_class */
	struct span user_class;   /* the value of option 15: items, see dhcp6_item_next() */
	struct span archs;        /* the value of option 61: 16-bit codes, or at NULL */
	bool has_arch;            /* `arch` is known */
	bool arch_from_class;     /* without option 61: from the digits in vendor_class */
	uint16_t arch;            /* the first of `archs` that IANA lists, else the first */
	bool is_ipxe;             /* an item of user_class is "iPXE", in either case */

	/* Asks for. */
	bool wants_url, wants_param; /* 59, 60 in option 6 */
	bool has_ia;                 /* options 3, 4 or 25 */
	bool has_elapsed;
	uint32_t elapsed_ms; /* option 8 */
};

/** True for a client that shows by class or by asking for option 59 that it wants to boot. */
static inline bool pxe_client6_boots(const struct pxe_client6 *client)
{
	return client->class != PXE6_CLASS_NONE || client->wants_url;
}

/**
 * Reads a datagram as it came: unwraps a RELAY-FORW, then reads the client's message in one pass.
 *
 * PXEClient and HTTPClient count under enterprise 343 only, aliases under any. Unknown options
 * are passed over, and so is what has the wrong shape inside an option that fits: the client is
 * then as one without it. Only what it is answered by must be right.
 *
 * Returns 0 or DHCP6_E_MALFORMED: a relay chain that dhcp6_relay_parse() or dhcp6_relay_hops_ok()
 * refuses; a message shorter than its header; options that do not fill it; options 1 or 2 twice,
 * or no DUID in them; more options than PXE_CLIENT6_OPTIONS_MAX. *out is then as far as it was
 * read: for the log only.
 */
int pxe_client6_read(struct span datagram, const struct pxe_client6_self *self,
		     struct pxe_client6 *out);
