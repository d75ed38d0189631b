/* What others said, in JSON: base/plain, and then a JSON string of it. */
#pragma once

#include <jansson.h>

/** The whole text, made plain. NULL: no memory. */
json_t *plain_json(const char *text);
