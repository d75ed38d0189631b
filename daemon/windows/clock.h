/* Time that is waited for: CLOCK_MONOTONIC. */
#pragma once

#include <pthread.h>
#include <time.h>

#include <wdspxe-windows.h>

/** Now and so many milliseconds. */
void clock_deadline(DWORD timeout_ms, struct timespec *out);
/** A condition whose deadlines are by this clock. */
void clock_cond_init(pthread_cond_t *cond);
/** Nanoseconds of a clock. */
uint64_t clock_now_ns(clockid_t clock);
