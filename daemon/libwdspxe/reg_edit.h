/* Changes of a provider's file that Reg* functions make. All under reg_lock (reg_key.h). */
#pragma once

#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_view.h"

/** Makes the parts of the key's path that are missing. */
DWORD reg_edit_create(const struct reg_key *key);
/** Removes the key; ERROR_ACCESS_DENIED while it has subkeys, ERROR_FILE_NOT_FOUND. */
DWORD reg_edit_delete_key(const struct reg_key *key);
/** Writes a value, in the place of the old one where there is one. ERROR_INVALID_PARAMETER: the key
 * is a list, and cannot have a value of this name or type. */
DWORD reg_edit_set(const struct reg_key *key, const char *name, const struct reg_data *data);
/** Removes a value. ERROR_FILE_NOT_FOUND. */
DWORD reg_edit_delete_value(const struct reg_key *key, const char *name);
/** Writes a key of the file's root: `module`, `critical`. */
DWORD reg_edit_root(const struct reg_key *key, const char *name, const struct edit_value *value);
