/* A directory of its own for a test, and files in it. */
#pragma once

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "temporary.h"

static char scratch[TEMPORARY_MAX];

static int scratch_unlink(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline void scratch_make(void)
{
	ck_assert_ptr_nonnull(mkdtemp(temporary_template(scratch, "test")));
	ck_assert_int_eq(chmod(scratch, 0755), 0);
}

static inline void scratch_remove(void)
{
	nftw(scratch, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of a file in the directory; eight are valid at a time. */
static inline const char *scratch_path(const char *file)
{
	static char paths[8][512];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch, file);
	return path;
}

static inline const char *scratch_write(const char *file, const char *text)
{
	const char *path = scratch_path(file);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	return path;
}

/* What a file holds; "" when it is not there. Valid until the next call. */
static inline const char *scratch_read(const char *file)
{
	static char text[65536];
	FILE *f = fopen(scratch_path(file), "r");

	text[f ? fread(text, 1, sizeof(text) - 1, f) : 0] = '\0';
	if (f)
		fclose(f);
	return text;
}
