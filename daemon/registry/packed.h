/* A tree of settings in a few octets for each of its settings, for one that is kept but hardly ever
 * read: a hundred thousand machines take 150 octets each as a tree, and 15 so.
 *
 * Made and read by one process: the form is nobody's business but packed.c's.
 */
#pragma once

#include "registry/setting.h"

struct packed;

/** Packs a root and all below it: the caller frees it with free(). 0 or -ENOMEM. */
int packed_make(const struct setting *root, struct packed **out);
/** The tree again, every line as it was; the caller frees it with setting_free(). 0 or -ENOMEM. */
int packed_tree(const struct packed *packed, struct setting **out);
/** How many settings there are in a tree, as far as `most`. */
unsigned packed_count(const struct setting *root, unsigned most);
