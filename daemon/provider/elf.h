/* Is a file a whole shared object? The dynamic loader maps what the headers say, and takes SIGBUS
 * where the file ends before that: so check a file before loading it, as others may be writing it.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

/** NULL, or what is wrong with it: not ELF, not for this machine, not a shared object, cut off. */
const char *elf_wrong(struct span file);

/* A version of the API, as wdspxe.h puts it into each source that includes it. */
struct api_version {
	uint32_t major, minor;
};

/** The version in the notes of a file for which elf_wrong() returned NULL: of several the first one
 * whose major is not `major`, else the one with the highest minor. False: it has none. */
bool elf_api_version(struct span file, uint32_t major, struct api_version *out);
