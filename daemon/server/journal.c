#include "server/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "story/log_format.h"

bool journal_is_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(ours, sizeof(ours), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	return !strcmp(stream, ours);
}

void journal_write(const struct log_record *record)
{
	static const char name[] = "MESSAGE=";
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE], priority[] = "PRIORITY=0";
	char message[sizeof(name) + LOG_WHOLE_LINE];
	struct iovec vector[LOG_FIELDS_MAX + 2];
	unsigned n = log_format_fields(record, fields);

	memcpy(message, name, sizeof(name));
	log_format_line(record, message + sizeof(name) - 1, LOG_WHOLE_LINE);
	priority[sizeof(priority) - 2] = (char)('0' + record->level);
	vector[0] = (struct iovec){ message, strlen(message) };
	vector[1] = (struct iovec){ priority, strlen(priority) };
	for (unsigned i = 0; i < n; i++)
		vector[i + 2] = (struct iovec){ fields[i], strlen(fields[i]) };
	sd_journal_sendv(vector, (int)n + 2);
}
