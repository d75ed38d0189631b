/* A thread for what may block: it takes no signals, for these are the loop's business. */
#pragma once

#include <pthread.h>

enum { THREAD_NAME_MAX = 16 };

/** Starts it under that name, of less than THREAD_NAME_MAX octets, which `ps -L` shows. 0 or
 * -errno.
 */
int thread_start(pthread_t *out, void *(*run)(void *arg), void *arg, const char *name);
