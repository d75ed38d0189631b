/* MultiByteToWideChar and WideCharToMultiByte, by their pages; <windows/stringapiset.h>. */
#include <limits.h>
#include <string.h>

#include <windows/stringapiset.h>

#include "windows/codepage.h"
#include "windows/text.h"
#include "windows/utf.h"

enum {
	MB_KNOWN = MB_PRECOMPOSED | MB_COMPOSITE | MB_USEGLYPHCHARS | MB_ERR_INVALID_CHARS,
	WC_KNOWN = WC_DISCARDNS | WC_SEPCHARS | WC_DEFAULTCHAR | WC_ERR_INVALID_CHARS |
		   WC_COMPOSITECHECK | WC_NO_BEST_FIT_CHARS,
};

static int fail(DWORD code)
{
	SetLastError(code);
	return 0;
}

/* How many characters of a text there are to read; 0: its arguments are wrong. */
static size_t source_len(const void *text, bool wide, int count, const void *out, int room)
{
	if (!text || count == 0 || room < 0 || (room > 0 && (!out || out == text)))
		return 0;
	return count < 0 ? text_len(text, wide, SIZE_MAX) + 1 : (size_t)count;
}

/* What both return for `n` characters of output, of which `room` were written. */
static int result(size_t n, int room)
{
	if (n > INT_MAX || (room > 0 && n > (size_t)room))
		return fail(ERROR_INSUFFICIENT_BUFFER);
	return (int)n;
}

/* Flags that say how a letter with an accent is written change nothing here. Where the number is
 * UTF-8's own, Microsoft allows but one. */
static bool mb_flags_fit(UINT number, DWORD flags)
{
	DWORD both = MB_PRECOMPOSED | MB_COMPOSITE;

	if (number == CP_UTF8)
		return !(flags & ~(DWORD)MB_ERR_INVALID_CHARS);
	return !(flags & ~(DWORD)MB_KNOWN) && (flags & both) != both;
}

int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCSTR lpMultiByteStr, int cbMultiByte,
			LPWSTR lpWideCharStr, int cchWideChar)
{
	size_t len = source_len(lpMultiByteStr, false, cbMultiByte, lpWideCharStr, cchWideChar);
	size_t room = (size_t)cchWideChar, n = 0, taken;
	enum codepage page;
	bool bad = false;

	if (len == 0 || !codepage_find(CodePage, &page))
		return fail(ERROR_INVALID_PARAMETER);
	if (!mb_flags_fit(CodePage, dwFlags))
		return fail(ERROR_INVALID_FLAGS);
	for (size_t at = 0; at < len; at += taken, n++) {
		uint32_t c = codepage_get(page, lpMultiByteStr + at, len - at, &taken, &bad);

		if (bad && dwFlags & MB_ERR_INVALID_CHARS)
			return fail(ERROR_NO_UNICODE_TRANSLATION);
		if (n < room)
			lpWideCharStr[n] = (WCHAR)c;
	}
	return result(n, cchWideChar);
}

static bool wc_flags_fit(UINT number, enum codepage page, DWORD flags)
{
	if (number == CP_UTF8)
		return !(flags & ~(DWORD)WC_ERR_INVALID_CHARS);
	return !(flags & ~(DWORD)WC_KNOWN) &&
	       (page == PAGE_UTF8 || !(flags & WC_ERR_INVALID_CHARS));
}

/* One character. A source that makes pairs of surrogates itself, as 16 bits want them, means one
 * too. */
static uint32_t wide_get(const WCHAR *text, size_t len, size_t *taken, bool *bad)
{
	uint32_t c = (uint32_t)text[0], low = len > 1 ? (uint32_t)text[1] : 0;

	*taken = 1;
	if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
		*taken = 2;
		return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*bad = !utf_valid(c);
	return *bad ? UTF_NONE : c;
}

int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWSTR lpWideCharStr, int cchWideChar,
			LPSTR lpMultiByteStr, int cbMultiByte, LPCSTR lpDefaultChar,
			LPBOOL lpUsedDefaultChar)
{
	size_t len = source_len(lpWideCharStr, true, cchWideChar, lpMultiByteStr, cbMultiByte);
	size_t room = (size_t)cbMultiByte, n = 0, taken;
	bool used = false, full = false;
	enum codepage page;

	if (len == 0 || !codepage_find(CodePage, &page) ||
	    (CodePage == CP_UTF8 && (lpDefaultChar || lpUsedDefaultChar)))
		return fail(ERROR_INVALID_PARAMETER);
	if (!wc_flags_fit(CodePage, page, dwFlags))
		return fail(ERROR_INVALID_FLAGS);
	for (size_t at = 0; at < len; at += taken) {
		char octets[UTF8_MAX];
		bool bad = false;
		uint32_t c = wide_get(lpWideCharStr + at, len - at, &taken, &bad);
		size_t more = bad && (lpDefaultChar || page != PAGE_UTF8)
				      ? 0
				      : codepage_put(page, c, octets);

		if (bad && dwFlags & WC_ERR_INVALID_CHARS)
			return fail(ERROR_NO_UNICODE_TRANSLATION);
		used = used || bad || more == 0;
		if (more == 0) {
			octets[0] = lpDefaultChar ? *lpDefaultChar : '?';
			more = 1;
		}
		full = full || n + more > room; /* no part of a character */
		if (!full)
			memcpy(lpMultiByteStr + n, octets, more);
		n += more;
	}
	if (lpUsedDefaultChar)
		*lpUsedDefaultChar = used;
	return result(n, cbMultiByte);
}

UINT GetACP(void)
{
	return CP_UTF8;
}

UINT GetOEMCP(void)
{
	return CP_UTF8;
}

BOOL IsValidCodePage(UINT CodePage)
{
	enum codepage page;

	/* The first four are not names of pages, but of settings. */
	return CodePage > CP_THREAD_ACP && codepage_find(CodePage, &page);
}
