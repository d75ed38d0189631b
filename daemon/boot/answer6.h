/* DHCPv6 answers, as packets. */
#pragma once

#include "boot/given.h"
#include "boot/kit.h"

/** Builds the answer in a packet of the API's. NULL and *status: there can be none, and the reason
 * was said. The lock is held. */
PVOID answer6_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    struct given *given, ULONG *len, DWORD *status);
