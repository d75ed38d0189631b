/* Where the modules are that a test loads.
 *
 * The host refuses a module that somebody else could change, so root cannot load one out of an
 * ordinary user's clone. tests/run-units.sh therefore copies what was built into a folder of its
 * caller's, and names that in TEST_MODULES; a test program that is run by hand takes the build.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

/** The path of `name`, which stands under the build: "providers/bootfile.so". Eight are valid at a
 * time. */
static inline const char *built_module(const char *name)
{
	static char paths[8][4096];
	static unsigned next;
	const char *folder = getenv("TEST_MODULES");
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder ? folder : TEST_BUILD, name);
	return path;
}
