/* The daemon's answers as people read them. */
#pragma once

#include <jansson.h>

void print_list(const json_t *answer);
void print_status(const json_t *answer);
/** The answer as it came, indented. */
void print_json(const json_t *answer);
