/* A provider's reply on its way out under the DHCP rules: how big it may be, and what it still
 * lacks for the road.
 *
 * RFC 1542 §2.1 (300 octets), §5.4 (broadcast by relays), RFC 2132 §9.10 (57), RFC 3046 §2.1-2.2
 * (82 last, as it came), RFC 6842.
 */
#pragma once

#include "dhcp/dhcp4_route.h"

enum {
	DHCP4_REPLY_MIN = 300,   /* what old relays take */
	DHCP4_REPLY_PLAIN = 548, /* a client without option 57 */
	DHCP4_REPLY_MAX = 1472   /* one Ethernet frame */
};

/**
 * The largest UDP payload for a client whose option 57 says `max_size` (0: absent): 57 below 576
 * counts as 576; the headers' 28 octets off; never above 1472.
 */
size_t dhcp4_reply_max(uint16_t max_size);

/**
 * Finishes the reply in place where it is a valid DHCPv4 reply (dhcp4_is_valid); any other is left
 * as it is.
 *
 * Sets BROADCAST where yiaddr is 0, the request came in on 67 and the reply goes to port 68 or a
 * relay. Appends the request's option 82, every part as it came, last before END where the reply
 * has none. Pads with zeros behind END to 300 octets. The size that the client asked for is the
 * caller's test, before: a relay takes option 82 off again.
 *
 * Returns 0 and the length in *out_len (also for a reply left alone), or DHCP4_E_TOO_BIG, reply and
 * *out_len untouched, when the result exceeds `cap`, or with option 82 added, 1472 octets.
 */
int dhcp4_reply_finish(struct span request, const struct dhcp4_index *request_index,
		       const struct dhcp4_route *route, uint8_t *reply, size_t len, size_t cap,
		       size_t *out_len);

/* What a reply lacks that PXE and HTTP Boot firmware wants; several may hold. */
enum {
	DHCP4_REPLY_NO_DHCP = 1 << 0,      /* no BOOTREPLY with a cookie; nothing else is told */
	DHCP4_REPLY_NO_TYPE = 1 << 1,      /* no option 53 */
	DHCP4_REPLY_NO_SERVER_ID = 1 << 2, /* no option 54 */
	DHCP4_REPLY_NO_CLASS = 1 << 3,     /* no option 60 */
	DHCP4_REPLY_NO_END = 1 << 4, /* the options run to the end of the packet, or past it */
};

/** Reads a reply as its client would. Returns the facts above, 0 for none. */
unsigned dhcp4_reply_check(struct span reply);

/** The lowest fact that is set, in words; "" for 0. */
const char *dhcp4_reply_fact_text(unsigned facts);
