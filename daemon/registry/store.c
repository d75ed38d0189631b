#include "registry/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "registry/setting.h"

#define LOCK_FILE ".lock"
#define TEMP_FILE ".wdspxed-new" /* one is enough: the lock is held */

static int read_all(int fd, char *text, size_t room, size_t *len)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, text + n, room - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		n += (size_t)got;
		if (got == 0 || n == room) {
			*len = n;
			return 0;
		}
	}
}

int store_read(int dir, const char *file, const char *path, char **out, size_t *len,
	       struct registry_error *error)
{
	_cleanup_(closep) int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	_cleanup_(freep) char *text = NULL;
	size_t n = 0, room;
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return registry_fail_errno(error, path, -errno, "cannot read it");
	if (!S_ISREG(st.st_mode))
		return registry_fail(error, path, 0, REGISTRY_E_INVALID,
				     "not a regular file [W0103]");
	if (st.st_size > SETTING_TEXT_MAX)
		return registry_fail(error, path, 0, REGISTRY_E_INVALID,
				     "larger than %d bytes [W0103]", SETTING_TEXT_MAX);
	room = (size_t)st.st_size + 1; /* one more: a file that grows meanwhile is found out */
	text = malloc(room + 1);
	r = text ? read_all(fd, text, room, &n) : -ENOMEM;
	if (r < 0)
		return registry_fail_errno(error, path, r, "cannot read it");
	if (n == room)
		return registry_fail_errno(error, path, -EAGAIN, "it grew while it was being read");
	text[n] = '\0';
	*len = n;
	*out = TAKE(text);
	return 0;
}

int store_open(const char *dir, int *out, struct registry_error *error)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return registry_fail_errno(error, dir, -errno, "cannot open the directory");
	*out = fd;
	return 0;
}

void store_give_to_owner(int dir, int fd, mode_t mode)
{
	struct stat owner;

	if (fchmod(fd, mode) == 0 && geteuid() == 0 && fstat(dir, &owner) == 0)
		(void)!fchown(fd, owner.st_uid, owner.st_gid);
}

/* The lock, which is made where it is missing. */
static int lock_open(int dir)
{
	int fd = openat(dir, LOCK_FILE, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0)
		store_give_to_owner(dir, fd, 0600);
	else if (errno == EEXIST)
		fd = openat(dir, LOCK_FILE, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	return fd;
}

static int lock_wait(int fd, int operation)
{
	while (flock(fd, operation) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int store_lock(int dir, const char *path, int *out, struct registry_error *error)
{
	_cleanup_(closep) int fd = lock_open(dir);
	int r = fd < 0 ? -errno : lock_wait(fd, LOCK_EX);

	if (r < 0)
		return registry_fail_errno(error, path, r, "cannot lock its directory");
	(void)unlinkat(dir, TEMP_FILE, 0); /* a dead writer's */
	*out = take_fd(&fd);
	return 0;
}

void store_lock_shared(int dir, int *out)
{
	_cleanup_(closep) int fd = openat(dir, LOCK_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	*out = fd >= 0 && lock_wait(fd, LOCK_SH) == 0 ? take_fd(&fd) : -1;
}

static int write_all(int fd, struct span text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.at, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -ENOSPC;
		text = span_drop(text, (size_t)n);
	}
	return 0;
}

static int write_temp(int dir, struct span text, const struct stat *like)
{
	_cleanup_(closep) int fd = -1;
	struct stat st, home;
	int r;

	(void)unlinkat(dir, TEMP_FILE, 0); /* a dead writer's, where a link led out of the list */
	fd = openat(dir, TEMP_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	r = write_all(fd, text);
	if (r < 0)
		return r;
	if (!like && geteuid() == 0 && fstat(dir, &home) == 0) {
		home.st_mode = 0644;
		like = &home;
	}
	if (like && (like->st_uid != st.st_uid || like->st_gid != st.st_gid) &&
	    fchown(fd, like->st_uid, like->st_gid) < 0)
		return -errno;
	if (fchmod(fd, like ? like->st_mode & 07777 : 0644) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

static int put_in_place(int dir, const char *file, bool replace)
{
	if (replace)
		return renameat(dir, TEMP_FILE, dir, file) < 0 ? -errno : 0;
	if (renameat2(dir, TEMP_FILE, dir, file, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	/* this file system cannot: a second name, and the first one goes */
	if (linkat(dir, TEMP_FILE, dir, file, 0) < 0)
		return -errno;
	(void)unlinkat(dir, TEMP_FILE, 0);
	return 0;
}

int store_write(int dir, const char *file, const char *path, struct span text,
		const struct stat *like, struct registry_error *error)
{
	int r = write_temp(dir, text, like);

	if (r == 0)
		r = put_in_place(dir, file, like != NULL);
	if (r < 0) {
		(void)unlinkat(dir, TEMP_FILE, 0);
		return registry_fail_errno(error, path, r, "cannot write it");
	}
	return fsync(dir) < 0 ? registry_fail_errno(error, path, -errno, "cannot sync it to disk")
			      : 0;
}

int store_remove(int dir, const char *file, const char *path, struct registry_error *error)
{
	if (unlinkat(dir, file, 0) < 0)
		return registry_fail_errno(error, path, -errno, "cannot remove it");
	return fsync(dir) < 0 ? registry_fail_errno(error, path, -errno, "cannot sync it to disk")
			      : 0;
}
