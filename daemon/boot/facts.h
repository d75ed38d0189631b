/* What a client says of itself in its first request, kept: its gaps on port 4011 are filled from
 * it.
 */
#pragma once

#include "boot/octets.h"

enum { FACTS_TEXTS = 128 };

struct facts {
	uint16_t arch;
	bool has_arch, ipxe, has_uuid, has_mac;
	uint8_t uuid[16], mac[6];
	uint8_t n_vendor_classes, n_user_classes;
	uint8_t texts[FACTS_TEXTS]; /* the classes, each with its length before it */
};

/** Keeps what the client says. */
void facts_take(struct facts *facts, const PXE_BOOT_CLIENT *client);
/**
 * Fills what the client leaves out: architecture (93, 61), UUID (97), MAC (option 79 of a relay),
 * user classes (77, 15), vendor classes (60, 16) that only begin as they did, and that it is iPXE
 * (175). The client then points into *facts.
 */
void facts_fill(const struct facts *facts, PXE_BOOT_CLIENT *client);
