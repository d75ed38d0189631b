/* What the firmware that sent a request makes of one reply to it: whether it takes the reply, what
 * it does next, and why not.
 *
 * The form of a reply is judged by dhcp4_reply_check() and dhcp6_reply_check(), and what is in it
 * by the rules of choice.h, for the kind of firmware that the request shows. A proxy's offer counts
 * only beside a lease, so a DHCP server is assumed that offers an address and a DNS server, and no
 * boot file. Pure: no clock, no memory.
 */
#pragma once

#include "dhcp/choice.h"

enum judge_verdict {
	JUDGE_BOOTS,  /* by this reply: `file` */
	JUDGE_ASKS,   /* it takes the reply, and asks on: `to` */
	JUDGE_FAILS,  /* it takes the reply, and nothing boots */
	JUDGE_DROPS,  /* it leaves the reply alone */
	JUDGE_NOBODY, /* who asked is no network boot client; the reply is sound */
};

struct judgement {
	enum judge_verdict verdict;
	const char *why; /* a clause without a full stop; static */
	struct span
		file; /* what it fetches, a URL or a name; borrowed from the reply; may be empty */
	struct ip server; /* from whom, by TFTP; IP_NONE: the URL says it */
	struct ip to;     /* of JUDGE_ASKS; IP_NONE: by broadcast */
	bool has_item;    /* of JUDGE_ASKS: it asks for an item of a menu */
	uint16_t item;    /* its type */
};

/* The two datagrams. */
struct judge_case {
	uint8_t family;       /* of both: IP_V4 or IP_V6 */
	uint16_t port;        /* of the server, that the request came to: 67, 4011 or 547 */
	struct span request;  /* as it came, relayed or not */
	struct endpoint from; /* who sent it */
	struct span reply;
	uint16_t to_port; /* that the reply goes to */
};

/** A request that cannot be read is JUDGE_NOBODY. */
struct judgement judge_reply(const struct judge_case *it);

enum { JUDGE_TEXT_MAX = 256 };
/** The judgement as a sentence without a full stop. Returns `out`. */
const char *judge_text(const struct judgement *judgement, char out[static JUDGE_TEXT_MAX]);
