/* CreateFile, ReadFile, WriteFile: files by handle. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <windows/fileapi.h>

#include "windows/handle.h"
#include "windows/path.h"

struct file {
	struct object object;
	int fd;
	bool reads, writes;
	char *gone; /* its path, where it is deleted with its last handle */
};

static void file_destroy(struct object *object)
{
	struct file *file = (struct file *)object;

	close(file->fd);
	if (file->gone)
		unlink(file->gone);
	free(file->gone);
	free(file);
}

static const struct object_type file_type = { .destroy = file_destroy };

static BOOL fail(DWORD error)
{
	SetLastError(error);
	return FALSE;
}

/* ---- opening ---- */

struct open {
	char path[PATH_MAX];
	DWORD access, disposition, flags;
	bool reads, writes, appends;
	bool existed;
};

static void access_read(struct open *open)
{
	open->reads = open->access & (GENERIC_READ | GENERIC_ALL | FILE_READ_DATA);
	open->writes = open->access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA);
	open->appends = open->access & FILE_APPEND_DATA && !open->writes;
}

static int mode_of(const struct open *open)
{
	int how = O_CLOEXEC | O_NOCTTY | (open->appends ? O_APPEND : 0);

	if (open->writes || open->appends)
		return how | (open->reads ? O_RDWR : O_WRONLY);
	return how | (open->reads ? O_RDONLY : O_PATH);
}

static DWORD check(const struct open *open)
{
	if (open->disposition < CREATE_NEW || open->disposition > TRUNCATE_EXISTING)
		return ERROR_INVALID_PARAMETER;
	if (open->disposition == TRUNCATE_EXISTING && !open->writes)
		return ERROR_INVALID_PARAMETER;
	return open->flags & FILE_FLAG_OVERLAPPED ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS;
}

/* A file that is there is opened, one that is not is made: which it was is told to the caller. */
static int open_or_make(struct open *open_, int how, mode_t mode)
{
	for (;;) {
		int fd = open(open_->path, how);

		open_->existed = fd >= 0;
		if (fd >= 0 || errno != ENOENT)
			return fd;
		fd = open(open_->path, how | O_CREAT | O_EXCL, mode);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
}

static int open_by(struct open *open_)
{
	mode_t mode = open_->flags & FILE_ATTRIBUTE_READONLY ? 0444 : 0666;
	int how = mode_of(open_);

	switch (open_->disposition) {
	case CREATE_NEW:
		return open(open_->path, (how & ~O_PATH) | O_CREAT | O_EXCL, mode);
	case CREATE_ALWAYS:
		return open_or_make(open_, (how & ~O_PATH) | O_TRUNC, mode);
	case OPEN_ALWAYS:
		return open_or_make(open_, how & ~O_PATH, mode);
	case TRUNCATE_EXISTING:
		return open(open_->path, how | O_TRUNC);
	default:
		return open(open_->path, how);
	}
}

/* A folder is one only for who asks so. */
static DWORD kind_check(const struct open *open, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return path_error(open->path, errno);
	return S_ISDIR(st.st_mode) && !(open->flags & FILE_FLAG_BACKUP_SEMANTICS)
		       ? ERROR_ACCESS_DENIED
		       : ERROR_SUCCESS;
}

/* Takes over the descriptor, whatever happens. */
static DWORD file_new(const struct open *open, int fd, HANDLE *handle)
{
	struct file *file = calloc(1, sizeof(*file));

	if (!file) {
		close(fd);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	object_init(&file->object, &file_type);
	file->fd = fd;
	file->reads = open->reads;
	file->writes = open->writes || open->appends;
	if (open->flags & FILE_FLAG_DELETE_ON_CLOSE)
		file->gone = strdup(open->path);
	pthread_mutex_lock(&object_lock);
	*handle = handle_new(&file->object);
	pthread_mutex_unlock(&object_lock);
	handle_put(&file->object);
	return *handle ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

/* *handle, or the error. */
static DWORD create(struct open *open, HANDLE *handle)
{
	DWORD error;
	int fd;

	access_read(open);
	error = check(open);
	if (error != ERROR_SUCCESS)
		return error;
	fd = open_by(open);
	if (fd < 0)
		return errno == EEXIST   ? ERROR_FILE_EXISTS
		       : errno == EISDIR ? ERROR_ACCESS_DENIED
					 : path_error(open->path, errno);
	error = kind_check(open, fd);
	if (error == ERROR_SUCCESS)
		return file_new(open, fd, handle);
	close(fd);
	return error;
}

static HANDLE create_file(const void *name, bool wide, DWORD access, DWORD disposition, DWORD flags)
{
	struct open open = { .access = access, .disposition = disposition, .flags = flags };
	DWORD error = path_read(name, wide, open.path);
	HANDLE handle = INVALID_HANDLE_VALUE;

	if (error == ERROR_SUCCESS)
		error = create(&open, &handle);
	if (error == ERROR_SUCCESS && open.existed)
		error = ERROR_ALREADY_EXISTS;
	SetLastError(error);
	return error == ERROR_SUCCESS || error == ERROR_ALREADY_EXISTS ? handle
								       : INVALID_HANDLE_VALUE;
}

HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
		   LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
		   DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
	(void)dwShareMode, (void)lpSecurityAttributes, (void)hTemplateFile;
	return create_file(lpFileName, true, dwDesiredAccess, dwCreationDisposition,
			   dwFlagsAndAttributes);
}

HANDLE CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
		   LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
		   DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
	(void)dwShareMode, (void)lpSecurityAttributes, (void)hTemplateFile;
	return create_file(lpFileName, false, dwDesiredAccess, dwCreationDisposition,
			   dwFlagsAndAttributes);
}

/* ---- reading and writing ---- */

static struct file *file_get(HANDLE handle)
{
	return (struct file *)handle_get(handle, &file_type);
}

static BOOL done(struct file *file, DWORD error)
{
	handle_put(&file->object);
	return error == ERROR_SUCCESS ? TRUE : fail(error);
}

static off_t offset_of(const OVERLAPPED *overlapped)
{
	return (off_t)((uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset);
}

static DWORD error_of(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return ERROR_DISK_FULL;
	case EFBIG:
		return ERROR_FILE_TOO_LARGE;
	case EINVAL:
		return ERROR_INVALID_PARAMETER;
	case ESPIPE:
		return ERROR_INVALID_FUNCTION;
	case EBADF: /* opened for nothing */
		return ERROR_ACCESS_DENIED;
	case EFAULT:
		return ERROR_NOACCESS;
	default:
		return ERROR_GEN_FAILURE;
	}
}

/* As much as there is; fewer than n: the end. */
static DWORD read_all(int fd, char *to, DWORD n, const OVERLAPPED *at, DWORD *got)
{
	ssize_t r = 1;

	for (*got = 0; *got < n && r != 0; *got += r > 0 ? (DWORD)r : 0) {
		r = at ? pread(fd, to + *got, n - *got, offset_of(at) + *got)
		       : read(fd, to + *got, n - *got);
		if (r < 0 && errno != EINTR)
			return errno == EIO ? ERROR_READ_FAULT : error_of(errno);
	}
	return at && *got == 0 && n > 0 ? ERROR_HANDLE_EOF : ERROR_SUCCESS;
}

/* Both halves of the offset full of ones: at the end, wherever that is then. */
static bool is_end(const OVERLAPPED *at)
{
	return at && offset_of(at) == -1;
}

static ssize_t write_some(int fd, const char *from, size_t n, const OVERLAPPED *at, DWORD before)
{
	const struct iovec part = { (void *)(uintptr_t)from, n };

	if (!at)
		return write(fd, from, n);
	if (is_end(at))
		return pwritev2(fd, &part, 1, -1, RWF_APPEND);
	return pwrite(fd, from, n, offset_of(at) + before);
}

static DWORD write_all(int fd, const char *from, DWORD n, const OVERLAPPED *at, DWORD *put)
{
	for (*put = 0; *put < n;) {
		ssize_t r = write_some(fd, from + *put, n - *put, at, *put);

		if (r < 0 && errno != EINTR)
			return errno == EIO ? ERROR_WRITE_FAULT : error_of(errno);
		*put += r > 0 ? (DWORD)r : 0;
	}
	return ERROR_SUCCESS;
}

/* The pointer is behind what was done at an offset, too. */
static void move_behind(int fd, OVERLAPPED *at, DWORD n)
{
	if (!at)
		return;
	if (!is_end(at))
		lseek(fd, offset_of(at) + n, SEEK_SET);
	at->InternalHigh = n;
}

BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
	      LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped)
{
	struct file *file = file_get(hFile);
	DWORD got = 0, error = ERROR_ACCESS_DENIED;

	if (!file)
		return FALSE;
	if (!lpNumberOfBytesRead && !lpOverlapped)
		error = ERROR_INVALID_PARAMETER;
	else if (file->reads)
		error = read_all(file->fd, lpBuffer, nNumberOfBytesToRead, lpOverlapped, &got);
	if (error == ERROR_SUCCESS)
		move_behind(file->fd, lpOverlapped, got);
	if (lpNumberOfBytesRead)
		*lpNumberOfBytesRead = got;
	return done(file, error);
}

BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
	       LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped)
{
	struct file *file = file_get(hFile);
	DWORD put = 0, error = ERROR_ACCESS_DENIED;

	if (!file)
		return FALSE;
	if (!lpNumberOfBytesWritten && !lpOverlapped)
		error = ERROR_INVALID_PARAMETER;
	else if (file->writes)
		error = write_all(file->fd, lpBuffer, nNumberOfBytesToWrite, lpOverlapped, &put);
	if (error == ERROR_SUCCESS)
		move_behind(file->fd, lpOverlapped, put);
	if (lpNumberOfBytesWritten)
		*lpNumberOfBytesWritten = put;
	return done(file, error);
}

/* ---- where, and how large ---- */

/* Not beyond `most`; on failure it stays where it is. */
static DWORD seek(struct file *file, int64_t by, DWORD method, int64_t most, int64_t *where)
{
	static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END };
	off_t before = lseek(file->fd, 0, SEEK_CUR), r;

	if (method > FILE_END)
		return ERROR_INVALID_PARAMETER;
	r = lseek(file->fd, by, whence[method]);
	if (r < 0)
		return errno == EINVAL ? ERROR_NEGATIVE_SEEK : error_of(errno);
	if (r > most) {
		lseek(file->fd, before, SEEK_SET);
		return ERROR_INVALID_PARAMETER;
	}
	*where = r;
	return ERROR_SUCCESS;
}

static BOOL move(HANDLE handle, int64_t by, DWORD method, int64_t most, int64_t *where)
{
	struct file *file = file_get(handle);

	return file && done(file, seek(file, by, method, most, where));
}

BOOL SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove, PLARGE_INTEGER lpNewFilePointer,
		      DWORD dwMoveMethod)
{
	int64_t where;

	if (!move(hFile, liDistanceToMove.QuadPart, dwMoveMethod, INT64_MAX, &where))
		return FALSE;
	if (lpNewFilePointer)
		lpNewFilePointer->QuadPart = where;
	return TRUE;
}

/* Without a place for the upper half, the whole must be in the lower one. A result that looks like
 * a failure is none where the last error is NO_ERROR.
 */
DWORD SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh,
		     DWORD dwMoveMethod)
{
	int64_t by = lDistanceToMove, where;

	if (lpDistanceToMoveHigh)
		by = (int64_t)((uint64_t)(uint32_t)*lpDistanceToMoveHigh << 32 |
			       (uint32_t)lDistanceToMove);
	if (!move(hFile, by, dwMoveMethod, lpDistanceToMoveHigh ? INT64_MAX : UINT32_MAX, &where))
		return INVALID_SET_FILE_POINTER;
	if (lpDistanceToMoveHigh)
		*lpDistanceToMoveHigh = (LONG)(where >> 32);
	if ((DWORD)where == INVALID_SET_FILE_POINTER)
		SetLastError(NO_ERROR);
	return (DWORD)where;
}

BOOL SetEndOfFile(HANDLE hFile)
{
	struct file *file = file_get(hFile);
	DWORD error = ERROR_ACCESS_DENIED;
	int64_t where;

	if (!file)
		return FALSE;
	if (file->writes) {
		error = seek(file, 0, FILE_CURRENT, INT64_MAX, &where);
		if (error == ERROR_SUCCESS && ftruncate(file->fd, where) < 0)
			error = error_of(errno);
	}
	return done(file, error);
}

BOOL FlushFileBuffers(HANDLE hFile)
{
	struct file *file = file_get(hFile);

	if (!file)
		return FALSE;
	if (!file->writes)
		return done(file, ERROR_ACCESS_DENIED);
	return done(file, fsync(file->fd) == 0 ? ERROR_SUCCESS : error_of(errno));
}

BOOL GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize)
{
	struct file *file = file_get(hFile);
	struct stat st;

	if (!file)
		return FALSE;
	if (!lpFileSize)
		return done(file, ERROR_INVALID_PARAMETER);
	if (fstat(file->fd, &st) < 0)
		return done(file, error_of(errno));
	lpFileSize->QuadPart = st.st_size;
	return done(file, ERROR_SUCCESS);
}

DWORD GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh)
{
	LARGE_INTEGER size;

	if (!GetFileSizeEx(hFile, &size))
		return INVALID_FILE_SIZE;
	if (lpFileSizeHigh)
		*lpFileSizeHigh = (DWORD)size.u.HighPart;
	if (size.u.LowPart == INVALID_FILE_SIZE)
		SetLastError(NO_ERROR);
	return size.u.LowPart;
}
