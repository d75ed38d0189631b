/* Client architectures: option 93 of DHCPv4, option 61 of DHCPv6. The registry is in
 * <wdspxe-numbers.h>, with one set of names for configuration, logs and tools.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <wdspxe-numbers.h>

#include "base/span.h"

/** The name of a code; NULL for one that is not known. */
const char *pxe_arch_name(uint16_t arch);
/** The code of the same machine where it speaks HTTP Boot, or where it does not: 7 and 16 are such
 * a pair. A code that has no other half stays. */
uint16_t pxe_arch_by_class(uint16_t arch, bool http_class);
