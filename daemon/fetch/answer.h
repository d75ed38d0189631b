/* The object that wdspxed-fetch writes about a URL: README.md. */
#pragma once

#include <jansson.h>

#include "fetch/ask.h"

/** NULL: no memory. */
json_t *answer_json(const struct asked *asked);
