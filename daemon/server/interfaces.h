/* listen.interfaces beside the interfaces that are there. */
#pragma once

#include "net/links.h"
#include "request/arrival.h"
#include "server/config.h"

/** Tells, as notices, which of the configured interfaces are not there, or are another name of one
 * that is. It is no mistake: they may come later. */
void interfaces_tell(const struct config *config, const struct links_view *view);

/** A packet was dropped because its interface is not served: once in ten minutes for each
 * interface it is told that clients are heard there which boot from the network. [loop] */
void interfaces_heard(const struct arrival *in, uint64_t now_ms);
