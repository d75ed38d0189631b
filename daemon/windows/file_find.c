/* FindFirstFile, FindNextFile, FindClose: files of a folder by a pattern. The names are read once,
 * by FindFirstFile, and come in the order that NTFS has; each file is looked at when its turn
 * comes.
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <windows/fileapi.h>

#include "windows/file.h"
#include "windows/filetime.h"
#include "windows/fold.h"
#include "windows/handle.h"
#include "windows/path.h"
#include "windows/pattern.h"
#include "windows/text.h"
#include "windows/utf.h"

struct search {
	struct object object;
	char *folder; /* ends in a slash, or is empty */
	char **names;
	size_t n, n_room;
	atomic_size_t next;
};

static void search_destroy(struct object *object)
{
	struct search *search = (struct search *)object;

	for (size_t i = 0; i < search->n; i++)
		free(search->names[i]);
	free(search->names);
	free(search->folder);
	free(search);
}

static const struct object_type search_type = { .destroy = search_destroy };

/* ---- one file ---- */

static FILETIME filetime(const struct statx_timestamp *at)
{
	int64_t ticks = at->tv_sec * TICKS_PER_S + at->tv_nsec / NS_PER_TICK + TICKS_OF_1970;

	return (FILETIME){ (DWORD)ticks, (DWORD)((uint64_t)ticks >> 32) };
}

/* What both forms begin with. */
static void put_data(const struct statx *stx, WIN32_FIND_DATAA *to)
{
	memset(to, 0, offsetof(WIN32_FIND_DATAA, cFileName));
	to->dwFileAttributes = file_attributes_of(stx->stx_mode);
	if (stx->stx_mask & STATX_BTIME)
		to->ftCreationTime = filetime(&stx->stx_btime);
	to->ftLastAccessTime = filetime(&stx->stx_atime);
	to->ftLastWriteTime = filetime(&stx->stx_mtime);
	if (!S_ISREG(stx->stx_mode))
		return;
	to->nFileSizeHigh = (DWORD)(stx->stx_size >> 32);
	to->nFileSizeLow = (DWORD)stx->stx_size;
}

static_assert(offsetof(WIN32_FIND_DATAA, cFileName) == offsetof(WIN32_FIND_DATAW, cFileName),
	      "both forms begin alike");
static_assert(NAME_MAX < MAX_PATH, "a name fits");

static void put_name(const char *name, bool wide, void *data)
{
	size_t left = strlen(name), taken, n = 0;
	bool bad;

	if (!wide) {
		strcpy(((WIN32_FIND_DATAA *)data)->cFileName, name);
		((WIN32_FIND_DATAA *)data)->cAlternateFileName[0] = '\0';
		return;
	}
	for (; left > 0; name += taken, left -= taken)
		((WIN32_FIND_DATAW *)data)->cFileName[n++] =
			(WCHAR)utf8_get(name, left, &taken, &bad);
	((WIN32_FIND_DATAW *)data)->cFileName[n] = L'\0';
	((WIN32_FIND_DATAW *)data)->cAlternateFileName[0] = L'\0';
}

/* A link counts as what it leads to, or as itself where that is nothing. */
static bool look(const char *path, struct statx *stx)
{
	const unsigned what = STATX_BASIC_STATS | STATX_BTIME;

	return statx(AT_FDCWD, path, 0, what, stx) == 0 ||
	       statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, what, stx) == 0;
}

/* The next one that is still there. */
static bool search_next(struct search *search, bool wide, void *data)
{
	size_t i;

	while ((i = atomic_fetch_add(&search->next, 1)) < search->n) {
		const char *name = search->names[i];
		char path[PATH_MAX + NAME_MAX + 1];
		struct statx stx;

		stpcpy(stpcpy(path, search->folder), name);
		if (!look(path, &stx))
			continue;
		put_data(&stx, data);
		put_name(name, wide, data);
		return true;
	}
	atomic_store(&search->next, search->n);
	return false;
}

/* ---- a folder ---- */

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int by_letters(const char *a, const char *b)
{
	size_t left_a = strlen(a), left_b = strlen(b), taken_a, taken_b;
	bool bad;

	for (; left_a > 0 && left_b > 0; a += taken_a, b += taken_b) {
		uint32_t x = fold(utf8_get(a, left_a, &taken_a, &bad));
		uint32_t y = fold(utf8_get(b, left_b, &taken_b, &bad));

		if (x != y)
			return x < y ? -1 : 1;
		left_a -= taken_a;
		left_b -= taken_b;
	}
	return (left_a > 0) - (left_b > 0);
}

/* The folder itself and the one above it are first, as on Windows. */
static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int r = is_dots(y) - is_dots(x);

	if (r == 0)
		r = by_letters(x, y);
	return r ? r : strcmp(x, y);
}

static bool add_name(struct search *search, const char *name)
{
	if (search->n == search->n_room) {
		size_t room = search->n_room ? 2 * search->n_room : 16;
		char **names = reallocarray(search->names, room, sizeof(*names));

		if (!names)
			return false;
		search->names = names;
		search->n_room = room;
	}
	search->names[search->n] = strdup(name);
	return search->names[search->n] && ++search->n;
}

static DWORD read_names(struct search *search, const struct pattern *pattern, DIR *dir)
{
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL)
		if (pattern_matches(pattern, entry->d_name) && !add_name(search, entry->d_name))
			return ERROR_NOT_ENOUGH_MEMORY;
	if (search->n > 0)
		qsort(search->names, search->n, sizeof(*search->names), by_name);
	return ERROR_SUCCESS;
}

static DWORD folder_error(const char *folder, int errnum)
{
	struct stat st;

	if (errnum == ENOENT)
		return ERROR_PATH_NOT_FOUND;
	if (errnum == ENOTDIR && stat(folder, &st) == 0)
		return ERROR_DIRECTORY;
	return path_error(folder, errnum);
}

static DWORD read_folder(struct search *search, const struct pattern *pattern, const char *folder)
{
	DIR *dir = opendir(folder);
	DWORD error;

	if (!dir)
		return folder_error(folder, errno);
	error = read_names(search, pattern, dir);
	closedir(dir);
	return error;
}

/* `path` is cut in front of its last part. */
static DWORD search_read(struct search *search, char *path)
{
	char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	struct pattern pattern;

	if (!*name)
		return ERROR_FILE_NOT_FOUND; /* on Windows, too, a folder is named without it */
	if (!pattern_read(&pattern, name))
		return ERROR_FILENAME_EXCED_RANGE;
	search->folder = strndup(path, (size_t)(name - path));
	if (!search->folder)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (!slash)
		return read_folder(search, &pattern, ".");
	*slash = '\0';
	return read_folder(search, &pattern, slash == path ? "/" : path);
}

/* ---- the functions ---- */

static DWORD find_first(const void *name, bool wide, void *data, HANDLE *handle)
{
	char path[PATH_MAX];
	DWORD error = data ? path_read(name, wide, path) : ERROR_INVALID_PARAMETER;
	struct search *search;

	if (error != ERROR_SUCCESS)
		return error;
	search = calloc(1, sizeof(*search));
	if (!search)
		return ERROR_NOT_ENOUGH_MEMORY;
	object_init(&search->object, &search_type);
	error = search_read(search, path);
	if (error == ERROR_SUCCESS && !search_next(search, wide, data))
		error = ERROR_FILE_NOT_FOUND;
	if (error == ERROR_SUCCESS) {
		pthread_mutex_lock(&object_lock);
		*handle = handle_new(&search->object);
		pthread_mutex_unlock(&object_lock);
		error = *handle ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
	}
	handle_put(&search->object);
	return error;
}

static HANDLE first(const void *name, bool wide, void *data)
{
	HANDLE handle = NULL;
	DWORD error = find_first(name, wide, data, &handle);

	if (error == ERROR_SUCCESS)
		return handle;
	SetLastError(error);
	return INVALID_HANDLE_VALUE;
}

HANDLE FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData)
{
	return first(lpFileName, true, lpFindFileData);
}

HANDLE FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData)
{
	return first(lpFileName, false, lpFindFileData);
}

static BOOL next(HANDLE handle, bool wide, void *data)
{
	struct object *search = handle_get(handle, &search_type);
	DWORD error = ERROR_INVALID_PARAMETER;

	if (!search)
		return FALSE;
	if (data)
		error = search_next((struct search *)search, wide, data) ? ERROR_SUCCESS
									 : ERROR_NO_MORE_FILES;
	handle_put(search);
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}

BOOL FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData)
{
	return next(hFindFile, true, lpFindFileData);
}

BOOL FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData)
{
	return next(hFindFile, false, lpFindFileData);
}

BOOL FindClose(HANDLE hFindFile)
{
	struct object *search = handle_get(hFindFile, &search_type), *dead;
	bool closed;

	if (!search)
		return FALSE;
	pthread_mutex_lock(&object_lock);
	dead = handle_close(hFindFile, &closed);
	pthread_mutex_unlock(&object_lock);
	object_destroy(dead);
	handle_put(search);
	return TRUE;
}
