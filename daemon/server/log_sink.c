#include "server/log_sink.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "server/log_format.h"

enum { WHOLE_LINE = LOG_NAME_MAX + LOG_LINE_MAX + REQUEST_FILE_MAX };

static bool to_journal;

void log_sink_open(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return;
	snprintf(ours, sizeof(ours), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	to_journal = !strcmp(stream, ours);
}

bool log_sink_is_journal(void)
{
	return to_journal;
}

static void write_journal(const struct log_record *record, char *line, size_t len)
{
	static const char name[] = "MESSAGE=";
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE], priority[] = "PRIORITY=0";
	struct iovec vector[LOG_FIELDS_MAX + 2];
	char message[sizeof(name) + WHOLE_LINE];
	unsigned n = log_format_fields(record, fields);

	priority[sizeof(priority) - 2] = (char)('0' + record->level);
	len = (size_t)snprintf(message, sizeof(message), "%s%.*s", name, (int)len, line);
	if (len >= sizeof(message))
		len = sizeof(message) - 1;
	vector[0] = (struct iovec){ message, len };
	vector[1] = (struct iovec){ priority, strlen(priority) };
	for (unsigned i = 0; i < n; i++)
		vector[i + 2] = (struct iovec){ fields[i], strlen(fields[i]) };
	sd_journal_sendv(vector, (int)n + 2);
}

/* Others may have made it non-blocking, a terminal that is shared for one: we wait all the same. */
static bool wait_for_room(void)
{
	struct pollfd poller = { STDERR_FILENO, POLLOUT, 0 };

	return poll(&poller, 1, -1) >= 0 || errno == EINTR;
}

static void write_stderr(char *line, size_t len)
{
	line[len] = '\n';
	for (size_t at = 0; at <= len;) {
		ssize_t n = write(STDERR_FILENO, line + at, len + 1 - at);

		if (n > 0)
			at += (size_t)n;
		else if (n == 0 || (errno != EINTR && (errno != EAGAIN || !wait_for_room())))
			return; /* nobody reads it: there is no one to tell */
	}
}

void log_sink_write(const struct log_record *record)
{
	char line[WHOLE_LINE + 1];
	size_t len;

	log_format_line(record, line, sizeof(line) - 1);
	len = strlen(line);
	if (to_journal)
		write_journal(record, line, len);
	else
		write_stderr(line, len);
}
