/* Reads the UDP datagrams of a capture: classic pcap, Ethernet, IPv4 or IPv6 without extension
 * headers or fragments. For tests: a file that is not so ends the test program with a message.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/ip.h"
#include "base/span.h"

struct pcap {
	uint8_t *memory; /* owned: pcap_close() */
	struct span left;
	bool swapped;
};

struct pcap_datagram {
	struct endpoint src, dst; /* ifindex 0 */
	struct span payload;      /* borrowed from the capture */
	unsigned frame;           /* from 1, as tshark counts */
};

static inline _Noreturn void pcap_die(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	exit(99);
}

static inline uint32_t pcap_u32(const struct pcap *pcap, const uint8_t *at)
{
	uint32_t v = load_be32(at);

	return pcap->swapped ? __builtin_bswap32(v) : v;
}

static inline struct pcap pcap_open(const char *path)
{
	struct pcap pcap = { .memory = NULL };
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		pcap_die(path, "cannot be opened");
	pcap.memory = malloc(1 << 20);
	if (!pcap.memory)
		pcap_die(path, "no memory");
	size = fread(pcap.memory, 1, 1 << 20, file);
	fclose(file);
	if (size < 24 || size == 1 << 20)
		pcap_die(path, "too short or too long");
	pcap.swapped = load_be32(pcap.memory) == 0xd4c3b2a1u;
	if (pcap_u32(&pcap, pcap.memory) != 0xa1b2c3d4u || pcap_u32(&pcap, pcap.memory + 20) != 1)
		pcap_die(path, "not a pcap of Ethernet frames");
	pcap.left = span_of(pcap.memory + 24, size - 24);
	return pcap;
}

static inline void pcap_close(struct pcap *pcap)
{
	free(pcap->memory);
	*pcap = (struct pcap){ .memory = NULL };
}

/* The UDP datagram in a frame; false for anything else. */
static inline bool pcap_decode(struct span frame, struct pcap_datagram *out)
{
	uint16_t type = frame.len > 14 ? load_be16(frame.at + 12) : 0;
	struct span ip = span_drop(frame, 14), udp;

	if (type == 0x0800 && ip.len >= 20 && ip.at[9] == 17 &&
	    (load_be16(ip.at + 6) & 0x3fff) == 0) {
		out->src.ip = ip_v4(ip.at + 12);
		out->dst.ip = ip_v4(ip.at + 16);
		udp = span_drop(ip, 4u * (ip.at[0] & 15));
	} else if (type == 0x86dd && ip.len >= 40 && ip.at[6] == 17) {
		out->src.ip = ip_v6(ip.at + 8);
		out->dst.ip = ip_v6(ip.at + 24);
		udp = span_drop(ip, 40);
	} else {
		return false;
	}
	if (udp.len < 8 || load_be16(udp.at + 4) < 8 || load_be16(udp.at + 4) > udp.len)
		return false;
	out->src.port = load_be16(udp.at);
	out->dst.port = load_be16(udp.at + 2);
	out->payload = span_of(udp.at + 8, load_be16(udp.at + 4) - 8u);
	return true;
}

/** Reads the next UDP datagram; other frames are counted and skipped. False at the end. Begin with
 * a zeroed *out. */
static inline bool pcap_next(struct pcap *pcap, struct pcap_datagram *out)
{
	while (pcap->left.len >= 16) {
		uint32_t len = pcap_u32(pcap, pcap->left.at + 8);
		struct span frame = span_take(span_drop(pcap->left, 16), len);

		if (frame.len < len)
			pcap_die("capture", "is cut");
		pcap->left = span_drop(pcap->left, 16 + (size_t)len);
		out->frame++;
		if (pcap_decode(frame, out))
			return true;
	}
	return false;
}
