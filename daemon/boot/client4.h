/* Reading DHCPv4 requests. */
#pragma once

#include "boot/reading.h"

/**
 * Reads a DHCPv4 request. False where it is not for us: no class that we serve, no message type, or
 * an exchange that nobody here answers. *out begins cleared.
 */
bool client4_read(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out);

/** Reads what is each machine's own, where all else in *out is what a request of the same kind
 * (PxeDhcpKind) to the same address said, moved to this one's octets. */
void client4_read_own(const PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *out);
