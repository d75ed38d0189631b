#include "story/watch_lines.h"

#include <stdarg.h>
#include <string.h>

#include "base/plain.h"

enum { COLUMNS = 80, LABEL_MAX = 320 };

static const char *const colours[] = {
	[LINES_PLAIN] = "",   [LINES_BOLD] = "1",    [LINES_RED] = "1;31",
	[LINES_GREEN] = "32", [LINES_YELLOW] = "33",
};

void lines_begin(const struct lines *lines, enum lines_colour colour)
{
	if (lines->coloured && colour != LINES_PLAIN)
		fprintf(lines->out, "\033[%sm", colours[colour]);
}

void lines_end(const struct lines *lines, enum lines_colour colour)
{
	if (lines->coloured && colour != LINES_PLAIN)
		fputs("\033[0m", lines->out);
}

static int width_of(const char *text, size_t len)
{
	int columns = 0;

	for (size_t i = 0; i < len; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

static void put_word(FILE *out, const char *word, size_t len, int *at)
{
	int width = width_of(word, len);

	if (*at > LINES_TEXT_AT && *at + 1 + width > COLUMNS) {
		fprintf(out, "\n%*s", LINES_TEXT_AT, "");
		*at = LINES_TEXT_AT;
	} else if (*at > LINES_TEXT_AT) {
		putc(' ', out);
		++*at;
	}
	fwrite(word, 1, len, out);
	*at += width;
}

void lines_put_words(const struct lines *lines, const char *words)
{
	int at = LINES_TEXT_AT;

	while (*words) {
		size_t len = strcspn(words, " ");

		if (len > 0)
			put_word(lines->out, words, len, &at);
		words += len + (words[len] == ' ');
	}
}

void lines_put(const struct lines *lines, int indent, const char *label, enum lines_colour colour,
	       const char *words)
{
	char plain[3 * LINES_TEXT_MAX], name[LABEL_MAX];
	int used;

	plain_text(span_str(label), name, sizeof(name));
	plain_text(span_str(words), plain, sizeof(plain));
	used = indent + width_of(name, strlen(name));
	fprintf(lines->out, "%*s", indent, "");
	lines_begin(lines, colour);
	fputs(name, lines->out);
	lines_end(lines, colour);
	if (used >= LINES_TEXT_AT) {
		putc('\n', lines->out);
		used = 0;
	}
	fprintf(lines->out, "%*s", LINES_TEXT_AT - used, "");
	lines_put_words(lines, plain);
	putc('\n', lines->out);
}

void lines_add(struct lines_text *text, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->at + text->used, sizeof(text->at) - text->used, format, args);
	va_end(args);
	if (n > 0)
		text->used += (size_t)n;
	if (text->used >= sizeof(text->at))
		text->used = sizeof(text->at) - 1;
}

void lines_add_named(struct lines_text *text, const char *before, const char *value)
{
	if (value[0])
		lines_add(text, "%s%s%s", text->used ? ", " : "", before, value);
}
