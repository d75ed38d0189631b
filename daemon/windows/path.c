#include "windows/path.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "windows/text.h"
#include "windows/utf.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The text as UTF-8, not changed. */
static DWORD text_read(const void *path, bool wide, char out[PATH_MAX])
{
	size_t n = 0;

	for (size_t i = 0; text_get(path, wide, i) != 0; i++) {
		uint32_t c = text_get(path, wide, i);
		char octets[UTF8_MAX] = { (char)c };
		size_t more = wide ? utf8_put(c, octets) : 1;

		if (wide && !utf_valid(c))
			return ERROR_INVALID_NAME;
		if (n + more >= PATH_MAX)
			return ERROR_FILENAME_EXCED_RANGE;
		memcpy(out + n, octets, more);
		n += more;
	}
	out[n] = '\0';
	return n == 0 ? ERROR_PATH_NOT_FOUND : ERROR_SUCCESS;
}

DWORD path_read(const void *path, bool wide, char out[PATH_MAX])
{
	DWORD r = path ? text_read(path, wide, out) : ERROR_PATH_NOT_FOUND;
	const char *from = out;
	size_t len;

	if (r != ERROR_SUCCESS)
		return r;
	if (strncmp(from, "\\\\?\\", 4) == 0)
		from += 4;
	else if (strncmp(from, "\\\\", 2) == 0)
		return ERROR_BAD_NETPATH;
	if (is_letter(from[0]) && from[1] == ':')
		from += 2;
	len = strlen(from);
	memmove(out, from, len + 1);
	for (char *at = strchr(out, '\\'); at; at = strchr(at, '\\'))
		*at = '/';
	return len == 0 ? ERROR_PATH_NOT_FOUND : ERROR_SUCCESS;
}

/* A provider runs as a copy, with links beside it to what is beside its file: a link leads there.
 */
DWORD path_read_beside(const void *path, bool wide, const void *caller, char out[PATH_MAX])
{
	DWORD r = path_read(path, wide, out);
	char name[PATH_MAX], file[2 * PATH_MAX];
	const char *last;
	Dl_info info;

	if (r != ERROR_SUCCESS || strchr(out, '/'))
		return r;
	strcpy(name, out);
	if (!dladdr(caller, &info) || !info.dli_fname)
		return ERROR_FILE_NOT_FOUND;
	last = strrchr(info.dli_fname, '/');
	snprintf(file, sizeof(file), "%.*s%s", last ? (int)(last - info.dli_fname + 1) : 0,
		 info.dli_fname, name);
	if (realpath(file, out))
		return ERROR_SUCCESS;
	if (strlen(file) >= PATH_MAX)
		return ERROR_FILENAME_EXCED_RANGE;
	strcpy(out, file);
	return ERROR_SUCCESS;
}

/* Windows tells a file that is not there from a folder on the way that is not. */
static bool folder_is_there(const char *path)
{
	const char *last = strrchr(path, '/');
	char folder[PATH_MAX];

	if (!last || last == path)
		return true;
	memcpy(folder, path, (size_t)(last - path));
	folder[last - path] = '\0';
	return access(folder, F_OK) == 0;
}

DWORD path_error(const char *path, int errnum)
{
	switch (errnum) {
	case ENOENT:
		return folder_is_there(path) ? ERROR_FILE_NOT_FOUND : ERROR_PATH_NOT_FOUND;
	case ENOTDIR:
		return ERROR_PATH_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
	case EISDIR:
		return ERROR_ACCESS_DENIED;
	case ENAMETOOLONG:
		return ERROR_FILENAME_EXCED_RANGE;
	case EMFILE:
	case ENFILE:
		return ERROR_TOO_MANY_OPEN_FILES;
	case ENOMEM:
		return ERROR_NOT_ENOUGH_MEMORY;
	case ENOSPC:
	case EDQUOT:
		return ERROR_DISK_FULL;
	case EFBIG:
		return ERROR_FILE_TOO_LARGE;
	default:
		return ERROR_GEN_FAILURE;
	}
}
