/* What a program has printed: whether it is there. Who writes `>file && mv file` relies on it. */
#pragma once

#include <stdbool.h>

/** Has standard output failed already? For what prints until it is interrupted. */
bool out_failed(void);

/**
 * At the end of a program: writes what is left. Returns `status`, or `failed` where not all of what
 * was printed could be written; standard error says why, except where nobody reads any more (a
 * pipe's end).
 */
int out_done(const char *program, int status, int failed);
