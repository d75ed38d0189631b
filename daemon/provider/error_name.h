/* Error codes of Windows, for people. */
#pragma once

#include <stdint.h>

enum { ERROR_TEXT_MAX = 64 };

/** Writes "error 5 (ERROR_ACCESS_DENIED)", or "error 1234". Returns `out`. */
const char *error_text(uint32_t code, char out[static ERROR_TEXT_MAX]);
