#include "provider/own_path.h"

#include <stdio.h>
#include <string.h>

#include "base/utf.h"

/* The folder's length with its last slash; 0: it is no folder that anybody could mean. */
static size_t folder_len(const char *module_path)
{
	const char *last = strrchr(module_path, '/');

	return last ? (size_t)(last - module_path) + 1 : 0;
}

/* Does the text begin with the folder, each of its slashes a backslash? */
static bool begins(const char *text, const char *folder, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != (folder[i] == '/' ? '\\' : folder[i]))
			return false;
	return true;
}

static char *mend(char *at)
{
	for (; *at && !strchr(" \"'", *at); at++)
		if (*at == '\\')
			*at = '/';
	return at;
}

bool own_path_mend(const char *line, const char *module_path, char *out, size_t size)
{
	size_t len = folder_len(module_path);
	bool mended = false;

	if (len < 2 || !strchr(line, '\\')) /* one backslash alone may be anything */
		return false;
	snprintf(out, size, "%s", line);
	utf8_trim(out);
	for (char *at = strchr(out, '\\'); at; at = strchr(at, '\\')) {
		if (!begins(at, module_path, len)) {
			at++;
			continue;
		}
		mended = true;
		memcpy(at, module_path, len); /* which may have blanks */
		at = mend(at + len);
	}
	return mended;
}
