#include "ctl/reg_text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"

/* ---- the encoding ---- */

static uint16_t unit_at(struct span octets, bool big, size_t i)
{
	const uint8_t *at = octets.at + 2 * i;

	return (uint16_t)(big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

static bool is_lead(uint16_t unit)
{
	return (unit & 0xfc00) == 0xd800;
}

static bool is_trail(uint16_t unit)
{
	return (unit & 0xfc00) == 0xdc00;
}

/* Each half that stands alone becomes U+FFFD, as everywhere. */
static char *utf8_of_utf16(struct span octets, bool big)
{
	size_t n = octets.len / 2, used = 0;
	char *text = malloc(n * UTF8_CHAR_MAX + 1);

	for (size_t i = 0; text && i < n; i++) {
		uint32_t c = unit_at(octets, big, i);

		if (is_lead((uint16_t)c) && i + 1 < n && is_trail(unit_at(octets, big, i + 1)))
			c = 0x10000 + ((c & 0x3ff) << 10) + (unit_at(octets, big, ++i) & 0x3ffu);
		used += utf8_put(c, text + used);
	}
	if (text)
		text[used] = '\0';
	return text;
}

static bool begins(struct span octets, const char *mark)
{
	return octets.len >= strlen(mark) && memcmp(octets.at, mark, strlen(mark)) == 0;
}

static struct span behind(struct span octets, size_t n)
{
	return span_of(octets.at + n, octets.len - n);
}

static char *wrong_text(char wrong[static REG_WRONG_MAX], const char *what)
{
	snprintf(wrong, REG_WRONG_MAX, "%s", what);
	return NULL;
}

char *reg_text_decode(struct span octets, char wrong[static REG_WRONG_MAX])
{
	char *text = NULL;

	wrong[0] = '\0';
	if (begins(octets, "\xff\xfe") || begins(octets, "\xfe\xff")) {
		text = utf8_of_utf16(behind(octets, 2), octets.at[0] == 0xfe);
	} else {
		if (begins(octets, "\xef\xbb\xbf"))
			octets = behind(octets, 3);
		if (!utf8_valid(octets))
			return wrong_text(wrong,
					  "the file is neither UTF-16 nor UTF-8: export it "
					  "again as a registration file, not for Windows 9x");
		text = strndup((const char *)octets.at, octets.len);
	}
	return text ? text : wrong_text(wrong, "there is not enough memory");
}

/* ---- pieces ---- */

bool reg_text_fail(struct reg_text *text, const char *format, ...)
{
	va_list args;

	if (text->wrong[0])
		return false;
	va_start(args, format);
	vsnprintf(text->wrong, sizeof(text->wrong), format, args);
	va_end(args);
	utf8_trim(text->wrong);
	return false;
}

static void next(struct reg_text *text)
{
	text->line += *text->at == '\n';
	text->at++;
}

static void skip_line(struct reg_text *text)
{
	text->at += strcspn(text->at, "\n");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void reg_text_skip(struct reg_text *text, bool lines)
{
	for (;;) {
		if (lines && *text->at == ';')
			skip_line(text);
		if (!is_blank(*text->at) && !(lines && *text->at == '\n'))
			return;
		next(text);
	}
}

bool reg_text_take(struct reg_text *text, const char *word)
{
	if (strncmp(text->at, word, strlen(word)) != 0)
		return false;
	text->at += strlen(word);
	return true;
}

bool reg_text_end_line(struct reg_text *text)
{
	reg_text_skip(text, false);
	if (*text->at == ';')
		skip_line(text);
	if (*text->at == '\n' || *text->at == '\0')
		return true;
	return reg_text_fail(text, "there is more on this line than a value: %.20s", text->at);
}

bool reg_text_begin(struct reg_text *text, const char *utf8)
{
	*text = (struct reg_text){ .at = utf8, .line = 1 };
	reg_text_skip(text, false);
	text->ansi = reg_text_take(text, "REGEDIT4");
	if (!text->ansi && !reg_text_take(text, "Windows Registry Editor Version 5.00"))
		return reg_text_fail(text, "the first line is not that of an exported registry, "
					   "\"Windows Registry Editor Version 5.00\"");
	return reg_text_end_line(text);
}

char *reg_text_string(struct reg_text *text)
{
	_cleanup_(freep) char *out = malloc(strlen(text->at) + 1);
	size_t used = 0;

	next(text); /* the quote */
	while (out && *text->at && *text->at != '"') {
		if (*text->at == '\\' && (text->at[1] == '\\' || text->at[1] == '"'))
			next(text);
		if (*text->at != '\r')
			out[used++] = *text->at;
		next(text);
	}
	if (!out || !reg_text_take(text, "\"")) {
		reg_text_fail(text, out ? "a string has no quote at its end"
					: "there is not enough memory");
		return NULL;
	}
	out[used] = '\0';
	return TAKE(out);
}

/* A backslash at the end of a line: the octets go on in the next. */
static void skip_between(struct reg_text *text)
{
	for (;;) {
		reg_text_skip(text, false);
		if (*text->at != '\\' || !strchr("\r\n", text->at[1]))
			return;
		text->at += 1 + strcspn(text->at + 1, "\n");
		if (*text->at)
			next(text);
	}
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static bool octet(struct reg_text *text, uint8_t *out)
{
	size_t n = strspn(text->at, "0123456789abcdefABCDEF");

	if (n < 1 || n > 2)
		return reg_text_fail(text,
				     "octets are pairs of hexadecimal digits with commas "
				     "between them: %.20s",
				     text->at);
	*out = (uint8_t)(n == 1 ? digit(text->at[0])
				: digit(text->at[0]) << 4 | digit(text->at[1]));
	text->at += n;
	return true;
}

uint8_t *reg_text_octets(struct reg_text *text, size_t *len)
{
	_cleanup_(freep) uint8_t *out = malloc(strlen(text->at) / 2 + 1);
	bool more = out != NULL;

	*len = 0;
	skip_between(text);
	while (more && *text->at && *text->at != '\n' && *text->at != ';') {
		if (!octet(text, &out[*len]))
			return NULL;
		++*len;
		skip_between(text);
		more = reg_text_take(text, ",");
		skip_between(text);
	}
	return TAKE(out);
}

char *reg_text_until(struct reg_text *text, char end)
{
	const char *eol = text->at + strcspn(text->at, "\n"), *last = eol;
	char *out;

	while (last > text->at && *last != end)
		last--;
	if (*last != end) {
		reg_text_fail(text, "there is no %c on this line", end);
		return NULL;
	}
	out = strndup(text->at, (size_t)(last - text->at));
	text->at = last + 1;
	return out;
}
