/* Names of files with wildcards, as Windows takes them: `*`, `?`, and the rules that come from
 * MS-DOS.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern {
	uint32_t units[NAME_MAX];
	size_t n;
};

/** Reads the text, UTF-8 without a folder; false: no name of a file is as long. */
bool pattern_read(struct pattern *pattern, const char *text);
/**
 * Does the name, UTF-8, match? Capitals do not count. `*.*` is every name; `*.` is what has no dot;
 * `?` at the end, or in front of a dot, may be nothing; nor needs the dot to be there in front of a
 * wildcard at the end.
 */
bool pattern_matches(const struct pattern *pattern, const char *name);
