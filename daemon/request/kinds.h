/* What was read of requests, by their kind (dhcp/dhcp4_kind.h): of the next one of a kind only what
 * is its machine's own is read. Few kinds are kept, a newcomer takes an older one's place; all is
 * as if each request were read whole. [loop]
 */
#pragma once

#include "request/request.h"

struct kinds;

/** NULL: there is no memory. */
struct kinds *kinds_new(void);
/** NULL is allowed. */
void kinds_free(struct kinds *kinds);
/** None of them holds any more: what reading depends on, the names of classes, has changed. */
void kinds_forget(struct kinds *kinds);

/** Reads a DHCPv4 request, whose octets and port are there: row, index and client. False: it
 * is of no kind that is known, and nothing was read. */
bool kinds_read(struct kinds *kinds, struct request *req);
/** The request was read whole, and was right as it came: keeps its kind, or not. */
void kinds_note(struct kinds *kinds, struct request *req);
