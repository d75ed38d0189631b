/* Interfaces that an entry names and this host does not have. */
#pragma once

#include "entry.h"

/** Warns of them. */
void interfaces_doubt(const struct keys *keys, const struct entry *entry);
