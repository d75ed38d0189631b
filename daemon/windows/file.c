/* GetFileAttributes: <windows/fileapi.h>. */
#include <errno.h>
#include <sys/stat.h>

#include <windows/fileapi.h>

#include "windows/file.h"
#include "windows/path.h"

DWORD file_attributes_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return FILE_ATTRIBUTE_DIRECTORY;
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return FILE_ATTRIBUTE_DEVICE;
	return mode & 0222 ? FILE_ATTRIBUTE_NORMAL : FILE_ATTRIBUTE_READONLY;
}

static DWORD file_attributes(const void *name, bool wide)
{
	char path[PATH_MAX];
	DWORD r = path_read(name, wide, path);
	struct stat st;

	if (r == ERROR_SUCCESS && stat(path, &st) == 0)
		return file_attributes_of(st.st_mode);
	SetLastError(r == ERROR_SUCCESS ? path_error(path, errno) : r);
	return INVALID_FILE_ATTRIBUTES;
}

DWORD GetFileAttributesW(LPCWSTR lpFileName)
{
	return file_attributes(lpFileName, true);
}

DWORD GetFileAttributesA(LPCSTR lpFileName)
{
	return file_attributes(lpFileName, false);
}
