/* Packets of one kind: they differ in nothing but what is each machine's own. What was read of one
 * of them, where its options are and what its class is, holds for all: a boot storm is thousands of
 * packets of few kinds.
 *
 * Each machine's own: xid, secs, ciaddr and giaddr (but not whether they are 0), chaddr; the value
 * of option 50, of option 61, the UUID in option 97, and the ids of circuit, remote end and
 * subscriber in option 82 (RFC 3046, RFC 3993). All else is the same, octet for octet; in what
 * comes more than once, all is.
 */
#pragma once

#include "dhcp/dhcp4_option.h"

enum { DHCP4_KIND_LEN = 640 }; /* longer packets have no kind that could be kept */
enum { DHCP4_KIND_RUNS = 12 };

struct dhcp4_kind {
	uint32_t len; /* of its packets; 0: there are none */
	bool has_ciaddr, has_giaddr;
	uint8_t n_runs;
	struct dhcp4_kind_run {
		uint16_t at, len;
	} run[DHCP4_KIND_RUNS];         /* behind the header's numbers: what is the same in all */
	uint8_t octets[DHCP4_KIND_LEN]; /* of one of them */
};

/** The kind of a packet, by its index. False: it is too long, or too much of it is each machine's
 * own; *out has no packets then. */
bool dhcp4_kind_of(struct span packet, const struct dhcp4_index *index, struct dhcp4_kind *out);

/** Is it one of them? It was not read before: nothing but its length counts. */
bool dhcp4_kind_has(const struct dhcp4_kind *kind, struct span packet);
