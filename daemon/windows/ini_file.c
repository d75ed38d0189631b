#include "windows/ini_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "windows/path.h"

enum { SIZE_MOST = 64 << 20, NEW_MODE = 0666 };

/* The octets of a regular file; the caller frees them. NULL with errno. */
static char *octets_read(int fd, size_t *len)
{
	struct stat st;
	char *octets;
	ssize_t n = 1;

	if (fstat(fd, &st) < 0)
		return NULL;
	if (!S_ISREG(st.st_mode) || st.st_size > SIZE_MOST) {
		errno = S_ISREG(st.st_mode) ? EFBIG : EACCES;
		return NULL;
	}
	octets = malloc((size_t)st.st_size + 1);
	for (*len = 0; octets && n != 0 && *len < (size_t)st.st_size; *len += (size_t)n) {
		n = read(fd, octets + *len, (size_t)st.st_size - *len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0) {
			free(octets);
			return NULL;
		}
	}
	return octets;
}

DWORD ini_file_read(const char *path, struct ini_text *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *octets = NULL;
	size_t len;
	DWORD r = ERROR_SUCCESS;

	out->at = NULL;
	if (fd >= 0)
		octets = octets_read(fd, &len);
	if (!octets)
		r = path_error(path, errno);
	else if (!ini_text_read(octets, len, out))
		r = ERROR_NOT_ENOUGH_MEMORY;
	free(octets);
	if (fd >= 0)
		close(fd);
	return r;
}

/* ---- replacing it ------------------------------------------------------------------------------
 */

/* Of the file where it is there; what it would be made with otherwise. */
static DWORD owner_of(const char *path, bool *there, struct stat *st)
{
	mode_t mask;
	int r = stat(path, st) == 0 ? 0 : errno;

	*there = r == 0;
	if (!*there) {
		mask = umask(0);
		umask(mask);
		*st = (struct stat){ .st_mode = NEW_MODE & ~mask,
				     .st_uid = geteuid(),
				     .st_gid = getegid() };
		return r == ENOENT ? ERROR_SUCCESS : path_error(path, r);
	}
	/* What Windows calls read-only nobody writes, not even who could. */
	return st->st_mode & 0222 && access(path, W_OK) == 0 ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

static int octets_write(int fd, const char *octets, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, octets, len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			octets += n;
			len -= (size_t)n;
		}
	}
	return fsync(fd);
}

/* A new file beside it, which takes its place. */
static DWORD octets_replace(const char *path, const struct stat *st, const char *octets, size_t len)
{
	char beside[PATH_MAX + 8];
	DWORD r = ERROR_SUCCESS;
	int fd;

	snprintf(beside, sizeof(beside), "%s.XXXXXX", path);
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return path_error(path, errno);
	if ((st->st_uid != geteuid() || st->st_gid != getegid()) &&
	    fchown(fd, st->st_uid, st->st_gid) < 0)
		errno = 0; /* who may not give it away keeps it */
	if (fchmod(fd, st->st_mode & 0777) < 0 || octets_write(fd, octets, len) < 0 ||
	    rename(beside, path) < 0) {
		r = path_error(path, errno);
		unlink(beside);
	}
	close(fd);
	return r;
}

static DWORD change_locked(const char *path, bool create,
			   bool (*change)(struct ini_text *text, const void *what),
			   const void *what)
{
	struct ini_text text = { .at = NULL };
	char *octets = NULL;
	struct stat st;
	size_t len;
	bool there;
	DWORD r = owner_of(path, &there, &st);

	if (r != ERROR_SUCCESS || (!there && !create))
		return r;
	if (there)
		r = ini_file_read(path, &text);
	else if (!ini_text_read("", 0, &text))
		r = ERROR_NOT_ENOUGH_MEMORY;
	if (r == ERROR_SUCCESS) {
		octets = change(&text, what) ? ini_text_write(&text, &len) : NULL;
		r = octets ? octets_replace(path, &st, octets, len) : ERROR_NOT_ENOUGH_MEMORY;
	}
	free(octets);
	free(text.at);
	return r;
}

/* The folder's lock: the file itself is another one after each change. */
static int folder_lock(const char *path)
{
	const char *last = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	int fd;

	if (last) {
		memcpy(folder, path, (size_t)(last - path) + 1);
		folder[last - path + 1] = '\0';
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && flock(fd, LOCK_EX) < 0)
		if (errno != EINTR) {
			close(fd);
			return -1;
		}
	return fd;
}

DWORD ini_file_change(const char *path, bool create,
		      bool (*change)(struct ini_text *text, const void *what), const void *what)
{
	char file[PATH_MAX]; /* behind links, which stay */
	DWORD r;
	int lock;

	if (!realpath(path, file))
		strcpy(file, path);
	lock = folder_lock(file);
	if (lock < 0)
		return path_error(file, errno);
	r = change_locked(file, create, change, what);
	close(lock);
	return r;
}
