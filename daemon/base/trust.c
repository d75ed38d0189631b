#include "base/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool owner_is_trusted(uid_t uid, uid_t also)
{
	return uid == 0 || uid == getuid() || uid == also;
}

static int refuse_owner(const char *path, const struct stat *st, char *why, size_t size)
{
	bool link = S_ISLNK(st->st_mode);

	snprintf(why, size, "%s: %sit belongs to another user (%u); give it to root with chown%s",
		 path, link ? "it is a link, and " : "", (unsigned)st->st_uid, link ? " -h" : "");
	return -EPERM;
}

static int refuse_mode(const char *path, const struct stat *st, char *why, size_t size)
{
	snprintf(why, size,
		 "%s: other users can change %s (owner %u, mode %04o); forbid that with chmod go-w",
		 path, S_ISDIR(st->st_mode) ? "this folder" : "it", (unsigned)st->st_uid,
		 (unsigned)(st->st_mode & 07777));
	return -EPERM;
}

/* One step of the way. Others may write into a sticky folder: they cannot replace files of
 * other users there, and the entry itself is checked too. */
static int trust_step(const char *path, const struct stat *st, uid_t also, char *why, size_t size)
{
	mode_t others = st->st_mode & (S_IWGRP | S_IWOTH);

	if (!owner_is_trusted(st->st_uid, also))
		return refuse_owner(path, st, why, size);
	if (others != 0 && !(S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX)))
		return refuse_mode(path, st, why, size);
	return 0;
}

/* ---- the way: each step of the path, links followed one by one --------------------------------
 */

enum { LINKS_MAX = 40 };

struct way {
	char done[PATH_MAX]; /* checked, without links; "" is the root */
	char rest[PATH_MAX];
	unsigned links;
	uid_t also;     /* one more user who is trusted; 0: none */
	struct stat st; /* of `done` */
};

static int failed(const struct way *way, int error, char *why, size_t size)
{
	snprintf(why, size, "%s: %s", way->done[0] ? way->done : "/", strerror(error));
	return -error;
}

static void step_back(struct way *way)
{
	char *slash = strrchr(way->done, '/');

	if (slash)
		*slash = '\0';
}

/* Takes the next name off the rest; its length, 0 at the end. */
static size_t next_name(const struct way *way, const char **name)
{
	*name = way->rest + strspn(way->rest, "/");
	return strcspn(*name, "/");
}

static int step_into(struct way *way, const char *name, size_t len)
{
	size_t used = strlen(way->done);

	if (used + 1 + len >= sizeof(way->done))
		return -ENAMETOOLONG;
	way->done[used] = '/';
	memcpy(way->done + used + 1, name, len);
	way->done[used + 1 + len] = '\0';
	return lstat(way->done, &way->st) < 0 ? -errno : 0;
}

/* A link leads where its owner wants: the rest is its target and what stood behind it. */
static int follow(struct way *way)
{
	char target[PATH_MAX];
	ssize_t n = readlink(way->done, target, sizeof(target));
	size_t left = strlen(way->rest);

	if (n < 0)
		return -errno;
	if (++way->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)n + left >= sizeof(way->rest))
		return -ENAMETOOLONG;
	memmove(way->rest + n, way->rest, left + 1);
	memcpy(way->rest, target, (size_t)n);
	if (target[0] == '/')
		way->done[0] = '\0';
	else
		step_back(way);
	return 0;
}

static int step(struct way *way, const char *name, size_t len, char *why, size_t size)
{
	int r;

	if (len == 1 && name[0] == '.')
		return 0;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		step_back(way);
		return 0;
	}
	r = step_into(way, name, len);
	if (r != 0)
		return failed(way, -r, why, size);
	if (!S_ISLNK(way->st.st_mode))
		return trust_step(way->done, &way->st, way->also, why, size);
	if (!owner_is_trusted(way->st.st_uid, way->also))
		return refuse_owner(way->done, &way->st, why, size);
	r = follow(way);
	return r != 0 ? failed(way, -r, why, size) : 0;
}

static int walk(struct way *way, char *why, size_t size)
{
	const char *name;
	size_t len;
	int r;

	if (lstat("/", &way->st) < 0)
		return failed(way, errno, why, size);
	r = trust_step("/", &way->st, way->also, why, size);
	while (r == 0 && (len = next_name(way, &name)) > 0) {
		char one[NAME_MAX + 1];

		if (len > NAME_MAX)
			return failed(way, ENAMETOOLONG, why, size);
		memcpy(one, name, len);
		memmove(way->rest, name + len, strlen(name + len) + 1);
		r = step(way, one, len, why, size);
	}
	return r;
}

static int trust_path(const char *path, const struct stat *opened, uid_t also, char *why,
		      size_t size)
{
	struct way way = { .also = also };
	int r;

	if (path[0] != '/') {
		snprintf(why, size, "%s: not an absolute path", path);
		return -EINVAL;
	}
	if (strlen(path) >= sizeof(way.rest)) {
		snprintf(why, size, "%s: %s", path, strerror(ENAMETOOLONG));
		return -ENAMETOOLONG;
	}
	strcpy(way.rest, path);
	r = walk(&way, why, size);
	if (r != 0 || !opened)
		return r;
	if (stat(way.done[0] ? way.done : "/", &way.st) < 0)
		return failed(&way, errno, why, size);
	if (opened->st_dev != way.st.st_dev || opened->st_ino != way.st.st_ino) {
		snprintf(why, size, "%s: was replaced while it was being checked", path);
		return -EAGAIN;
	}
	return trust_step(way.done, opened, also, why, size);
}

int trust_check(const char *path, char *why, size_t size)
{
	return trust_path(path, NULL, 0, why, size);
}

int trust_check_owned(const char *path, uid_t owner, char *why, size_t size)
{
	return trust_path(path, NULL, owner, why, size);
}

const char *trust_why(const char *path, const char *why)
{
	size_t len = strlen(path);

	return strncmp(why, path, len) == 0 && strncmp(why + len, ": ", 2) == 0 ? why + len + 2
										: why;
}

int trust_check_fd(int fd, const char *path, char *why, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return -errno;
	}
	return trust_path(path, &st, 0, why, size);
}
