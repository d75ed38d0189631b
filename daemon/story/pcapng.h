/* A pcapng file of UDP datagrams, each with a comment (draft-ietf-opsawg-pcapng): what Wireshark
 * and tshark read. The datagrams have IP and UDP headers, with right checksums, and no link layer.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/ip.h"
#include "base/span.h"

enum { PCAPNG_INTERFACES = 64 };

struct pcapng {
	FILE *out;
	unsigned n; /* interfaces that were described */
	char name[PCAPNG_INTERFACES][16];
};

struct pcapng_packet {
	struct endpoint from, to; /* of one family */
	const char *interface;
	uint64_t time_us; /* since 1970 */
	bool outbound;
	struct span payload; /* as much of the datagram as is known; at most 64,000 octets */
	size_t len;          /* octets that it had */
	const char *comment; /* UTF-8; "": none. Of more than 32,000 octets as much is written */
};

/** Writes the head of the file. Whether all was written, ferror(out) says. */
void pcapng_begin(struct pcapng *file, FILE *out);
void pcapng_put(struct pcapng *file, const struct pcapng_packet *packet);
