/* A drop-in file that this process has made: it may be written again, as long as nobody else has
 * touched it.
 */
#pragma once

#include <stddef.h>

#include "registry/registry_error.h"
#include "registry/setting.h"

/**
 * Writes the file again, whole, under the list's lock. `text` is what it must hold still, and is
 * exchanged for what it holds then. Returns 0; REGISTRY_E_INVALID: it would be no drop-in; -ESTALE:
 * somebody has changed it; or -errno.
 */
int made_write(const char *path, const struct setting *root, char **text,
	       struct registry_error *error);
