/* Why a packet was refused, or what of it had to be mended, in words: for the log and the operator.
 */
#pragma once

#include <stddef.h>

#include "base/ip.h"
#include "base/span.h"

enum { DHCP_FAULT_MAX = 96 };

/** Which field of a packet made dhcp4_mend() refuse it (DHCP4_E_MALFORMED), in words; *at: where it
 * is, from the packet's first octet. Returns text. */
const char *dhcp4_fault(struct span packet, char text[static DHCP_FAULT_MAX], size_t *at);
/** The same of what dhcp4_mend() has changed (DHCP4_MENDED): `packet` as it came. */
const char *dhcp4_mended(struct span packet, char text[static DHCP_FAULT_MAX], size_t *at);
/** The same of what pxe_client6_read() refuses. */
const char *dhcp6_fault(struct span packet, char text[static DHCP_FAULT_MAX], size_t *at);

/** The same of what is refused of this family. */
static inline const char *dhcp_fault(uint8_t family, struct span packet,
				     char text[static DHCP_FAULT_MAX], size_t *at)
{
	return family == IP_V6 ? dhcp6_fault(packet, text, at) : dhcp4_fault(packet, text, at);
}

/* For the files that say it. */

/** Notes the place, and what is wrong there, cut to DHCP_FAULT_MAX. Returns `text`. */
const char *fault_say(char text[static DHCP_FAULT_MAX], size_t *at, size_t place,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));
