/* Clients that boot where we do not serve: heard, and told of. */
#pragma once

#include "request/arrival.h"

/** A packet was dropped because its interface is not served: once in ten minutes for each
 * interface it is told that clients are heard there which boot from the network. [loop] */
void unserved_heard(const struct arrival *in, uint64_t now_ms);
