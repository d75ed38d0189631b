/* A datagram as it came from the net, with what the kernel said about it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

struct arrival {
	uint8_t *octets; /* the payload; one more octet after it is writable */
	uint32_t len;
	struct endpoint from;  /* its ifindex is the interface that it came in on */
	struct ip to;          /* the unicast address of ours that it was sent to; IP_NONE when it
				* was sent to a broadcast or multicast address */
	struct ip own;         /* the interface's own address, for `local` where `to` is none:
				* IPv4 the first usable one, IPv6 global or ULA before link-local */
	bool on_link;          /* `from` lies in a network of that interface */
	uint16_t port;         /* ours: 67, 4011 or 547 */
	uint32_t trial;        /* not 0: it came from nobody; see host_try() */
	const char *interface; /* its name; read during the call only */
};
