/* Files and their paths of <windows/crt.h>. */
#include <errno.h>

#include <windows/crt.h>

#include "windows/path.h"
#include "windows/text.h"

#undef fopen

/* ---- opening -----------------------------------------------------------------------------------
 */

enum { MODE_MOST = 32 };

static int errno_of(DWORD code)
{
	switch (code) {
	case ERROR_FILENAME_EXCED_RANGE:
		return ENAMETOOLONG;
	case ERROR_INVALID_NAME:
		return EINVAL;
	default:
		return ENOENT;
	}
}

/* `mode` is ASCII, if it is one. False: it is none. */
static bool mode_read(const void *mode, bool wide, char out[MODE_MOST])
{
	size_t n = mode ? text_len(mode, wide, MODE_MOST) : 0;

	for (size_t i = 0; i < n; i++)
		out[i % MODE_MOST] = (char)text_get(mode, wide, i);
	if (n == 0 || n == MODE_MOST)
		return false;
	out[n] = '\0';
	return true;
}

static FILE *file_open(const void *name, const void *mode, bool wide)
{
	char path[PATH_MAX], how[MODE_MOST];
	DWORD r = path_read(name, wide, path);

	if (!name || text_get(name, wide, 0) == 0 || !mode_read(mode, wide, how)) {
		errno = EINVAL;
		return NULL;
	}
	if (r != ERROR_SUCCESS) {
		errno = errno_of(r);
		return NULL;
	}
	return fopen(path, how);
}

static errno_t file_open_s(FILE **file, const void *name, const void *mode, bool wide)
{
	/* Of these, Microsoft's table says that *file is left alone. */
	if (!file || !name || !mode) {
		errno = EINVAL;
		return EINVAL;
	}
	*file = file_open(name, mode, wide);
	return *file ? 0 : errno;
}

FILE *_fopen_windows(const char *name, const char *mode)
{
	return file_open(name, mode, false);
}

FILE *_wfopen(const wchar_t *name, const wchar_t *mode)
{
	return file_open(name, mode, true);
}

errno_t fopen_s(FILE **file, const char *name, const char *mode)
{
	return file_open_s(file, name, mode, false);
}

errno_t _wfopen_s(FILE **file, const wchar_t *name, const wchar_t *mode)
{
	return file_open_s(file, name, mode, true);
}

/* ---- taking a path apart, and putting it together ----------------------------------------------
 */

enum part { DRIVE, DIR, FNAME, EXT, PARTS };

/* A part of the caller's, which may be NULL with no size. */
struct place {
	void *at;
	size_t size;
};

static bool is_separator(uint32_t c)
{
	return c == '\\' || c == '/';
}

/* Where each part begins; `ends[PART]` is where it ends. */
static void parts_find(const void *path, bool wide, size_t ends[PARTS])
{
	size_t len = text_len(path, wide, SIZE_MAX), at;

	ends[DRIVE] = len > 1 && text_get(path, wide, 1) == ':' ? 2 : 0;
	for (at = len; at > ends[DRIVE] && !is_separator(text_get(path, wide, at - 1)); at--)
		;
	ends[DIR] = at;
	ends[FNAME] = ends[EXT] = len;
	for (at = len; at > ends[DIR]; at--)
		if (text_get(path, wide, at - 1) == '.') {
			ends[FNAME] = at - 1;
			return;
		}
}

static void places_clear(const struct place places[PARTS], bool wide)
{
	for (int i = 0; i < PARTS; i++)
		if (places[i].at && places[i].size > 0)
			text_put(places[i].at, wide, 0, 0);
}

static errno_t refuse(const struct place places[PARTS], bool wide, errno_t code)
{
	places_clear(places, wide);
	errno = code;
	return code;
}

static errno_t path_split(const void *path, bool wide, const struct place places[PARTS])
{
	size_t ends[PARTS], begin = 0;

	for (int i = 0; i < PARTS; i++)
		if (!places[i].at != (places[i].size == 0))
			return refuse(places, wide, EINVAL);
	if (!path)
		return refuse(places, wide, EINVAL);
	parts_find(path, wide, ends);
	for (int i = 0; i < PARTS; begin = ends[i++]) {
		size_t len = ends[i] - begin;

		if (!places[i].at)
			continue;
		if (len >= places[i].size)
			return refuse(places, wide, ERANGE);
		memcpy(places[i].at, (const BYTE *)path + begin * text_unit(wide),
		       len * text_unit(wide));
		text_put(places[i].at, wide, len, 0);
	}
	return 0;
}

/* What is put together, as far as there is room for it. */
struct joined {
	struct place to;
	bool wide;
	size_t len;
};

static void join_char(struct joined *joined, uint32_t c)
{
	if (joined->len < joined->to.size)
		text_put(joined->to.at, joined->wide, joined->len, c);
	joined->len++;
}

static void join(struct joined *joined, const void *text)
{
	for (size_t i = 0; text && text_get(text, joined->wide, i) != 0; i++)
		join_char(joined, text_get(text, joined->wide, i));
}

static bool is_there(const void *text, bool wide)
{
	return text && text_get(text, wide, 0) != 0;
}

static void parts_join(struct joined *joined, const void *const parts[PARTS])
{
	bool wide = joined->wide;

	if (is_there(parts[DRIVE], wide)) {
		join_char(joined, text_get(parts[DRIVE], wide, 0));
		join_char(joined, ':');
	}
	if (is_there(parts[DIR], wide)) {
		size_t len = text_len(parts[DIR], wide, SIZE_MAX);

		join(joined, parts[DIR]);
		if (!is_separator(text_get(parts[DIR], wide, len - 1)))
			join_char(joined, '\\');
	}
	join(joined, parts[FNAME]);
	if (is_there(parts[EXT], wide) && text_get(parts[EXT], wide, 0) != '.')
		join_char(joined, '.');
	join(joined, parts[EXT]);
}

static errno_t path_make(struct place to, bool wide, const void *const parts[PARTS])
{
	struct joined joined = { to, wide, 0 };

	if (!to.at || to.size == 0) {
		errno = EINVAL;
		return EINVAL;
	}
	parts_join(&joined, parts);
	text_put(to.at, wide, joined.len < to.size ? joined.len : 0, 0);
	if (joined.len < to.size)
		return 0;
	errno = ERANGE;
	return ERANGE;
}

#define PLACES(...)                                                                                \
	(const struct place[PARTS])                                                                \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define TEXTS(...)                                                                                 \
	(const void *const[PARTS])                                                                 \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
/* Without a size, as large as Windows says that a part may be. */
#define UNSIZED(at, most)                                                                          \
	{                                                                                          \
		(at), (at) ? (most) : 0                                                            \
	}

errno_t _splitpath_s(const char *path, char *drive, size_t drive_size, char *dir, size_t dir_size,
		     char *fname, size_t fname_size, char *ext, size_t ext_size)
{
	return path_split(path, false,
			  PLACES({ drive, drive_size }, { dir, dir_size }, { fname, fname_size },
				 { ext, ext_size }));
}

errno_t _wsplitpath_s(const wchar_t *path, wchar_t *drive, size_t drive_size, wchar_t *dir,
		      size_t dir_size, wchar_t *fname, size_t fname_size, wchar_t *ext,
		      size_t ext_size)
{
	return path_split(path, true,
			  PLACES({ drive, drive_size }, { dir, dir_size }, { fname, fname_size },
				 { ext, ext_size }));
}

void _splitpath(const char *path, char *drive, char *dir, char *fname, char *ext)
{
	(void)path_split(path, false,
			 PLACES(UNSIZED(drive, _MAX_DRIVE), UNSIZED(dir, _MAX_DIR),
				UNSIZED(fname, _MAX_FNAME), UNSIZED(ext, _MAX_EXT)));
}

void _wsplitpath(const wchar_t *path, wchar_t *drive, wchar_t *dir, wchar_t *fname, wchar_t *ext)
{
	(void)path_split(path, true,
			 PLACES(UNSIZED(drive, _MAX_DRIVE), UNSIZED(dir, _MAX_DIR),
				UNSIZED(fname, _MAX_FNAME), UNSIZED(ext, _MAX_EXT)));
}

errno_t _makepath_s(char *path, size_t size, const char *drive, const char *dir, const char *fname,
		    const char *ext)
{
	return path_make((struct place){ path, size }, false, TEXTS(drive, dir, fname, ext));
}

errno_t _wmakepath_s(wchar_t *path, size_t size, const wchar_t *drive, const wchar_t *dir,
		     const wchar_t *fname, const wchar_t *ext)
{
	return path_make((struct place){ path, size }, true, TEXTS(drive, dir, fname, ext));
}

void _makepath(char *path, const char *drive, const char *dir, const char *fname, const char *ext)
{
	(void)_makepath_s(path, _MAX_PATH, drive, dir, fname, ext);
}

void _wmakepath(wchar_t *path, const wchar_t *drive, const wchar_t *dir, const wchar_t *fname,
		const wchar_t *ext)
{
	(void)_wmakepath_s(path, _MAX_PATH, drive, dir, fname, ext);
}
