/* What the admin should know about the network, found out from the requests that pass: clients that
 * got an offer and never came to 4011, lease requests that name us, unknown architectures. Bounded
 * tables; a newcomer takes the place of an older one.
 */
#pragma once

#include <stdint.h>

#include "net/links.h"
#include "request/outcome.h"
#include "request/request.h"

enum { DIAG_CLIENTS = 256, DIAG_WAIT_MS = 30000, DIAG_OFFERS = 2, DIAG_AGAIN_MS = 3600000 };

struct diag;

/** NULL: no memory. */
struct diag *diag_new(void);
void diag_free(struct diag *diag);
/** Looks at a request that ended. `view` tells which addresses are ours. */
void diag_ended(struct diag *diag, const struct request *req, const struct links_view *view,
		uint64_t now_ms);
/** Once a second: tells of clients whose 4011 request did not come. Returns how many were told. */
unsigned diag_turn(struct diag *diag, uint64_t now_ms);
