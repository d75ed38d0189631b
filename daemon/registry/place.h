/* A file name between two neighbours, in the order of octets: `50-a` < `505-x` < `51-b`. */
#pragma once

#include <stddef.h>

enum { PLACE_ROOM = 256 }; /* NAME_MAX and a NUL */

/**
 * Makes a name that sorts after `below` and before `above`, both ending in ".conf", either NULL
 * where there is no neighbour; below < above. The name looks like "NN-slug.conf", the slug being
 * made from `name`; digits, or part of a neighbour's name, go before it as far as the place needs.
 * It never begins with a dot.
 *
 * Returns 0, or -ENAMETOOLONG when all names between the two are longer than file names can be.
 */
int place_between(const char *below, const char *above, const char *name,
		  char out[static PLACE_ROOM]);
