/* JSON of any shape for people: lines and tables. */
#pragma once

#include <jansson.h>

/**
 * Prints a value: a text as it is; an object's members on a line each, by name; an array of objects
 * as a table, with a column for each name that one of them has; any other array, a value on each
 * line. null is nothing. What could move a terminal's cursor is made plain.
 */
void print_value(const json_t *value);
