#include "registry/setting_print.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain.h"
#include "base/utf.h"

enum { PLACES_FROM = 48, INDENT = 4, REAL_SIZE = 40 };

struct printer {
	FILE *out;
	setting_file_fn *file_of;
	const void *context;
};

/* An octet that is no UTF-8 is read as a U+FFFD of one. */
static bool is_seen(uint32_t c, size_t octets)
{
	return c == '<' || (plain_char(c) == c && !(c == 0xfffd && octets == 1));
}

static void put_character(uint32_t c, struct span octets, FILE *out)
{
	static const char plain[] = "\"\\\n\r\t\f", letters[] = "\"\\nrtf";
	const char *escaped = c < 0x80 ? strchr(plain, (int)c) : NULL;

	if (escaped)
		fprintf(out, "\\%c", letters[escaped - plain]);
	else if (is_seen(c, octets.len))
		fwrite(octets.at, 1, octets.len, out);
	else
		for (size_t i = 0; i < octets.len; i++)
			fprintf(out, "\\x%02x", octets.at[i]);
}

void setting_print_string(const char *string, FILE *out)
{
	struct span left = span_str(string);

	fputc('"', out);
	while (left.len > 0) {
		struct span from = left;
		uint32_t c = utf8_next(&left);

		put_character(c, span_take(from, from.len - left.len), out);
	}
	fputc('"', out);
}

/* The shortest form that is the same number. */
void setting_print_real(double real, FILE *out)
{
	char text[REAL_SIZE];

	for (int digits = 6; digits <= 17; digits++) {
		double again;

		snprintf(text, sizeof(text), "%.*g", digits, real);
		again = strtod(text, NULL);
		if (!(again < real || again > real))
			break;
	}
	fprintf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

void setting_print_place(int used, const char *file, int line, FILE *out)
{
	char name[PATH_MAX];

	fprintf(out, "%*s  # ", used < PLACES_FROM ? PLACES_FROM - used : 0, "");
	plain_words(span_str(file ? file : "default"), name, sizeof(name));
	if (file && line > 0)
		fprintf(out, "%s:%d\n", name, line);
	else
		fprintf(out, "%s\n", name);
}

void setting_print_value(const struct setting *s, FILE *out)
{
	switch (s->type) {
	case SETTING_INT:
		fprintf(out, s->integer < 0 ? "0x%" PRIx32 : "%" PRId32, (int32_t)s->integer);
		return;
	case SETTING_INT64:
		fprintf(out, "%" PRId64 "L", s->integer);
		return;
	case SETTING_FLOAT:
		setting_print_real(s->real, out);
		return;
	case SETTING_BOOL:
		fputs(s->boolean ? "true" : "false", out);
		return;
	case SETTING_STRING:
		setting_print_string(s->string, out);
		return;
	case SETTING_GROUP:
	case SETTING_LIST:
	case SETTING_ARRAY:
		break;
	}
	fputs("[", out);
	for (unsigned i = 0; i < s->count; i++) {
		fputs(i ? ", " : " ", out);
		setting_print_value(s->child[i], out);
	}
	fputs(s->count ? " ]" : "]", out);
}

static void put(const struct printer *p, const struct setting *s, int column, const char *end);

static void put_place(const struct printer *p, const struct setting *s, int used)
{
	setting_print_place(used, p->file_of(p->context, s), s->line, p->out);
}

static void put_children(const struct printer *p, const struct setting *s, int column)
{
	bool list = s->type == SETTING_LIST;

	for (unsigned i = 0; i < s->count; i++)
		put(p, s->child[i], column, !list ? ";" : i + 1 < s->count ? "," : "");
}

/* A group or a list: its members, each on a line. */
static void put_aggregate(const struct printer *p, const struct setting *s, int column,
			  const char *end)
{
	bool list = s->type == SETTING_LIST;
	int n = fprintf(p->out, "%*s%s%s", column, "", s->name ? s->name : "",
			s->name ? list ? " = " : ": " : "");

	fputc(list ? '(' : '{', p->out);
	put_place(p, s, n + 1);
	put_children(p, s, column + INDENT);
	fprintf(p->out, "%*s%c%s\n", column, "", list ? ')' : '}', end);
}

static void put(const struct printer *p, const struct setting *s, int column, const char *end)
{
	char *text = NULL;
	size_t len = 0;
	FILE *line;

	if (s->type == SETTING_GROUP || s->type == SETTING_LIST) {
		put_aggregate(p, s, column, end);
		return;
	}
	line = open_memstream(&text, &len);
	if (!line)
		return;
	fprintf(line, "%*s%s%s", column, "", s->name ? s->name : "", s->name ? " = " : "");
	setting_print_value(s, line);
	fputs(end, line);
	fclose(line);
	fputs(text, p->out);
	put_place(p, s, (int)len);
	free(text);
}

void setting_print(const struct setting *s, int column, setting_file_fn *file_of,
		   const void *context, FILE *out)
{
	put(&(struct printer){ out, file_of, context }, s, column, ";");
}
