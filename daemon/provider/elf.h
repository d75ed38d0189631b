/* Is a file a whole shared object? The dynamic loader maps what the headers say, and takes SIGBUS
 * where the file ends before that: so check a file before loading it, as others may be writing it.
 */
#pragma once

#include "base/span.h"

/** NULL, or what is wrong with it: not ELF, not for this machine, not a shared object, cut off. */
const char *elf_wrong(struct span file);
