/* For commands that print an answer: for people, or as JSON. */
#pragma once

#include <stdbool.h>

#include <jansson.h>

enum { LABEL = 16 }; /* columns of a title */

enum colour { PLAIN, RED, YELLOW, GREEN };

/** Does standard output take colours? Only a terminal, unless its user has asked for none
 * (no-color.org). */
bool is_coloured(void);
/** Writes a text in a colour, if it goes to a terminal whose user has not asked for none. */
void paint(enum colour colour, const char *text);
/** Columns that a text takes; its octets, if it is not UTF-8. */
int width_of(const char *text);
void pad(int from, int to);
/** Writes words from column `indent` on, in lines of 80 columns. */
void print_words(int indent, const char *words);
void print_titled(const char *title, enum colour colour, const char *words);

/** A member of an answer; "-" or 0 if it is not there. */
const char *text_of(const json_t *object, const char *key);
long long number_of(const json_t *object, const char *key);

/** The answer as it came, indented. */
void print_json(const json_t *answer);
/** The same of any value. */
void print_document(const json_t *value);
/** Prints the answer of a command that has no printer: its text, or each member but "ok" on a line.
 */
void print_plain(const json_t *answer);
