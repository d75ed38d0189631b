/* Threads of the library: nobody joins them, and they take no signal that is the process's. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Starts one, with a stack of at least that size. False: no memory, or too many threads. */
bool thread_create(void *(*run)(void *context), void *context, size_t stack_size);
