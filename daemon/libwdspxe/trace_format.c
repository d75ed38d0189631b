#include "libwdspxe/trace_format.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/plain.h"
#include "base/utf.h"
#include "libwdspxe/trace_string.h"

enum { NUMBER_MAX = 4 * TRACE_CHARS_MAX }; /* widths and precisions beyond it are cut to it */

enum size { SIZE_PLAIN, SIZE_CHAR, SIZE_SHORT, SIZE_LONG, SIZE_64, SIZE_DOUBLE };

#define SIZE_POINTER (sizeof(void *) == 8 ? SIZE_64 : SIZE_LONG)

/* One directive: %[flags][width][.precision][size]conversion */
struct directive {
	bool left, plus, blank, alternate, zero;
	int width;
	int precision; /* -1: none */
	enum size size;
	wchar_t conversion;
};

struct line {
	char *text;
	size_t len;
	int chars;
};

static void line_char(struct line *line, uint32_t c)
{
	if (line->chars == TRACE_CHARS_MAX)
		return;
	if (c != '<' && plain_char(c) != c) /* `<` stays: these are an author's words */
		c = ' ';
	line->len += utf8_put(c, line->text + line->len);
	line->chars++;
}

static void line_repeat(struct line *line, char c, int count)
{
	while (count-- > 0 && line->chars < TRACE_CHARS_MAX)
		line_char(line, (uint8_t)c);
}

static void line_ascii(struct line *line, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		line_char(line, (uint8_t)text[i]);
}

/* ---- reading a directive ----------------------------------------------------------------------
 */

static int number_read(const wchar_t **at)
{
	int n = 0;

	for (; **at >= L'0' && **at <= L'9'; (*at)++)
		if (n < NUMBER_MAX)
			n = n * 10 + (int)(**at - L'0');
	return n < NUMBER_MAX ? n : NUMBER_MAX;
}

static int star_read(va_list *args)
{
	int n = va_arg(*args, int);

	return n > NUMBER_MAX ? NUMBER_MAX : n < -NUMBER_MAX ? -NUMBER_MAX : n;
}

static const wchar_t *flags_read(const wchar_t *at, struct directive *d)
{
	for (;; at++)
		switch (*at) {
		case L'-':
			d->left = true;
			break;
		case L'+':
			d->plus = true;
			break;
		case L' ':
			d->blank = true;
			break;
		case L'#':
			d->alternate = true;
			break;
		case L'0':
			d->zero = true;
			break;
		default:
			return at;
		}
}

static const wchar_t *width_read(const wchar_t *at, struct directive *d, va_list *args)
{
	if (*at == L'*') {
		at++;
		d->width = star_read(args);
		if (d->width < 0) {
			d->left = true;
			d->width = -d->width;
		}
	} else {
		d->width = number_read(&at);
	}
	d->precision = -1;
	if (*at != L'.')
		return at;
	at++;
	if (*at == L'*') {
		at++;
		d->precision = star_read(args);
		if (d->precision < 0)
			d->precision = -1;
	} else {
		d->precision = number_read(&at);
	}
	return at;
}

static const wchar_t *size_read(const wchar_t *at, struct directive *d)
{
	static const struct {
		wchar_t text[4];
		enum size size;
	} sizes[] = {
		{ L"hh", SIZE_CHAR },   { L"h", SIZE_SHORT },   { L"ll", SIZE_64 },
		{ L"l", SIZE_LONG },    { L"w", SIZE_LONG },    { L"I64", SIZE_64 },
		{ L"I32", SIZE_LONG },  { L"I", SIZE_POINTER }, { L"j", SIZE_64 },
		{ L"z", SIZE_POINTER }, { L"t", SIZE_POINTER }, { L"L", SIZE_DOUBLE },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t len = wcslen(sizes[i].text);

		if (wcsncmp(at, sizes[i].text, len) == 0) {
			d->size = sizes[i].size;
			return at + len;
		}
	}
	return at;
}

/* ---- integers ---------------------------------------------------------------------------------
 */

static int64_t signed_take(const struct directive *d, va_list *args)
{
	switch (d->size) {
	case SIZE_CHAR:
		return (signed char)va_arg(*args, int);
	case SIZE_SHORT:
		return (short)va_arg(*args, int);
	case SIZE_64:
		return va_arg(*args, int64_t);
	case SIZE_PLAIN:
	case SIZE_LONG: /* 32 bits, as on Windows */
	case SIZE_DOUBLE:
		break;
	}
	return va_arg(*args, int32_t);
}

static uint64_t unsigned_take(const struct directive *d, va_list *args)
{
	switch (d->size) {
	case SIZE_CHAR:
		return (unsigned char)va_arg(*args, int);
	case SIZE_SHORT:
		return (unsigned short)va_arg(*args, int);
	case SIZE_64:
		return va_arg(*args, uint64_t);
	case SIZE_PLAIN:
	case SIZE_LONG:
	case SIZE_DOUBLE:
		break;
	}
	return va_arg(*args, uint32_t);
}

/* Writes prefix (sign or base) and digits as the directive wants them laid out. */
static void integer_put(struct line *line, const struct directive *d, uint64_t value, unsigned base,
			const char *prefix)
{
	const char *figures = d->conversion == L'X' || d->conversion == L'p' ? "0123456789ABCDEF"
									     : "0123456789abcdef";
	char digits[22]; /* 64 bits in octal */
	size_t at = sizeof(digits), n_prefix = strlen(prefix);
	int zeros, blanks;

	for (uint64_t left = value; left > 0; left /= base)
		digits[--at] = figures[left % base];
	zeros = (d->precision >= 0 ? d->precision : 1) - (int)(sizeof(digits) - at);
	if (zeros < 1 && base == 8 && d->alternate)
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	blanks = d->width - (int)n_prefix - zeros - (int)(sizeof(digits) - at);
	if (d->zero && !d->left && d->precision < 0 && blanks > 0) {
		zeros += blanks;
		blanks = 0;
	}

	if (!d->left)
		line_repeat(line, ' ', blanks);
	line_ascii(line, prefix, n_prefix);
	line_repeat(line, '0', zeros);
	line_ascii(line, digits + at, sizeof(digits) - at);
	if (d->left)
		line_repeat(line, ' ', blanks);
}

static void signed_put(struct line *line, const struct directive *d, va_list *args)
{
	int64_t value = signed_take(d, args);
	const char *sign = value < 0 ? "-" : d->plus ? "+" : d->blank ? " " : "";

	integer_put(line, d, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, sign);
}

static void unsigned_put(struct line *line, const struct directive *d, va_list *args)
{
	uint64_t value = unsigned_take(d, args);
	bool hex = d->conversion == L'x' || d->conversion == L'X';
	const char *prefix = "";

	if (hex && d->alternate && value != 0)
		prefix = d->conversion == L'x' ? "0x" : "0X";
	integer_put(line, d, value, hex ? 16 : d->conversion == L'o' ? 8 : 10, prefix);
}

static void pointer_put(struct line *line, struct directive *d, va_list *args)
{
	d->precision = 2 * sizeof(void *);
	integer_put(line, d, (uintptr_t)va_arg(*args, void *), 16, "");
}

/* ---- the rest ---------------------------------------------------------------------------------
 */

static void double_put(struct line *line, const struct directive *d, va_list *args)
{
	char format[16], text[TRACE_CHARS_MAX + 1];
	bool wide = d->size == SIZE_DOUBLE;
	long double extended = wide ? va_arg(*args, long double) : 0;
	double plain = wide ? 0 : va_arg(*args, double);
	char *at = format;
	int n;

	*at++ = '%';
	if (d->left)
		*at++ = '-';
	if (d->plus)
		*at++ = '+';
	if (d->blank)
		*at++ = ' ';
	if (d->alternate)
		*at++ = '#';
	if (d->zero)
		*at++ = '0';
	memcpy(at, "*.*", 3);
	at += 3;
	if (wide)
		*at++ = 'L';
	*at++ = (char)d->conversion;
	*at = '\0';

	/* The format is made of the letters above only. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = wide ? snprintf(text, sizeof(text), format, d->width, d->precision, extended)
		 : snprintf(text, sizeof(text), format, d->width, d->precision, plain);
#pragma GCC diagnostic pop
	if (n > 0)
		line_ascii(line, text, strlen(text));
}

/* %s, %c are wide here and %S, %C narrow, unless a size says which. */
static bool text_is_wide(const struct directive *d)
{
	if (d->size == SIZE_LONG)
		return true;
	if (d->size == SIZE_SHORT || d->size == SIZE_CHAR)
		return false;
	return d->conversion == L's' || d->conversion == L'c';
}

static void char_put(struct line *line, const struct directive *d, va_list *args)
{
	uint32_t c = (uint32_t)va_arg(*args, int);

	if (!text_is_wide(d)) {
		c &= 0xff;
		if (c >= 0x80)
			c = 0xfffd; /* a piece of a UTF-8 character */
	}
	if (!d->left)
		line_repeat(line, ' ', d->width - 1);
	line_char(line, c);
	if (d->left)
		line_repeat(line, ' ', d->width - 1);
}

static void string_put(struct line *line, const struct directive *d, va_list *args)
{
	const void *string = va_arg(*args, const void *);
	size_t max = d->precision >= 0 ? (size_t)d->precision : NUMBER_MAX;
	struct trace_string s, count;
	uint32_t c;
	int n = 0;

	if (max > 0 && !trace_string_init(&s, string, text_is_wide(d), max))
		(void)trace_string_init(&s, string ? L"(unreadable)" : L"(null)", true, NUMBER_MAX);
	else if (max == 0)
		(void)trace_string_init(&s, L"", true, NUMBER_MAX);
	for (count = s; n < TRACE_CHARS_MAX && trace_string_next(&count, &c); n++)
		;
	if (!d->left)
		line_repeat(line, ' ', d->width - n);
	while (line->chars < TRACE_CHARS_MAX && trace_string_next(&s, &c))
		line_char(line, c);
	if (d->left)
		line_repeat(line, ' ', d->width - n);
}

/* False: no such conversion. */
static bool directive_put(struct line *line, struct directive *d, va_list *args)
{
	switch (d->conversion) {
	case L'd':
	case L'i':
		signed_put(line, d, args);
		return true;
	case L'u':
	case L'o':
	case L'x':
	case L'X':
		unsigned_put(line, d, args);
		return true;
	case L'p':
		pointer_put(line, d, args);
		return true;
	case L's':
	case L'S':
		string_put(line, d, args);
		return true;
	case L'c':
	case L'C':
		char_put(line, d, args);
		return true;
	case L'n':
		(void)va_arg(*args, void *);
		return true;
	case L'%':
		line_char(line, '%');
		return true;
	default:
		if (!d->conversion || !wcschr(L"eEfFgGaA", d->conversion))
			return false;
		double_put(line, d, args);
		return true;
	}
}

/* `at` is behind the %. Returns what follows the directive. */
static const wchar_t *directive_format(struct line *line, const wchar_t *at, va_list *args)
{
	const wchar_t *begin = at;
	struct directive d = { 0 };

	at = flags_read(at, &d);
	at = width_read(at, &d, args);
	at = size_read(at, &d);
	d.conversion = *at;
	if (directive_put(line, &d, args))
		return at + 1;
	line_char(line, '%'); /* unknown: as it stands */
	while (begin < at)
		line_char(line, (uint32_t)*begin++);
	return at;
}

size_t trace_format(const wchar_t *format, va_list params, char text[static TRACE_TEXT_MAX])
{
	struct line line = { .text = text };
	va_list args; /* a copy: a parameter of this type is an array on some machines, and has no
		       * address to share */

	va_copy(args, params);
	if (!format)
		format = L"(null)";
	while (*format && line.chars < TRACE_CHARS_MAX)
		if (*format == L'%')
			format = directive_format(&line, format + 1, &args);
		else
			line_char(&line, (uint32_t)*format++);
	va_end(args);

	while (line.len > 0 && text[line.len - 1] == ' ')
		line.len--;
	text[line.len] = '\0';
	return line.len;
}
