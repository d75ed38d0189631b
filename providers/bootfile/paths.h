/* Paths on a TFTP server, and URLs, that are well-formed and can only be a mistake, wherever they
 * are written. */
#pragma once

#include <stdbool.h>

enum { PATH_DOUBT_SIZE = 768 };

/** Does it begin or end with a blank? */
bool path_has_outer_blank(const char *text);

/** Says each doubt about a path by the function: a sentence with its id. */
void path_doubts(const char *path, void (*tell)(void *context, const char *doubt), void *context);

/** ${server}, where it is the host of a URL, as a shell or a template has it; NULL: it is not. */
const char *url_foreign_host(const char *url);
