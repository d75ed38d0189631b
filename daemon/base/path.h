/* Names of files. */
#pragma once

#include <string.h>

/** What stands behind the last slash, or the whole. */
static inline const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
