#include "ctl/print.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "control/plain_json.h"

enum { COLUMNS = 80 };

bool is_coloured(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
}

void paint(enum colour colour, const char *text)
{
	static const char *const codes[] = {
		[PLAIN] = "0", [RED] = "1;31", [YELLOW] = "33", [GREEN] = "32"
	};

	if (colour == PLAIN || !is_coloured())
		fputs(text, stdout);
	else
		printf("\033[%sm%s\033[0m", codes[colour], text);
}

const char *text_of(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

long long number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

int width_of(const char *text)
{
	wchar_t wide[256];
	size_t n = mbstowcs(wide, text, sizeof(wide) / sizeof(wide[0]));
	int columns = n < sizeof(wide) / sizeof(wide[0]) ? wcswidth(wide, n) : -1;

	return columns < 0 ? (int)strlen(text) : columns;
}

void pad(int from, int to)
{
	for (; from < to; from++)
		putchar(' ');
}

void print_words(int indent, const char *words)
{
	int at = indent;

	while (*words) {
		size_t len = strcspn(words, " ");
		char word[1024];

		snprintf(word, sizeof(word), "%.*s", (int)len, words);
		if (at > indent && at + 1 + width_of(word) > COLUMNS) {
			putchar('\n');
			pad(0, indent);
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		fputs(word, stdout);
		at += width_of(word);
		words += len + (words[len] == ' ');
	}
	putchar('\n');
}

void print_titled(const char *title, enum colour colour, const char *words)
{
	paint(colour, title);
	pad(width_of(title), LABEL);
	print_words(LABEL, words);
}

void print_document(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY | ANSWER_NUMBERS);
	putchar('\n');
}

void print_json(const json_t *answer)
{
	print_document(answer);
}

static void print_member(const char *key, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		print_titled(key, PLAIN, json_string_value(value));
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | ANSWER_NUMBERS);
	if (text)
		print_titled(key, PLAIN, text);
	free(text);
}

void print_plain(const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "text")), *key;
	json_t *members = (json_t *)answer, *value;

	if (text) {
		fputs(text, stdout);
		return;
	}
	json_object_foreach(members, key, value) if (strcmp(key, "ok") != 0)
		print_member(key, value);
}
