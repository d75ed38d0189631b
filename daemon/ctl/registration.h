/* The provider list on disk, changed in this process: what PxeProviderRegister does, but a failure
 * has more to say than a number. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Each prints why it failed, and returns what to exit with. */
int registration_add(const char *name, const char *module, uint32_t index, bool critical);
int registration_remove(const char *name);
