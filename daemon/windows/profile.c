/* The functions of INI files, by their pages: <windows/winbase.h>. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <windows/winbase.h>

#include "windows/ini.h"
#include "windows/ini_edit.h"
#include "windows/ini_file.h"
#include "windows/path.h"
#include "windows/text.h"
#include "windows/utf.h"

/* Who called: the function itself, for it is read there. */
#define CALLER __builtin_return_address(0)

/* ---- what is asked for -------------------------------------------------------------------------
 */

/* A string of the caller as WCHAR. */
struct word {
	WCHAR *made; /* NULL: it is the caller's own */
	bool is_null;
	struct ini_span text;
};

/* False: no memory. */
static bool word_take(const void *text, bool wide, struct word *out)
{
	size_t len = text ? text_len(text, wide, SIZE_MAX) : 0, n = 0;
	bool bad = false;

	*out = (struct word){ .is_null = !text, .text = { text, len } };
	if (!text || wide)
		return true;
	out->made = malloc((len + 1) * sizeof(*out->made));
	for (size_t i = 0, taken; out->made && i < len; i += taken)
		out->made[n++] = (WCHAR)utf8_get((const char *)text + i, len - i, &taken, &bad);
	out->text = (struct ini_span){ out->made, n };
	return out->made;
}

struct ask {
	struct word section, key, value;
	char path[PATH_MAX];
};

static void ask_done(struct ask *ask)
{
	free(ask->section.made);
	free(ask->key.made);
	free(ask->value.made);
}

static DWORD ask_take(struct ask *ask, const void *section, const void *key, const void *value,
		      const void *file, bool wide, const void *caller)
{
	DWORD r = path_read_beside(file, wide, caller, ask->path);
	bool good = word_take(section, wide, &ask->section);

	good = word_take(key, wide, &ask->key) && good;
	good = word_take(value, wide, &ask->value) && good;
	if (file == NULL)
		return ERROR_INVALID_PARAMETER;
	return good ? r : ERROR_NOT_ENOUGH_MEMORY;
}

/* ---- what is given back ------------------------------------------------------------------------
 */

/* A buffer that is cut where it ends, inside a character of CHAR too, as its callers tell by the
 * length. A list ends in two NULs, a string in one. */
struct reply {
	void *at;
	bool wide;
	size_t size, len; /* len: with what has no room */
};

static void reply_unit(struct reply *reply, uint32_t c)
{
	if (reply->len < reply->size)
		text_put(reply->at, reply->wide, reply->len, c);
	reply->len++;
}

static void reply_char(struct reply *reply, uint32_t c)
{
	char octets[UTF8_MAX];
	size_t n = reply->wide ? 0 : utf8_put(c, octets);

	if (reply->wide)
		reply_unit(reply, c);
	for (size_t i = 0; i < n; i++)
		reply_unit(reply, (uint8_t)octets[i]);
}

static void reply_text(struct reply *reply, struct ini_span text)
{
	for (size_t i = 0; i < text.len; i++)
		reply_char(reply, (uint32_t)text.at[i]);
}

/* The characters in front of the last NUL, and the last error. */
static DWORD reply_end(struct reply *reply, size_t nuls)
{
	size_t len = reply->len;

	if (len + 1 <= reply->size) {
		for (size_t i = len; i < len + nuls && i < reply->size; i++)
			text_put(reply->at, reply->wide, i, 0);
		SetLastError(ERROR_SUCCESS);
		return (DWORD)len;
	}
	len = reply->size > nuls ? reply->size - nuls : 0;
	for (size_t i = len; i < reply->size; i++)
		text_put(reply->at, reply->wide, i, 0);
	SetLastError(ERROR_MORE_DATA);
	return (DWORD)len;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static void sections_list(struct ini_span text, struct reply *reply)
{
	struct ini_line line;

	for (size_t at = 0; ini_line(text, at, &line); at = line.next)
		if (line.kind == INI_SECTION) {
			reply_text(reply, line.name);
			reply_char(reply, 0);
		}
}

static void keys_list(struct ini_span text, size_t at, struct reply *reply)
{
	struct ini_line line;

	for (; ini_next(text, at, &line); at = line.next)
		if (line.kind == INI_KEY) {
			reply_text(reply, line.name);
			reply_char(reply, 0);
		}
}

static void lines_list(struct ini_span text, size_t at, struct reply *reply)
{
	struct ini_line line;

	for (; ini_next(text, at, &line); at = line.next) {
		reply_text(reply, line.name);
		if (line.kind == INI_KEY) {
			reply_char(reply, '=');
			reply_text(reply, line.value);
		}
		reply_char(reply, 0);
	}
}

static DWORD string_find(const struct ask *ask, struct ini_span text, struct reply *reply)
{
	struct ini_line line;

	if (ask->section.is_null) {
		sections_list(text, reply);
		return ERROR_SUCCESS;
	}
	if (!ini_section(text, ini_trim(ask->section.text), &line))
		return ERROR_FILE_NOT_FOUND;
	if (ask->key.is_null) {
		keys_list(text, line.next, reply);
		return ERROR_SUCCESS;
	}
	if (!ini_key(text, line.next, ini_trim(ask->key.text), &line))
		return ERROR_FILE_NOT_FOUND;
	reply_text(reply, ini_unquote(line.value));
	return ERROR_SUCCESS;
}

/* What is not found is the default, without blanks at its end. */
static void default_give(const struct ask *ask, struct reply *reply)
{
	struct ini_span text = ask->value.text;

	while (text.len > 0 && text.at[text.len - 1] == ' ')
		text.len--;
	reply_text(reply, text);
}

static DWORD profile_string(const void *section, const void *key, const void *fallback,
			    void *buffer, DWORD size, const void *file, bool wide,
			    const void *caller)
{
	struct reply reply = { buffer, wide, buffer ? size : 0, 0 };
	struct ask ask;
	struct ini_text text = { .at = NULL };
	DWORD r = ask_take(&ask, section, key, fallback, file, wide, caller), len;

	if (r == ERROR_SUCCESS)
		r = ini_file_read(ask.path, &text);
	if (r == ERROR_SUCCESS)
		r = string_find(&ask, ini_text_span(&text), &reply);
	if (r != ERROR_SUCCESS && ask.value.text.at)
		default_give(&ask, &reply);
	len = reply_end(&reply, section && key ? 1 : 2);
	if (r != ERROR_SUCCESS)
		SetLastError(r);
	free(text.at);
	ask_done(&ask);
	return len;
}

DWORD GetPrivateProfileStringW(LPCWSTR lpAppName, LPCWSTR lpKeyName, LPCWSTR lpDefault,
			       LPWSTR lpReturnedString, DWORD nSize, LPCWSTR lpFileName)
{
	return profile_string(lpAppName, lpKeyName, lpDefault, lpReturnedString, nSize, lpFileName,
			      true, CALLER);
}

DWORD GetPrivateProfileStringA(LPCSTR lpAppName, LPCSTR lpKeyName, LPCSTR lpDefault,
			       LPSTR lpReturnedString, DWORD nSize, LPCSTR lpFileName)
{
	return profile_string(lpAppName, lpKeyName, lpDefault, lpReturnedString, nSize, lpFileName,
			      false, CALLER);
}

/* A section's lines, or all sections' names where `section` is NULL and `names` is set. */
static DWORD profile_list(const void *section, bool names, void *buffer, DWORD size,
			  const void *file, bool wide, const void *caller)
{
	struct reply reply = { buffer, wide, buffer ? size : 0, 0 };
	struct ini_text text = { .at = NULL };
	struct ini_line heading;
	struct ask ask;
	DWORD r = ask_take(&ask, section, NULL, NULL, file, wide, caller), len;

	if (!buffer || (!section && !names))
		r = ERROR_INVALID_PARAMETER;
	if (r == ERROR_SUCCESS)
		r = ini_file_read(ask.path, &text);
	if (r == ERROR_SUCCESS && names)
		sections_list(ini_text_span(&text), &reply);
	else if (r == ERROR_SUCCESS &&
		 ini_section(ini_text_span(&text), ini_trim(ask.section.text), &heading))
		lines_list(ini_text_span(&text), heading.next, &reply);
	else if (r == ERROR_SUCCESS)
		r = ERROR_FILE_NOT_FOUND;
	len = reply_end(&reply, 2);
	if (r != ERROR_SUCCESS)
		SetLastError(r);
	free(text.at);
	ask_done(&ask);
	return len;
}

DWORD GetPrivateProfileSectionW(LPCWSTR lpAppName, LPWSTR lpReturnedString, DWORD nSize,
				LPCWSTR lpFileName)
{
	return profile_list(lpAppName, false, lpReturnedString, nSize, lpFileName, true, CALLER);
}

DWORD GetPrivateProfileSectionA(LPCSTR lpAppName, LPSTR lpReturnedString, DWORD nSize,
				LPCSTR lpFileName)
{
	return profile_list(lpAppName, false, lpReturnedString, nSize, lpFileName, false, CALLER);
}

DWORD GetPrivateProfileSectionNamesW(LPWSTR lpszReturnBuffer, DWORD nSize, LPCWSTR lpFileName)
{
	return profile_list(NULL, true, lpszReturnBuffer, nSize, lpFileName, true, CALLER);
}

DWORD GetPrivateProfileSectionNamesA(LPSTR lpszReturnBuffer, DWORD nSize, LPCSTR lpFileName)
{
	return profile_list(NULL, true, lpszReturnBuffer, nSize, lpFileName, false, CALLER);
}

/* ---- numbers -----------------------------------------------------------------------------------
 */

static unsigned digit_of(WCHAR c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = c >= 'a' ? c - ('a' - 'A') : c;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : UINT_MAX;
}

/* With a sign, and 0x, 0o or 0b in front; up to the first character that is no digit; modulo 2^32.
 */
static UINT number_read(struct ini_span text)
{
	bool minus = text.len > 0 && text.at[0] == '-';
	size_t i = minus || (text.len > 0 && text.at[0] == '+');
	UINT base = 10, n = 0;

	if (i + 1 < text.len && text.at[i] == '0') {
		WCHAR mark = text.at[i + 1];

		base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
		i += base == 10 ? 0 : 2;
	}
	for (; i < text.len && digit_of(text.at[i]) < base; i++)
		n = n * base + digit_of(text.at[i]);
	return minus ? 0 - n : n;
}

static UINT profile_int(const void *section, const void *key, INT fallback, const void *file,
			bool wide, const void *caller)
{
	struct ini_text text = { .at = NULL };
	struct ini_line line;
	struct ask ask;
	DWORD r = ask_take(&ask, section, key, NULL, file, wide, caller);
	UINT n = (UINT)fallback;

	if (!section || !key)
		r = ERROR_INVALID_PARAMETER;
	if (r == ERROR_SUCCESS)
		r = ini_file_read(ask.path, &text);
	if (r == ERROR_SUCCESS &&
	    (!ini_section(ini_text_span(&text), ini_trim(ask.section.text), &line) ||
	     !ini_key(ini_text_span(&text), line.next, ini_trim(ask.key.text), &line)))
		r = ERROR_FILE_NOT_FOUND;
	if (r == ERROR_SUCCESS && ini_unquote(line.value).len > 0)
		n = number_read(ini_trim(ini_unquote(line.value)));
	SetLastError(r);
	free(text.at);
	ask_done(&ask);
	return n;
}

UINT GetPrivateProfileIntW(LPCWSTR lpAppName, LPCWSTR lpKeyName, INT nDefault, LPCWSTR lpFileName)
{
	return profile_int(lpAppName, lpKeyName, nDefault, lpFileName, true, CALLER);
}

UINT GetPrivateProfileIntA(LPCSTR lpAppName, LPCSTR lpKeyName, INT nDefault, LPCSTR lpFileName)
{
	return profile_int(lpAppName, lpKeyName, nDefault, lpFileName, false, CALLER);
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static bool has(struct ini_span text, WCHAR c)
{
	return text.len > 0 && wmemchr(text.at, c, text.len);
}

/* What would be read as something else is refused, where Windows writes it. */
static bool is_line(struct ini_span text)
{
	return !has(text, '\n') && !has(text, '\r');
}

static bool is_section(struct ini_span name)
{
	return is_line(name) && !has(name, ']');
}

static bool is_key(struct ini_span name)
{
	return is_line(name) && name.len > 0 && !has(name, '=') && name.at[0] != ';' &&
	       name.at[0] != '[';
}

static bool string_change(struct ini_text *text, const void *what)
{
	const struct ask *ask = what;
	struct ini_span section = ini_trim(ask->section.text), key = ini_trim(ask->key.text);

	if (ask->key.is_null)
		return ini_drop(text, section);
	if (ask->value.is_null)
		return ini_unset(text, section, key);
	return ini_set(text, section, key, ask->value.text);
}

static BOOL changed(DWORD r)
{
	SetLastError(r);
	return r == ERROR_SUCCESS;
}

static BOOL profile_write(const void *section, const void *key, const void *value, const void *file,
			  bool wide, const void *caller)
{
	struct ask ask;
	DWORD r = ask_take(&ask, section, key, value, file, wide, caller);
	bool flush =
		!section && !key && !value; /* there is nothing to flush, which is no success */

	if (r == ERROR_SUCCESS && !flush &&
	    (!section || !is_section(ini_trim(ask.section.text)) ||
	     (key && !is_key(ini_trim(ask.key.text))) || !is_line(ask.value.text)))
		r = ERROR_INVALID_PARAMETER;
	if (r == ERROR_SUCCESS && !flush)
		r = ini_file_change(ask.path, key && value, string_change, &ask);
	ask_done(&ask);
	return changed(r) && !flush;
}

BOOL WritePrivateProfileStringW(LPCWSTR lpAppName, LPCWSTR lpKeyName, LPCWSTR lpString,
				LPCWSTR lpFileName)
{
	return profile_write(lpAppName, lpKeyName, lpString, lpFileName, true, CALLER);
}

BOOL WritePrivateProfileStringA(LPCSTR lpAppName, LPCSTR lpKeyName, LPCSTR lpString,
				LPCSTR lpFileName)
{
	return profile_write(lpAppName, lpKeyName, lpString, lpFileName, false, CALLER);
}

/* A list of strings, each with its NUL, and one more at the end; the caller frees it. */
static WCHAR *list_take(const void *list, bool wide)
{
	size_t units = 0, n = 0;
	bool bad = false;
	WCHAR *out;

	while (text_get(list, wide, units) != 0)
		units += text_len((const char *)list + units * text_unit(wide), wide, SIZE_MAX) + 1;
	out = malloc((units + 1) * sizeof(*out));
	for (size_t i = 0, taken = 1; out && i < units; i += taken)
		out[n++] =
			(WCHAR)(wide ? text_get(list, true, i)
				     : utf8_get((const char *)list + i, units - i, &taken, &bad));
	if (out)
		out[n] = 0;
	return out;
}

struct fill {
	struct ini_span section;
	const WCHAR *lines; /* NULL: the section goes */
};

static bool fill_change(struct ini_text *text, const void *what)
{
	const struct fill *fill = what;

	return fill->lines ? ini_fill(text, fill->section, fill->lines)
			   : ini_drop(text, fill->section);
}

static bool lines_fit(const WCHAR *lines)
{
	for (; *lines; lines += wcslen(lines) + 1)
		if (!is_line((struct ini_span){ lines, wcslen(lines) }) ||
		    lines[wcsspn(lines, L" \t")] == '[')
			return false;
	return true;
}

static BOOL profile_fill(const void *section, const void *list, const void *file, bool wide,
			 const void *caller)
{
	WCHAR *lines = list ? list_take(list, wide) : NULL;
	struct fill fill = { .lines = lines };
	struct ask ask;
	DWORD r = ask_take(&ask, section, NULL, NULL, file, wide, caller);

	fill.section = ini_trim(ask.section.text);
	if (r == ERROR_SUCCESS && list && !lines)
		r = ERROR_NOT_ENOUGH_MEMORY;
	if (r == ERROR_SUCCESS &&
	    (!section || !is_section(fill.section) || (lines && !lines_fit(lines))))
		r = ERROR_INVALID_PARAMETER;
	if (r == ERROR_SUCCESS)
		r = ini_file_change(ask.path, lines, fill_change, &fill);
	free(lines);
	ask_done(&ask);
	return changed(r);
}

BOOL WritePrivateProfileSectionW(LPCWSTR lpAppName, LPCWSTR lpString, LPCWSTR lpFileName)
{
	return profile_fill(lpAppName, lpString, lpFileName, true, CALLER);
}

BOOL WritePrivateProfileSectionA(LPCSTR lpAppName, LPCSTR lpString, LPCSTR lpFileName)
{
	return profile_fill(lpAppName, lpString, lpFileName, false, CALLER);
}
