/* A libconfig text as words, brackets and strings, whether or not libconfig takes it. */
#pragma once

#include <stdbool.h>

#include "base/span.h"

struct token {
	char kind;  /* the octet itself, '"' for a string, 'w' for a word, NUL at the end */
	int line;   /* where it begins, from 1 */
	bool wraps; /* a string that does not end on its line */
	struct span text;
};

struct token_reader {
	struct span text;
	size_t at;
	int line;
};

/** The next one; comments are passed over. A reader begins with { text, 0, 1 }. */
struct token token_next(struct token_reader *reader);
