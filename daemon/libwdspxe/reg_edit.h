/* Changes of a provider's settings that Reg* functions make. All under reg_lock (reg_key.h).
 *
 * ERROR_ACCESS_DENIED, of each: the place is in a list, or in an array; these are their writer's.
 */
#pragma once

#include "libwdspxe/reg_data.h"
#include "libwdspxe/reg_key.h"

/** Makes the parts of the key's path that are missing. */
DWORD reg_edit_create(const struct reg_key *key);
/** Removes the key; ERROR_ACCESS_DENIED while it has subkeys, ERROR_FILE_NOT_FOUND. */
DWORD reg_edit_delete_key(const struct reg_key *key);
/** Writes a value, in the place of the old one where there is one. */
DWORD reg_edit_set(const struct reg_key *key, const char *name, const struct reg_data *data);
/** Removes a value. ERROR_FILE_NOT_FOUND. */
DWORD reg_edit_delete_value(const struct reg_key *key, const char *name);
/** Writes a key of the file's root, `module` or `critical`, to a value that it takes over.
 * ERROR_ACCESS_DENIED: this process has not made the file. */
DWORD reg_edit_root(const struct reg_key *key, const char *name, struct setting *value);
