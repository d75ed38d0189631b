/* A provider is told that a request which it holds has ended without it:
 * PXE_CALLBACK_REQUEST_ENDED.
 *
 * The loop pins the request when that happens, so that it stays until the call is over, and has the
 * provider's seat make the call. One that the provider gives back before the call is not told.
 */
#pragma once

struct provider;
struct request;

/** A request has ended by its guard's verdict, and is in quarantine. [loop] */
void ended_tell(struct provider *p, struct request *req);
/** Makes the call, and gives the pin back: for the seats. [the seat's thread] */
void ended_call(struct provider *p, struct request *req);
/** The same where the call has not returned and never will: its thread has ended. [that thread] */
void ended_abandon(struct provider *p, struct request *req);
/** Gives the pin back, without a call. [any] */
void ended_forget(struct provider *p, struct request *req);
