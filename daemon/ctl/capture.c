#include "ctl/capture.h"

enum { FILE_HEADER = 24, FRAME_HEADER = 16, UDP_HEADER = 8 };
enum { LINK_ETHERNET = 1, LINK_RAW = 101, LINK_COOKED = 113, LINK_COOKED2 = 276 };
enum { TYPE_IP4 = 0x0800, TYPE_IP6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_VLAN2 = 0x88a8 };
enum { PROTOCOL_UDP = 17 };

static uint32_t word(const struct capture *capture, size_t at)
{
	uint32_t v = load_be32(capture->left.at + at);

	return capture->swapped ? __builtin_bswap32(v) : v;
}

static bool is_magic(uint32_t magic)
{
	return magic == 0xa1b2c3d4 || magic == 0xa1b23c4d; /* microseconds, nanoseconds */
}

const char *capture_open(struct span file, struct capture *out)
{
	if (file.len >= 4 && load_be32(file.at) == 0x0a0d0d0a)
		return "it is a pcapng file: convert it with editcap -F pcap, or capture with "
		       "tcpdump -w";
	if (file.len < FILE_HEADER)
		return "it is no pcap file";
	*out = (struct capture){ .left = file };
	out->swapped = !is_magic(load_be32(file.at));
	if (!is_magic(word(out, 0)))
		return "it is no pcap file";
	out->link = word(out, 20) & 0xffff;
	out->left = span_drop(file, FILE_HEADER);
	return NULL;
}

/* Takes the link layer off; returns the type of what is left, 0: unknown. */
static uint16_t take_link(uint32_t link, struct span *frame)
{
	size_t at = link == LINK_ETHERNET ? 12 : link == LINK_COOKED ? 14 : 0;
	size_t len = link == LINK_ETHERNET ? 14 : link == LINK_COOKED ? 16 : 20;
	uint16_t type;

	if (link == LINK_RAW)
		return frame->len == 0 ? 0 : frame->at[0] >> 4 == 4 ? TYPE_IP4 : TYPE_IP6;
	if (frame->len < len ||
	    (link != LINK_ETHERNET && link != LINK_COOKED && link != LINK_COOKED2))
		return 0;
	type = load_be16(frame->at + at);
	*frame = span_drop(*frame, len);
	while ((type == TYPE_VLAN || type == TYPE_VLAN2) && frame->len >= 4) {
		type = load_be16(frame->at + 2);
		*frame = span_drop(*frame, 4);
	}
	return type;
}

/* The first fragment at most, and no extension headers: a boot client sends neither. */
static bool take_ip4(struct span *packet, struct capture_datagram *out)
{
	size_t len = packet->len >= 20 ? 4u * (packet->at[0] & 15) : 0;

	if (len < 20 || packet->len < len || packet->at[9] != PROTOCOL_UDP ||
	    (load_be16(packet->at + 6) & 0x3fff) != 0)
		return false;
	out->from.ip = ip_v4(packet->at + 12);
	out->to.ip = ip_v4(packet->at + 16);
	*packet = span_drop(*packet, len);
	return true;
}

static bool take_ip6(struct span *packet, struct capture_datagram *out)
{
	if (packet->len < 40 || packet->at[6] != PROTOCOL_UDP)
		return false;
	out->from.ip = ip_v6(packet->at + 8);
	out->to.ip = ip_v6(packet->at + 24);
	*packet = span_drop(*packet, 40);
	return true;
}

static bool take_udp(struct span udp, struct capture_datagram *out)
{
	size_t len = udp.len >= UDP_HEADER ? load_be16(udp.at + 4) : 0;

	if (len < UDP_HEADER || len > udp.len)
		return false;
	out->from.port = load_be16(udp.at);
	out->to.port = load_be16(udp.at + 2);
	out->payload = span_take(span_drop(udp, UDP_HEADER), len - UDP_HEADER);
	return true;
}

static bool read_frame(uint32_t link, struct span frame, struct capture_datagram *out)
{
	uint16_t type = take_link(link, &frame);

	if (type == TYPE_IP4)
		return take_ip4(&frame, out) && take_udp(frame, out);
	return type == TYPE_IP6 && take_ip6(&frame, out) && take_udp(frame, out);
}

bool capture_next(struct capture *capture, struct capture_datagram *out)
{
	while (capture->left.len >= FRAME_HEADER) {
		struct capture_datagram found = { .payload = SPAN_NONE };
		uint32_t len = word(capture, 8);
		struct span frame = span_drop(capture->left, FRAME_HEADER);

		if (len > frame.len)
			break; /* cut off while it was written */
		capture->left = span_drop(frame, len);
		capture->frame++;
		if (read_frame(capture->link, span_take(frame, len), &found)) {
			*out = found;
			return true;
		}
	}
	return false;
}
