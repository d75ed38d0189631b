#include "story/log_stderr.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "story/log_format.h"

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

void log_stderr_write(const struct log_record *record)
{
	char line[LOG_WHOLE_LINE + 1];

	log_format_line(record, line, sizeof(line) - 1);
	write_stderr(line, strlen(line));
}
