/* What an admin probably meant, from the raw text: libconfig says "syntax error" and a line, and
 * decodes backslashes before anybody sees them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { HINT_MAX = 256 };

/**
 * The reason why a text could not be read. *line is where reading failed; the reason lies there or
 * before. Returns true, and then the sentence and its own line; else neither is touched.
 */
bool hint_syntax(struct span text, int *line, char out[HINT_MAX]);

/** Tells of each string in which a backslash, meant as one, becomes another octet. */
void hint_backslashes(struct span text, void (*tell)(void *context, int line, const char *sentence),
		      void *context);

struct token;

/** Recognises how JSON, YAML, an INI file or XML writes what stands at the place of a name (`next`:
 * the token after it). Returns true and the sentence that says how it is written here. */
bool hint_format(const struct token *token, const struct token *next, char out[HINT_MAX]);

/** How a setting of dnsmasq is written here, as the rest of a sentence; NULL: it is none. */
const char *hint_dnsmasq(const char *name);
