/* The state file is written: behind what is there, or anew. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"
#include "state_file.h"

enum { APPEND_MAX = 1024 }; /* changes at once; of more, and of these, a new file is made */
enum { SLACK = 1000 };      /* records that no longer count, beside as many as do */

static int write_all(int fd, const char *text, size_t len, off_t at)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, text, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		text += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Texts one after the other. */
struct buffer {
	char *at;
	size_t len, room;
};

static int buffer_record(struct buffer *buffer, const struct record *record)
{
	size_t len;

	if (buffer->room - buffer->len < RECORD_SIZE) {
		size_t room = 2 * buffer->room + (size_t)4 * RECORD_SIZE;
		char *more = realloc(buffer->at, room);

		if (!more)
			return -ENOMEM;
		buffer->at = more;
		buffer->room = room;
	}
	len = record_write(record, buffer->at + buffer->len);
	buffer->len += len;
	return len > 0 ? 0 : -E2BIG;
}

static int buffer_changes(struct buffer *buffer, const struct change *changes, size_t n,
			  uint64_t write)
{
	struct record *record = calloc(1, sizeof *record);
	int r = record ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r == 0; i++) {
		record->write = write;
		record->left = (uint32_t)(n - 1 - i);
		record->drop = changes[i].drop;
		record->draft = *changes[i].draft;
		r = buffer_record(buffer, record);
	}
	free(record);
	return r;
}

/* Where the last write was cut off, what there is of it goes; and so it does if this one fails, so
 * that nothing is there by half. What cannot be taken away then is found torn. */
static int append(struct state *state, const struct buffer *buffer)
{
	int fd = open(state->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW), r;
	struct stat st;

	if (fd < 0)
		return -errno;
	r = fstat(fd, &st) < 0 ? -errno : st.st_ino != state->inode ? -ESTALE : 0;
	if (r == 0 && st.st_size > state->end && ftruncate(fd, state->end) < 0)
		r = -errno;
	if (r == 0)
		r = write_all(fd, buffer->at, buffer->len, state->end);
	if (r == 0 && fdatasync(fd) < 0)
		r = -errno;
	if (r < 0 && r != -ESTALE && ftruncate(fd, state->end) == 0)
		(void)fdatasync(fd);
	close(fd);
	return r;
}

static int store_append(struct state *state, const struct change *changes, size_t n)
{
	struct buffer buffer = { .at = NULL };
	int r = buffer_changes(&buffer, changes, n, state->write + 1);

	if (r == 0)
		r = append(state, &buffer);
	if (r == 0) {
		state->end += (off_t)buffer.len;
		state->line += (uint32_t)n;
		state->records += n;
		state->write++;
	}
	free(buffer.at);
	return r;
}

static int folder_sync(const struct state *state)
{
	int fd = open(state->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

/* Puts buffers of some size out. Each record has the number of a write of its own, though the file
 * comes to be in one piece: so none of them can be taken for a last one that is torn. */
static int write_devices(int fd, const struct all *all, off_t *end)
{
	struct buffer buffer = { .at = NULL };
	struct record *record = calloc(1, sizeof *record);
	int r = record ? 0 : -ENOMEM;

	*end = STATE_HEAD_LEN;
	if (r == 0)
		r = write_all(fd, STATE_HEAD, STATE_HEAD_LEN, 0);
	while (r == 0 && all->next(all->context, &record->draft)) {
		record->write++;
		r = buffer_record(&buffer, record);
		if (r < 0 || buffer.len < 64 * (size_t)RECORD_SIZE)
			continue;
		r = write_all(fd, buffer.at, buffer.len, *end);
		*end += (off_t)buffer.len;
		buffer.len = 0;
	}
	if (r == 0)
		r = write_all(fd, buffer.at, buffer.len, *end);
	*end += (off_t)buffer.len;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	free(buffer.at);
	free(record);
	return r;
}

/* It is the file now, whatever the folder's sync says: what was written before it is in it, too. */
static void take_over(struct state *state, int fd, off_t end, const struct all *all)
{
	struct stat st;

	if (state->fd >= 0)
		close(state->fd);
	state->fd = fd;
	if (fstat(fd, &st) == 0) {
		state->device = st.st_dev;
		state->inode = st.st_ino;
	}
	state->end = end;
	state->records = all->n;
	state->line = 1 + all->n;
	state->write = all->n;
}

static int store_rewrite(struct state *state, const struct all *all)
{
	int fd = open(state->fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		      S_IRUSR | S_IWUSR);
	off_t end = 0;
	int r;

	if (fd < 0)
		return -errno;
	r = write_devices(fd, all, &end);
	if (r == 0 && rename(state->fresh, state->path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(state->fresh);
		close(fd);
		return r;
	}
	take_over(state, fd, end, all);
	r = folder_sync(state);
	if (r < 0)
		state_forget(
			state); /* which of the two files is there is known when it is read again */
	return r;
}

int state_store(struct source *source, const struct change *changes, size_t n,
		const struct all *all, uint32_t *version, char why[WHY_SIZE])
{
	struct state *state = (struct state *)source;
	bool anew = state->end == 0 || n > APPEND_MAX ||
		    state->records + n > 2 * (uint64_t)all->n + SLACK;
	int r = 0;

	/* A new file is only for room's sake; where there is none for it, the old one does. */
	if (anew)
		r = store_rewrite(state, all);
	if ((!anew || r < 0) && state->end > 0 && n <= APPEND_MAX)
		r = store_append(state, changes, n);
	if (r < 0)
		return state_fail(state, -r, "written", why);
	*version = (uint32_t)state->write | 1u << 31;
	return 0;
}
