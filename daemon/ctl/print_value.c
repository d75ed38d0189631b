#include "ctl/print_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "control/plain_json.h"
#include "ctl/print.h"

enum { COLUMNS_MAX = 64, GAP = 2, GROWS = 3, NESTED_MAX = 8 };

/* ---- one value in a line ---- */

/* Of a character no more than three octets are made. */
static char *plain(const char *text)
{
	size_t size = GROWS * strlen(text) + 1;
	char *out = malloc(size);

	return out ? plain_words(span_str(text), out, size) : NULL;
}

static char *joined(const json_t *array)
{
	char *text = NULL, *more;
	size_t i;
	json_t *value;

	json_array_foreach(array, i, value)
	{
		if (asprintf(&more, "%s%s%s", text ? text : "", text ? ", " : "",
			     json_string_value(value)) < 0)
			more = NULL;
		free(text);
		text = more;
	}
	return text ? text : strdup("");
}

static bool all_are(const json_t *array, json_type type)
{
	size_t i;
	json_t *value;

	json_array_foreach(array, i, value) if (json_typeof(value) != type) return false;
	return true;
}

/* The text of a cell, the caller's: what is there, plain. NULL: no memory. */
static char *cell(const json_t *value)
{
	_cleanup_(freep) char *text = NULL;

	if (!value || json_is_null(value))
		return strdup("");
	if (json_is_string(value))
		return plain(json_string_value(value));
	if (json_is_boolean(value))
		return strdup(json_is_true(value) ? "yes" : "no");
	if (json_is_array(value) && all_are(value, JSON_STRING))
		text = joined(value);
	else
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | ANSWER_NUMBERS);
	return text ? plain(text) : NULL;
}

/* ---- tables ---- */

struct table {
	const char *name[COLUMNS_MAX];
	int width[COLUMNS_MAX];
	size_t n;
};

static size_t column_of(struct table *table, const char *name)
{
	size_t i = 0;

	while (i < table->n && strcmp(table->name[i], name) != 0)
		i++;
	if (i == table->n && i < COLUMNS_MAX) {
		table->name[table->n++] = name;
		table->width[i] = width_of(name);
	}
	return i;
}

static void measure(struct table *table, const json_t *row)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)row, name, value)
	{
		_cleanup_(freep) char *text = cell(value);
		size_t i = column_of(table, name);
		int width = text ? width_of(text) : 0;

		if (i < COLUMNS_MAX && width > table->width[i])
			table->width[i] = width;
	}
}

/* Without blanks at the line's end. */
static void print_row(const struct table *table, char *const text[COLUMNS_MAX])
{
	int at = 0, column = 0;

	for (size_t i = 0; i < table->n; i++) {
		const char *shown = text[i] ? text[i] : "";

		if (*shown) {
			pad(at, column);
			fputs(shown, stdout);
			at = column + width_of(shown);
		}
		column += table->width[i] + GAP;
	}
	putchar('\n');
}

static void print_cells(const struct table *table, const json_t *row)
{
	char *text[COLUMNS_MAX] = { NULL };

	for (size_t i = 0; i < table->n; i++)
		text[i] = cell(json_object_get(row, table->name[i]));
	print_row(table, text);
	for (size_t i = 0; i < table->n; i++)
		free(text[i]);
}

static void print_names(const struct table *table)
{
	char *text[COLUMNS_MAX] = { NULL };

	for (size_t i = 0; i < table->n; i++)
		text[i] = plain(table->name[i]);
	print_row(table, text);
	for (size_t i = 0; i < table->n; i++)
		free(text[i]);
}

static void print_table(const json_t *rows)
{
	struct table table = { .n = 0 };
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row) measure(&table, row);
	print_names(&table);
	json_array_foreach(rows, i, row) print_cells(&table, row);
}

/* ---- values ---- */

static void print_nested(const json_t *value, int depth);

static bool is_table(const json_t *value)
{
	return json_array_size(value) > 0 && all_are(value, JSON_OBJECT);
}

static void print_text(const json_t *value)
{
	_cleanup_(freep) char *text = cell(value);

	puts(text ? text : "");
}

static void print_member(const char *name, const json_t *value, int depth)
{
	_cleanup_(freep) char *title = plain(name);
	_cleanup_(freep) char *text = NULL;

	if (depth < NESTED_MAX && (is_table(value) || json_object_size(value) > 0)) {
		printf("%s:\n", title ? title : "");
		print_nested(value, depth + 1);
		return;
	}
	text = cell(value);
	print_titled(title ? title : "", PLAIN, text ? text : "");
}

static void print_nested(const json_t *value, int depth)
{
	const char *name;
	json_t *member;
	size_t i;

	if (is_table(value))
		print_table(value);
	else if (json_is_array(value))
		json_array_foreach(value, i, member) print_text(member);
	else if (json_is_object(value))
		json_object_foreach((json_t *)value, name, member)
			print_member(name, member, depth);
	else
		print_text(value);
}

/* A text may have several lines: each is plain. */
static void print_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		_cleanup_(freep) char *line = strndup(text, len);
		_cleanup_(freep) char *shown = line ? plain(line) : NULL;

		puts(shown ? shown : "");
		text += len + (text[len] == '\n');
	}
}

void print_value(const json_t *value)
{
	if (json_is_string(value))
		print_lines(json_string_value(value));
	else if (value && !json_is_null(value))
		print_nested(value, 0);
}
