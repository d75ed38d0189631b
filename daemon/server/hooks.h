/* What the host of providers gets from the daemon: host_hooks, bound to a struct server. */
#pragma once

#include "server/server.h"

void server_hooks(struct server *s, struct host_hooks *out);
/** For watch_start(): names a provider that holds the loop or the life-cycle thread. [watch's
 * thread] */
void server_watch(void *context);
