/* From a record to what people read: the line, and the journal's fields. Pure. */
#pragma once

#include <stddef.h>

#include "story/log_record.h"

enum {
	LOG_FIELDS_MAX = 20,
	LOG_FIELD_SIZE = 300,
	LOG_WHO_MAX = 3 * LOG_ID_MAX + 100,
	LOG_WHOLE_LINE = LOG_NAME_MAX + LOG_LINE_MAX + REQUEST_FILE_MAX,
};

/** Writes the line without an end of line; never more than size - 1 characters. */
void log_format_line(const struct log_record *record, char *out, size_t size);

/** "52:54:00:12:34:56 x64-uefi on eth0": who a line is about, and where it was heard. */
void log_format_who(const struct log_client *client, char *out, size_t size);

/** What happened to a request, without who it was: its reply, or what went wrong, or why there is
 * none. LOG_KIND_STEP alone. */
void log_format_what(const struct log_record *record, char *out, size_t size);
/** "OFFER": the type of the reply. */
const char *log_format_reply_type(uint8_t family, uint8_t type);

/** Writes the record's fields as "NAME=value", MESSAGE and PRIORITY not among them; returns how
 * many. Values hold no line ends. */
unsigned log_format_fields(const struct log_record *record,
			   char out[static LOG_FIELDS_MAX][LOG_FIELD_SIZE]);

/** The level of an outcome's line; -1: it is never a line. `boots`: a network boot client. */
int log_outcome_level(enum outcome outcome, bool boots);
