#include "windows/ini_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "windows/codepage.h"
#include "windows/utf.h"

enum { MARK_8 = 3, MARK_16 = 2 };

static const uint8_t mark_8[MARK_8] = { 0xef, 0xbb, 0xbf }, mark_16[MARK_16] = { 0xff, 0xfe };

static bool is_utf8(const uint8_t *at, size_t len)
{
	bool bad = false;

	for (size_t i = 0, taken; i < len && !bad; i += taken)
		utf8_get(at + i, len - i, &taken, &bad);
	return !bad;
}

static enum ini_encoding encoding_of(const uint8_t *at, size_t len)
{
	if (len >= MARK_16 && memcmp(at, mark_16, MARK_16) == 0)
		return INI_UTF16;
	if (len >= MARK_8 && memcmp(at, mark_8, MARK_8) == 0)
		return INI_UTF8_MARK;
	return is_utf8(at, len) ? INI_UTF8 : INI_1252;
}

static uint32_t unit_16(const uint8_t *at)
{
	return (uint32_t)(at[0] | at[1] << 8);
}

/* Half a pair stays what it is, so that it is written back. An odd octet at the end is none. */
static void read_16(const uint8_t *at, size_t len, struct ini_text *out)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint32_t c = unit_16(at + i), low = i + 3 < len ? unit_16(at + i + 2) : 0;

		if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		out->at[out->len++] = (WCHAR)c;
	}
}

static void read_page(enum codepage page, const uint8_t *at, size_t len, struct ini_text *out)
{
	bool bad = false;

	for (size_t i = 0, taken; i < len; i += taken)
		out->at[out->len++] = (WCHAR)codepage_get(page, at + i, len - i, &taken, &bad);
}

bool ini_text_read(const void *octets, size_t len, struct ini_text *out)
{
	const uint8_t *at = octets;

	*out = (struct ini_text){ .encoding = encoding_of(at, len) };
	out->at = malloc((len + 1) * sizeof(*out->at));
	if (!out->at)
		return false;
	switch (out->encoding) {
	case INI_UTF16:
		read_16(at + MARK_16, len - MARK_16, out);
		break;
	case INI_UTF8_MARK:
		read_page(PAGE_UTF8, at + MARK_8, len - MARK_8, out);
		break;
	case INI_UTF8:
		read_page(PAGE_UTF8, at, len, out);
		break;
	case INI_1252:
		read_page(PAGE_1252, at, len, out);
		break;
	}
	return true;
}

static size_t write_unit(uint32_t unit, char *to)
{
	to[0] = (char)(unit & 0xff);
	to[1] = (char)(unit >> 8);
	return 2;
}

static size_t write_char(enum ini_encoding encoding, uint32_t c, char *to)
{
	switch (encoding) {
	case INI_UTF16:
		if (c < 0x10000)
			return write_unit(c, to);
		write_unit(0xd800 + ((c - 0x10000) >> 10), to);
		return 2 + write_unit(0xdc00 + ((c - 0x10000) & 0x3ff), to + 2);
	case INI_1252:
		if (codepage_put(PAGE_1252, c, to) == 0)
			*to = '?';
		return 1;
	case INI_UTF8:
	case INI_UTF8_MARK:
		break;
	}
	return utf8_put(c, to);
}

void *ini_text_write(const struct ini_text *text, size_t *len)
{
	char *octets = malloc(text->len * UTF8_MAX + MARK_8);
	size_t n = 0;

	if (!octets)
		return NULL;
	if (text->encoding == INI_UTF16)
		memcpy(octets, mark_16, n = MARK_16);
	if (text->encoding == INI_UTF8_MARK)
		memcpy(octets, mark_8, n = MARK_8);
	for (size_t i = 0; i < text->len; i++)
		n += write_char(text->encoding, (uint32_t)text->at[i], octets + n);
	*len = n;
	return octets;
}

bool ini_text_replace(struct ini_text *text, size_t from, size_t to, struct ini_span with)
{
	size_t behind = text->len - to;
	WCHAR *at = malloc((from + with.len + behind + 1) * sizeof(*at));

	if (!at)
		return false;
	wmemcpy(at, text->at, from);
	if (with.len > 0)
		wmemcpy(at + from, with.at, with.len);
	wmemcpy(at + from + with.len, text->at + to, behind);
	free(text->at);
	text->at = at;
	text->len = from + with.len + behind;
	return true;
}
