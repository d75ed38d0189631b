/* Programs that load the next one themselves: iPXE and shim, known by the names of their files. */
#pragma once

#include <stdbool.h>

/** Is it iPXE, by the names that its builds have? A script of it is not. */
bool chain_is_ipxe(const char *text);
