/* A provider's module: from its file into memory and out again, and what is wrong with it. */
#pragma once

#include "provider/state.h"

/** 0, or PROVIDER_E_UNTRUSTED or _UNLOADABLE with a sentence in `why`. */
int loading_load(struct provider *p, char *why, size_t size);
/** Says what its author would look for long, since nothing fails. */
void loading_say(struct provider *p);
/** Returns PROVIDER_E_NO_ENTRY with a sentence in `why`: there is no PxeProviderInitialize. */
int loading_no_entry(const struct provider *p, char *why, size_t size);
void loading_unload(struct provider *p);
