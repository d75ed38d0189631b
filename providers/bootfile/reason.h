/* Why a request is not answered: said to the daemon, for the admin's log. */
#pragma once

#include "condition.h"

/** Says for each entry before `decisive`, or for all (NULL), which condition fails: where somebody
 * reads that. */
void reason_passed(const struct surroundings *around, HANDLE request, const PXE_BOOT_CLIENT *client,
		   const struct entry *decisive);

/** The decision is silence: by an entry, or (NULL) because none matches. Looks for the entry that
 * came nearest, where anybody listens. */
void reason_silence(const struct surroundings *around, HANDLE request,
		    const PXE_BOOT_CLIENT *client, const struct entry *entry);
