/* The condition `not`: none of the conditions in it may hold. */
#pragma once

#include "condition.h"

bool not_holds(const struct surroundings *around, const union list *list,
	       const PXE_BOOT_CLIENT *client);
/** The conditions in the list that hold: a bit for each row of condition.c. */
uint32_t not_excludes(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client);
/** Is every client excluded for which the entry's condition holds? The entry has it. */
bool not_excludes_all(const struct nots *nots, size_t condition, const struct entry *entry);
