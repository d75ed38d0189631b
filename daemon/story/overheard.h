/* What was heard of others' answers to clients: a record of wdspxed-ear, read. Nothing of it is
 * trusted, and nothing of it ever makes an answer: it makes sentences.
 *
 * RFC 791, 8200 and 768 (headers), RFC 2131, 2132, 4578 and 8415 (the answer). Spans point into the
 * record.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/span.h"
#include "story/heard_record.h"

/* By option 60, or 16 of DHCPv6 under Intel's number. */
enum heard_class { HEARD_CLASS_NONE, HEARD_CLASS_PXE, HEARD_CLASS_HTTP };

struct overheard {
	enum heard_kind kind;
	uint64_t us;   /* as the ear says; CLOCK_MONOTONIC */
	uint64_t lost; /* likewise */

	/* Of HEARD_PACKET alone. */
	uint8_t family;
	struct endpoint from, to; /* from.ifindex: the link */
	uint8_t type;             /* option 53, or the message type; 0: BOOTP */
	uint32_t xid;
	struct span client; /* chaddr, hlen octets of it; or the DUID */
	struct ip server;   /* option 54 where there is one, else the source */
	bool gives_address; /* yiaddr, or an IA_NA with an address */
	bool has_dns;
	enum heard_class class;
	bool boots;          /* option 43 with a list, a menu or a control of PXE */
	bool only_ipv6;      /* option 108 (RFC 8925): the client may do without IPv4 */
	int8_t priority;     /* 175.1; 0 where it does not say */
	struct ip next;      /* siaddr; IP_NONE where it is 0, and with IPv6 */
	struct span file;    /* file, or option 67; option 59: may be empty */
	struct span message; /* option 56: may be empty */
};

enum {
	OVERHEARD_E_RECORD = 1, /* not a record of this version */
	OVERHEARD_E_PACKET,     /* a record of something that is no answer that can be read */
};

/** Reads a record. 0, or OVERHEARD_E_*: then *out is not to be used, but for us and lost of a
 * record whose packet could not be read. */
int overheard_read(struct span record, struct overheard *out);
