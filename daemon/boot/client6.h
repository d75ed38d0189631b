/* Reading DHCPv6 requests. */
#pragma once

#include "boot/reading.h"

/** Reads a DHCPv6 request. False where it is malformed, without sign of network boot, or of an
 * exchange that nobody here answers. *out begins cleared. */
bool client6_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out);
