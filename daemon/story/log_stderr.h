/* Standard error as the log's destination: lines for a terminal, or a file. */
#pragma once

#include "story/log_record.h"

/** Formats and writes one record; may block. A line that cannot be written is dropped. */
void log_stderr_write(const struct log_record *record);
