/* What the admin should know about the network, found out from the requests that pass: from where
 * each machine is on its way (conversation.h), and from what one request shows by itself. It says
 * nothing itself: what it finds out is returned, and noted with the machine. Bounded tables; a
 * newcomer takes the place of an older one. The clock is an argument. [loop]
 *
 * A client that was sent to port 4011 is told of when it does not come there. One that is about to
 * be told of, for its lease or a second offer was heard, keeps its place: made-up clients, of which
 * there may be thousands a second, do not push it out by one request each. Where a conversation had
 * to go, or found no place, that is told too.
 */
#pragma once

#include <stdint.h>

#include "story/conversation.h"
#include "story/diag_limits.h"

struct diag;

/** NULL: no memory. */
struct diag *diag_new(void);
void diag_free(struct diag *diag);
struct conversations *diag_conversations(struct diag *diag);
/** Looks at a request that ended; returns how many findings it wrote. `view` tells which addresses
 * are ours; NULL: none. */
unsigned diag_ended(struct diag *diag, const struct request *req, enum outcome outcome,
		    const struct links_view *view, uint64_t now_ms,
		    struct finding out[static DIAG_FINDINGS]);
/** A request that a limit dropped was heard all the same. True: *out says so, of a machine that is
 * on its way. */
bool diag_dropped(struct diag *diag, const struct request *req, enum outcome outcome,
		  uint64_t now_ms, struct finding *out);
/** What was found out elsewhere about a client is noted with its machine. */
void diag_note(struct diag *diag, const struct finding *finding, uint64_t now_ms);
/** A client that has not done by now what it should have, or that there were too many to watch;
 * false: there is none (any more). To be called about once a second, until it says false; where it
 * is left before, the next call goes on. */
bool diag_turn(struct diag *diag, uint64_t now_ms, struct finding *out);
