/* A file that goes to the daemon with a question. */
#pragma once

#include <wdspxe.h>

enum { INPUT_MAX = PXE_COMMAND_INPUT_MAX };

/** Copies a file, or standard input where it is "-", into a sealed file of memory: its descriptor,
 * the caller's; or -1, when the reason has been printed. */
int input_open(const char *path);
