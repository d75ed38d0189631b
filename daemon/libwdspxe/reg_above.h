/* What a registry shows of WDS beside a provider's settings: the list's order in ProvidersOrder of
 * the key WDSPXE, and a provider's ProviderDLL and IsCritical, which are not enumerated, for they
 * are no settings. All under reg_lock (reg_key.h).
 */
#pragma once

#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_data.h"

/** A value of any key by name. ERROR_FILE_NOT_FOUND, ERROR_KEY_DELETED, … */
DWORD reg_read_value(const struct reg_key *key, const char *name, struct reg_data *out);
/** ERROR_ACCESS_DENIED above the providers, and for ProviderDLL and IsCritical of a provider that
 * this process has not registered; ERROR_INVALID_PARAMETER where they would get another type,
 * ERROR_BAD_PATHNAME where ProviderDLL would not be absolute. */
DWORD reg_write_value(const struct reg_key *key, const char *name, const struct reg_data *data);
/** ERROR_ACCESS_DENIED above the providers, and for ProviderDLL and IsCritical. */
DWORD reg_remove_value(const struct reg_key *key, const char *name);

/** The subkeys of a key above the providers: names that the caller frees with reg_names_done(). */
struct reg_names {
	char **name;
	DWORD n;
};

void reg_names_done(struct reg_names *names);
DWORD reg_above_names(const struct reg_key *key, struct reg_names *out);
