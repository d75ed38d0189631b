/* The C++ exception that a thread dies of, for the handler of a crash: what nobody catches ends in
 * std::terminate(), which calls abort(). libstdc++ is the providers': the daemon has none of its
 * own.
 */
#pragma once

enum { THROWN_NAME_MAX = 128 };

/** After a module was loaded: finds its libstdc++, and asks it to say what ends in terminate().
 * [any, one at a time] */
void thrown_ready(void);
/** The type of the exception that this thread dies of, as C++ writes it: "std::runtime_error",
 * "int". NULL: of none. [any, async-signal-safe] */
const char *thrown_type(void);
