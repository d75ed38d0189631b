/* The findings that nobody wants to be told: ignore-findings in wdspxed.conf(5). */
#pragma once

#include <stdbool.h>

/** From now on these ids, and no others; ended by NULL. [any one thread] */
void log_ignore(const char *const *ids);
/** Is this the id of one of them? [any] */
bool log_ignores(const char *id);
