/* Asking netlink what there is, an answer at a time and each in slices: the inside of links only.
 */
#pragma once

#include "net/links_raw.h"

enum { LINKS_SLICE = 512 }; /* routes that are sorted, or copied, in one go */

struct mnl_socket;

/* The socket that asks; it receives no notifications, so that answers come alone. All zero: nothing
 * is asked, and the socket is not open. */
struct links_asker {
	struct mnl_socket *socket;
	uint32_t seq;
	unsigned what;          /* LINKS_ASK_*: the answer that is being taken; 0: none */
	unsigned part;          /* of several questions that make it up, the present one */
	unsigned tries;         /* that came to nothing, as the kernel's tables changed meanwhile */
	bool waiting;           /* for the rest of the present one's answer */
	bool changed;           /* the kernel's tables, while it answered */
	struct links_raw fresh; /* what has come of it */
};

/** Ends what is being asked, and closes the socket. */
void links_asker_reset(struct links_asker *asker);
/** The same, and frees everything. */
void links_asker_done(struct links_asker *asker);

/**
 * Asks for what `*what` names (LINKS_ASK_*), one slice of it: one datagram of the kernel's answer
 * is taken, or LINKS_SLICE routes are sorted. What *raw has is replaced when its answer is whole,
 * and the bit is cleared then. A route table of more than LINKS_ROUTES_MAX is given up
 * (raw->too_many), and never asked for again.
 *
 * 0: nothing is left in *what; LINKS_E_MORE: call it again; -errno: the bits that are left were not
 * answered, and asking begins again with the next call.
 */
int links_ask(struct links_asker *asker, unsigned *what, struct links_raw *raw);
