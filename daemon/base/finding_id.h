/* The id of a finding: a line that reports one ends in it, "... [W0117]". The table is
 * story/findings.def; whoever finds a mistake writes the id at the end of his sentence, whatever
 * the floor, and whoever prints or filters lines reads it there. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { FINDING_ID_SIZE = 6 }; /* "W0117" and the NUL */

/** Is this "W" and four digits, and nothing more? */
bool finding_id_valid(const char *id);
/** The id at the end of a line; false: it reports no finding. */
bool finding_id_of(const char *line, char id[FINDING_ID_SIZE]);
/** The length of a line without its id: behind it is " [W0117]" or nothing. */
size_t finding_id_at(const char *line);
/** Copies a line; where it does not fit, it is cut in front of its id. `size` is above 8. */
void finding_id_fit(const char *line, char *out, size_t size);
