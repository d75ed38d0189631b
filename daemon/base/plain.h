/* What somebody else said, made fit for a line that people read: in a log, on a terminal, in JSON
 * or on a page. The one place where this is decided.
 *
 * Not as they are go: control octets (they move cursors and end lines), marks that turn the
 * direction of text, invisible characters, octets that are no UTF-8, and `<`, which begins a tag on
 * a page and a level on systemd's stderr.
 */
#pragma once

#include "base/span.h"

/** The character that stands for `c`: itself; a blank for a tab or a line end; U+2039 for `<`; `?`
 * for every other that is not fit. */
uint32_t plain_char(uint32_t c);

/**
 * Writes the text with plain_char() of each character, U+FFFD for each octet that is no UTF-8;
 * whole characters only, with a NUL. Returns `out`. `size` > 0.
 */
char *plain_text(struct span text, char *out, size_t size);
/** The same, but `<` stays: for the words of the one who has set all this up, or of an author. */
char *plain_words(struct span text, char *out, size_t size);
