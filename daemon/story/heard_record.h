/* What wdspxed-ear hands to the daemon: one record a datagram, in this host's octet order, for both
 * ends are on one host. A head of a fixed size, and behind it the packet from its IP header on, as
 * it was heard: who hears it reads nothing of it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	HEARD_VERSION = 1,
	HEARD_OCTETS_MAX = 1500,
	HEARD_HELLO_MS = 5000, /* a record comes at least so often */
};

#define HEARD_MAGIC "wxer"

enum heard_kind {
	HEARD_HELLO = 1, /* no packet: it listens */
	HEARD_PACKET,
	HEARD_BYE, /* no packet: it listens no more */
};

struct heard_record {
	char magic[4];
	uint8_t version, kind;
	uint16_t len;     /* of `octets` */
	uint32_t ifindex; /* the link that it came in on */
	uint8_t hw_len,
		hw[8];       /* the sender's hardware address, as much of it as there is room for */
	uint8_t reserved[3]; /* 0 */
	uint64_t us;         /* CLOCK_MONOTONIC, when it was heard */
	uint64_t lost;       /* packets that were not handed over, since the ear began to listen */
	uint8_t octets[HEARD_OCTETS_MAX];
};

enum { HEARD_HEAD = offsetof(struct heard_record, octets) };
_Static_assert(HEARD_HEAD == 40, "no gap that is not named");
