/* DHCPv4 answers, as packets. */
#pragma once

#include "boot/given.h"
#include "boot/kit.h"
#include "boot/menu.h"

/** Builds the answer in a packet of the API's. NULL and *status: there can be none, and the reason
 * was said. `turn`: what the answer's menu came to; NULL: none is in question. The lock is held. */
PVOID answer4_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    struct given *given, const struct menu_turn *turn, ULONG *len, DWORD *status);
