/* Text of <windows/crt.h>: compares, copies that end, letters. Where Microsoft's library would end
 * the program for what is wrong, these return as it does if it may go on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <windows/crt.h>

#include "windows/text.h"

#define IS_WIDE(text) (sizeof(*(text)) == sizeof(WCHAR))

/* ---- compares ----------------------------------------------------------------------------------
 */

static uint32_t small(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static int compare(const void *a, const void *b, bool wide, size_t count)
{
	if (!a || !b) {
		errno = EINVAL;
		return _NLSCMPERROR;
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t left = small(text_get(a, wide, i)), right = small(text_get(b, wide, i));

		if (left != right)
			return left < right ? -1 : 1;
		if (left == 0)
			break;
	}
	return 0;
}

int _stricmp(const char *a, const char *b)
{
	return compare(a, b, false, SIZE_MAX);
}

int _strnicmp(const char *a, const char *b, size_t count)
{
	return compare(a, b, false, count);
}

int _wcsicmp(const wchar_t *a, const wchar_t *b)
{
	return compare(a, b, true, SIZE_MAX);
}

int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count)
{
	return compare(a, b, true, count);
}

/* ---- copies ------------------------------------------------------------------------------------
 */

static errno_t fail(errno_t code)
{
	errno = code;
	return code;
}

/* Behind the first `at` characters of `to`. */
static errno_t put(void *to, bool wide, size_t size, size_t at, const void *from, size_t count)
{
	size_t room = size - at, n;

	if (!from && count > 0) {
		text_put(to, wide, 0, 0);
		return fail(EINVAL);
	}
	n = from ? text_len(from, wide, count == _TRUNCATE ? room : count) : 0;
	if (n >= room && count != _TRUNCATE) {
		text_put(to, wide, 0, 0);
		return fail(ERANGE);
	}
	room = n < room ? n : room - 1;
	if (from)
		memcpy((BYTE *)to + at * text_unit(wide), from, room * text_unit(wide));
	text_put(to, wide, at + room, 0);
	return room < n ? STRUNCATE : 0;
}

/* Of a whole string; `count` alone may mean _TRUNCATE. */
enum { WHOLE = INT32_MAX };

static errno_t copy(void *to, bool wide, size_t size, const void *from, size_t count)
{
	if (!to && size == 0 && count == 0)
		return 0;
	if (!to || size == 0)
		return fail(EINVAL);
	return put(to, wide, size, 0, from, count);
}

static errno_t append(void *to, bool wide, size_t size, const void *from, size_t count)
{
	size_t at;

	if (!to && size == 0 && count == 0)
		return 0;
	if (!to || size == 0)
		return fail(EINVAL);
	at = text_len(to, wide, size);
	if (at == size) {
		text_put(to, wide, 0, 0);
		return fail(EINVAL);
	}
	return put(to, wide, size, at, from, count);
}

typedef char unit_str, *string_str;
typedef wchar_t unit_wcs, *string_wcs;

#define COPIES(prefix)                                                                             \
	errno_t prefix##cpy_s(unit_##prefix *to, size_t size, const unit_##prefix *from)           \
	{                                                                                          \
		return copy(to, IS_WIDE(to), size, from, WHOLE);                                   \
	}                                                                                          \
	errno_t prefix##cat_s(unit_##prefix *to, size_t size, const unit_##prefix *from)           \
	{                                                                                          \
		return append(to, IS_WIDE(to), size, from, WHOLE);                                 \
	}                                                                                          \
	errno_t prefix##ncpy_s(unit_##prefix *to, size_t size, const unit_##prefix *from,          \
			       size_t count)                                                       \
	{                                                                                          \
		return copy(to, IS_WIDE(to), size, from, count);                                   \
	}                                                                                          \
	errno_t prefix##ncat_s(unit_##prefix *to, size_t size, const unit_##prefix *from,          \
			       size_t count)                                                       \
	{                                                                                          \
		return append(to, IS_WIDE(to), size, from, count);                                 \
	}                                                                                          \
	size_t prefix##nlen_s(const unit_##prefix *text, size_t size)                              \
	{                                                                                          \
		return text ? text_len(text, IS_WIDE(text), size) : 0;                             \
	}

COPIES(str)
COPIES(wcs)

char *strtok_s(char *text, const char *delimiters, char **context)
{
	if (!delimiters || !context || (!text && !*context)) {
		errno = EINVAL;
		return NULL;
	}
	return strtok_r(text, delimiters, context);
}

wchar_t *wcstok_s(wchar_t *text, const wchar_t *delimiters, wchar_t **context)
{
	if (!delimiters || !context || (!text && !*context)) {
		errno = EINVAL;
		return NULL;
	}
	return wcstok(text, delimiters, context);
}

/* `unit`: what both counts count. What is wrong with the source clears the room, as documented. */
static errno_t move(void *to, size_t size, const void *from, size_t count, size_t unit, bool clear)
{
	if (count == 0)
		return 0;
	if (!to)
		return fail(EINVAL);
	if (!from || size < count) {
		if (clear)
			memset(to, 0, size * unit);
		return fail(from ? ERANGE : EINVAL);
	}
	memmove(to, from, count * unit);
	return 0;
}

errno_t memcpy_s(void *to, size_t size, const void *from, size_t count)
{
	return move(to, size, from, count, 1, true);
}

errno_t memmove_s(void *to, size_t size, const void *from, size_t count)
{
	return move(to, size, from, count, 1, false);
}

errno_t wmemcpy_s(wchar_t *to, size_t size, const wchar_t *from, size_t count)
{
	return move(to, size, from, count, sizeof(*to), true);
}

errno_t wmemmove_s(wchar_t *to, size_t size, const wchar_t *from, size_t count)
{
	return move(to, size, from, count, sizeof(*to), false);
}

char *_strdup(const char *text)
{
	return text ? strdup(text) : NULL;
}

wchar_t *_wcsdup(const wchar_t *text)
{
	return text ? wcsdup(text) : NULL;
}

/* ---- letters -----------------------------------------------------------------------------------
 */

static errno_t change_case(void *text, bool wide, size_t size, bool large)
{
	size_t len = text ? text_len(text, wide, size) : 0;

	if (!text || len == size) {
		if (text && size > 0)
			text_put(text, wide, 0, 0);
		return fail(EINVAL);
	}
	for (size_t i = 0; i < len; i++) {
		uint32_t c = text_get(text, wide, i), s = small(c);

		if (s >= 'a' && s <= 'z')
			text_put(text, wide, i, large ? s - ('a' - 'A') : s);
	}
	return 0;
}

#define LETTERS(prefix, which, large)                                                              \
	string_##prefix _##prefix##which(unit_##prefix *text)                                      \
	{                                                                                          \
		return change_case(text, IS_WIDE(text), SIZE_MAX, large) == 0 ? text : NULL;       \
	}                                                                                          \
	errno_t _##prefix##which##_s(unit_##prefix *text, size_t size)                             \
	{                                                                                          \
		return change_case(text, IS_WIDE(text), size, large);                              \
	}

LETTERS(str, lwr, false)
LETTERS(str, upr, true)
LETTERS(wcs, lwr, false)
LETTERS(wcs, upr, true)
