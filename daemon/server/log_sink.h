/* Where lines go: the journal, with fields, or stderr. */
#pragma once

#include "server/log.h"

/** Finds out whether stderr is the journal (JOURNAL_STREAM). */
void log_sink_open(void);
/** Is it the journal? */
bool log_sink_is_journal(void);
/** Formats and writes one record; may block. A line that cannot be written is dropped. */
void log_sink_write(const struct log_record *record);
