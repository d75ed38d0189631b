/* What a line of another server's configuration says of one thing, in our words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * `ours` is how the thing is written here, without its value: KEY = "...". `rest` is what stands
 * behind the other server's word `word`, up to the end of the text. True, and `out` has it with the
 * value of that line, KEY = "x"; false where the line does not have it.
 */
bool pasted_value(const char *word, const char *rest, const char *ours, char *out, size_t size);
