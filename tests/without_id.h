/* A line that tells of a mistake, without the id that it ends in: its words are one thing, its id
 * another. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <string.h>

/** The text in front of the id, which must be there; valid until the next call. */
static inline const char *without_id(const char *line)
{
	static char text[4096];
	size_t len = strlen(line);
	const char *id = line + (len < 8 ? 0 : len - 8);

	ck_assert_msg(len >= 8 && strncmp(id, " [W", 3) == 0 && id[7] == ']' &&
			      strspn(id + 3, "0123456789") == 4,
		      "no id: %s", line);
	snprintf(text, sizeof text, "%.*s", (int)(len - 8), line);
	return text;
}
