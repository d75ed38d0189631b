/* Where a test puts what it makes: in TMPDIR, which tests/run-units.sh makes for a run and takes
 * away after it, however the tests ended; in /tmp if a test program is run by hand. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEMPORARY_MAX = 96 }; /* a socket in a folder of that name has room for its own */

/** A template for mkstemp() and mkdtemp(). */
static inline char *temporary_template(char out[static TEMPORARY_MAX], const char *name)
{
	const char *folder = getenv("TMPDIR");
	int n = snprintf(out, TEMPORARY_MAX, "%s/wdspxe-%s-XXXXXX", folder ? folder : "/tmp", name);

	ck_assert_msg(n < TEMPORARY_MAX, "TMPDIR is too long a name: %s", folder);
	return out;
}
