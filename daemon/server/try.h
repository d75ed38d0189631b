/* New code is tried in a process of its own before the serving one takes it: wdspxed-provider. */
#pragma once

#include "registry/dropin.h"
#include "site/reason.h"

enum { TRY_E_REFUSED = 1 };

/**
 * Loads and initialises a provider in a child process, and shuts it down. Blocks, for eleven
 * seconds at most.
 *
 * 0: it came through, whatever its functions returned; or it could not be tried, which is logged.
 * TRY_E_REFUSED with the reason: it crashed, called exit(), did not return in time, or the daemon
 * has to stop.
 */
int try_module(const struct dropin *dropin, const char *providers_dir, const char *state_dir,
	       struct reason *reason);
