/* What a condition in the settings is compared with: the text that an admin writes, read once. */
#pragma once

#include "octets.h"

enum { MAC_LEN = 6, UUID_LEN = 16, DUID_MAX = 130, ID_MAX = 255 };

/* An Ethernet address, how it begins, or some of its octets. */
struct mac_pattern {
	uint8_t at[MAC_LEN];
	uint8_t n;    /* leading octets that count; MAC_LEN: the whole address */
	uint8_t more; /* a bit for each of those behind them that counts too */
};

/* A UUID as text has two forms on the wire: firmware sends the first three fields with their octets
 * turned, as in SMBIOS; a DUID-UUID has them in order. Either matches. */
struct uuid_pattern {
	uint8_t turned[UUID_LEN];
	uint8_t open; /* octets at the text's end that any UUID fits; 0: the whole UUID */
	bool one;     /* it is written as it is on the wire: in order, it is the same */
};

struct subnet_pattern {
	PXE_BOOT_IP base;
	uint8_t bits;
};

struct duid_pattern {
	uint8_t at[DUID_MAX];
	uint8_t len;
};

/* Octets that somebody calls a client, or a port: all of them, or how they begin. */
struct id_pattern {
	uint8_t at[ID_MAX];
	uint8_t len;
	bool begins, is_text;
};

/* A version of two numbers. */
struct version_pattern {
	uint8_t major, minor;
	bool any_minor;
};

/* Where a request came to: an address, or one of a network; or an interface. */
struct target {
	struct subnet_pattern subnet;
	char interface[PXE_BOOT_INTERFACE_SIZE]; /* may end in `*`; "": the subnet counts */
};

/* Each reads the whole text. False, *out unspecified, where it is anything else. */

/** Six octets in groups of one, two or three with a sign between, or in one: 00:11:22:33:44:55,
 * 00-11-22-33-44-55, 0011.2233.4455, 001122-334455, 001122334455. A `*` is any octet, and the last
 * one all that are left: 00:11:22:*, 00:*:22:33:44:55. */
bool mac_parse(const char *text, struct mac_pattern *out);
/** 3b6c1a52-7f0e-4d8b-9a41-525400770001 (braces or none), or 32 digits in the order on the wire; or
 * its beginning and a `*`: 80017590-*, 8001*, 4c4c4544-0042-*. */
bool uuid_parse(const char *text, struct uuid_pattern *out);
/** 10.1.0.0/16, fd77::/64; without a length, one address, which does not end in 0: there the
 * length was forgotten. */
bool subnet_parse(const char *text, struct subnet_pattern *out);
/** Two hexadecimal digits, whatever follows. */
bool octet_parse(const char *text, uint8_t *out);
/** Hexadecimal octets, 3 to 130 of them, with or without `:` or `-` between. */
bool duid_parse(const char *text, struct duid_pattern *out);
/** Octets as 00:04:00:01 or 0x00040001, or any other text; `*` at the end is whatever follows. What
 * stands behind "text:" is a text whatever it looks like. */
bool id_parse(const char *text, struct id_pattern *out);
/** Octets as 00:04:00:01, 00040001 or 0x00040001, perhaps with a `*` at the end. */
bool octets_parse(const char *text, struct id_pattern *out);
/** "3.16", "3.*" or "3". */
bool version_parse(const char *text, struct version_pattern *out);
/** An address or a subnet; or the name of an interface, or how it begins and `*`. */
bool target_parse(const char *text, struct target *out);
/** An address of either family. */
bool address_parse(const char *text, PXE_BOOT_IP *out);

/** The address as text, IPv6 without brackets. */
void address_text(const PXE_BOOT_IP *address, char out[64]);
/** Clears the bits behind the subnet's length. */
void subnet_clear_host(struct subnet_pattern *subnet);

bool mac_matches(const struct mac_pattern *pattern, PXE_BOOT_OCTETS mac);
/** Does a match whatever b matches? */
bool mac_covers(const struct mac_pattern *a, const struct mac_pattern *b);
/** The octets that count in its turned form: a bit for each. */
unsigned uuid_turned_bits(const struct uuid_pattern *pattern);
/** What it is in order. */
void uuid_straight(const struct uuid_pattern *pattern, uint8_t out[UUID_LEN]);
bool uuid_covers(const struct uuid_pattern *a, const struct uuid_pattern *b);
bool uuid_matches(const struct uuid_pattern *pattern, const uint8_t uuid[UUID_LEN]);
/** Does a hold wherever b does? */
bool subnet_covers(const struct subnet_pattern *a, const struct subnet_pattern *b);
bool subnet_holds(const struct subnet_pattern *subnet, const PXE_BOOT_IP *address);
bool id_matches(const struct id_pattern *pattern, PXE_BOOT_OCTETS octets);
bool id_covers(const struct id_pattern *a, const struct id_pattern *b);
bool target_covers(const struct target *a, const struct target *b);
bool version_covers(const struct version_pattern *a, const struct version_pattern *b);
/** Does a name end in `*`, so that it is how others begin? */
bool name_begins(const char *name);
bool name_matches(const char *name, PXE_BOOT_OCTETS octets);
/** The text, where each `*` is any number of octets. */
bool glob_matches(const char *glob, PXE_BOOT_OCTETS octets);
