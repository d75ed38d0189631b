#include "base/utf.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <wctype.h>

#define REPLACEMENT 0xfffdu

static bool is_scalar(uint32_t c)
{
	return c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);
}

/* The length that a first octet promises, and the smallest character of that length. */
static size_t lead(uint8_t octet, uint32_t *bits, uint32_t *least)
{
	if (octet < 0x80)
		return *bits = octet, *least = 0, 1;
	if (octet >= 0xc2 && octet < 0xe0)
		return *bits = octet & 0x1fu, *least = 0x80, 2;
	if (octet >= 0xe0 && octet < 0xf0)
		return *bits = octet & 0x0fu, *least = 0x800, 3;
	if (octet >= 0xf0 && octet < 0xf5)
		return *bits = octet & 0x07u, *least = 0x10000, 4;
	return 0;
}

/* Takes one character off; false, with one octet taken, when none begins there. */
static bool take(struct span *text, uint32_t *out)
{
	uint32_t c, least;
	size_t len = lead(text->at[0], &c, &least);
	bool good = len > 0 && len <= text->len;

	for (size_t i = 1; good && i < len; i++) {
		good = (text->at[i] & 0xc0) == 0x80;
		c = c << 6 | (text->at[i] & 0x3fu);
	}
	good = good && c >= least && is_scalar(c);
	*text = span_drop(*text, good ? len : 1);
	*out = good ? c : REPLACEMENT;
	return good;
}

uint32_t utf8_next(struct span *text)
{
	uint32_t c;

	(void)take(text, &c);
	return c;
}

size_t utf8_put(uint32_t c, char out[static UTF8_CHAR_MAX])
{
	if (!is_scalar(c))
		c = REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

bool utf8_valid(struct span text)
{
	uint32_t c;

	while (text.len > 0)
		if (!take(&text, &c))
			return false;
	return true;
}

void utf8_trim(char *text)
{
	size_t len = strlen(text), at = len;
	uint32_t bits, least;

	while (at > 0 && len - at < UTF8_CHAR_MAX - 1 && ((uint8_t)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && lead((uint8_t)text[at - 1], &bits, &least) > len - (at - 1))
		text[at - 1] = '\0';
}

bool wide_valid(const wchar_t *wide, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_scalar((uint32_t)wide[i]))
			return false;
	return true;
}

size_t utf8_from_wide(const wchar_t *wide, size_t len, char *out, size_t room)
{
	size_t need = 0, written = 0;
	bool full = room == 0;

	for (size_t i = 0; i < len; i++) {
		char c[UTF8_CHAR_MAX];
		size_t n = utf8_put((uint32_t)wide[i], c);

		full = full || n >= room - written; /* room for the NUL too */
		if (!full) {
			memcpy(out + written, c, n);
			written += n;
		}
		need += n;
	}
	if (room > 0)
		out[written] = '\0';
	return need;
}

size_t wide_from_utf8(struct span text, wchar_t *out, size_t room)
{
	size_t need = 0, written = 0;

	while (text.len > 0) {
		uint32_t c = utf8_next(&text);

		if (room > 0 && written < room - 1)
			out[written++] = (wchar_t)c;
		need++;
	}
	if (room > 0)
		out[written] = L'\0';
	return need;
}

char *utf8_dup(const wchar_t *wide)
{
	size_t len = wcslen(wide), room = utf8_from_wide(wide, len, NULL, 0) + 1;
	char *out = malloc(room);

	if (out)
		utf8_from_wide(wide, len, out, room);
	return out;
}

/* What is a letter must not depend on the locale of the process that asks. */
static locale_t unicode;
static pthread_once_t unicode_once = PTHREAD_ONCE_INIT;

static void unicode_make(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

static uint32_t lower_ascii(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

uint32_t utf8_lower(uint32_t c)
{
	if (c < 0x80)
		return lower_ascii(c);
	pthread_once(&unicode_once, unicode_make);
	return unicode ? (uint32_t)towlower_l((wint_t)c, unicode) : c;
}

static int compare_letters(struct span left, struct span right)
{
	while (left.len > 0 && right.len > 0) {
		uint32_t c = utf8_lower(utf8_next(&left)), d = utf8_lower(utf8_next(&right));

		if (c != d)
			return c < d ? -1 : 1;
	}
	return (left.len > 0) - (right.len > 0);
}

/* Most names are ASCII and differ in their first letters. */
int utf8_casecmp(const char *a, const char *b)
{
	for (;; a++, b++) {
		unsigned char c = (unsigned char)*a, d = (unsigned char)*b;

		if ((c | d) >= 0x80)
			return compare_letters(span_str(a), span_str(b));
		if (lower_ascii(c) != lower_ascii(d))
			return lower_ascii(c) < lower_ascii(d) ? -1 : 1;
		if (!c)
			return 0;
	}
}
