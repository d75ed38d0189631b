/* What went wrong with a provider's turn, in words. Pure. */
#pragma once

#include <stddef.h>

#include "request/request.h"

/** Writes what went wrong, without the provider's name: "RecvRequest returned error 5
 * (ERROR_ACCESS_DENIED)", "no route to the relay 10.99.0.1:67". Never more than size - 1
 * characters. Returns `out`. */
const char *fault_text(const struct request_fault *fault, char *out, size_t size);
