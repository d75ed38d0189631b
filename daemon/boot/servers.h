/* Which server a client's files are on. */
#pragma once

#include "boot/given.h"
#include "boot/kit.h"

/** Chooses the client's of the answer's servers, of which there are several. The home's lock is
 * held. */
void servers_pick(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client, struct given *given);
