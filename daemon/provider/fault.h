/* What went wrong with a provider's turn, in words; and the names of error codes. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "request/request.h"

enum { ERROR_TEXT_MAX = 64 };

/** The name of a Windows error code, as "ERROR_ACCESS_DENIED"; NULL: it has none here. */
const char *error_name(uint32_t code);

/** Writes "error 5 (ERROR_ACCESS_DENIED)", or "error 1234". Returns `out`. */
const char *error_text(uint32_t code, char out[static ERROR_TEXT_MAX]);

/** Writes what went wrong, without the provider's name: "RecvRequest returned error 5
 * (ERROR_ACCESS_DENIED)", "no route to the relay 10.99.0.1:67". Never more than size - 1
 * characters. Returns `out`. */
const char *fault_text(const struct request_fault *fault, char *out, size_t size);
