/* Reads the UDP datagrams of a capture file: classic pcap, as tcpdump -w writes it. */
#pragma once

#include "base/ip.h"
#include "base/span.h"

struct capture {
	struct span left; /* of the file: frames */
	bool swapped;     /* written on a host of the other order of octets */
	uint32_t link;    /* the kind of its frames */
	unsigned frame;   /* from 1, as tshark counts: the last that was read */
};

struct capture_datagram {
	struct endpoint from, to; /* ifindex 0 */
	struct span payload;      /* borrowed from the file */
};

/** NULL and a capture that capture_next() reads; or why it is none, as a sentence. */
const char *capture_open(struct span file, struct capture *out);
/** The next frame that has a whole UDP datagram; false at the end. */
bool capture_next(struct capture *capture, struct capture_datagram *out);
