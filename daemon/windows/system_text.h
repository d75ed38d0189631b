/* What a status code means, in a sentence. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** NULL: none is known. HRESULT_FROM_WIN32() of a code is that code. */
const char *system_text(uint32_t code);
