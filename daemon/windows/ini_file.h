/* An INI file on disk: read whole, and replaced whole, so that nobody ever sees half of one. */
#pragma once

#include <stdbool.h>

#include "windows/ini_text.h"

/** ERROR_SUCCESS, or why it cannot be read; then out->at is NULL. */
DWORD ini_file_read(const char *path, struct ini_text *out);

/**
 * Reads the file, has `change` change its text, and puts it in the file's place. Those who do so at
 * the same time, also from other programs, wait for each other. `create`: a file that is not there
 * is made; else it is left so. `change` returns false when there is no memory.
 */
DWORD ini_file_change(const char *path, bool create,
		      bool (*change)(struct ini_text *text, const void *what), const void *what);
