/* What others said, in JSON: base/plain, and then a JSON string of it. And how numbers stand there.
 */
#pragma once

#include <jansson.h>

/** How an answer's numbers are written: a time since 1970 has ten digits before its point, and
 * keeps six behind it. */
#define ANSWER_NUMBERS JSON_REAL_PRECISION(16)

/** The whole text, made plain. NULL: no memory. */
json_t *plain_json(const char *text);
