/* A hash that a sender of packets cannot aim, for he sees no hash: octets are mixed, eight at a
 * step, by 64 × 64 → 128 bit products of words under a secret of this instance. */
#pragma once

#include "octets.h"

struct hash_secret {
	uint64_t k0, k1;
};

/** Draws a secret. 0, or -errno where the kernel has no random octets for us. */
int hash_secret_init(struct hash_secret *out);

/** The hash of some octets; `kind` keeps apart what the octets mean (a MAC, a UUID ...). */
uint64_t hash_keyed(const struct hash_secret *secret, uint8_t kind, struct octets octets);
