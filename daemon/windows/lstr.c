/* The strings of kernel32 and user32, by their pages: <windows/winbase.h>. */
#include <string.h>
#include <wchar.h>

#include <windows/winbase.h>

#include "windows/fold.h"
#include "windows/format.h"
#include "windows/text.h"
#include "windows/utf.h"

enum { WSPRINTF_MAX = 1024 }; /* characters, with the NUL */

int lstrlenA(LPCSTR lpString)
{
	return lpString ? (int)strlen(lpString) : 0;
}

int lstrlenW(LPCWSTR lpString)
{
	return lpString ? (int)wcslen(lpString) : 0;
}

/* NULL in place of either is a failure, as on Windows, which catches the fault. */
static void *put(void *to, bool wide, size_t at, const void *from, size_t most)
{
	size_t len;

	if (!to || !from) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	len = text_len(from, wide, most);
	memmove((BYTE *)to + at * text_unit(wide), from, len * text_unit(wide));
	text_put(to, wide, at + len, 0);
	return to;
}

LPSTR lstrcpyA(LPSTR lpString1, LPCSTR lpString2)
{
	return put(lpString1, false, 0, lpString2, SIZE_MAX);
}

LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2)
{
	return put(lpString1, true, 0, lpString2, SIZE_MAX);
}

LPSTR lstrcatA(LPSTR lpString1, LPCSTR lpString2)
{
	return put(lpString1, false, (size_t)lstrlenA(lpString1), lpString2, SIZE_MAX);
}

LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2)
{
	return put(lpString1, true, (size_t)lstrlenW(lpString1), lpString2, SIZE_MAX);
}

LPSTR lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength)
{
	return iMaxLength <= 0 ? lpString1
			       : put(lpString1, false, 0, lpString2, (size_t)iMaxLength - 1);
}

LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength)
{
	return iMaxLength <= 0 ? lpString1
			       : put(lpString1, true, 0, lpString2, (size_t)iMaxLength - 1);
}

/* ---- compares: by the characters' numbers, not by a locale's order ------------------------------
 */

static uint32_t next(const void *text, bool wide, size_t *at)
{
	size_t taken = 1;
	bool bad = false;
	uint32_t c = text_get(text, wide, *at);

	if (!wide && c >= 0x80) /* a NUL ends it: no octet behind one is looked at */
		c = utf8_get((const char *)text + *at, UTF8_MAX, &taken, &bad);
	*at += taken;
	return c;
}

static int compare(const void *a, const void *b, bool wide, bool letters)
{
	size_t i = 0, k = 0;
	uint32_t left, right;

	if (!a || !b)
		return (a != NULL) - (b != NULL);
	do {
		left = next(a, wide, &i);
		right = next(b, wide, &k);
		if (!letters) {
			left = fold(left);
			right = fold(right);
		}
	} while (left == right && left != 0);
	return (left > right) - (left < right);
}

int lstrcmpA(LPCSTR lpString1, LPCSTR lpString2)
{
	return compare(lpString1, lpString2, false, true);
}

int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2)
{
	return compare(lpString1, lpString2, true, true);
}

int lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2)
{
	return compare(lpString1, lpString2, false, false);
}

int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2)
{
	return compare(lpString1, lpString2, true, false);
}

/* ---- wsprintf ----------------------------------------------------------------------------------
 */

static int print(void *to, bool wide, const void *format, va_list args)
{
	struct format_out out = { to, WSPRINTF_MAX - 1, wide, 0 };
	size_t len;

	if (!to || !format || !format_text(&out, format, args)) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return 0;
	}
	len = out.len < out.room ? out.len : out.room;
	text_put(to, wide, len, 0);
	return (int)len;
}

int wvsprintfA(LPSTR lpOutput, LPCSTR lpFmt, va_list arglist)
{
	return print(lpOutput, false, lpFmt, arglist);
}

int wvsprintfW(LPWSTR lpOutput, LPCWSTR lpFmt, va_list arglist)
{
	return print(lpOutput, true, lpFmt, arglist);
}

int wsprintfA(LPSTR lpOutput, LPCSTR lpFmt, ...)
{
	va_list args;
	int n;

	va_start(args, lpFmt);
	n = print(lpOutput, false, lpFmt, args);
	va_end(args);
	return n;
}

int wsprintfW(LPWSTR lpOutput, LPCWSTR lpFmt, ...)
{
	va_list args;
	int n;

	va_start(args, lpFmt);
	n = print(lpOutput, true, lpFmt, args);
	va_end(args);
	return n;
}
