/* Conditions of one entry that never hold together. */
#pragma once

#include "entry.h"

/** Warns of them. */
void never_tell(const struct keys *keys, const struct entry *entry);
