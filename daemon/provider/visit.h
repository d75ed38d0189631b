/* A visit: one provider's turn with a request.
 *
 * It opens the request's guard (a fresh handle), and ends when the guard is CLOSED with no pins;
 * then the loop settles it. Whoever leaves the guard so is the one who brings it back: the loop
 * inline, any other thread by a letter.
 */
#pragma once

#include "provider/state.h"

/** Opens one, and has the provider's seat ask. True: it is over, and to be settled now; false: a
 * letter brings it back. [loop] */
bool visit_begin(struct host *host, struct provider *p, struct request *req);
/** It is over and nobody is inside: takes the packets back, frees the guard, and notes in the
 * request how the turn ended. [loop] */
enum verdict visit_settle(struct host *host, struct request *req);
/** Notes a turn that its provider did not have: BUSY, it has its share already, or UNAWARE. [loop]
 */
void visit_skip(struct provider *p, struct request *req, enum verdict verdict);
/** Notes how the turn ended, whose outcome is req->outcome, and when; counts how long it took.
 * [loop] */
void visit_close(struct provider *p, struct request *req, enum verdict verdict);
/** How a turn ended that nothing went wrong with, for the provider's own counters. [loop] */
enum outcome visit_outcome(const struct request *req, enum verdict verdict);
/** Tells what went wrong with an earlier turn, where the request's own line will say something
 * else. [loop] */
void visit_fault_tell(struct host *host, const struct request *req);
/** Is the next provider asked? */
bool verdict_goes_on(enum verdict verdict);
/** How long a provider may take to decide. [loop] */
uint64_t visit_patience_ms(const struct provider *p);

/** Calls RecvRequest for the visit that is open: for the seats. True: the visit is closed and
 * nobody pins it. [the seat's thread] */
bool visit_call(struct provider *p, struct request *req);
/** The same where the callback has not returned and never will: its thread has ended. [that thread]
 */
bool visit_abandon(struct request *req);
