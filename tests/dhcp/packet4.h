/* DHCPv4 packets out of a few octets, for the tables of these tests. */
#pragma once

#include "dhcp/dhcp4_option.h"

/* A span over octets written where it stands, fit for static tables. */
#define OCTETS(...)                                                                                \
	{                                                                                          \
		(const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })         \
	}
#define TEXT(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

/* Options that many tables share. */
#define PXE_CLASS     60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't'
#define HTTP_CLASS    60, 10, 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n', 't'
#define BOOT_ITEM     43, 7, 71, 4, 0x80, 1, 0, 0, 255
#define BIS_BOOT_ITEM 43, 7, 71, 4, 0x80, 1, 0x80, 0, 255

struct packet4 {
	uint8_t at[2048];
	size_t len;
};

static inline struct span packet4_span(const struct packet4 *packet)
{
	return span_of(packet->at, packet->len);
}

/** A header with op, Ethernet 52:54:00:77:00:01 and the cookie, then the octets as they are. */
static inline void packet4_make(struct packet4 *out, uint8_t op, struct span options)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };

	memset(out, 0, sizeof(*out));
	out->at[DHCP4_OP] = op;
	out->at[DHCP4_HTYPE] = DHCP4_HTYPE_ETHERNET;
	out->at[DHCP4_HLEN] = sizeof(mac);
	store_be32(out->at + DHCP4_XID, 0x01020304);
	memcpy(out->at + DHCP4_CHADDR, mac, sizeof(mac));
	store_be32(out->at + DHCP4_COOKIE, 0x63825363);
	if (options.len > 0)
		memcpy(out->at + DHCP4_HEADER, options.at, options.len);
	out->len = DHCP4_HEADER + options.len;
}
