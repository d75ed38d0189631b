/* What a server's answer offers to a client that wants to boot: the facts that firmware looks at.
 *
 * For whoever has collected the answers of a network, not for the daemon's own: RFC 2131, RFC 8415,
 * PXE 2.1, RFC 5970, and option 175 of iPXE. Everything is borrowed from the packet.
 */
#pragma once

#include "base/ip.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

enum offer_class {
	OFFER_CLASS_NONE,
	OFFER_CLASS_PXE,  /* PXEClient */
	OFFER_CLASS_HTTP, /* HTTPClient */
};

struct offer {
	struct endpoint from;
	unsigned after_ms; /* the request */

	uint8_t type;          /* enum dhcp4_type or dhcp6_type */
	bool has_address;      /* it gives one: a lease server's */
	struct ip address;     /* the first that it gives */
	bool is_refused;       /* DHCPv6: a status says that there is none */
	struct ip server_id;   /* option 54; IP_NONE: absent or 0 */
	struct span duid;      /* option 2 */
	struct ip next_server; /* siaddr; IP_NONE: 0 */

	enum offer_class class;
	struct span class_text; /* all of it */
	struct span file;       /* option 67, the header's name or option 59; may be a URL */
	bool has_dns;
	int priority;          /* of iPXE: 175.1 */
	bool is_without_proxy; /* of iPXE: 175.176, wait for no boot server */

	/* Of option 43, read only where the class is PXEClient. */
	bool has_discovery; /* one of the tags 6 to 10 */
	bool has_control;
	uint8_t control;           /* tag 6 */
	struct span menu, servers; /* tags 9, 8 */
	struct ip group;           /* tag 7 */
	bool has_item;
	uint16_t item; /* tag 71: its type */
};

/** Reads an answer of DHCPv4. 0, or DHCP4_E_MALFORMED: it is no answer that can be read. */
int offer_read4(struct span packet, struct offer *out);
/** Reads an answer of DHCPv6, not through a relay. 0, or DHCP6_E_MALFORMED. */
int offer_read6(struct span packet, struct offer *out);

/* What stands first in a menu: what is booted when nobody touches a key. */
struct offer_item {
	uint16_t type;
	struct span text;
};

/** The menu's first item. False: there is none that can be read. */
bool offer_first_item(const struct offer *offer, struct offer_item *out);
/** The first server of that type, by tag 8. False: none is listed. */
bool offer_server_of(const struct offer *offer, uint16_t type, struct ip *out);

/** True for "http://..." and the like. */
bool offer_is_url(struct span file);
/** The host of a URL: what stands between "//" and the next "/" or port, without brackets;
 * *is_address where it is one. Empty: it is no URL, or it names none. */
struct span offer_url_host(struct span url, bool *is_address, struct ip *address);
