/* Which entry is a client's: the first whose conditions all hold and that the client can take. */
#pragma once

#include "condition.h"

/**
 * The entry, or NULL. An entry is passed over where its outcome cannot reach this client: a file
 * for an HTTP Boot client, or a server without an address in the client's family.
 */
const struct entry *match_find(const struct surroundings *around, const PXE_BOOT_CLIENT *client);

/** The entries that somebody may have meant for the client's machine: index_next(). */
struct candidates match_candidates(const struct surroundings *around,
				   const PXE_BOOT_CLIENT *client);

struct nearest {
	const struct entry *entry; /* NULL: no entry is a candidate */
	uint32_t failed; /* its conditions that do not hold; 0: its outcome cannot reach the client
			  */
};

/** The entry's conditions that do not hold for the client; 0: all hold, or it has none. */
uint32_t match_failed(const struct surroundings *around, const struct entry *entry,
		      const PXE_BOOT_CLIENT *client);

/** For a client without an entry: the candidate of which the least fails, the first of them. Not
 * for the fast path: it looks at each condition of each candidate. */
struct nearest match_nearest(const struct surroundings *around, const PXE_BOOT_CLIENT *client);
