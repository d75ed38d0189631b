/* Requests that came from nobody; see host_try(). */
#pragma once

#include <wdspxe-types.h>

#include "provider/hooks.h"

struct provider;

/** Opens one for `asker`: its id, or 0: all are under way. [loop] */
uint32_t trial_open(struct host *host, const struct host_trial *asker);
/** Is the provider asked about it? [loop] */
bool trial_admits(const struct host *host, const struct provider *p, const struct request *req);
/** Who is not asked: would it have ended the walk? [loop] */
bool trial_ignores(struct host *host, const struct provider *p, const struct request *req);
/** Shows a reply to who asks, while the trial lasts. [loop] */
void trial_show(struct host *host, const struct outgoing *out);
/** Tells who asked, and closes it. [loop] */
void trial_end(struct host *host, uint32_t id, const struct ending *end);
/** PxeRequestIsTrial. [any] */
int request_is_trial(HANDLE request);
