/* The C++ exception of the calling thread, for the handler of a crash: what no handler catches
 * calls abort(). libstdc++ is the providers': the daemon has none of its own.
 */
#pragma once

#include <stdbool.h>

enum { THROWN_NAME_MAX = 128 };

/** After a module was loaded: finds its libstdc++. [any, one at a time] */
void thrown_ready(void);
/** The type of the exception that this thread handles or dies of: "std::runtime_error", or as the
 * compiler writes it. False: there is none. [any, async-signal-safe] */
bool thrown_type(char out[static THROWN_NAME_MAX]);
