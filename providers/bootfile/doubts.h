/* Settings that are well-formed and can only be a mistake: they are taken, and told as warnings. */
#pragma once

#include "settings.h"

/** Tells what is doubtful about one entry, but for its not; `keys` is its key. */
void doubts_entry(const struct keys *keys, const struct entry *entry);
/** The same of conditions alone, each by itself; `excludes`: they are a group of not. */
void doubts_conditions(const struct keys *keys, const struct entry *group, bool excludes);

/** Tells which entries, and which of their machines, an earlier entry takes; `boot` is the list's
 * key. settings_derive() has run. 0 or -ENOMEM. */
int doubts_settings(const struct keys *boot, const struct settings *settings);

/** Tells of groups that entries name and nobody is in. `machines` may be NULL: there are no lists.
 */
void doubts_groups(HANDLE provider, const struct settings *settings,
		   const struct machines *machines);
