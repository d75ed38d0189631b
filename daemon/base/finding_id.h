/* The id of a finding: a line that reports one ends in it, "... [W0117]". The table is
 * story/findings.def; whoever finds a mistake writes the id at the end of his sentence, whatever
 * the floor, and whoever prints or filters lines reads it there. */
#pragma once

#include <stdbool.h>

enum { FINDING_ID_SIZE = 6 }; /* "W0117" and the NUL */

/** Is this "W" and four digits, and nothing more? */
bool finding_id_valid(const char *id);
/** The id at the end of a line; false: it reports no finding. */
bool finding_id_of(const char *line, char id[FINDING_ID_SIZE]);
