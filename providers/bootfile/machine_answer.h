/* What a client is given by an entry, where its machine's line in a list may say that. */
#pragma once

#include "menu.h"

/** Does an answer say something of the client's machine that lists say? */
static inline bool answer_names_machine(const struct surroundings *around,
					const PXE_BOOT_ANSWER *answer)
{
	return around->whose && (answer->uFlags & PXE_BOOT_ANSWER_VARIABLES) != 0;
}

/** Puts in what ${name} and ${group} mean, until the request is decided. */
void answer_put_machine(const struct surroundings *around, PXE_BOOT_ANSWER *answer);

/** The answer of an entry with the outcome `machine`: with the file or URL and the server of the
 * client's line. False: no line says what the machine boots. */
bool machine_answer(const struct surroundings *around, const struct entry *entry,
		    PXE_BOOT_ANSWER *out);

/** Why that cannot reach the client. NULL: it can. */
const char *machine_obstacle(const struct surroundings *around, const struct entry *entry,
			     const PXE_BOOT_CLIENT *client);

/** The same for what any entry gives. */
static inline const char *answer_obstacle(const struct surroundings *around,
					  const struct entry *entry, const PXE_BOOT_CLIENT *client)
{
	return entry->outcome == OUTCOME_MACHINE ? machine_obstacle(around, entry, client)
						 : entry_obstacle(around, entry, client);
}
