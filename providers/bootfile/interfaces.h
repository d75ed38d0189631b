/* Interfaces that an entry names and this host does not have. */
#pragma once

#include "entry.h"

/** Warns of them. In a not (`excludes`), a name that ends in * is for hosts without one too. */
void interfaces_doubt(const struct keys *keys, const struct entry *entry, bool excludes);
