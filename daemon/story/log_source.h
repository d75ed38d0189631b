/* Sentences that packets can cause, held to a rate by who says them: the daemon, or a provider.
 * Whoever floods us must not fill the disk too. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { LOG_SOURCES = 64 }; /* where there are more names than that, some share a rate */

/** May this source ("": the daemon) have one more line at this time, clock_ms()? Counts it either
 * way. At debug level everything may. Never waits. [any] */
bool log_source_take(const char *source, uint64_t now_ms);
/** Tells, for each source, what was withheld since the last call: once a second. [loop] */
void log_source_turn(void);
