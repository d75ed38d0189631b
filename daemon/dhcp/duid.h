/* DHCP unique identifiers, RFC 8415 §11: a 2-octet type and what identifies. Compared as opaque
 * octets; only our own is ever built, and only link-layer and UUID forms are looked into.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

enum {
	DUID_MIN = 3, /* the type and one octet */
	DUID_MAX = 130,
	DUID_UUID_LEN = 18,
};

enum { DUID_LLT = 1, DUID_EN = 2, DUID_LL = 3, DUID_UUID = 4 };

static inline bool duid_ok(struct span duid)
{
	return duid.len >= DUID_MIN && duid.len <= DUID_MAX;
}

/**
 * Builds a DUID-UUID (RFC 6355) from 16 octets of the caller's randomness: they become a random
 * UUID (version 4, RFC 4122 §4.4), so six of their bits are overwritten.
 */
void duid_from_random(const uint8_t octets[static 16], uint8_t out[static DUID_UUID_LEN]);

/** The link-layer address in a DUID-LLT or DUID-LL of Ethernet (hardware type 1, 6 octets). */
bool duid_mac(struct span duid, uint8_t out[static 6]);

/** The UUID in a DUID-UUID, in its own octet order. */
bool duid_uuid(struct span duid, uint8_t out[static 16]);

/**
 * Reads pairs of hexadecimal digits, in either case, with colons between them or not. False, with
 * *out_len as it was, when it is no such text or its length is not that of a DUID.
 */
bool duid_parse(const char *text, uint8_t out[static DUID_MAX], size_t *out_len);
