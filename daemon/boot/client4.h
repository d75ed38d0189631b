/* Reading DHCPv4 requests. */
#pragma once

#include "boot/reading.h"

/**
 * Reads a DHCPv4 request. False where it is not for us: no class that we serve, no message type, or
 * an exchange that nobody here answers. *out begins cleared.
 */
bool client4_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out);
