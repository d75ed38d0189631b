/* Replies that wait a moment before they leave.
 *
 * OVMF asks on port 4011 over IPv6 once, and starts listening some milliseconds later: an answer
 * that comes at once may be lost, and the boot with it (PXE-E16). 4 of 26 boots failed like this on
 * a busy machine, none of 26 with the answer 10 or 30 ms later. No client minds the wait.
 */
#pragma once

#include "provider/host.h"

enum { HOLD_MS = 20 };

struct hold {
	struct letter *first, **last; /* of struct outgoing, in order of their time */
	void (*send)(void *context, struct outgoing *out);
	void *context;
};

/** `send(context)` takes each reply when its time has come. [loop] */
void hold_init(struct hold *hold, void (*send)(void *context, struct outgoing *out), void *context);
/** Takes the reply for HOLD_MS; it is bounded by the packets that there are. [loop] */
void hold_put(struct hold *hold, struct outgoing *out, uint64_t now_ms);
/** Sends what is due. [loop] */
void hold_turn(struct hold *hold, uint64_t now_ms);
/** When to call hold_turn(); UINT64_MAX: nothing waits. */
uint64_t hold_due_ms(const struct hold *hold);
bool hold_is_empty(const struct hold *hold);
/** Releases what still waits. [loop] */
void hold_done(struct hold *hold);
