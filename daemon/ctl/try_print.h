/* What wdspxectl try says to people. */
#pragma once

#include <jansson.h>

/** One request, and what came of it. */
void try_print(const json_t *row);
