/* The part of Microsoft's C library that sources use and the C library here does not have: compare,
 * copy, print and read text. <windows.h> and <tchar.h> include this header. Pages: _wcsicmp(3),
 * wcscpy_s(3), swprintf_s(3), _wtoi(3).
 */
#ifndef WDSPXE_WINDOWS_CRT_H
#define WDSPXE_WINDOWS_CRT_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <wdspxe-types.h>

typedef int errno_t;

#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
#define STRUNCATE    80         /* errno_t: cut, as _TRUNCATE allows */
#define _NLSCMPERROR 2147483647 /* of compares, for NULL */

#define _MAX_PATH  260
#define _MAX_DRIVE 3
#define _MAX_DIR   256
#define _MAX_FNAME 256
#define _MAX_EXT   256

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- compares without regard to the case of ASCII letters ------------------------------------ */

int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t count);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count);

/* ---- copies that end, or leave an empty string ------------------------------------------------
 *
 * 0; EINVAL: a pointer is NULL, a size is 0, or what is appended to does not end; ERANGE: it does
 * not fit, and the string is empty. errno is set, too. With _TRUNCATE as their count the ...n...
 * forms cut, and return STRUNCATE if they did.
 */

errno_t strcpy_s(char *to, size_t size, const char *from);
errno_t strcat_s(char *to, size_t size, const char *from);
errno_t strncpy_s(char *to, size_t size, const char *from, size_t count);
errno_t strncat_s(char *to, size_t size, const char *from, size_t count);
/** Parts of a string between any of the delimiters, as strtok_r(). */
char *strtok_s(char *text, const char *delimiters, char **context);
/** The length, at most `size`; 0 for NULL. */
size_t strnlen_s(const char *text, size_t size);
errno_t wcscpy_s(wchar_t *to, size_t size, const wchar_t *from);
errno_t wcscat_s(wchar_t *to, size_t size, const wchar_t *from);
errno_t wcsncpy_s(wchar_t *to, size_t size, const wchar_t *from, size_t count);
errno_t wcsncat_s(wchar_t *to, size_t size, const wchar_t *from, size_t count);
/** Parts of a string between any of the delimiters, as wcstok(). */
wchar_t *wcstok_s(wchar_t *text, const wchar_t *delimiters, wchar_t **context);
/** The length, at most `size`; 0 for NULL. */
size_t wcsnlen_s(const wchar_t *text, size_t size);
errno_t memcpy_s(void *to, size_t size, const void *from, size_t count);
errno_t memmove_s(void *to, size_t size, const void *from, size_t count);
errno_t wmemcpy_s(wchar_t *to, size_t size, const wchar_t *from, size_t count);
errno_t wmemmove_s(wchar_t *to, size_t size, const wchar_t *from, size_t count);

/** Copies that the caller frees; NULL of NULL. */
char *_strdup(const char *text);
wchar_t *_wcsdup(const wchar_t *text);

/** In place, letters of ASCII. The ..._s forms: EINVAL where the text does not end within `size`.
 */
char *_strlwr(char *text);
char *_strupr(char *text);
wchar_t *_wcslwr(wchar_t *text);
wchar_t *_wcsupr(wchar_t *text);
errno_t _strlwr_s(char *text, size_t size);
errno_t _strupr_s(char *text, size_t size);
errno_t _wcslwr_s(wchar_t *text, size_t size);
errno_t _wcsupr_s(wchar_t *text, size_t size);

/* ---- formats: as StringCchCopy(3) reads them ----------------------------------------------- */

/**
 * The characters of the text, without its NUL; -1 on failure, with errno: EINVAL for NULL. Where
 * the text does not fit:
 *
 *	sprintf_s, swprintf_s		ERANGE, and the string is empty
 *	_snprintf_s, _snwprintf_s	the string has `count` characters; with _TRUNCATE what
 *					fits; with a count that does not fit either ERANGE, and
 *					it is empty
 *	_snprintf, _snwprintf		`count` characters and no NUL, which is missing, too,
 *					where the text fits without it
 *	swprintf			it is cut, and ends
 *
 * _scprintf, _scwprintf only count; so do _snprintf and _snwprintf without buffer and count.
 */

int sprintf_s(char *to, size_t size, const char *format, ...);
int _snprintf_s(char *to, size_t size, size_t count, const char *format, ...);
int _snprintf(char *to, size_t count, const char *format, ...);
int _scprintf(const char *format, ...);
int swprintf_s(wchar_t *to, size_t size, const wchar_t *format, ...);
int _snwprintf_s(wchar_t *to, size_t size, size_t count, const wchar_t *format, ...);
int _snwprintf(wchar_t *to, size_t count, const wchar_t *format, ...);
int _scwprintf(const wchar_t *format, ...);
int vsprintf_s(char *to, size_t size, const char *format, va_list args);
int _vsnprintf_s(char *to, size_t size, size_t count, const char *format, va_list args);
int _vsnprintf(char *to, size_t count, const char *format, va_list args);
int _vscprintf(const char *format, va_list args);
int vswprintf_s(wchar_t *to, size_t size, const wchar_t *format, va_list args);
int _vsnwprintf_s(wchar_t *to, size_t size, size_t count, const wchar_t *format, va_list args);
int _vsnwprintf(wchar_t *to, size_t count, const wchar_t *format, va_list args);
int _vscwprintf(const wchar_t *format, va_list args);
/** What `swprintf` and `vswprintf` are in a source from Windows: `%s` is a wide string. */
int _swprintf_windows(wchar_t *to, size_t size, const wchar_t *format, ...);
int _vswprintf_windows(wchar_t *to, size_t size, const wchar_t *format, va_list args);

/* ---- numbers ----------------------------------------------------------------------------------
 */

/** The number that a text begins with; 0 if none, or NULL. One that is too large is the largest,
 * with ERANGE in errno. */
int _wtoi(const wchar_t *text);
long _wtol(const wchar_t *text); /* of 32 bits */
long long _wtoi64(const wchar_t *text);
double _wtof(const wchar_t *text);
long long _atoi64(const char *text);
long long _strtoi64(const char *text, char **end, int base);
unsigned long long _strtoui64(const char *text, char **end, int base);
long long _wcstoi64(const wchar_t *text, wchar_t **end, int base);
unsigned long long _wcstoui64(const wchar_t *text, wchar_t **end, int base);

/** Digits in a base from 2 to 36. Only base 10 has a sign. The forms without _s return `to`. */

char *_itoa(int value, char *to, int base);
errno_t _itoa_s(int value, char *to, size_t size, int base);
char *_ltoa(long value, char *to, int base);
errno_t _ltoa_s(long value, char *to, size_t size, int base);
char *_ultoa(unsigned long value, char *to, int base);
errno_t _ultoa_s(unsigned long value, char *to, size_t size, int base);
char *_i64toa(long long value, char *to, int base);
errno_t _i64toa_s(long long value, char *to, size_t size, int base);
char *_ui64toa(unsigned long long value, char *to, int base);
errno_t _ui64toa_s(unsigned long long value, char *to, size_t size, int base);
wchar_t *_itow(int value, wchar_t *to, int base);
errno_t _itow_s(int value, wchar_t *to, size_t size, int base);
wchar_t *_ltow(long value, wchar_t *to, int base);
errno_t _ltow_s(long value, wchar_t *to, size_t size, int base);
wchar_t *_ultow(unsigned long value, wchar_t *to, int base);
errno_t _ultow_s(unsigned long value, wchar_t *to, size_t size, int base);
wchar_t *_i64tow(long long value, wchar_t *to, int base);
errno_t _i64tow_s(long long value, wchar_t *to, size_t size, int base);
wchar_t *_ui64tow(unsigned long long value, wchar_t *to, int base);
errno_t _ui64tow_s(unsigned long long value, wchar_t *to, size_t size, int base);

/* ---- files and paths: _wfopen(3) ------------------------------------------------------------- */

FILE *_wfopen(const wchar_t *name, const wchar_t *mode);
errno_t fopen_s(FILE **file, const char *name, const char *mode);
errno_t _wfopen_s(FILE **file, const wchar_t *name, const wchar_t *mode);
/** What `fopen` is in a source from Windows: its path may have backslashes and a drive's letter. */
FILE *_fopen_windows(const char *name, const char *mode);

/** A path's parts; NULL for those that are not wanted. Both separators count. */
void _splitpath(const char *path, char *drive, char *dir, char *fname, char *ext);
void _wsplitpath(const wchar_t *path, wchar_t *drive, wchar_t *dir, wchar_t *fname, wchar_t *ext);
errno_t _splitpath_s(const char *path, char *drive, size_t drive_size, char *dir, size_t dir_size,
		     char *fname, size_t fname_size, char *ext, size_t ext_size);
errno_t _wsplitpath_s(const wchar_t *path, wchar_t *drive, size_t drive_size, wchar_t *dir,
		      size_t dir_size, wchar_t *fname, size_t fname_size, wchar_t *ext,
		      size_t ext_size);
/** A path of parts, each of which may be NULL. */
void _makepath(char *path, const char *drive, const char *dir, const char *fname, const char *ext);
void _wmakepath(wchar_t *path, const wchar_t *drive, const wchar_t *dir, const wchar_t *fname,
		const wchar_t *ext);
errno_t _makepath_s(char *path, size_t size, const char *drive, const char *dir, const char *fname,
		    const char *ext);
errno_t _wmakepath_s(wchar_t *path, size_t size, const wchar_t *drive, const wchar_t *dir,
		     const wchar_t *fname, const wchar_t *ext);

#pragma GCC visibility pop
#ifdef __cplusplus
}

/* In C++ the size of an array need not be said, and swprintf has its old form, without a size. */
extern "C++" {

template <size_t N> inline errno_t strcpy_s(char (&to)[N], const char *from)
{
	return strcpy_s(to, N, from);
}
template <size_t N> inline errno_t strcat_s(char (&to)[N], const char *from)
{
	return strcat_s(to, N, from);
}
template <size_t N> inline errno_t strncpy_s(char (&to)[N], const char *from, size_t count)
{
	return strncpy_s(to, N, from, count);
}
template <size_t N> inline errno_t strncat_s(char (&to)[N], const char *from, size_t count)
{
	return strncat_s(to, N, from, count);
}
template <size_t N> inline errno_t _strlwr_s(char (&text)[N])
{
	return _strlwr_s(text, N);
}
template <size_t N> inline errno_t _strupr_s(char (&text)[N])
{
	return _strupr_s(text, N);
}
template <size_t N> inline errno_t wcscpy_s(wchar_t (&to)[N], const wchar_t *from)
{
	return wcscpy_s(to, N, from);
}
template <size_t N> inline errno_t wcscat_s(wchar_t (&to)[N], const wchar_t *from)
{
	return wcscat_s(to, N, from);
}
template <size_t N> inline errno_t wcsncpy_s(wchar_t (&to)[N], const wchar_t *from, size_t count)
{
	return wcsncpy_s(to, N, from, count);
}
template <size_t N> inline errno_t wcsncat_s(wchar_t (&to)[N], const wchar_t *from, size_t count)
{
	return wcsncat_s(to, N, from, count);
}
template <size_t N> inline errno_t _wcslwr_s(wchar_t (&text)[N])
{
	return _wcslwr_s(text, N);
}
template <size_t N> inline errno_t _wcsupr_s(wchar_t (&text)[N])
{
	return _wcsupr_s(text, N);
}
template <size_t N> inline int sprintf_s(char (&to)[N], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsprintf_s(to, N, format, args);
	va_end(args);
	return n;
}
template <size_t N> inline int _snprintf_s(char (&to)[N], size_t count, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = _vsnprintf_s(to, N, count, format, args);
	va_end(args);
	return n;
}
template <size_t N> inline int swprintf_s(wchar_t (&to)[N], const wchar_t *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vswprintf_s(to, N, format, args);
	va_end(args);
	return n;
}
template <size_t N>
inline int _snwprintf_s(wchar_t (&to)[N], size_t count, const wchar_t *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = _vsnwprintf_s(to, N, count, format, args);
	va_end(args);
	return n;
}
template <size_t N> inline errno_t _itoa_s(int value, char (&to)[N], int base)
{
	return _itoa_s(value, to, N, base);
}
template <size_t N> inline errno_t _ltoa_s(long value, char (&to)[N], int base)
{
	return _ltoa_s(value, to, N, base);
}
template <size_t N> inline errno_t _ultoa_s(unsigned long value, char (&to)[N], int base)
{
	return _ultoa_s(value, to, N, base);
}
template <size_t N> inline errno_t _i64toa_s(long long value, char (&to)[N], int base)
{
	return _i64toa_s(value, to, N, base);
}
template <size_t N> inline errno_t _ui64toa_s(unsigned long long value, char (&to)[N], int base)
{
	return _ui64toa_s(value, to, N, base);
}
template <size_t N> inline errno_t _itow_s(int value, wchar_t (&to)[N], int base)
{
	return _itow_s(value, to, N, base);
}
template <size_t N> inline errno_t _ltow_s(long value, wchar_t (&to)[N], int base)
{
	return _ltow_s(value, to, N, base);
}
template <size_t N> inline errno_t _ultow_s(unsigned long value, wchar_t (&to)[N], int base)
{
	return _ultow_s(value, to, N, base);
}
template <size_t N> inline errno_t _i64tow_s(long long value, wchar_t (&to)[N], int base)
{
	return _i64tow_s(value, to, N, base);
}
template <size_t N> inline errno_t _ui64tow_s(unsigned long long value, wchar_t (&to)[N], int base)
{
	return _ui64tow_s(value, to, N, base);
}
inline int _swprintf_windows(wchar_t *to, const wchar_t *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = _vswprintf_windows(to, 0x7fffffff, format, args);
	va_end(args);
	return n;
}
}

#include <cstdio>
#include <cwchar>
namespace std
{
using ::_fopen_windows;
using ::_swprintf_windows;
using ::_vswprintf_windows;
} // namespace std
#endif

/* Macros of the C library's own: of clang's swprintf where _FORTIFY_SOURCE is set. */
#undef fopen
#undef swprintf
#undef vswprintf
#define fopen     _fopen_windows
#define swprintf  _swprintf_windows
#define vswprintf _vswprintf_windows

#endif
