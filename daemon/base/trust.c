#include "base/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static bool owner_is_trusted(uid_t uid)
{
	return uid == 0 || uid == getuid();
}

static int refuse(const char *path, const struct stat *st, const char *what, char *why, size_t size)
{
	snprintf(why, size, "%s: %s (owner %u, mode %04o)", path, what, (unsigned)st->st_uid,
		 (unsigned)(st->st_mode & 07777));
	return -EPERM;
}

/* One step of the way. Others may write into a sticky folder: they cannot replace what is not
 * theirs, and the entry is checked by itself. */
static int trust_step(const char *path, const struct stat *st, char *why, size_t size)
{
	mode_t others = st->st_mode & (S_IWGRP | S_IWOTH);

	if (!owner_is_trusted(st->st_uid))
		return refuse(path, st, "belongs to another user", why, size);
	if (others != 0 && !(S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX)))
		return refuse(path, st, "others may write it", why, size);
	return 0;
}

static int trust_folders(char *path, char *why, size_t size)
{
	struct stat st;
	char *slash = path;
	int r;

	if (stat("/", &st) < 0 || trust_step("/", &st, why, size) != 0)
		return -EPERM;
	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (stat(path, &st) < 0) {
			r = -errno;
			snprintf(why, size, "%s: %s", path, strerror(-r));
			return r;
		}
		r = trust_step(path, &st, why, size);
		*slash = '/';
		if (r != 0)
			return r;
	}
	return 0;
}

static int trust_path(const char *path, const struct stat *opened, char *why, size_t size)
{
	_cleanup_(freep) char *real = NULL;
	_cleanup_(freep) char *given = NULL;
	struct stat st;
	int r;

	if (path[0] != '/') {
		snprintf(why, size, "%s: not an absolute path", path);
		return -EINVAL;
	}
	real = realpath(path, NULL);
	given = strdup(path);
	if (!real || !given || stat(real, &st) < 0) {
		r = -errno;
		snprintf(why, size, "%s: %s", path, strerror(-r));
		return r;
	}
	if (opened && (opened->st_dev != st.st_dev || opened->st_ino != st.st_ino)) {
		snprintf(why, size, "%s: was replaced while it was being checked", path);
		return -EAGAIN;
	}
	/* The way as it was written, for a link on it may be replaced; then the way it leads. */
	r = trust_folders(given, why, size);
	if (r == 0)
		r = trust_folders(real, why, size);
	return r != 0 ? r : trust_step(real, opened ? opened : &st, why, size);
}

int trust_check(const char *path, char *why, size_t size)
{
	return trust_path(path, NULL, why, size);
}

int trust_check_fd(int fd, const char *path, char *why, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return -errno;
	}
	return trust_path(path, &st, why, size);
}
