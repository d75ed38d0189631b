#include "ctl/capture.h"

enum { FILE_HEADER = 24, FRAME_HEADER = 16, UDP_HEADER = 8 };
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_SIMPLE = 3, BLOCK_PACKET = 6 };
enum { SECTION_MIN = 28, BLOCK_MIN = 12, BLOCK_MAGIC = 0x1a2b3c4d, OPTION_COMMENT = 1 };
enum { LINK_ETHERNET = 1, LINK_RAW = 101, LINK_COOKED = 113, LINK_COOKED2 = 276 };
enum { TYPE_IP4 = 0x0800, TYPE_IP6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_VLAN2 = 0x88a8 };
enum { PROTOCOL_UDP = 17 };

static uint32_t word_at(const struct capture *capture, struct span in, size_t at)
{
	uint32_t v = load_be32(in.at + at);

	return capture->swapped ? __builtin_bswap32(v) : v;
}

static uint16_t half_at(const struct capture *capture, struct span in, size_t at)
{
	uint16_t v = load_be16(in.at + at);

	return capture->swapped ? __builtin_bswap16(v) : v;
}

static bool is_magic(uint32_t magic)
{
	return magic == 0xa1b2c3d4 || magic == 0xa1b23c4d; /* microseconds, nanoseconds */
}

const char *capture_open(struct span file, struct capture *out)
{
	*out = (struct capture){ .left = file };
	if (file.len >= 4 && load_be32(file.at) == BLOCK_SECTION) {
		out->pcapng = true;
		return file.len < SECTION_MIN ? "its pcapng header is cut off" : NULL;
	}
	if (file.len < FILE_HEADER)
		return "it is no pcap file";
	out->swapped = !is_magic(load_be32(file.at));
	if (!is_magic(word_at(out, file, 0)))
		return "it is no pcap file";
	out->n_links = 1;
	out->link[0] = (uint16_t)word_at(out, file, 20);
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

/* ---- pcap ---- */

static bool next_frame(struct capture *capture, uint32_t *link, struct span *frame)
{
	struct span left = capture->left, behind = span_drop(left, FRAME_HEADER);
	uint32_t len = left.len >= FRAME_HEADER ? word_at(capture, left, 8) : 0;

	if (left.len < FRAME_HEADER || len > behind.len)
		return false; /* cut off while it was written */
	capture->left = span_drop(behind, len);
	*frame = span_take(behind, len);
	*link = capture->link[0];
	return true;
}

/* ---- pcapng ---- */

/* The octets between the lengths of a block: at its end the length stands once more. */
static bool next_block(struct capture *capture, uint32_t *type, struct span *body)
{
	struct span left = capture->left;
	uint32_t len;

	if (left.len < BLOCK_MIN)
		return false;
	if (load_be32(left.at) == BLOCK_SECTION) {
		if (left.len < SECTION_MIN)
			return false;
		capture->swapped = load_be32(left.at + 8) != BLOCK_MAGIC;
		capture->n_links = 0;
	}
	*type = word_at(capture, left, 0);
	len = word_at(capture, left, 4);
	if (len < BLOCK_MIN || len % 4 || len > left.len)
		return false; /* cut off, or damaged */
	*body = span_of(left.at + 8, len - BLOCK_MIN);
	capture->left = span_drop(left, len);
	return true;
}

static void note_interface(struct capture *capture, struct span body)
{
	if (capture->n_links < CAPTURE_INTERFACES && body.len >= 8)
		capture->link[capture->n_links] = half_at(capture, body, 0);
	capture->n_links++;
}

static uint32_t link_of(const struct capture *capture, uint32_t interface)
{
	bool known = interface < capture->n_links && interface < CAPTURE_INTERFACES;

	return known ? capture->link[interface] : 0;
}

static struct span comment_in(const struct capture *capture, struct span options)
{
	while (options.len >= 4) {
		uint16_t code = half_at(capture, options, 0), len = half_at(capture, options, 2);
		struct span value = span_drop(options, 4);

		if (code == OPTION_COMMENT && len <= value.len)
			return span_take(value, len);
		if (code == 0 || len > value.len)
			break;
		options = span_drop(value, ((size_t)len + 3) / 4 * 4);
	}
	return SPAN_NONE;
}

/* A packet's block: its frame, and what is told about it. */
static bool take_packet(const struct capture *capture, uint32_t type, struct span body,
			uint32_t *link, struct span *frame, struct span *comment)
{
	uint32_t head = type == BLOCK_SIMPLE ? 4 : 20, len;

	if (body.len < head)
		return false;
	*link = link_of(capture, type == BLOCK_SIMPLE ? 0 : word_at(capture, body, 0));
	len = word_at(capture, body, type == BLOCK_SIMPLE ? 0 : 12);
	body = span_drop(body, head);
	if (len > body.len && type == BLOCK_PACKET)
		return false;
	*frame = span_take(body, len);
	if (type == BLOCK_PACKET)
		*comment = comment_in(capture, span_drop(body, (len + 3) & ~3u));
	return true;
}

static bool next_packet(struct capture *capture, uint32_t *link, struct span *frame,
			struct span *comment)
{
	struct span body;
	uint32_t type;

	while (next_block(capture, &type, &body)) {
		if (type == BLOCK_INTERFACE)
			note_interface(capture, body);
		else if ((type == BLOCK_PACKET || type == BLOCK_SIMPLE) &&
			 take_packet(capture, type, body, link, frame, comment))
			return true;
	}
	return false;
}

bool capture_next(struct capture *capture, struct capture_datagram *out)
{
	struct span frame, comment = SPAN_NONE;
	uint32_t link;

	while (capture->pcapng ? next_packet(capture, &link, &frame, &comment)
			       : next_frame(capture, &link, &frame)) {
		struct capture_datagram found = { .payload = SPAN_NONE, .comment = comment };

		capture->frame++;
		if (read_frame(link, frame, &found)) {
			*out = found;
			return true;
		}
		comment = SPAN_NONE;
	}
	return false;
}
