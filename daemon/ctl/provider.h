/* A provider's own commands, for those that print their answers in a way of their own. */
#pragma once

#include <jansson.h>

#include "ctl/call.h"

/** Asks; `input` is a file that goes along, or NULL. CTL_OK and the answer, which may be that it
 * failed; or what to exit with, when the reason has been printed. */
int provider_ask(const struct call *call, const char *const *words, size_t n, const char *input,
		 json_t **out);
/** Prints what it answered, by `print` for people, or why it failed. Returns what to exit with. */
int provider_end(const struct call *call, const json_t *answer, void (*print)(const json_t *value));
