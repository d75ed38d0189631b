/* What the admin should know about the network, found out from the requests that pass: clients that
 * were told to come to port 4011 and never came, lease requests that name us, what contradicts
 * itself. It says nothing itself: what it finds out is returned. Bounded tables; a newcomer takes
 * the place of an older one. The clock is an argument. [loop]
 *
 * A client's *attempt* begins with the first offer that sends it to 4011, and is over when it comes
 * there, when it was told of, or when nothing was heard of it for DIAG_ATTEMPT_MS. Nothing is
 * counted beyond it. One that is about to be told of, for its lease or a second offer was heard,
 * keeps its place: made-up clients, of which there may be thousands a second, do not push it out by
 * one request each. Where an attempt had to go, or found no place, that is told too.
 */
#pragma once

#include <stdint.h>

#include "net/links.h"
#include "request/outcome.h"
#include "request/request.h"
#include "story/finding.h"

enum {
	DIAG_CLIENTS = 1024,
	DIAG_LEASE_MS = 15000,   /* after its lease, without a request on 4011 */
	DIAG_WAIT_MS = 30000,    /* after the last of DIAG_OFFERS, where no lease was heard */
	DIAG_OFFERS = 2,         /* one may be lost */
	DIAG_ATTEMPT_MS = 60000, /* more than firmware waits before it tries again */
	DIAG_AGAIN_MS = 600000,  /* a client is told of once in that time */
	DIAG_FINDINGS = 4,       /* of one request */
};

struct diag;

/** NULL: no memory. */
struct diag *diag_new(void);
void diag_free(struct diag *diag);
/** Looks at a request that ended; returns how many findings it wrote. `view` tells which addresses
 * are ours; NULL: none. */
unsigned diag_ended(struct diag *diag, const struct request *req, const struct links_view *view,
		    uint64_t now_ms, struct finding out[static DIAG_FINDINGS]);
/** A request that a limit dropped was heard all the same. */
void diag_heard(struct diag *diag, const struct request *req);
/** A client whose request on 4011 has not come by now, or that there were too many to watch; false:
 * there is none (any more). To be called about once a second, until it says false; where it is left
 * before, the next call goes on. */
bool diag_turn(struct diag *diag, uint64_t now_ms, struct finding *out);
