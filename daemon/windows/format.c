#include "windows/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "windows/directive.h"
#include "windows/text.h"
#include "windows/utf.h"

/* ---- what is written ---------------------------------------------------------------------------
 */

static void unit_out(struct format_out *out, uint32_t c)
{
	if (out->len < out->room)
		text_put(out->at, out->wide, out->len, c);
	out->len++;
}

static void char_out(struct format_out *out, uint32_t c)
{
	char octets[UTF8_MAX];
	size_t n;

	if (out->wide) {
		unit_out(out, c);
		return;
	}
	n = utf8_put(c, octets);
	for (size_t i = 0; i < n; i++)
		unit_out(out, (uint8_t)octets[i]);
}

/* A width may be two thousand million: what has no room is only counted. */
static void repeat_out(struct format_out *out, char c, int64_t count)
{
	for (; count > 0 && out->len < out->room; count--)
		unit_out(out, (uint8_t)c);
	if (count > 0)
		out->len += (size_t)count;
}

static void ascii_out(struct format_out *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		unit_out(out, (uint8_t)text[i]);
}

/* ---- integers ----------------------------------------------------------------------------------
 */

static int64_t signed_take(const struct directive *d, struct arguments *args)
{
	switch (d->size) {
	case SIZE_CHAR:
		return (signed char)va_arg(args->list, int);
	case SIZE_SHORT:
		return (short)va_arg(args->list, int);
	case SIZE_64:
		return va_arg(args->list, int64_t);
	case SIZE_PLAIN:
	case SIZE_LONG: /* 32 bits, as on Windows */
	case SIZE_WIDE:
	case SIZE_DOUBLE:
		break;
	}
	return va_arg(args->list, int32_t);
}

static uint64_t unsigned_take(const struct directive *d, struct arguments *args)
{
	switch (d->size) {
	case SIZE_CHAR:
		return (unsigned char)va_arg(args->list, int);
	case SIZE_SHORT:
		return (unsigned short)va_arg(args->list, int);
	case SIZE_64:
		return va_arg(args->list, uint64_t);
	case SIZE_PLAIN:
	case SIZE_LONG:
	case SIZE_WIDE:
	case SIZE_DOUBLE:
		break;
	}
	return va_arg(args->list, uint32_t);
}

/* Prefix (sign or base) and digits, laid out as the directive wants them. */
static void integer_out(struct format_out *out, const struct directive *d, uint64_t value,
			unsigned base, const char *prefix)
{
	const char *figures = d->conversion == 'X' || d->conversion == 'p' ? "0123456789ABCDEF"
									   : "0123456789abcdef";
	char digits[22]; /* 64 bits in octal */
	size_t at = sizeof(digits);
	int64_t zeros, blanks;

	for (uint64_t left = value; left > 0; left /= base)
		digits[--at] = figures[left % base];
	zeros = (d->precision >= 0 ? d->precision : 1) - (int64_t)(sizeof(digits) - at);
	if (zeros < 1 && base == 8 && d->alternate)
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	blanks = d->width - (int64_t)strlen(prefix) - zeros - (int64_t)(sizeof(digits) - at);
	if (d->zero && !d->left && d->precision < 0 && blanks > 0) {
		zeros += blanks;
		blanks = 0;
	}

	if (!d->left)
		repeat_out(out, ' ', blanks);
	ascii_out(out, prefix, strlen(prefix));
	repeat_out(out, '0', zeros);
	ascii_out(out, digits + at, sizeof(digits) - at);
	if (d->left)
		repeat_out(out, ' ', blanks);
}

static void signed_out(struct format_out *out, const struct directive *d, struct arguments *args)
{
	int64_t value = signed_take(d, args);
	const char *sign = value < 0 ? "-" : d->plus ? "+" : d->blank ? " " : "";

	integer_out(out, d, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, sign);
}

static void unsigned_out(struct format_out *out, const struct directive *d, struct arguments *args)
{
	uint64_t value = unsigned_take(d, args);
	bool hex = d->conversion == 'x' || d->conversion == 'X';
	const char *prefix = "";

	if (hex && d->alternate && value != 0)
		prefix = d->conversion == 'x' ? "0x" : "0X";
	integer_out(out, d, value, hex ? 16 : d->conversion == 'o' ? 8 : 10, prefix);
}

static void pointer_out(struct format_out *out, struct directive *d, struct arguments *args)
{
	d->precision = 2 * sizeof(void *);
	integer_out(out, d, (uintptr_t)va_arg(args->list, void *), 16, "");
}

/* ---- floating point ----------------------------------------------------------------------------
 */

/* No number has so many digits that are not 0: those of a larger precision need no memory. */
enum { DIGITS_MOST = 20000 };

/* The C library's text of a number; the caller frees it. NULL: no memory. */
static char *double_text(const struct directive *d, int precision, long double value)
{
	char format[12] = "%", *at = format + 1, *text = NULL;
	bool wide = d->size == SIZE_DOUBLE;
	int n = 0;

	if (d->plus)
		*at++ = '+';
	if (d->blank)
		*at++ = ' ';
	if (d->alternate)
		*at++ = '#';
	*at++ = '.';
	*at++ = '*';
	if (wide)
		*at++ = 'L';
	*at = (char)d->conversion;

	/* The format is made of the letters above only. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (int pass = 0; pass < 2 && n >= 0; pass++) {
		size_t room = text ? (size_t)n + 1 : 0;

		n = wide ? snprintf(text, room, format, precision, value)
			 : snprintf(text, room, format, precision, (double)value);
		if (pass == 0 && n >= 0)
			text = malloc((size_t)n + 1);
		if (!text)
			break;
	}
#pragma GCC diagnostic pop
	return text;
}

/* Where zeros of a precision beyond DIGITS_MOST go: in front of the exponent. */
static size_t digits_end(const struct directive *d, const char *text)
{
	bool hex = d->conversion == 'a' || d->conversion == 'A';

	return strcspn(text, hex ? "pP" : "eE");
}

static bool double_out(struct format_out *out, const struct directive *d, struct arguments *args)
{
	bool wide = d->size == SIZE_DOUBLE;
	long double value = wide ? va_arg(args->list, long double) : va_arg(args->list, double);
	int precision = d->precision < DIGITS_MOST ? d->precision : DIGITS_MOST;
	char *text = double_text(d, precision, value);
	int64_t blanks, zeros = 0;
	size_t signs, digits;
	bool finite;

	if (!text)
		return false;
	finite = !strpbrk(text, "iInN");
	signs = strspn(text, "+- ");
	if (strncmp(text + signs, "0x", 2) == 0 || strncmp(text + signs, "0X", 2) == 0)
		signs += 2;
	digits = finite ? digits_end(d, text) : strlen(text);
	if (finite && (d->alternate || (d->conversion != 'g' && d->conversion != 'G')))
		zeros = (int64_t)d->precision - precision;
	blanks = d->width - zeros - (int64_t)strlen(text);
	if (!d->left && (!d->zero || !finite))
		repeat_out(out, ' ', blanks);
	ascii_out(out, text, signs);
	if (!d->left && d->zero && finite)
		repeat_out(out, '0', blanks);
	ascii_out(out, text + signs, digits - signs);
	repeat_out(out, '0', zeros);
	ascii_out(out, text + digits, strlen(text + digits));
	if (d->left)
		repeat_out(out, ' ', blanks);
	free(text);
	return true;
}

/* ---- text --------------------------------------------------------------------------------------
 */

static bool text_is_wide(const struct format_out *out, const struct directive *d)
{
	switch (d->size) {
	case SIZE_LONG:
	case SIZE_WIDE:
		return true;
	case SIZE_CHAR:
	case SIZE_SHORT:
		return false;
	case SIZE_PLAIN:
	case SIZE_64:
	case SIZE_DOUBLE:
		break;
	}
	return out->wide == (d->conversion == 's' || d->conversion == 'c');
}

static void single_out(struct format_out *out, const struct directive *d, struct arguments *args)
{
	uint32_t c = (uint32_t)va_arg(args->list, int);
	bool wide = text_is_wide(out, d);

	if (!wide)
		c &= 0xff;
	if (!wide && out->wide && c >= 0x80)
		c = UTF_NONE; /* a piece of a character */
	if (!d->left)
		repeat_out(out, d->zero ? '0' : ' ', (int64_t)d->width - 1);
	if (wide == out->wide)
		unit_out(out, c);
	else
		char_out(out, c);
	if (d->left)
		repeat_out(out, ' ', (int64_t)d->width - 1);
}

/* A string of the other kind, at most `max` characters; their number. `out` NULL: counts only. */
static size_t other_out(struct format_out *out, const void *string, bool wide, size_t max)
{
	size_t n = 0, taken = 1;
	bool bad = false;

	for (size_t i = 0; n < max && text_get(string, wide, i) != 0; i += taken, n++) {
		uint32_t c = text_get(string, wide, i);

		/* A NUL ends it: of a character, no octet behind one is looked at. */
		if (!wide)
			c = utf8_get((const char *)string + i, UTF8_MAX, &taken, &bad);
		if (out)
			char_out(out, c);
	}
	return n;
}

static void string_out(struct format_out *out, const struct directive *d, struct arguments *args)
{
	const void *string = va_arg(args->list, const void *);
	size_t max = d->precision >= 0 ? (size_t)d->precision : SIZE_MAX, n;
	bool wide = text_is_wide(out, d);

	if (!string)
		string = wide ? (const void *)L"(null)" : "(null)";
	n = wide == out->wide ? text_len(string, wide, max) : other_out(NULL, string, wide, max);
	if (!d->left)
		repeat_out(out, d->zero ? '0' : ' ', (int64_t)d->width - (int64_t)n);
	if (wide == out->wide)
		for (size_t i = 0; i < n; i++)
			unit_out(out, text_get(string, wide, i));
	else
		other_out(out, string, wide, n);
	if (d->left)
		repeat_out(out, ' ', (int64_t)d->width - (int64_t)n);
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

enum done { DONE, DONE_UNKNOWN, DONE_NO_MEMORY };

static enum done directive_out(struct format_out *out, struct directive *d, struct arguments *args)
{
	switch (d->conversion) {
	case 'd':
	case 'i':
		signed_out(out, d, args);
		return DONE;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		unsigned_out(out, d, args);
		return DONE;
	case 'p':
		pointer_out(out, d, args);
		return DONE;
	case 's':
	case 'S':
		string_out(out, d, args);
		return DONE;
	case 'c':
	case 'C':
		single_out(out, d, args);
		return DONE;
	case 'n':
		(void)va_arg(args->list, void *);
		return DONE;
	case '%':
		unit_out(out, '%');
		return DONE;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		return double_out(out, d, args) ? DONE : DONE_NO_MEMORY;
	default:
		return DONE_UNKNOWN;
	}
}

/* Behind a %. */
static bool directive_format(struct format_out *out, struct reader *r, struct arguments *args)
{
	size_t begin = r->at;
	struct directive d;

	directive_read(r, &d, args);
	switch (directive_out(out, &d, args)) {
	case DONE_NO_MEMORY:
		return false;
	case DONE_UNKNOWN:
		unit_out(out, '%');
		while (begin < r->at)
			unit_out(out, text_get(r->format, r->wide, begin++));
		return true;
	case DONE:
		break;
	}
	r->at++;
	return true;
}

bool format_text(struct format_out *out, const void *format, va_list params)
{
	struct reader r = { format, out->wide, 0 };
	bool good = true;
	struct arguments args;

	va_copy(args.list, params);
	while (good && reader_peek(&r) != 0)
		if (reader_peek(&r) == '%') {
			r.at++;
			good = directive_format(out, &r, &args);
		} else {
			unit_out(out, reader_peek(&r));
			r.at++;
		}
	va_end(args.list);
	return good;
}
