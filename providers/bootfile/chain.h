/* Programs that load the next one themselves: iPXE and shim, known by the names of their files. */
#pragma once

#include "keys.h"

/** Is it iPXE, by the names that its builds have? A script of it is not. */
bool chain_is_ipxe(const char *text);
/** Warns of a path by which such a program does not find what it loads next. */
void chain_doubt_file(const struct keys *keys, const char *file);
