/* One directive of a format, and where a format is read. */
#pragma once

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "windows/text.h"

enum size { SIZE_PLAIN, SIZE_CHAR, SIZE_SHORT, SIZE_LONG, SIZE_WIDE, SIZE_64, SIZE_DOUBLE };

/* %[flags][width][.precision][size]conversion */
struct directive {
	bool left, plus, blank, alternate, zero;
	int width;
	int precision; /* -1: none */
	enum size size;
	uint32_t conversion;
};

/* A format of either kind of text. */
struct reader {
	const void *format;
	bool wide;
	size_t at;
};

static inline uint32_t reader_peek(const struct reader *r)
{
	return text_get(r->format, r->wide, r->at);
}

/* What a format is given. */
struct arguments {
	va_list list;
};

#define SIZE_POINTER (sizeof(void *) == 8 ? SIZE_64 : SIZE_LONG)

static inline int number_read(struct reader *r)
{
	int n = 0;

	for (; reader_peek(r) >= '0' && reader_peek(r) <= '9'; r->at++) {
		int digit = (int)(reader_peek(r) - '0');

		n = n > (INT_MAX - digit) / 10 ? INT_MAX : n * 10 + digit;
	}
	return n;
}

static inline void flags_read(struct reader *r, struct directive *d)
{
	for (;; r->at++)
		switch (reader_peek(r)) {
		case '-':
			d->left = true;
			break;
		case '+':
			d->plus = true;
			break;
		case ' ':
			d->blank = true;
			break;
		case '#':
			d->alternate = true;
			break;
		case '0':
			d->zero = true;
			break;
		default:
			return;
		}
}

static inline void width_read(struct reader *r, struct directive *d, struct arguments *args)
{
	if (reader_peek(r) == '*') {
		r->at++;
		d->width = va_arg(args->list, int);
		if (d->width < 0) {
			d->left = true;
			d->width = d->width == INT_MIN ? INT_MAX : -d->width;
		}
	} else {
		d->width = number_read(r);
	}
	d->precision = -1;
	if (reader_peek(r) != '.')
		return;
	r->at++;
	if (reader_peek(r) == '*') {
		r->at++;
		d->precision = va_arg(args->list, int);
		if (d->precision < 0)
			d->precision = -1;
	} else {
		d->precision = number_read(r);
	}
}

static inline bool reads(struct reader *r, const char *text)
{
	size_t n = 0;

	/* One after the other: the format may end before. */
	for (; text[n]; n++)
		if (text_get(r->format, r->wide, r->at + n) != (uint8_t)text[n])
			return false;
	r->at += n;
	return true;
}

static inline void size_read(struct reader *r, struct directive *d)
{
	static const struct {
		char text[4];
		enum size size;
	} sizes[] = {
		{ "hh", SIZE_CHAR },   { "h", SIZE_SHORT },   { "ll", SIZE_64 },
		{ "l", SIZE_LONG },    { "w", SIZE_WIDE },    { "I64", SIZE_64 },
		{ "I32", SIZE_PLAIN }, { "I", SIZE_POINTER }, { "j", SIZE_64 },
		{ "z", SIZE_POINTER }, { "t", SIZE_POINTER }, { "L", SIZE_DOUBLE },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (reads(r, sizes[i].text)) {
			d->size = sizes[i].size;
			return;
		}
}

/** Reads one up to its conversion, which comes next; `r` is behind the %. Stars take arguments. */
static inline void directive_read(struct reader *r, struct directive *out, struct arguments *args)
{
	*out = (struct directive){ .width = 0 };
	flags_read(r, out);
	width_read(r, out, args);
	size_read(r, out);
	out->conversion = reader_peek(r);
}
