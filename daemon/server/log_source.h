/* Sentences that packets can cause, held to a rate by who says them: the daemon, or a provider.
 * Whoever floods us must not fill the disk too. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { LOG_SOURCES = 32 }; /* those whose names fall on one place share its rate */

/** May this source ("": the daemon) have one more line now? Counts it either way. At debug level
 * everything may. [any] */
bool log_source_take(const char *source);
/** Tells, for each source, what was withheld in a second that is over. [loop] */
void log_source_turn(uint64_t now_ms);
