#include "base/beside.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef PKGLIBDIR /* the Makefile's word */
#define PKGLIBDIR "/usr/lib/wdspxed"
#endif

void beside_find(const char *program, char path[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - NAME_MAX - 1);
	char *slash;

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash) {
		snprintf(slash + 1, NAME_MAX, "%s", program);
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(path, PATH_MAX, "%s/%s", PKGLIBDIR, program);
}
