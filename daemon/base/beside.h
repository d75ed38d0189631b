/* Where a program of ours is that another one runs: beside it, as in the tree, or where it is
 * installed. */
#pragma once

#include <limits.h>

void beside_find(const char *program, char path[static PATH_MAX]);
