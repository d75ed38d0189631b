/* What an entry adds to its answers beside file and server: the settings `options` and `windows`.
 */
#pragma once

#include "keys.h"

enum { OPTION4_MAX = 255 };

struct options {
	PXE_BOOT_OPTION *at; /* owned, with the values */
	uint32_t n;
	bool varies; /* there are variables in their texts */
};

/**
 * Reads a list of options: ( { code = 209; text = "..."; }, { code = 43; hex = "..."; } ). 0;
 * -ENOMEM, or -EINVAL with a trace; then *out may hold a part, and is freed by options_done().
 */
int options_open(const struct keys *keys, const char *name, struct options *out);
void options_done(struct options *options);
/** Is there one of that family and code? */
bool options_have(const struct options *options, unsigned family, unsigned code);
