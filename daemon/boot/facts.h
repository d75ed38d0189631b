/* What a client says of itself in its first request, kept: its gaps on port 4011 are filled from
 * it.
 */
#pragma once

#include "boot/rest.h"

/** Keeps what the client says. */
void facts_take(struct facts *facts, const PXE_BOOT_CLIENT *client);
/**
 * Fills what the client leaves out: architecture (93, 61), UUID (97), MAC (option 79 of a relay),
 * user classes (77, 15), vendor classes (60, 16) that only begin as they did, that it is iPXE
 * (175), and the options that the provider wants. The client then points into *facts, which is its
 * own (rest.recalled).
 */
void facts_fill(const struct facts *facts, PXE_BOOT_CLIENT *client);
