/* What a table has, its page of the manual must have. */
#pragma once

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A file of the tree, whole; the caller frees it. Tests run at the top of the tree, as make check
 * starts them. */
static inline char *page_read(const char *path)
{
	size_t size = 1 << 18, n;
	char *text = malloc(size);
	FILE *file = fopen(path, "r");

	ck_assert_msg(file && text, "%s is not here", path);
	n = fread(text, 1, size - 1, file);
	fclose(file);
	ck_assert_uint_lt(n, size - 1);
	text[n] = '\0';
	return text;
}

/** The same of a manual page: filled lines are one line, requests stay lines. */
static inline char *page_read_filled(const char *path)
{
	char *text = page_read(path);

	for (char *c = text; *c; c++)
		if (*c == '\n' && c[1] != '.')
			*c = ' ';
	return text;
}

/** Has the file this text? */
static inline bool page_has(const char *path, const char *text)
{
	char *page = page_read(path);
	bool has = strstr(page, text) != NULL;

	free(page);
	return has;
}
