/* Lines of 80 columns for people: a label in a colour, then words, which begin in one column. What
 * is written is made plain (base/plain.h). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { LINES_TEXT_AT = 14, LINES_TEXT_MAX = 4096 };

enum lines_colour { LINES_PLAIN, LINES_BOLD, LINES_RED, LINES_GREEN, LINES_YELLOW };

struct lines {
	FILE *out;
	bool coloured;
};

/** What is written in between is in that colour. */
void lines_begin(const struct lines *lines, enum lines_colour colour);
void lines_end(const struct lines *lines, enum lines_colour colour);
/** Words from LINES_TEXT_AT on, where the line is already; it stays open. */
void lines_put_words(const struct lines *lines, const char *words);
/** "  LABEL       words": a long label has its line for itself. */
void lines_put(const struct lines *lines, int indent, const char *label, enum lines_colour colour,
	       const char *words);

/* Text that grows, and is cut where it is full. */
struct lines_text {
	char at[LINES_TEXT_MAX];
	size_t used;
};

void lines_add(struct lines_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** ", BEFORE VALUE", where there is a value. */
void lines_add_named(struct lines_text *text, const char *before, const char *value);
