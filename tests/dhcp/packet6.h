/* DHCPv6 packets out of a few octets, for the tables of these tests. */
#pragma once

#include "dhcp/dhcp6_option.h"
#include "dhcp/pxe_client6.h"

/* A span over octets written where it stands, fit for static tables. */
#define OCTETS6(...)                                                                               \
	{                                                                                          \
		(const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })         \
	}

/* An option's header. */
#define O6(code, len) (code) >> 8, (code)&255, (len) >> 8, (len)&255

/* Options that many tables share. */
#define MAC_OCTETS     0x52, 0x54, 0x00, 0x77, 0x00, 0x01
#define UUID_OCTETS    0xd0, 0xd1, 2, 3, 4, 5, 0x46, 7, 0x88, 9, 10, 11, 12, 13, 14, 15
#define CLIENT_ID      O6(1, 14), 0, 1, 0, 1, 0x31, 0xd9, 0xb2, 0x89, MAC_OCTETS
#define CLIENT_ID_UUID O6(1, 18), 0, 4, UUID_OCTETS
#define SERVER_OURS    O6(2, 18), 0, 4, 1, 1, 2, 3, 4, 5, 0x46, 7, 0x88, 9, 10, 11, 12, 13, 14, 15
#define SERVER_FOREIGN O6(2, 10), 0, 3, 0, 1, 0x02, 0, 0, 0, 0, 9
#define PXE_TEXT       'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't'
#define HTTP_TEXT      'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n', 't'
#define INTEL          0, 0, 1, 87
#define PXE_CLASS6     O6(16, 15), INTEL, 0, 9, PXE_TEXT
#define HTTP_CLASS6    O6(16, 16), INTEL, 0, 10, HTTP_TEXT
#define ASKS_URL       O6(6, 4), 0, 59, 0, 60
#define ASKS_DNS       O6(6, 2), 0, 23
#define IA_NA          O6(3, 12), 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0
#define ELAPSED        O6(8, 2), 0, 150
#define RAPID_COMMIT   O6(14, 0)

static const uint8_t our_duid[] = {
	0, 4, 1, 1, 2, 3, 4, 5, 0x46, 7, 0x88, 9, 10, 11, 12, 13, 14, 15
};
static const struct span our_aliases[] = { { (const uint8_t *)"HW-Client", 9 } };
static const struct pxe_client6_self self6 = { { our_duid, sizeof(our_duid) }, our_aliases, 1 };

struct packet6 {
	uint8_t at[4096];
	size_t len;
};

static inline struct span packet6_span(const struct packet6 *packet)
{
	return span_of(packet->at, packet->len);
}

/** A message of that type with xid 0x010203, then the octets as they are. */
static inline struct span packet6_make(struct packet6 *out, uint8_t type, struct span options)
{
	store_be32(out->at, (uint32_t)type << 24 | 0x010203);
	if (options.len > 0)
		memcpy(out->at + 4, options.at, options.len);
	out->len = 4 + options.len;
	return packet6_span(out);
}

/**
 * Puts a RELAY-FORW around what is in *packet: link-address fd77::LINK (:: for 0), peer-address
 * fe80::PEER, the octets before its RELAY_MSG.
 */
static inline struct span packet6_relay(struct packet6 *packet, uint8_t hops, uint8_t link,
					uint8_t peer, struct span options)
{
	size_t before = DHCP6_RELAY_HEADER_LEN + options.len;

	memmove(packet->at + before + 4, packet->at, packet->len);
	memset(packet->at, 0, DHCP6_RELAY_HEADER_LEN);
	packet->at[0] = DHCP6_RELAY_FORW;
	packet->at[1] = hops;
	if (link) {
		packet->at[2] = 0xfd;
		packet->at[3] = 0x77;
		packet->at[17] = link;
	}
	packet->at[18] = 0xfe;
	packet->at[19] = 0x80;
	packet->at[33] = peer;
	if (options.len > 0)
		memcpy(packet->at + DHCP6_RELAY_HEADER_LEN, options.at, options.len);
	store_be16(packet->at + before, DHCP6_OPT_RELAY_MSG);
	store_be16(packet->at + before + 2, (uint16_t)packet->len);
	packet->len += before + 4;
	return packet6_span(packet);
}
