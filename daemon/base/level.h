/* How much a line matters, by the words that people write and read: the levels of the log, which
 * are syslog's, and the severities of PxeTrace.
 */
#pragma once

#include <stdint.h>
#include <syslog.h>

/* The words for levels, by their number, ended by NULL: people ask for those from LOG_ERR on. */
extern const char *const level_words[];

/** The word for a level, from LOG_EMERG to LOG_DEBUG. */
const char *level_name(int level);
/** The level that a person may ask for by that word, from LOG_ERR on; -1: it is none. */
int level_of(const char *name);

/** The word for a PXE_TRACE_*; "error" for a number that is none. */
const char *severity_name(uint32_t severity);
/** The PXE_TRACE_* of that word; 0: it is none. */
uint32_t severity_of(const char *name);
