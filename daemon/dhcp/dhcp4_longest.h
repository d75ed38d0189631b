/* What of a packet takes the most room: for whoever is told to shorten it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum {
	DHCP4_LONGEST = 3,
	DHCP4_LONG = 16, /* octets of an option that are worth naming */
	DHCP4_LONGEST_TEXT = 80,
};

/* The longest options, the longest first; 0 octets: there are no more. */
struct dhcp4_longest {
	uint8_t code[DHCP4_LONGEST];
	uint16_t len[DHCP4_LONGEST]; /* of all with that code, without code and length */
};

/** Those of at least DHCP4_LONG octets, in the main area. */
void dhcp4_longest_find(struct span packet, struct dhcp4_longest *out);
/** ", of which option 43 takes 204, option 67 90"; "" where there are none. Returns `out`. */
const char *dhcp4_longest_text(const struct dhcp4_longest *longest,
			       char out[static DHCP4_LONGEST_TEXT]);
