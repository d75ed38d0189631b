#include "ctl/probe_frame.h"

#include <netinet/in.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

enum { IP4_HEADER = 20, IP6_HEADER = FRAME_IP6_HEADER, UDP_HEADER = 8 };

static uint32_t sum(struct span octets)
{
	uint32_t total = 0;

	for (; octets.len > 1; octets = span_drop(octets, 2))
		total += load_be16(octets.at);
	return octets.len ? total + (uint32_t)octets.at[0] * 256 : total;
}

static uint16_t checksum(uint32_t total)
{
	while (total > 0xffff)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

/* The UDP datagram behind `head` octets of an IP header whose addresses are in their place. */
static void put_udp(uint8_t *udp, struct span addresses, uint16_t from, uint16_t to,
		    struct span payload)
{
	uint16_t len = (uint16_t)(UDP_HEADER + payload.len), whole;

	store_be16(udp, from);
	store_be16(udp + 2, to);
	store_be16(udp + 4, len);
	store_be16(udp + 6, 0);
	memcpy(udp + UDP_HEADER, payload.at, payload.len);
	whole = checksum(sum(addresses) + IPPROTO_UDP + len + sum(span_of(udp, len)));
	store_be16(udp + 6, whole ? whole : 0xffff);
}

size_t frame_put4(uint8_t *p, uint8_t source, struct span payload)
{
	size_t len = IP4_HEADER + UDP_HEADER + payload.len;

	memset(p, 0, IP4_HEADER);
	p[0] = 0x45;
	store_be16(p + 2, (uint16_t)len);
	p[8] = 64;
	p[9] = IPPROTO_UDP;
	p[15] = source;
	memset(p + 16, 0xff, 4);
	put_udp(p + IP4_HEADER, span_of(p + 12, 8), DHCP4_PORT_CLIENT, DHCP4_PORT_SERVER, payload);
	store_be16(p + 10, checksum(sum(span_of(p, IP4_HEADER))));
	return len;
}

size_t frame_put6(uint8_t *p, const struct ip *source, struct span payload)
{
	static const uint8_t all_servers[16] = { 0xff, 0x02, [13] = 1, [15] = 2 };

	memset(p, 0, IP6_HEADER);
	p[0] = 0x60;
	store_be16(p + 4, (uint16_t)(UDP_HEADER + payload.len));
	p[6] = IPPROTO_UDP;
	p[7] = 1;
	memcpy(p + 8, source->octet, 16);
	memcpy(p + 24, all_servers, 16);
	put_udp(p + IP6_HEADER, span_of(p + 8, 32), DHCP6_PORT_CLIENT, DHCP6_PORT_SERVER, payload);
	return IP6_HEADER + UDP_HEADER + payload.len;
}

/* Takes the IP header off a frame whose filter has let it pass; false: another family. */
static bool take_ip(struct span *frame, uint8_t family, struct ip *from)
{
	bool is_v4 = frame->len > 0 && frame->at[0] >> 4 == 4;
	size_t head = is_v4 ? 4u * (frame->at[0] & 15) : IP6_HEADER;

	if (is_v4 != (family == IP_V4) || frame->len < head + UDP_HEADER || head < IP4_HEADER)
		return false;
	*from = is_v4 ? ip_v4(frame->at + 12) : ip_v6(frame->at + 8);
	*frame = span_drop(*frame, head);
	return true;
}

bool frame_read(struct span frame, uint8_t family, struct endpoint *from, struct span *payload)
{
	size_t len;

	if (!take_ip(&frame, family, &from->ip))
		return false;
	len = load_be16(frame.at + 4);
	if (len < UDP_HEADER || len > frame.len)
		return false;
	from->port = load_be16(frame.at);
	*payload = span_of(frame.at + UDP_HEADER, len - UDP_HEADER);
	return true;
}
