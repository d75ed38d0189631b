/* Names of files in a folder, as they are read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Is a file of this name, in the folder of the drop-ins, that of a provider? */
bool name_is_dropin(const char *name);

struct names {
	char **at; /* owned */
	size_t n, room;
};

/** Adds a copy. 0, -ENOMEM. */
int names_add(struct names *names, const char *name);
/** In the order of their octets. */
void names_sort(struct names *names);
/** The same names in the same order? */
bool names_equal(const struct names *a, const struct names *b);
void names_done(struct names *names);
