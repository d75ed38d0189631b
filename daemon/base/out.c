#include "base/out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool out_failed(void)
{
	return ferror(stdout) != 0;
}

int out_done(const char *program, int status, int failed)
{
	bool before = ferror(stdout) != 0; /* why is no longer known, unless it fails once more */
	int error = fflush(stdout) == 0 ? 0 : errno;

	if (error == 0 && !before)
		return status;
	if (error != EPIPE)
		fprintf(stderr, "%s: standard output: %s\n", program,
			error ? strerror(error) : "not all of it could be written");
	return failed;
}
