/* What a reload did about each provider, in words for the log. */
#pragma once

#include "site/roster.h"

/** What the log will say of a provider once all has gone well; NULL: nothing was done. `old` is its
 * running instance, or NULL. */
const char *news_of(enum roster_plan plan, const struct instance *old, const struct dropin *fresh,
		    enum module_change change, const char *state_dir);
/** Logs the news of each provider, and which ones of `old` (NULL: there is none) were removed. */
void news_tell(const struct roster *roster, const struct roster *old);
