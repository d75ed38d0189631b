/* Reads the UDP datagrams of a capture file: classic pcap, as tcpdump -w writes it, or pcapng, as
 * Wireshark and wdspxectl capture do. */
#pragma once

#include "base/ip.h"
#include "base/span.h"

enum { CAPTURE_INTERFACES = 64 };

struct capture {
	struct span left; /* of the file: frames, or blocks */
	bool pcapng;
	bool swapped;   /* written on a host of the other order of octets */
	unsigned frame; /* from 1, as tshark counts: the last that was read */
	/* The kinds of frames, by interface; a pcap file has one. */
	unsigned n_links;
	uint16_t link[CAPTURE_INTERFACES];
};

struct capture_datagram {
	struct endpoint from, to; /* ifindex 0 */
	struct span payload;      /* borrowed from the file */
	struct span comment;      /* likewise; empty: none */
};

/** NULL and a capture that capture_next() reads; or why it is none, as a sentence. */
const char *capture_open(struct span file, struct capture *out);
/** The next frame that has a whole UDP datagram; false at the end. */
bool capture_next(struct capture *capture, struct capture_datagram *out);
