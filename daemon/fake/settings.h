/* The file that a provider of the host for tests is loaded by: ours, made of a text, or the
 * caller's. */
#pragma once

#include "fake/state.h"
#include "registry/dropin.h"

enum { SETTINGS_E_WRONG = 100 }; /* beside PROVIDER_E_* */

/** Writes a file of our own for a module and the inside of its settings. NULL: it cannot be. */
char *settings_write(const char *module, const char *settings);
/** Writes other settings into it. 0, -errno. */
int settings_rewrite(const char *file, const char *module, const char *settings);
/** Reads the file of a place. 0, SETTINGS_E_WRONG with the reason, or -errno. */
int settings_read(const struct place *place, struct dropin **out, char *why, size_t size);
