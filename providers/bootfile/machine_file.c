#include "machine_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct stamp stamp_of(const struct stat *st)
{
	return (struct stamp){ st->st_dev, st->st_ino, st->st_size, st->st_ctim, st->st_mtim };
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool machine_file_is(const char *path, const struct stamp *stamp)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == stamp->device && st.st_ino == stamp->inode &&
	       st.st_size == stamp->size && same_time(st.st_ctim, stamp->changed) &&
	       same_time(st.st_mtim, stamp->modified);
}

bool machine_file_is_torn(const char *path, const struct stamp *stamp)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == stamp->device && st.st_ino == stamp->inode &&
	       (st.st_size != stamp->size || !same_time(st.st_mtim, stamp->modified));
}

/* ---- who may have written it -------------------------------------------------------------------
 */

/* What is wrong with the owner and the mode; NULL: nothing. */
static const char *doubt(const struct stat *st, bool last)
{
	bool group = (st->st_mode & S_IWGRP) != 0, others = (st->st_mode & S_IWOTH) != 0;
	bool sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0;

	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs to another user: let it belong to root";
	if (others && !sticky)
		return "can be written by everybody: chmod o-w";
	if (group && !sticky && (!last || st->st_uid != 0))
		return last ? "can be written by its group and is not root's: chown root, or "
			      "chmod g-w"
			    : "can be written by its group: chmod g-w";
	return NULL;
}

enum { PATH_SAID_MAX = 200 }; /* of a path, so that what is wrong with it has room */

static int refuse(char why[FILE_WHY_SIZE], const char *path, size_t len, const char *what)
{
	snprintf(why, FILE_WHY_SIZE, "%.*s%s %s", len > PATH_SAID_MAX ? PATH_SAID_MAX : (int)len,
		 path, len > PATH_SAID_MAX ? "..." : "", what);
	return -1;
}

/* The same for what cannot be opened. */
static int refuse_error(char why[FILE_WHY_SIZE], const char *path, size_t len, int error)
{
	char what[FILE_WHY_SIZE / 2];

	snprintf(what, sizeof what, "cannot be opened: %s", strerror(error));
	return refuse(why, path, len, what);
}

/* Opens one part of the path, of which the first `len` octets are open already, and looks at it. */
static int step(int dir, const char *path, size_t len, const char *name, bool last,
		char why[FILE_WHY_SIZE])
{
	int flags = last ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH | O_DIRECTORY;
	int fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
	const char *wrong;
	struct stat st;

	if (fd < 0) {
		wrong = errno == ELOOP || (errno == ENOTDIR && !last)
				? "is a link or no folder: name the file itself"
			: errno == EACCES ? "cannot be read by the daemon's user: permission denied"
			: errno == ENOENT ? "is not there"
					  : NULL;
		return wrong ? refuse(why, path, len, wrong) : refuse_error(why, path, len, errno);
	}
	wrong = fstat(fd, &st) < 0 ? strerror(errno)
				   : doubt(&st, last || !strchr(path + len + 1, '/'));
	if (!wrong && last && !S_ISREG(st.st_mode))
		wrong = "is no regular file";
	if (!wrong)
		return fd;
	close(fd);
	return refuse(why, path, len, wrong);
}

/* The open file, or -1. */
static int file_open(const char *path, char why[FILE_WHY_SIZE])
{
	const char *at = path;
	int fd;

	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return refuse(why, path, strlen(path), "is no absolute path");
	fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return refuse_error(why, "/", 1, errno);
	while (fd >= 0) {
		char name[NAME_MAX + 1];
		size_t len;
		int next;

		at += strspn(at, "/");
		len = strcspn(at, "/");
		if (len == 0 || len > NAME_MAX) {
			close(fd);
			return refuse(why, path, strlen(path), "names no file");
		}
		memcpy(name, at, len);
		name[len] = '\0';
		at += len;
		next = step(fd, path, (size_t)(at - path), name, at[strspn(at, "/")] == '\0', why);
		close(fd);
		fd = next;
		if (*at == '\0')
			return fd;
	}
	return -1;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

/* All octets, with a NUL; NULL, and *r is -errno. */
static char *octets_read(int fd, size_t size, size_t *len, int *r)
{
	char *text = malloc(size + 2);
	size_t n = 0;
	ssize_t got = 1;

	*r = -ENOMEM;
	while (text && got > 0 && n <= size) { /* one more than there were: it may have grown */
		got = read(fd, text + n, size + 1 - n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else
			n += got > 0 ? (size_t)got : 0;
		*r = got < 0 ? -errno : n > size ? -EAGAIN : 0;
	}
	if (*r < 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	*len = n;
	return text;
}

char *machine_file_read(const char *path, size_t *len, struct stamp *stamp, char why[FILE_WHY_SIZE])
{
	int fd = file_open(path, why), r = 0;
	char *text = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (st.st_size > MACHINE_FILE_MAX)
		r = -EFBIG;
	else
		text = octets_read(fd, (size_t)st.st_size, len, &r);
	close(fd);
	if (text)
		*stamp = stamp_of(&st);
	else
		snprintf(why, FILE_WHY_SIZE, "%.200s cannot be read: %s", path,
			 r == -EAGAIN  ? "it grew while it was read: try again"
			 : r == -EFBIG ? "it is longer than 64 MiB"
				       : strerror(-r));
	return text;
}
