/* Values as libconfig writes them. */
#pragma once

#include "registry/edit.h"

/** The text in quotes, with escapes; the caller frees it. NULL without memory. */
char *edit_quote(const char *text);
/**
 * A value as text. Brackets of a group stand on lines of their own where `indent` is not NULL.
 * 0 and a text that the caller frees; REGISTRY_E_INVALID: not finite; -ENOMEM.
 */
int edit_render(const struct edit_value *value, const char *indent, char **out);
