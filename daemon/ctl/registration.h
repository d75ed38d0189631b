/* The provider list on disk, changed in this process by the API that installers use. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Each prints why it failed, and returns what to exit with. */
int registration_add(const char *name, const char *module, uint32_t index, bool critical);
int registration_remove(const char *name);
