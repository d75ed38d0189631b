/* A packet written down: in words, a line for each field, and as JSON. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "base/span.h"

/** Writes a line for each field, nested ones indented; every line begins with `indent` blanks. */
void decode_words(struct span packet, uint8_t family, int indent, FILE *out);
/**
 * {"fields":[{"name":…,"code":…,"value":…}, …]}: `code` where the field is an option, `fields` in
 * place of `value` where it is a group, and {"fault":…,"at":…} where something does not fit. NULL:
 * no memory. The caller owns it.
 */
json_t *decode_json(struct span packet, uint8_t family);
