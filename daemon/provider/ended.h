/* A provider is told that a request which it holds has ended without it:
 * PXE_CALLBACK_REQUEST_ENDED.
 *
 * The loop hands that to the provider's seat, which makes the call. The request is pinned for the
 * call, not before: what the provider has given back by then is gone, and it is not told.
 */
#pragma once

#include <stdint.h>

struct provider;
struct request;

/** A request has ended by its guard's verdict, and is in quarantine. [loop] */
void ended_tell(struct provider *p, struct request *req);
/** Makes the call, for the turn of that generation: for the seats. [the seat's thread] */
void ended_call(struct provider *p, struct request *req, uint64_t generation);
/** The same where the call has not returned and never will: its thread has ended. [that thread] */
void ended_abandon(struct provider *p, struct request *req);
