/* The printf family of <windows/crt.h>. */
#include <errno.h>
#include <limits.h>

#include <windows/crt.h>

#include "windows/format.h"
#include "windows/text.h"

#define IS_WIDE(text) (sizeof(*(text)) == sizeof(WCHAR))

static int fail(int code)
{
	errno = code;
	return -1;
}

static int counted(size_t n)
{
	return n <= INT_MAX ? (int)n : fail(EOVERFLOW);
}

/* `room` characters without a NUL; *len: of the whole text. */
static int print(void *to, bool wide, size_t room, const void *format, va_list args, size_t *len)
{
	struct format_out out = { to, room, wide, 0 };

	if (!format)
		return fail(EINVAL);
	if (!format_text(&out, format, args))
		return fail(ENOMEM);
	*len = out.len;
	return 0;
}

/* sprintf_s: all of it, or nothing. */
static int print_whole(void *to, bool wide, size_t size, const void *format, va_list args)
{
	size_t len = 0;

	if (!to || size == 0)
		return fail(EINVAL);
	if (print(to, wide, size - 1, format, args, &len) < 0) {
		text_put(to, wide, 0, 0);
		return -1;
	}
	text_put(to, wide, len < size ? len : 0, 0);
	return len < size ? counted(len) : fail(ERANGE);
}

/* _snprintf_s: at most `count` characters, and a NUL. */
static int print_part(void *to, bool wide, size_t size, size_t count, const void *format,
		      va_list args)
{
	size_t len = 0, room;

	if (!to && size == 0 && count == 0)
		return 0;
	if (!to || size == 0)
		return fail(EINVAL);
	room = count < size ? count : size - 1;
	if (print(to, wide, room, format, args, &len) < 0) {
		text_put(to, wide, 0, 0);
		return -1;
	}
	if (len <= room) {
		text_put(to, wide, len, 0);
		return counted(len);
	}
	/* It may be cut if the caller said so, by the count. */
	if (count >= size && count != _TRUNCATE) {
		text_put(to, wide, 0, 0);
		return fail(ERANGE);
	}
	text_put(to, wide, room, 0);
	return -1;
}

/* _snprintf: the old one. */
static int print_old(void *to, bool wide, size_t count, const void *format, va_list args)
{
	size_t len = 0;

	if (!to && count > 0)
		return fail(EINVAL);
	if (print(to, wide, count, format, args, &len) < 0)
		return -1;
	if (len < count)
		text_put(to, wide, len, 0);
	return len <= count || !to ? counted(len) : -1;
}

/* swprintf: as C has it. */
static int print_cut(void *to, bool wide, size_t size, const void *format, va_list args)
{
	size_t len = 0;

	if (!to || size == 0)
		return fail(EINVAL);
	if (print(to, wide, size - 1, format, args, &len) < 0) {
		text_put(to, wide, 0, 0);
		return -1;
	}
	text_put(to, wide, len < size ? len : size - 1, 0);
	return len < size ? counted(len) : -1;
}

/* NAME takes what `...` has, VNAME a list of it. */
#define VARIADIC(name, vname, call, ...)                                                           \
	int vname(__VA_ARGS__, va_list args)                                                       \
	{                                                                                          \
		return call;                                                                       \
	}                                                                                          \
	int name(__VA_ARGS__, ...)                                                                 \
	{                                                                                          \
		va_list args;                                                                      \
		int n;                                                                             \
                                                                                                   \
		va_start(args, format);                                                            \
		n = call;                                                                          \
		va_end(args);                                                                      \
		return n;                                                                          \
	}

VARIADIC(sprintf_s, vsprintf_s, print_whole(to, false, size, format, args), char *to, size_t size,
	 const char *format)
VARIADIC(swprintf_s, vswprintf_s, print_whole(to, true, size, format, args), wchar_t *to,
	 size_t size, const wchar_t *format)
VARIADIC(_snprintf_s, _vsnprintf_s, print_part(to, false, size, count, format, args), char *to,
	 size_t size, size_t count, const char *format)
VARIADIC(_snwprintf_s, _vsnwprintf_s, print_part(to, true, size, count, format, args), wchar_t *to,
	 size_t size, size_t count, const wchar_t *format)
VARIADIC(_snprintf, _vsnprintf, print_old(to, false, count, format, args), char *to, size_t count,
	 const char *format)
VARIADIC(_snwprintf, _vsnwprintf, print_old(to, true, count, format, args), wchar_t *to,
	 size_t count, const wchar_t *format)
VARIADIC(_scprintf, _vscprintf, print_old(NULL, false, 0, format, args), const char *format)
VARIADIC(_scwprintf, _vscwprintf, print_old(NULL, true, 0, format, args), const wchar_t *format)
VARIADIC(_swprintf_windows, _vswprintf_windows, print_cut(to, true, size, format, args),
	 wchar_t *to, size_t size, const wchar_t *format)
