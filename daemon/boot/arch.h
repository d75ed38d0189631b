/* Client architectures: what the kit itself asks about one. The registry is in <wdspxe-numbers.h>.
 */
#pragma once

#include "boot/octets.h"

/** The code of the same machine where it speaks HTTP Boot, or where it does not: 7 and 16 are such
 * a pair. A code that has no other half stays. */
uint16_t arch_by_class(uint16_t arch, bool http);

/** True for the UEFI PXE clients, many of which take a boot file on port 4011 only. */
bool arch_wants_redirect(ULONG arch);

/** The five digits behind "Arch:" in a vendor class. False, *out untouched, when there are none. */
bool arch_of_class(PXE_BOOT_OCTETS vendor_class, uint16_t *out);
