/* Which provider is asked next, and how a request ends. The walk knows providers and their visits,
 * not where their code runs. All on the loop.
 */
#pragma once

#include "provider/hooks.h"
#include "request/request.h"

struct provider;

/** Does a provider of the chain want to see this packet? */
bool walk_is_wanted(const struct host *host, const struct request *req);
void walk_begin(struct host *host, struct request *req);
/** A letter came back: its visit is closed, and nobody pins it. */
void walk_settled(struct host *host, struct request *req);
/** Ends what waits for `p`: past its deadline, or, where `aborted`, all of it. */
void walk_expire(struct host *host, struct provider *p, uint64_t now_ms, bool aborted);
