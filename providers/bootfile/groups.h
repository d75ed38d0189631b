/* The settings `machines` and `groups`: which machines there are, beside those that entries name.
 */
#pragma once

#include "machines.h"

/** Reads `machines`: the path of a list, or several. 0, -EINVAL with a trace, -ENOMEM. */
int machines_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		     struct sources *out);
/** Reads `groups`: a name each, with a list in a file, or MACs and UUIDs. */
int groups_compile(const struct keys *keys, struct sources *out);
void sources_done(struct sources *sources);
