/* A record for those who watch, as one line of JSON: daemon/control/README.md has its keys. Pure.
 */
#pragma once

#include "story/journey_record.h"

/** Without its end of line; with the datagram's octets where they are asked for. The caller frees
 * it; NULL: no memory. */
char *journey_json(const struct journey *journey, bool octets);
