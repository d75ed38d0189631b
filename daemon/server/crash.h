/* When a provider crashes or hangs: a line that says which one, in which request. */
#pragma once

#include "provider/host.h"

/** After log_init(): handlers for SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT, on a stack of their
 * own. They write one line to stderr, then the signal takes its usual course. */
void crash_install(void);

/** The process ends as it should: an exit() before this is a provider's, and named as such, with
 * status 1. */
void crash_over(void);

/** Names the provider and the callback that `call` is in when it has taken longer than limit_ms,
 * once for each call. For the watch's thread; `since_ms` is the caller's memory, 0 at first. */
void crash_watch(const struct host_call *call, const char *where, uint64_t limit_ms,
		 uint64_t now_ms, uint64_t *since_ms);
