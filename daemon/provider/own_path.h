/* Paths of a provider's own folder in what it traces. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * A source from Windows writes the paths of its module and of what is beside it with backslashes.
 * The log is for people with the tools of this system: such a path, from its folder on to a blank,
 * a quote or the end, gets slashes. Every other backslash stays, as of a boot file's name.
 *
 * Writes the line so, cut to `size` octets, and returns true; false: there is nothing to change.
 */
bool own_path_mend(const char *line, const char *module_path, char *out, size_t size);
