/* wdspxed -t --files: every file that the configuration names is asked for. */
#pragma once

#include "net/links.h"
#include "site/roster.h"

/** Asks for each file by wdspxed-fetch, one after the other, and tells what it is and what is
 * wrong, with file and line of the entry. `cacert`: a file with what firmware trusts, or NULL.
 * Returns how many mistakes there were; -1, and why has been told: they cannot be asked for, of
 * which the configuration knows nothing. Blocks. */
int files_check(const struct config *config, const struct roster *roster,
		const struct links_view *links, const char *cacert, const struct teller *teller);
