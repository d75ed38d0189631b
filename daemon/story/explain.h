/* What came of a trial request, as JSON: for explain, replay, and whoever asks how a client would
 * be answered. Keys: daemon/control/README.md. Everything that others said is made plain.
 */
#pragma once

#include <jansson.h>

#include "provider/hooks.h"

/** A reply that would have been sent; `interface`: by which it is pinned to leave, or "". */
json_t *explain_reply(const struct outgoing *out, const char *interface);
/** The whole: who asked, each provider and what it says, the outcome, and the replies, an array
 * that this takes over. */
json_t *explain_ending(const struct ending *end, json_t *replies);
