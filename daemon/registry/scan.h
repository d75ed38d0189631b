/* The places of all settings in a libconfig text: names, kinds of brackets and octets.
 *
 * It takes every text that libconfig takes, and some that libconfig refuses: setting_parse() asks
 * libconfig for the last word and for the values.
 */
#pragma once

#include "base/span.h"
#include "registry/setting.h"

/**
 * Makes the tree without values: a scalar is SETTING_STRING when it is in quotes, else SETTING_INT.
 * Returns 0, REGISTRY_E_INVALID with the place, or -ENOMEM.
 */
int scan_text(struct span text, const char *file, struct setting **out,
	      struct registry_error *error);

/** The first offset from `at` on that is neither blank space nor in a comment; at most text.len. */
size_t scan_blank(struct span text, size_t at);

/** The length of the byte order mark that an editor of Windows puts in front; 0: there is none. */
size_t scan_mark(struct span text);
