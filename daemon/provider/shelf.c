#include "provider/shelf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/trust.h"

#define TEMPORARY "wdspxe-modules-"

enum { NEIGHBOURS_MAX = 4096, NUMBER_MAX = 1 << 20 };
enum { NOEXEC = 1 }; /* beside -errno: no code can be loaded from there */

struct shelf {
	char *folder;
	int fd; /* locked, where it is temporary */
	bool temporary;
};

/* Never the same number twice in a process: dlopen() knows images by their path. */
static unsigned number;

static int refuse(const char *path, int error, char *why, size_t size)
{
	snprintf(why, size, "%s: %s", path, strerror(error));
	return -error;
}

/* A folder, read by a descriptor of its own. */
static DIR *folder_read(int at)
{
	_cleanup_(closep) int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (folder)
		(void)take_fd(&fd); /* it closes it */
	return folder;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* ---- removing ---- */

/* Removes files, links and, `depth` deep, folders: what can be on a shelf. Links are not followed.
 */
static void remove_all(int at, int depth)
{
	_cleanup_(closedirp) DIR *folder = folder_read(at);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		_cleanup_(closep) int below = -1;

		if (is_dots(entry->d_name) || unlinkat(at, entry->d_name, 0) == 0 || depth == 0)
			continue;
		below = openat(at, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		remove_all(below, depth - 1);
		unlinkat(at, entry->d_name, AT_REMOVEDIR);
	}
}

static bool is_number(const char *name)
{
	size_t len = strspn(name, "0123456789");

	return len > 0 && !name[len];
}

static bool is_temporary(const char *name)
{
	return !strncmp(name, TEMPORARY, strlen(TEMPORARY));
}

/* Removes the folders of our own user that nobody holds a lock of. */
static void sweep(int at, bool (*is_ours)(const char *name), int depth)
{
	_cleanup_(closedirp) DIR *folder = folder_read(at);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		_cleanup_(closep) int below = -1;
		struct stat st;

		if (!is_ours(entry->d_name))
			continue;
		below = openat(at, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0 || fstat(below, &st) < 0 || st.st_uid != geteuid() ||
		    flock(below, LOCK_EX | LOCK_NB) < 0)
			continue;
		remove_all(below, depth);
		unlinkat(at, entry->d_name, AT_REMOVEDIR);
	}
}

/* ---- opening ---- */

/* Opens and locks a folder that was just made. -EAGAIN: it was swept before the lock was had. */
static int folder_lock(int at, const char *name)
{
	_cleanup_(closep) int fd =
		openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? -EAGAIN : -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	if (fstat(fd, &st) < 0 || st.st_nlink == 0)
		return -EAGAIN;
	return take_fd(&fd);
}

static void shelf_closep(struct shelf **shelf)
{
	shelf_close(*shelf);
}

static struct shelf *shelf_new(const char *folder)
{
	_cleanup_(shelf_closep) struct shelf *shelf = calloc(1, sizeof(*shelf));

	if (!shelf)
		return NULL;
	shelf->fd = -1;
	shelf->folder = strdup(folder);
	return shelf->folder ? TAKE(shelf) : NULL;
}

int shelf_open(const char *folder, struct shelf **out, char *why, size_t size)
{
	_cleanup_(shelf_closep) struct shelf *shelf = shelf_new(folder);
	int r;

	if (!shelf)
		return refuse(folder, ENOMEM, why, size);
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return refuse(folder, errno, why, size);
	r = trust_check(folder, why, size);
	if (r < 0)
		return r;
	shelf->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (shelf->fd < 0)
		return refuse(folder, errno, why, size);
	sweep(shelf->fd, is_number, 0);
	*out = TAKE(shelf);
	return 0;
}

static void sweep_temporary(const char *below)
{
	_cleanup_(closep) int fd = open(below, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		sweep(fd, is_temporary, 1);
}

int shelf_open_temporary(struct shelf **out, char *why, size_t size)
{
	_cleanup_(shelf_closep) struct shelf *shelf = NULL;
	const char *below = getenv("TMPDIR");
	char folder[PATH_MAX];
	int r = -EAGAIN;

	if (!below || below[0] != '/')
		below = "/tmp";
	sweep_temporary(below);
	for (int tries = 0; tries < 3 && r == -EAGAIN; tries++) {
		if (snprintf(folder, sizeof(folder), "%s/" TEMPORARY "XXXXXX", below) >=
		    (int)sizeof(folder))
			return refuse(below, ENAMETOOLONG, why, size);
		if (!mkdtemp(folder))
			return refuse(below, errno, why, size);
		r = folder_lock(AT_FDCWD, folder);
	}
	if (r < 0)
		return refuse(folder, -r, why, size);
	shelf = shelf_new(folder);
	if (!shelf) {
		close(r);
		rmdir(folder);
		return refuse(folder, ENOMEM, why, size);
	}
	shelf->temporary = true;
	shelf->fd = r;
	r = trust_check(folder, why, size);
	if (r < 0)
		return r;
	*out = TAKE(shelf);
	return 0;
}

void shelf_leave(struct shelf *shelf)
{
	if (!shelf)
		return;
	free(shelf->folder);
	free(shelf);
}

void shelf_close(struct shelf *shelf)
{
	if (!shelf)
		return;
	if (shelf->temporary) {
		remove_all(shelf->fd, 1);
		rmdir(shelf->folder);
	}
	if (shelf->fd >= 0)
		close(shelf->fd);
	free(shelf->folder);
	free(shelf);
}

/* ---- a copy ---- */

static bool is_in_place(const struct shelf *shelf)
{
	struct stat there, own;

	return stat(shelf->folder, &there) == 0 && fstat(shelf->fd, &own) == 0 &&
	       there.st_dev == own.st_dev && there.st_ino == own.st_ino;
}

/* dlopen() goes by the path: where another folder has come into our place, a restored or mounted
 * one, copies stand in that from now on. */
static int shelf_follow(struct shelf *shelf, char *why, size_t size)
{
	_cleanup_(shelf_closep) struct shelf *now = NULL;
	int r, fd;

	if (is_in_place(shelf))
		return 0;
	if (shelf->temporary)
		return refuse(shelf->folder, ENOENT, why, size);
	r = shelf_open(shelf->folder, &now, why, size);
	if (!now)
		return r;
	fd = shelf->fd;
	shelf->fd = now->fd;
	now->fd = fd;
	return 0;
}

/* Makes and locks the next folder. Its descriptor, or -errno. */
static int folder_next(const struct shelf *shelf, char name[static 16])
{
	while (number < NUMBER_MAX) {
		int r;

		snprintf(name, 16, "%u", ++number);
		if (mkdirat(shelf->fd, name, 0755) < 0) {
			if (errno == EEXIST)
				continue;
			return -errno;
		}
		r = folder_lock(shelf->fd, name);
		if (r != -EAGAIN)
			return r;
	}
	return -ENOSPC;
}

/* Asked, not tried: valgrind takes the first mapping of a file that may be run for the module. */
static int check_exec(int fd)
{
	struct statvfs st;

	if (fstatvfs(fd, &st) < 0)
		return -errno;
	return st.f_flag & ST_NOEXEC ? NOEXEC : 0;
}

static int write_copy(int at, const char *name, struct span octets)
{
	_cleanup_(closep) int fd =
		openat(at, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0555);

	if (fd < 0)
		return -errno;
	for (size_t n = 0; n < octets.len;) {
		ssize_t put = write(fd, octets.at + n, octets.len - n);

		if (put < 0 && errno != EINTR)
			return -errno;
		n += put > 0 ? (size_t)put : 0;
	}
	return check_exec(fd);
}

/* Links to what stands beside the original. In a folder that others may write (a sticky one) only
 * to what they cannot have put there. What cannot be linked is not missed until it is looked for.
 */
static void link_neighbours(int at, const char *folder, const char *own)
{
	_cleanup_(closedirp) DIR *beside = opendir(folder);
	const struct dirent *entry;
	char target[PATH_MAX], why[256];
	struct stat st;

	if (!beside || fstat(dirfd(beside), &st) < 0)
		return;
	for (int n = 0; n < NEIGHBOURS_MAX && (entry = readdir(beside)); n++) {
		if (is_dots(entry->d_name) || !strcmp(entry->d_name, own) ||
		    snprintf(target, sizeof(target), "%s/%s", folder, entry->d_name) >=
			    (int)sizeof(target))
			continue;
		if ((st.st_mode & (S_IWGRP | S_IWOTH)) && trust_check(target, why, sizeof(why)) < 0)
			continue;
		if (symlinkat(target, at, entry->d_name) < 0)
			return;
	}
}

int shelf_put(struct shelf *shelf, const char *original, struct span octets, struct shelf_copy *out,
	      char *why, size_t size)
{
	const char *name = strrchr(original, '/');
	_cleanup_(freep) char *beside = NULL;
	struct shelf_copy copy = { NULL, -1 };
	char folder[16];
	int r;

	r = shelf_follow(shelf, why, size);
	if (r < 0)
		return r;
	name = name ? name + 1 : original;
	beside = strndup(original, (size_t)(name - original));
	copy.fd = folder_next(shelf, folder);
	if (copy.fd < 0)
		return refuse(shelf->folder, -copy.fd, why, size);
	r = beside && asprintf(&copy.path, "%s/%s/%s", shelf->folder, folder, name) >= 0 ? 0
											 : -ENOMEM;
	if (r == 0)
		r = write_copy(copy.fd, name, octets);
	if (r != 0) {
		remove_all(copy.fd, 0);
		unlinkat(shelf->fd, folder, AT_REMOVEDIR);
		close(copy.fd);
		free(copy.path);
		if (r < 0)
			return refuse(shelf->folder, -r, why, size);
		snprintf(why, size, "%s: mounted noexec", shelf->folder);
		return -EPERM;
	}
	link_neighbours(copy.fd, beside[0] ? beside : ".", name);
	*out = copy;
	return 0;
}

void shelf_leave_copy(struct shelf_copy *copy)
{
	free(copy->path);
	*copy = (struct shelf_copy){ NULL, -1 };
}

void shelf_drop(struct shelf_copy *copy)
{
	char *slash = strrchr(copy->path, '/');

	remove_all(copy->fd, 0);
	*slash = '\0';
	rmdir(copy->path);
	close(copy->fd);
	free(copy->path);
	*copy = (struct shelf_copy){ NULL, -1 };
}
