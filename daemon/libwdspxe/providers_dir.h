/* Where the list of providers is (PxeHostSetProvidersDir says how that is settled). */
#pragma once

/** A path that the caller frees; NULL without memory. Any thread. */
char *providers_dir(void);
