/* wdspxectl --complete WORD...: what the last word can become, for the shell's completion. */
#pragma once

#include <stddef.h>

/**
 * Prints the candidates for the last word, one a line, or ":file" where any file will do; the words
 * before it are those behind "wdspxectl". Returns what to exit with.
 */
int complete(const char *const *words, size_t n);
