/* What a provider holds of the request table; see share.c. */
#pragma once

#include <stdbool.h>

#include "request/request.h"

struct host;
struct provider;

void pending_add(struct provider *p, struct request *req);
/** Nothing, where it is not among them. [loop] */
void pending_remove(struct provider *p, struct request *req);
/** Has the provider all that it may have, so that it is not asked for this request? [loop] */
bool share_is_full(const struct host *host, struct provider *p, const struct request *req);
/** A request that has ended, while its provider may still touch it. [loop] */
void quarantine_add(struct provider *p, struct request *req);
/** It is over: the last that is done about it, for its provider may be gone then. [loop] */
void quarantine_remove(struct request *req);
/** Releases what is left, and waits for it; after Shutdown, before anything of it is freed. The
 * loop must turn meanwhile, unless it is the caller. */
void quarantine_end(struct provider *p);
void quarantine_turn(struct host *host); /* [loop] */
