/* The admin's CSV as a source. It is read so that nobody but whom the admin trusts can have put
 * something into it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "source.h"

struct csv_source {
	struct source source;
	char *path;
	bool optional;
	bool was_there, was_ended; /* its last line had an end */
	struct stat was;
	struct stat refused; /* it was whole, and had lost many; st_ino is 0: none */
};

static struct csv_source *of(const struct source *source)
{
	return (struct csv_source *)(uintptr_t)source;
}

/* ---- whose it is -------------------------------------------------------------------------------
 */

/* What is wrong with owner and mode; NULL: nothing. A group may write to a file of root's. */
static const char *doubt(const struct stat *st)
{
	bool sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0;

	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs to another user: let it belong to root";
	if ((st->st_mode & S_IWOTH) != 0 && !sticky)
		return "can be written by everybody: chmod o-w";
	if ((st->st_mode & S_IWGRP) != 0 && !sticky && st->st_uid != 0)
		return "can be written by its group and is not root's: chown root, or chmod g-w";
	return NULL;
}

/* The folders on the way, from the last one up. False: `why` says what is wrong. */
static bool folders_trusted(char *path, char why[WHY_SIZE])
{
	struct stat st;
	const char *wrong;
	char *slash;

	while ((slash = strrchr(path, '/')) != NULL) {
		slash[slash == path] = '\0';
		wrong = stat(path, &st) < 0 ? strerror(errno) : doubt(&st);
		if (wrong) {
			snprintf(why, WHY_SIZE, "%.120s %s", path, wrong);
			return false;
		}
		if (slash == path)
			break;
	}
	return true;
}

/* The open file. -1: `why` says why not; -ENOENT in *r: there is none. */
static int file_open(const char *path, struct stat *st, int *r, char why[WHY_SIZE])
{
	char real[PATH_MAX];
	const char *wrong;
	int fd = -1;

	*r = -EACCES;
	if (path[0] != '/' || !realpath(path, real)) {
		*r = errno == ENOENT ? -ENOENT : -EACCES;
		snprintf(why, WHY_SIZE, "%.120s cannot be read: %s", path,
			 path[0] != '/' ? "it is no absolute path" : strerror(errno));
		return -1;
	}
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, st) < 0)
		wrong = strerror(errno);
	else
		wrong = S_ISREG(st->st_mode) ? doubt(st) : "is no regular file";
	if (wrong)
		snprintf(why, WHY_SIZE, "%.120s is not read: it %s", real, wrong);
	if (!wrong && folders_trusted(real, why))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* ---- what it says ------------------------------------------------------------------------------
 */

struct reading {
	const struct source *source;
	const struct sink *sink;
	bool wrong;
};

static bool device_take(void *context, const struct draft *draft, unsigned line)
{
	struct reading *reading = context;

	return reading->sink->put(reading->sink->context, draft, line, 0);
}

static void wrong_take(void *context, unsigned line, const char *what)
{
	struct reading *reading = context;

	reading->wrong = true;
	reading->sink->tell(reading->sink->context, true, reading->source->where, line, what);
}

static char *octets_read(int fd, size_t size, size_t *len)
{
	char *text = malloc(size + 1);
	size_t got = 0;
	ssize_t n = 1;

	while (text && got < size && n != 0) {
		n = read(fd, text + got, size - got);
		if (n < 0 && errno != EINTR) {
			free(text);
			return NULL;
		}
		got += n > 0 ? (size_t)n : 0;
	}
	if (text)
		text[got] = '\0';
	*len = got;
	return text;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       same_time(a->st_mtim, b->st_mtim) && same_time(a->st_ctim, b->st_ctim);
}

static int text_take(const struct csv_source *csv, char *text, size_t len, const struct sink *sink,
		     char why[WHY_SIZE])
{
	struct reading reading = { &csv->source, sink, false };
	const struct csv_told told = { &reading, device_take, wrong_take };

	if (!csv_read(text, len, &told)) {
		snprintf(why, WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	if (!reading.wrong)
		return 0;
	snprintf(why, WHY_SIZE, "%.160s has mistakes, and none of it is taken", csv->path);
	return -EINVAL;
}

static bool is_ended(const char *text, size_t len)
{
	return len > 0 && text[len - 1] == '\n';
}

/* What a full disk leaves, or a program that is about to write or has not written all, is no
 * list. */
static int check_text(const struct csv_source *csv, const char *text, size_t len,
		      char why[WHY_SIZE])
{
	if (!csv->was_there || csv->was.st_size == 0)
		return 0;
	if (csv_says_nothing(text, len)) {
		snprintf(why, WHY_SIZE,
			 "%.100s is not read: it is empty, and was not before: if no machine is to "
			 "be in it, leave its first line",
			 csv->path);
		return -EINVAL;
	}
	if (is_ended(text, len) || !csv->was_ended)
		return 0;
	snprintf(why, WHY_SIZE,
		 "%.100s is not read: its last line has no end, and had one before: reload when it "
		 "is whole, or end the line",
		 csv->path);
	return -EINVAL;
}

static int check_meanwhile(const struct csv_source *csv, int fd, const struct stat *st,
			   char why[WHY_SIZE])
{
	struct stat after;

	if (fstat(fd, &after) == 0 && after.st_size == st->st_size &&
	    same_time(after.st_mtim, st->st_mtim))
		return 0;
	snprintf(why, WHY_SIZE,
		 "%.100s is not read: it was written meanwhile: reload when it is "
		 "whole",
		 csv->path);
	return -EINVAL;
}

/* Whoever is told of it says whether it counts. */
static int ask_whole(struct csv_source *csv, const struct stat *st, bool ended,
		     const struct sink *sink, char why[WHY_SIZE])
{
	int r = sink->whole ? sink->whole(sink->context, is_same(st, &csv->refused), why) : 0;

	csv->refused = (struct stat){ .st_ino = 0 };
	if (r == -EAGAIN)
		csv->refused = *st;
	if (r < 0)
		return r;
	csv->was = *st;
	csv->was_ended = ended;
	csv->was_there = true;
	return 0;
}

static int fd_take(struct csv_source *csv, int fd, const struct stat *st, const struct sink *sink,
		   char why[WHY_SIZE])
{
	size_t len = 0;
	bool ended;
	char *text;
	int r;

	if (st->st_size > CSV_FILE_MAX) {
		snprintf(why, WHY_SIZE, "%.120s is longer than 256 MiB", csv->path);
		return -EFBIG;
	}
	text = octets_read(fd, (size_t)st->st_size, &len);
	if (!text) {
		snprintf(why, WHY_SIZE, "%.120s cannot be read: %s", csv->path, strerror(errno));
		return -EIO;
	}
	ended = is_ended(text, len);
	r = check_text(csv, text, len, why);
	if (r == 0)
		r = text_take(csv, text, len, sink, why);
	free(text);
	if (r == 0)
		r = check_meanwhile(csv, fd, st, why);
	return r == 0 ? ask_whole(csv, st, ended, sink, why) : r;
}

static int csv_source_read(struct source *source, const struct sink *sink, char why[WHY_SIZE])
{
	struct csv_source *csv = of(source);
	struct stat st;
	int r = 0, fd = file_open(csv->path, &st, &r, why);

	if (!sink->begin(sink->context)) {
		snprintf(why, WHY_SIZE, "out of memory");
		r = -ENOMEM;
	} else if (fd >= 0) {
		r = fd_take(csv, fd, &st, sink, why);
	} else if (r == -ENOENT && csv->optional && !csv->was_there) {
		r = sink->whole ? sink->whole(sink->context, false, why) : 0;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

static bool csv_source_changed(const struct source *source)
{
	const struct csv_source *csv = of(source);
	struct stat st;

	if (stat(csv->path, &st) < 0)
		return csv->was_there;
	return !csv->was_there || !is_same(&st, &csv->was);
}

static void csv_source_close(struct source *source)
{
	free(of(source)->path);
	free(of(source));
}

static const struct source_ops csv_ops = {
	.read = csv_source_read,
	.changed = csv_source_changed,
	.close = csv_source_close,
};

struct source *csv_source_open(const char *path, bool optional)
{
	struct csv_source *csv = calloc(1, sizeof *csv);

	if (!csv)
		return NULL;
	csv->path = strdup(path);
	csv->optional = optional;
	if (!csv->path) {
		free(csv);
		return NULL;
	}
	csv->source = (struct source){ &csv_ops, csv->path };
	return &csv->source;
}
