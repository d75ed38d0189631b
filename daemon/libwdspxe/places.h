/* Where things are: the list of providers, and what programs write to their settings
 * (PxeHostSetProvidersDir and PxeHostSetStateDir say how that is settled). */
#pragma once

#include <stdbool.h>

/** The caller frees them. NULL without memory. */
char *providers_dir(void);
/** "": there is none. */
char *state_dir(void);
/** False in a process that must leave nothing behind. */
bool state_lasts(void);
