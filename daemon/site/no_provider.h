/* Why a folder of providers' files has no provider that could run. */
#pragma once

#include "site/reason.h"

/** Sets the reason: which files in the folder do not count, by their names, and which ones are
 * disabled. */
void no_provider_reason(const char *providers_dir, struct reason *reason);
