/* What a reading tells, held back until it is known whether it shall be told: the reading may have
 * to be done again, or its result decides who hears of it. */
#pragma once

#include <stddef.h>

#include "registry/registry_error.h"

struct notes {
	struct note {
		bool warning;
		struct registry_error what;
	} * at;
	size_t n;
};

/** An error whose mistakes and warnings are noted, as many as there is room for. 0 or -ENOMEM;
 * notes_done() releases it. */
int notes_take(struct notes *notes, struct registry_error *noted);
/** Tells them to whom they are for. */
void notes_tell(const struct notes *notes, struct registry_error *error);
void notes_done(struct notes *notes);
