/* Who asks, read out of the packet by the decoder: what the firmware says of itself. Pure. */
#pragma once

#include <stdint.h>

#include "base/ip.h"
#include "base/span.h"

/* Texts are plain (base/plain.h); "" and 0 where the packet does not say it. */
struct journey_client {
	char type[32]; /* "DISCOVER" */
	char vendor_class[160], user_class[80];
	struct ip lease_server, lease; /* of whom it asks an address, and which (options 54, 50) */
	uint32_t undi_major, undi_minor;
	bool is_ipxe;
	char ipxe_version[16];
	char ipxe_features[256]; /* "dns http tftp" */
};

/** Any octets may be given. */
void journey_client_read(struct span packet, uint8_t family, struct journey_client *out);
/** "UEFI firmware, PXE, UNDI 3.0"; `arch` NULL: it does not say. Returns `out`. */
const char *journey_client_words(const struct journey_client *client, const uint16_t *arch,
				 char *out, size_t size);
