/* The last packets that were refused because they are not what they should be, or that were mended:
 * kept as they came, in memory of a fixed size, and looked at when somebody asks. */
#pragma once

#include <jansson.h>

#include "request/arrival.h"
#include "request/request.h"

enum { MALFORMED_KEPT = 32 };

/** Keeps it: a copy, no more. `req` NULL: it was refused; else it was mended, and read as this one.
 * [loop] */
void malformed_note(const struct arrival *in, const struct request *req);
/** The same of one that a provider which wants every packet has seen: it could not be read. [loop]
 */
void malformed_note_foreign(const struct request *req);
/** {"packets": [...]}, the oldest first: daemon/control/README.md. NULL: no memory. [loop] */
json_t *malformed_json(void);
