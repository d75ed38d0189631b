/* Clients that boot where we do not serve. */
#pragma once

#include "request/arrival.h"
#include "story/finding.h"

/** A packet was dropped because its interface is not served. True: a network boot client has sent
 * it, for the first time in ten minutes on that interface. [loop] */
bool unserved_heard(const struct arrival *in, uint64_t now_ms, struct finding *out);
