/* What is wrong with one file, as rows of the table of findings. */
#pragma once

#include "story/finding.h"

enum { FOUND_MAX = 8 };

struct found {
	unsigned n;
	struct finding at[FOUND_MAX];
};

/** Adds a finding: `n` and the text are what its row speaks of. One too many is let go. */
void found_add(struct found *found, enum finding_kind kind, unsigned n, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/** Is one of them an error, so that the client does not boot? */
bool found_error(const struct found *found);
