/* GetEnvironmentVariable, ExpandEnvironmentStrings. The environment is the daemon's, which nobody
 * changes: there is no SetEnvironmentVariable.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <windows/processenv.h>

#include "windows/text.h"
#include "windows/utf.h"

enum { NAME_SIZE = 256 };

/* ---- variables ---- */

/* As it is spelt, else without case. NULL: there is none. */
static const char *value_of(const char *name)
{
	const char *value = getenv(name);
	size_t len = strlen(name);

	for (char **at = environ; !value && *at; at++)
		if (strncasecmp(*at, name, len) == 0 && (*at)[len] == '=')
			value = *at + len + 1;
	return value;
}

/* The part of a text as a name in UTF-8; false: it is too long, or none. */
static bool name_read(const void *text, bool wide, size_t from, size_t to, char out[NAME_SIZE])
{
	size_t n = 0;

	for (; from < to; from++) {
		uint32_t c = text_get(text, wide, from);

		if (n + UTF8_MAX >= NAME_SIZE)
			return false;
		if (wide)
			n += utf8_put(c, out + n);
		else
			out[n++] = (char)c;
	}
	out[n] = '\0';
	return n > 0;
}

/* ---- what is written: counted beyond the room, too ---- */

struct writer {
	void *to;
	bool wide;
	size_t room, len;
};

static void put(struct writer *writer, uint32_t c)
{
	if (writer->len < writer->room)
		text_put(writer->to, writer->wide, writer->len, c);
	writer->len++;
}

static void put_value(struct writer *writer, const char *value)
{
	size_t len = strlen(value), taken = 1;
	bool bad = false;

	for (size_t i = 0; i < len; i += taken)
		put(writer, writer->wide ? utf8_get(value + i, len - i, &taken, &bad)
					 : (unsigned char)value[i]);
}

/* ---- the functions ---- */

static DWORD get(const void *name, bool wide, void *buffer, DWORD size)
{
	struct writer writer = { buffer, wide, buffer ? size : 0, 0 };
	char narrow[NAME_SIZE];
	const char *value = NULL;

	if (!name) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return 0;
	}
	if (name_read(name, wide, 0, text_len(name, wide, NAME_SIZE), narrow))
		value = value_of(narrow);
	SetLastError(value ? ERROR_SUCCESS : ERROR_ENVVAR_NOT_FOUND);
	if (!value)
		return 0;
	put_value(&writer, value);
	put(&writer, 0);
	return (DWORD)(writer.len <= writer.room ? writer.len - 1 : writer.len);
}

DWORD GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
{
	return get(lpName, true, lpBuffer, nSize);
}

DWORD GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize)
{
	return get(lpName, false, lpBuffer, nSize);
}

/* %NAME% at i: its value is written. Behind it, or i where there is none. */
static size_t variable_read(struct writer *writer, const void *text, size_t i, size_t len)
{
	char name[NAME_SIZE];
	const char *value;
	size_t end = i + 1;

	while (end < len && text_get(text, writer->wide, end) != '%')
		end++;
	if (end >= len || !name_read(text, writer->wide, i + 1, end, name))
		return i;
	value = value_of(name);
	if (!value)
		return i;
	put_value(writer, value);
	return end + 1;
}

static DWORD expand(const void *text, bool wide, void *buffer, DWORD size)
{
	struct writer writer = { buffer, wide, buffer ? size : 0, 0 };
	size_t len = text ? text_len(text, wide, INT_MAX) : 0;

	if (!text) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return 0;
	}
	for (size_t i = 0; i < len;) {
		size_t next =
			text_get(text, wide, i) == '%' ? variable_read(&writer, text, i, len) : i;

		if (next == i)
			put(&writer, text_get(text, wide, next++));
		i = next;
	}
	put(&writer, 0);
	if (buffer && size > 0 && writer.len > size)
		text_put(buffer, wide, 0, 0);
	return (DWORD)writer.len;
}

DWORD ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)
{
	return expand(lpSrc, true, lpDst, nSize);
}

DWORD ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize)
{
	return expand(lpSrc, false, lpDst, nSize);
}
