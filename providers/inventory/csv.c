#include "csv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lines.h"

enum { COLUMNS_MAX = 64 };

struct csv {
	const struct csv_told *told;
	char separator;
	unsigned n_columns;
	bool has_id;
	struct column {
		enum { OTHER, ID, FIELD } is; /* another one is an inventory's own */
		enum id_kind kind;
		struct word word;
	} columns[COLUMNS_MAX];
	unsigned line;
	struct draft draft;
};

static void wrong(struct csv *csv, const char *what)
{
	csv->told->wrong(csv->told->context, csv->line, what);
}

/* ---- fields of a line --------------------------------------------------------------------------
 */

/* The text of a quoted field, in place; "" is a quote. What is behind it; NULL: it does not end. */
static char *unquote(char *text)
{
	char *in = text + 1, *out = text;

	for (;; in++) {
		if (*in == '\0')
			return NULL;
		if (*in == '"' && *++in != '"')
			break;
		*out++ = *in;
	}
	*out = '\0';
	return in;
}

/* Cuts one off, in place; *at goes behind it, NULL where it was the last. NULL: a quote is wrong.
 */
static char *field_cut(char **at, char separator)
{
	char *text = separator == '\t' ? *at : *at + strspn(*at, " \t"), *end;

	if (*text == '"') {
		end = unquote(text);
		if (!end)
			return NULL;
		end += separator == '\t' ? 0 : strspn(end, " \t");
		if (*end != separator && *end != '\0')
			return NULL;
		*at = *end ? end + 1 : NULL;
		return text;
	}
	end = strchr(text, separator);
	*at = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return lines_trimmed(text);
}

/* ---- the header --------------------------------------------------------------------------------
 */

static bool is_twice(const struct csv *csv, struct word word)
{
	for (unsigned i = 0; i < csv->n_columns; i++)
		if (csv->columns[i].is == FIELD && csv->columns[i].word.field == word.field &&
		    csv->columns[i].word.arch == word.arch)
			return true;
	return false;
}

/* A column that is none of ours belongs to somebody's inventory, unless it is nearly one of ours.
 * False: `why` says what is wrong with it. */
static bool column_read(const struct csv *csv, const char *name, struct column *out,
			char why[WHY_SIZE])
{
	why[0] = '\0';
	out->is = OTHER;
	if (draft_is_id(name, &out->kind)) {
		out->is = ID;
		return true;
	}
	if (!field_parse(name, &out->word, why))
		return !strstr(why, "did you mean") && !strchr(name, '.');
	out->is = FIELD;
	if (is_twice(csv, out->word))
		snprintf(why, WHY_SIZE, "has two columns for \"%.60s\"", name);
	return why[0] == '\0';
}

static bool column_take(struct csv *csv, const char *name, char why[WHY_SIZE])
{
	if (csv->n_columns == COLUMNS_MAX) {
		snprintf(why, WHY_SIZE, "has more than %d columns", COLUMNS_MAX);
		return false;
	}
	if (!column_read(csv, name, &csv->columns[csv->n_columns], why))
		return false;
	csv->has_id |= csv->columns[csv->n_columns].is == ID;
	csv->n_columns++;
	return true;
}

static char separator_of(const char *line)
{
	size_t n = strcspn(line, ",;\t");

	return line[n] != '\0' ? line[n] : ',';
}

static bool header_read(struct csv *csv, char *line)
{
	char why[WHY_SIZE], *field;

	csv->separator = separator_of(line);
	while (line) {
		field = field_cut(&line, csv->separator);
		if (!field) {
			wrong(csv, "a quote does not end its field");
			return false;
		}
		if (!column_take(csv, field, why)) {
			wrong(csv, why);
			return false;
		}
	}
	if (!csv->has_id)
		wrong(csv, "the first line names the columns, and one of them is mac, uuid, duid "
			   "or client-id");
	return csv->has_id;
}

/* ---- a device ----------------------------------------------------------------------------------
 */

static bool field_take(struct csv *csv, const struct column *column, const char *text,
		       char why[WHY_SIZE])
{
	if (column->is == ID)
		return draft_add_ids(&csv->draft, column->kind, text, why);
	return column->is == OTHER || draft_put(&csv->draft, column->word, text, why);
}

/* An empty field says nothing. */
static bool row_read(struct csv *csv, char *line, char why[WHY_SIZE])
{
	draft_begin(&csv->draft);
	for (unsigned i = 0; line; i++) {
		char *field = field_cut(&line, csv->separator);

		if (!field) {
			snprintf(why, WHY_SIZE, "a quote does not end its field");
			return false;
		}
		if (*field && i >= csv->n_columns) {
			snprintf(why, WHY_SIZE, "has more fields than the header: \"%.60s\"",
				 field);
			return false;
		}
		if (*field && !field_take(csv, &csv->columns[i], field, why))
			return false;
	}
	return true;
}

static bool row_take(struct csv *csv, char *line)
{
	const char *doubt;
	char why[WHY_SIZE];

	if (!row_read(csv, line, why)) {
		wrong(csv, why);
		return true;
	}
	doubt = draft_doubt(&csv->draft);
	if (doubt) {
		wrong(csv, doubt);
		return true;
	}
	return csv->told->device(csv->told->context, &csv->draft, csv->line);
}

/* ---- the text ----------------------------------------------------------------------------------
 */

static bool is_nothing(const char *line)
{
	line += strspn(line, " \t");
	return *line == '\0' || *line == '#';
}

bool csv_says_nothing(const char *text, size_t len)
{
	const char *end = text + len;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		while (text < end && (*text == ' ' || *text == '\t' || *text == '\r'))
			text++;
		if (text < end && *text != '\n' && *text != '#')
			return false;
		text = stop ? stop + 1 : end;
	}
	return true;
}

enum { GO_ON, END, NO_MEMORY };

static int line_take(struct csv *csv, char *line, size_t len)
{
	if (strlen(line) < len) {
		wrong(csv, "contains a NUL byte");
		return GO_ON;
	}
	if (is_nothing(line))
		return GO_ON;
	if (len >= CSV_LINE_MAX) {
		wrong(csv, "is longer than 4095 bytes");
		return csv->n_columns > 0 ? GO_ON : END;
	}
	if (csv->n_columns == 0)
		return header_read(csv, line) ? GO_ON : END;
	return row_take(csv, line) ? GO_ON : NO_MEMORY;
}

bool csv_read(char *text, size_t len, const struct csv_told *told)
{
	struct csv csv = { .told = told };
	char *end = text + len;
	int r = GO_ON;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	for (csv.line = 1; text < end && r == GO_ON; csv.line++) {
		char *stop = memchr(text, '\n', (size_t)(end - text));
		char *next = stop ? stop + 1 : end;

		stop = stop ? stop : end;
		if (stop > text && stop[-1] == '\r')
			stop--;
		*stop = '\0';
		r = line_take(&csv, text, (size_t)(stop - text));
		text = next;
	}
	return r != NO_MEMORY;
}
