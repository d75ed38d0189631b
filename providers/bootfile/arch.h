/* Client architectures: option 93 of DHCPv4, option 61 of DHCPv6, one registry (IANA "Processor
 * Architecture Types"). The names are those that wdspxed(8) logs: cpu-firmware, and -http where
 * the client speaks HTTP Boot.
 */
#pragma once

#include "octets.h"

enum { ARCH_X86_BIOS = 0, ARCH_X64_UEFI = 7, ARCH_EBC = 9 };

/** The name of a code; NULL for one that is not in the registry. */
const char *arch_name(uint16_t arch);

/** The code of a name (exact). False, *out untouched, for any other text. */
bool arch_parse(const char *name, uint16_t *out);

/** The code of the same machine where it speaks HTTP Boot, or where it does not: 7 and 16 are such
 * a pair. A code that has no other half stays. */
uint16_t arch_by_class(uint16_t arch, bool http);

/** The name that somebody meant who wrote another: a mistyped one, dnsmasq's, or a common one.
 * NULL: no idea. */
const char *arch_meant(const char *name);

/** True for a client that speaks HTTP Boot. */
bool arch_is_http(uint16_t arch);

/** True for the UEFI PXE clients, many of which take a boot file on port 4011 only. */
bool arch_wants_redirect(uint16_t arch);

/** The five digits behind "Arch:" in a vendor class. False, *out untouched, when there are none. */
bool arch_of_class(struct octets vendor_class, uint16_t *out);
