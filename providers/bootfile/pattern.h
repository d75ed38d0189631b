/* What a condition in the settings is compared with: the text that an admin writes, read once. */
#pragma once

#include "octets.h"

enum { MAC_LEN = 6, UUID_LEN = 16, DUID_MAX = 130 };

/* An Ethernet address, or how it begins. */
struct mac_pattern {
	uint8_t at[MAC_LEN];
	uint8_t n; /* octets that count; MAC_LEN: the whole address */
};

/* A UUID as text has two forms on the wire: firmware sends the first three fields with their octets
 * turned, as in SMBIOS; a DUID-UUID has them in order. Either matches. */
struct uuid_pattern {
	uint8_t turned[UUID_LEN];
	uint8_t straight[UUID_LEN];
};

struct subnet_pattern {
	PXE_BOOT_IP base;
	uint8_t bits;
};

struct duid_pattern {
	uint8_t at[DUID_MAX];
	uint8_t len;
};

/* Each reads the whole text. False, *out unspecified, where it is anything else. */

/** 00:11:22:33:44:55, 0011.2233.4455 or 001122334455; or for a beginning 00:11:22:*, where more `*`
 * may follow up to six octets. `-` for `:` is as good. */
bool mac_parse(const char *text, struct mac_pattern *out);
/** 3b6c1a52-7f0e-4d8b-9a41-525400770001 (braces or none), or 32 digits in the order on the wire. */
bool uuid_parse(const char *text, struct uuid_pattern *out);
/** 10.1.0.0/16, fd77::/64; without a length, one address, which does not end in 0: there the
 * length was forgotten. */
bool subnet_parse(const char *text, struct subnet_pattern *out);
/** Hexadecimal octets, 3 to 130 of them, with or without `:` or `-` between. */
bool duid_parse(const char *text, struct duid_pattern *out);
/** An address of either family. */
bool address_parse(const char *text, PXE_BOOT_IP *out);

/** The address as text, IPv6 without brackets. */
void address_text(const PXE_BOOT_IP *address, char out[64]);
/** Clears the bits behind the subnet's length. */
void subnet_clear_host(struct subnet_pattern *subnet);

bool mac_matches(const struct mac_pattern *pattern, PXE_BOOT_OCTETS mac);
bool uuid_matches(const struct uuid_pattern *pattern, const uint8_t uuid[UUID_LEN]);
bool subnet_holds(const struct subnet_pattern *subnet, const PXE_BOOT_IP *address);
