/* A path as sources from Windows write it, as Linux has it. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include <wdspxe-windows.h>

/**
 * Backslashes are slashes, `\\?\` and a drive's letter in front are nothing. Returns ERROR_SUCCESS
 * or:
 *	ERROR_PATH_NOT_FOUND		the path is NULL or empty
 *	ERROR_BAD_NETPATH		`\\server\share`: no path here means that
 *	ERROR_INVALID_NAME		what is no Unicode is in it
 *	ERROR_FILENAME_EXCED_RANGE	it is too long
 */
DWORD path_read(const void *path, bool wide, char out[PATH_MAX]);

/**
 * The same for an INI file. A name without a folder, which on Windows is in its own folder, is
 * beside the module that `caller` is code of: in the folder of the module's file, or of the
 * program's.
 */
DWORD path_read_beside(const void *path, bool wide, const void *caller, char out[PATH_MAX]);

/** The status code for what happened to that file; `errnum` is positive. */
DWORD path_error(const char *path, int errnum);
