/* wdspxectl --help: from the table of commands. */
#pragma once

#include <stdio.h>

#include "ctl/call.h"

/** All commands, or this one. Returns `status`. */
int help(FILE *out, const struct command *command, int status);
