/* The journal as the log's destination: a line with its fields. */
#pragma once

#include "story/log_record.h"

/** Is stderr the journal (JOURNAL_STREAM)? */
bool journal_is_stderr(void);
/** For log_init(): formats and writes one record; may block. */
void journal_write(const struct log_record *record);
