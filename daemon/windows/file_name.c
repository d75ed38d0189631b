/* DeleteFile, MoveFile, CreateDirectory: files by name. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <windows/fileapi.h>

#include "windows/path.h"

static BOOL result(DWORD error)
{
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}

static DWORD error_of(const char *path, int errnum)
{
	switch (errnum) {
	case EEXIST:
		return ERROR_ALREADY_EXISTS;
	case ENOTEMPTY:
		return ERROR_DIR_NOT_EMPTY;
	case EISDIR:
	case EPERM:
		return ERROR_ACCESS_DENIED;
	case ENOSPC:
		return ERROR_DISK_FULL;
	default:
		return path_error(path, errnum);
	}
}

static DWORD by_path(const void *name, bool wide, int (*act)(const char *path))
{
	char path[PATH_MAX];
	DWORD error = path_read(name, wide, path);

	if (error == ERROR_SUCCESS && act(path) < 0)
		error = error_of(path, errno);
	return error;
}

BOOL DeleteFileW(LPCWSTR lpFileName)
{
	return result(by_path(lpFileName, true, unlink));
}

BOOL DeleteFileA(LPCSTR lpFileName)
{
	return result(by_path(lpFileName, false, unlink));
}

static int make_folder(const char *path)
{
	return mkdir(path, 0777);
}

BOOL CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
	(void)lpSecurityAttributes;
	return result(by_path(lpPathName, true, make_folder));
}

BOOL CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
	(void)lpSecurityAttributes;
	return result(by_path(lpPathName, false, make_folder));
}

static DWORD folder_error(DWORD error, const void *name, bool wide)
{
	char path[PATH_MAX];
	struct stat st;

	if (error != ERROR_SUCCESS && path_read(name, wide, path) == ERROR_SUCCESS &&
	    stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return ERROR_DIRECTORY;
	return error;
}

BOOL RemoveDirectoryW(LPCWSTR lpPathName)
{
	return result(folder_error(by_path(lpPathName, true, rmdir), lpPathName, true));
}

BOOL RemoveDirectoryA(LPCSTR lpPathName)
{
	return result(folder_error(by_path(lpPathName, false, rmdir), lpPathName, false));
}

static DWORD move(const void *from, const void *to, bool wide, DWORD flags)
{
	char old[PATH_MAX], new[PATH_MAX];
	DWORD error = path_read(from, wide, old);
	unsigned how = flags & MOVEFILE_REPLACE_EXISTING ? 0 : RENAME_NOREPLACE;

	if (error == ERROR_SUCCESS)
		error = path_read(to, wide, new);
	if (error != ERROR_SUCCESS)
		return error;
	if (renameat2(AT_FDCWD, old, AT_FDCWD, new, how) == 0)
		return ERROR_SUCCESS;
	if (errno == ENOENT && access(old, F_OK) == 0)
		return ERROR_PATH_NOT_FOUND; /* of the new one */
	return errno == EXDEV ? ERROR_NOT_SAME_DEVICE : error_of(old, errno);
}

BOOL MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName)
{
	return result(move(lpExistingFileName, lpNewFileName, true, 0));
}

BOOL MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName)
{
	return result(move(lpExistingFileName, lpNewFileName, false, 0));
}

BOOL MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags)
{
	return result(move(lpExistingFileName, lpNewFileName, true, dwFlags));
}

BOOL MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags)
{
	return result(move(lpExistingFileName, lpNewFileName, false, dwFlags));
}
