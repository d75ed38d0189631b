/* What comes in, and is dropped before any provider is asked: duplicates, and what is over a limit.
 * All on the loop.
 */
#pragma once

#include <stdbool.h>

#include "request/arrival.h"
#include "request/request.h"

struct host;

/** Takes over limits.relays; ended by NULL, may be NULL. 0, -ENOMEM, -EINVAL. */
int admit_relays(struct host *host, const char *const *relays);
/** The same datagram came a moment ago. */
bool admit_is_duplicate(struct host *host, const struct arrival *in);
/** What limits.relays says of it: the one limit that counts nothing. -1: it may pass. */
int admit_relay(const struct host *host, const struct request *req);
/** Counts it. -1: within the limits; else the outcome. They hold for what may be answered: the rest
 * costs nothing but a look. */
int admit_limits(struct host *host, const struct request *req);
