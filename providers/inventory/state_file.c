/* The state file as a source: a log of records, of which the last of each key counts. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"
#include "state_file.h"

enum { FILE_MAX = 512 << 20 };

static struct state *of(struct source *source)
{
	return (struct state *)source;
}

int state_fail(const struct state *state, int error, const char *what, char why[WHY_SIZE])
{
	snprintf(why, WHY_SIZE, "%.120s cannot be %s: %s", state->path, what, strerror(error));
	return -error;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

void state_forget(struct state *state)
{
	if (state->fd >= 0)
		close(state->fd);
	state->fd = -1;
	state->end = 0;
	state->line = 0;
	state->write = 0;
	state->records = 0;
}

/* What others wrote is none of ours. */
static int check_owner(const struct state *state, const struct stat *st, char why[WHY_SIZE])
{
	struct stat folder;

	if (!S_ISREG(st->st_mode)) {
		snprintf(why, WHY_SIZE, "%.120s is no regular file", state->path);
		return -EINVAL;
	}
	if (stat(state->folder, &folder) < 0)
		return state_fail(state, errno, "read", why);
	if ((st->st_uid != 0 && st->st_uid != geteuid() && st->st_uid != folder.st_uid) ||
	    (st->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		snprintf(why, WHY_SIZE,
			 "%.120s is not read: others than root and its folder's owner can "
			 "write it: look whether it is still right, then chmod go-w",
			 state->path);
		return -EPERM;
	}
	return 0;
}

/* Opens the file that has the name now. *fresh: it is another one than was read. */
static int reopen(struct state *state, bool *fresh, struct stat *st, char why[WHY_SIZE])
{
	int fd, r;

	*fresh = false;
	if (stat(state->path, st) < 0 && errno == ENOENT) {
		*fresh = state->fd >= 0;
		state_forget(state);
		return 0;
	}
	if (state->fd >= 0 && fstat(state->fd, st) == 0) {
		struct stat named;

		if (stat(state->path, &named) == 0 && named.st_ino == state->inode &&
		    named.st_dev == state->device && st->st_size >= state->end)
			return 0;
	}
	state_forget(state);
	fd = open(state->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return state_fail(state, errno, "read", why);
	r = fstat(fd, st) < 0 ? state_fail(state, errno, "read", why) : check_owner(state, st, why);
	if (r < 0) {
		close(fd);
		return r;
	}
	state->fd = fd;
	state->device = st->st_dev;
	state->inode = st->st_ino;
	*fresh = true;
	return 0;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

/* What is read of the file: its octets behind `state->end`. */
struct reading {
	struct state *state;
	const struct sink *sink;
	const char *at, *end;
	const char *begin; /* of the write that is read */
	uint32_t line;
	struct record record;
	char *why;
};

static char *octets_read(struct state *state, off_t size, size_t *len, char why[WHY_SIZE])
{
	size_t want = (size_t)(size - state->end), got = 0;
	char *text;

	if (size > FILE_MAX) {
		snprintf(why, WHY_SIZE, "%.120s is longer than 512 MiB", state->path);
		return NULL;
	}
	text = malloc(want + 1);
	if (!text) {
		snprintf(why, WHY_SIZE, "out of memory");
		return NULL;
	}
	while (got < want) {
		ssize_t n = pread(state->fd, text + got, want - got, state->end + (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			state_fail(state, errno, "read", why);
			free(text);
			return NULL;
		}
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*len = got;
	return text;
}

/* Reads one line. *next is behind it; RECORD_TORN also where it has no end. */
static enum record_fault line_read(struct reading *reading, const char *at, const char **next)
{
	const char *stop = memchr(at, '\n', (size_t)(reading->end - at));

	*next = stop ? stop + 1 : reading->end;
	if (!stop)
		return RECORD_TORN;
	return record_read(at, (size_t)(stop - at), &reading->record, reading->why);
}

static int sink_record(struct reading *reading)
{
	const struct record *record = &reading->record;
	const struct sink *sink = reading->sink;
	bool kept = record->drop ? sink->drop(sink->context, &record->draft.ids[0])
				 : sink->put(sink->context, &record->draft, 0,
					     (uint32_t)record->write | 1u << 31);

	reading->state->records++;
	if (kept)
		return 0;
	snprintf(reading->why, WHY_SIZE, "out of memory");
	return -ENOMEM;
}

/* All of a write that was found whole: up to `end`. */
static int sink_write(struct reading *reading, const char *begin, const char *end)
{
	int r = 0;

	while (begin < end && r == 0) {
		(void)line_read(reading, begin, &begin);
		r = sink_record(reading);
	}
	return r;
}

static int damaged(const struct reading *reading, uint32_t line)
{
	snprintf(reading->why, WHY_SIZE,
		 "%.120s:%" PRIu32
		 ": the line is not as it was written, and whole ones follow: the "
		 "file is damaged, or was edited: mend it from a copy, or move it away",
		 reading->state->path, line);
	return -EBADMSG;
}

/* A line that is not whole at `at`: of the last write, which was cut off in the midst, or not? Then
 * whole lines of later ones follow. */
static int is_last(struct reading *reading, const char *at, uint64_t last)
{
	uint32_t line = reading->line;

	while (at < reading->end)
		if (line_read(reading, at, &at) != RECORD_TORN && reading->record.write > last)
			return damaged(reading, line);
	return 0;
}

static int unknown(const struct reading *reading)
{
	char what[WHY_SIZE];

	snprintf(what, sizeof what, "%s", reading->why);
	snprintf(reading->why, WHY_SIZE,
		 "%.100s:%" PRIu32 ": %.80s: it was written by a later version",
		 reading->state->path, reading->line, what);
	return -EPROTO;
}

/* Write after write. What is behind the last whole one is left, for the next writer to cut off. */
static int writes_read(struct reading *reading)
{
	struct state *state = reading->state;
	const char *text = reading->at, *next;
	uint64_t write = state->write;
	bool within = false;
	int r = 0;

	reading->line = state->line;
	reading->begin = text;
	while (reading->at < reading->end && r == 0) {
		const char *line = reading->at;
		enum record_fault fault = line_read(reading, line, &next);
		const struct record *record = &reading->record;

		reading->line++;
		if (fault == RECORD_UNKNOWN)
			return unknown(reading);
		if (fault == RECORD_TORN || (within && record->write != write))
			return is_last(reading, line, within ? write : write + 1);
		write = record->write;
		within = record->left > 0;
		reading->at = next;
		if (within)
			continue;
		r = reading->begin == line ? sink_record(reading)
					   : sink_write(reading, reading->begin, next);
		reading->begin = next;
		if (r == 0) {
			state->end += next - text;
			text = next;
			state->line = reading->line;
			state->write = write;
		}
	}
	return r;
}

/* The first line. *len octets of it; 0: not even that is whole, and so nothing follows. */
static int head_read(const struct state *state, const char *text, size_t len, size_t *head,
		     char why[WHY_SIZE])
{
	char version[16] = "";

	*head = 0;
	if (len < STATE_HEAD_LEN && memcmp(text, STATE_HEAD, len) == 0)
		return 0;
	*head = STATE_HEAD_LEN;
	if (len >= STATE_HEAD_LEN && memcmp(text, STATE_HEAD, STATE_HEAD_LEN) == 0)
		return 0;
	if (len > sizeof STATE_MARK - 1 && memcmp(text, STATE_MARK, sizeof STATE_MARK - 1) == 0)
		snprintf(version, sizeof version, "%s", text + sizeof STATE_MARK - 1);
	if (version[0] >= '0' && version[0] <= '9')
		snprintf(why, WHY_SIZE,
			 "%.100s: its format is wdspxed-devices %.*s, and this version knows "
			 "wdspxed-devices 1 only: it was left as it is",
			 state->path, (int)strnlen(version, strcspn(version, "\r\n")), version);
	else
		snprintf(why, WHY_SIZE,
			 "%.100s does not begin with \"" STATE_MARK
			 "1\": it was not written by wdspxed: move it away",
			 state->path);
	return -EPROTO;
}

static int octets_take(struct state *state, char *text, size_t len, const struct sink *sink,
		       char why[WHY_SIZE])
{
	struct reading *reading = calloc(1, sizeof *reading);
	size_t head = 0;
	int r = 0;

	if (!reading) {
		snprintf(why, WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	if (state->end == 0) {
		text[len] = '\0';
		r = head_read(state, text, len, &head, why);
		state->end = (off_t)head;
		state->line = head > 0;
	}
	if (r == 0 && (head > 0 || state->end > 0)) {
		*reading = (struct reading){ .state = state,
					     .sink = sink,
					     .at = text + head,
					     .end = text + len,
					     .why = why };
		r = writes_read(reading);
	}
	free(reading);
	return r;
}

static int state_read(struct source *source, const struct sink *sink, char why[WHY_SIZE])
{
	struct state *state = of(source);
	struct stat st;
	size_t len = 0;
	bool fresh;
	char *text;
	int r = reopen(state, &fresh, &st, why);

	if (r < 0)
		return r;
	if (fresh && !sink->begin(sink->context)) {
		snprintf(why, WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	if (state->fd < 0 || st.st_size <= state->end)
		return 0;
	text = octets_read(state, st.st_size, &len, why);
	if (!text)
		return -EIO;
	r = octets_take(state, text, len, sink, why);
	free(text);
	if (r < 0)
		state_forget(state); /* read anew, once it is mended */
	return r;
}

/* ---- the lock ----------------------------------------------------------------------------------
 */

static int state_lock(struct source *source, char why[WHY_SIZE])
{
	struct state *state = of(source);

	if (state->lock < 0)
		state->lock = open(state->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
				   S_IRUSR | S_IWUSR);
	if (state->lock < 0)
		return state_fail(state, errno, "written", why);
	while (flock(state->lock, LOCK_EX) < 0)
		if (errno != EINTR)
			return state_fail(state, errno, "locked", why);
	return 0;
}

static void state_unlock(struct source *source)
{
	if (of(source)->lock >= 0)
		flock(of(source)->lock, LOCK_UN);
}

/* ---- open and close ----------------------------------------------------------------------------
 */

static void state_close(struct source *source)
{
	struct state *state = of(source);

	state_forget(state);
	if (state->lock >= 0)
		close(state->lock);
	free(state->path);
	free(state->folder);
	free(state->fresh);
	free(state->lock_path);
	free(state);
}

static const struct source_ops state_ops = {
	.read = state_read,
	.lock = state_lock,
	.unlock = state_unlock,
	.store = state_store,
	.close = state_close,
};

static bool name_paths(struct state *state, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash && slash > path)
		state->folder = strndup(path, (size_t)(slash - path));
	else
		state->folder = strdup(slash ? "/" : ".");
	state->path = strdup(path);
	if (asprintf(&state->fresh, "%s.new", path) < 0)
		state->fresh = NULL;
	if (asprintf(&state->lock_path, "%s.lock", path) < 0)
		state->lock_path = NULL;
	return state->folder && state->path && state->fresh && state->lock_path;
}

struct source *state_source_open(const char *path)
{
	struct state *state = calloc(1, sizeof *state);

	if (!state)
		return NULL;
	state->fd = state->lock = -1;
	if (!name_paths(state, path)) {
		state_close(&state->source);
		return NULL;
	}
	state->source = (struct source){ &state_ops, state->path };
	return &state->source;
}
